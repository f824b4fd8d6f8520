package io.quern.advisor.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.quern.advisor.Refused;
import io.quern.optimizer.Statement;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

class HypotheticalIndexesIT {
    private static final String INDEX = "CREATE INDEX i ON app.t (n)";
    private static final Statement BY_NUMBER =
            new Statement("SELECT * FROM t WHERE n = $1", List.of());

    private final FreshDatabase database = new FreshDatabase();
    private final UpstreamDatabases databases = database.asSuperuser();
    private final HypotheticalIndexes indexes = new HypotheticalIndexes(databases);

    @BeforeEach
    void createTable() throws SQLException {
        database.sql(
                "CREATE SCHEMA app",
                "CREATE TABLE app.t (id int PRIMARY KEY, n int, tags text[])",
                "INSERT INTO app.t SELECT i, i % 20000, ARRAY['a'] FROM generate_series(1, 50000) i",
                "ANALYZE app.t");
    }

    @AfterEach
    void close() {
        database.close();
    }

    private Optional<Double> cost(Statement statement, String ddl) {
        return indexes.cost(database.name, "app", statement, ddl);
    }

    private double real() {
        return new PlanExplainer(databases).explain(database.name, "app", BY_NUMBER).totalCost();
    }

    private void installed() throws SQLException {
        assumeTrue(
                database.value("SELECT count(*) FROM pg_available_extensions WHERE name = 'hypopg'")
                        .equals("1"),
                "the test server has no HypoPG: -Dquern.test.postgres=URL names one that has");
        database.sql("CREATE SCHEMA \"odd name\"", "CREATE EXTENSION hypopg SCHEMA \"odd name\"");
    }

    @Test
    void withoutTheExtensionThereIsNoOpinion() {
        assertThat(cost(BY_NUMBER, INDEX)).isEmpty();
    }

    @Test
    void imaginesAnIndexForOneQuestion() throws SQLException {
        installed();
        double without = real();
        double imagined = cost(BY_NUMBER, INDEX).orElseThrow();
        assertThat(imagined).isLessThan(without / 10);
        assertThat(real()).isEqualTo(without);
        assertThat(cost(BY_NUMBER, "CREATE INDEX i ON app.t (id)")).contains(without);
        database.sql(INDEX);
        assertThat(imagined).isCloseTo(real(), within(0.1 * imagined));
    }

    @Test
    void hasNoOpinionOnWhatItCannotImagine() throws SQLException {
        installed();
        assertThat(cost(BY_NUMBER, "CREATE INDEX i ON app.t USING gin (tags)")).isEmpty();
        assertThat(cost(BY_NUMBER, "CREATE INDEX i ON app.missing (n)")).isEmpty();
    }

    @Test
    void refusesAStatementThatPostgresDoesNotAccept() throws SQLException {
        installed();
        for (String sql : List.of("SELECT * FROM missing", "SELECT 1; DROP TABLE app.t")) {
            assertThatThrownBy(() -> cost(new Statement(sql, List.of()), INDEX))
                    .isInstanceOf(Refused.class);
        }
        assertThat(database.value("SELECT count(*) FROM app.t")).isEqualTo("50000");
    }
}
