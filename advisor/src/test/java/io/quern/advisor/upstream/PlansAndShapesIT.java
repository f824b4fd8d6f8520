package io.quern.advisor.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quern.advisor.Describer;
import io.quern.advisor.Explainer;
import io.quern.advisor.Refused;
import io.quern.optimizer.Statement;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.sql.SQLException;
import java.util.List;

class PlansAndShapesIT {
    private static final int INT4 = 23;
    private static final int INT8 = 20;
    private static final int TEXT = 25;

    private final FreshDatabase database = new FreshDatabase();
    private final UpstreamDatabases databases = database.asSuperuser();
    private final PreparedDescriber describer = new PreparedDescriber(databases);

    @BeforeEach
    void createTable() throws SQLException {
        database.sql(
                "CREATE SCHEMA app",
                "CREATE TYPE app.status AS ENUM ('new', 'old')",
                "CREATE TYPE public.status AS ENUM ('other')",
                "CREATE TABLE app.t (id int PRIMARY KEY, n bigint, s app.status, j jsonb)");
    }

    @AfterEach
    void close() throws Exception {
        database.close();
    }

    private Describer.Shape describe(String path, String sql, Integer... types) {
        return describer.describe(database.name, path, new Statement(sql, List.of(types)));
    }

    @Test
    void resolvesParametersAndResults() throws SQLException {
        int status = Integer.parseInt(database.value("SELECT 'app.status'::regtype::oid::int"));
        int other = Integer.parseInt(database.value("SELECT 'public.status'::regtype::oid::int"));
        assertThat(describe("app", "SELECT n, s FROM t WHERE id = $2 AND n > $1"))
                .isEqualTo(new Describer.Shape(List.of(INT8, INT4), List.of(INT8, status)));
        assertThat(describe("public", "SELECT 'other'::status").resultTypes())
                .containsExactly(other);
        assertThat(describe("app", "SELECT $1, $2 FROM t", 0, status))
                .isEqualTo(new Describer.Shape(List.of(TEXT, status), List.of(TEXT, status)));
        assertThat(describe("app", "DELETE FROM t WHERE id = $1").resultTypes()).isEmpty();
    }

    @Test
    void leavesOperatorsEscapesCommentsAndQuestionMarksAlone() {
        assertThat(
                        describe(
                                        "app",
                                        "SELECT '{fn x}', j ? 'a' FROM t -- why; not",
                                        new Integer[0])
                                .resultTypes())
                .hasSize(2);
        assertThat(describe("app", "SELECT ';' /* ; */;").resultTypes()).hasSize(1);
    }

    @Test
    void refusesTwoStatementsAndUtilityCommands() throws SQLException {
        for (String sql :
                List.of(
                        "SELECT 1; DROP TABLE app.t",
                        "SELECT 1; COMMIT; DROP TABLE app.t",
                        "SELECT 'a\\'; DROP TABLE app.t; --'",
                        "DROP TABLE app.t",
                        "")) {
            assertThatThrownBy(() -> describe("app", sql)).isInstanceOf(Refused.class);
        }
        assertThat(database.value("SELECT count(*) FROM app.t")).isEqualTo("0");
    }

    @Test
    void neverRepeatsALiteral() {
        assertThatThrownBy(() -> describe("app", "SELECT * FROM t WHERE id = 'hunter2'"))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("22P02")
                .hasMessageNotContaining("hunter2");
        assertThatThrownBy(() -> describe("app", "SELECT nope FROM t WHERE id = 1"))
                .hasMessageContaining("column \"nope\" does not exist");
        assertThatThrownBy(() -> describe(" ", "SELECT 1")).hasMessageContaining("search_path");
    }

    @Test
    void doesNotRememberAFailedStatement() {
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> describe("app", "SELECT nope FROM t"))
                    .isInstanceOf(Refused.class);
            assertThat(describe("app", "SELECT id FROM t").resultTypes()).containsExactly(INT4);
        }
    }

    @Test
    void aClientsPathWithItsOwnOperatorsIsNotQuerns() throws SQLException {
        database.sql(
                "CREATE SCHEMA evil",
                "CREATE FUNCTION evil.no(text, text) RETURNS bool LANGUAGE sql AS 'SELECT false'",
                "CREATE OPERATOR evil.= (LEFTARG = text, RIGHTARG = text, FUNCTION = evil.no)");
        assertThat(describe("evil, pg_catalog", "SELECT $1 + 1").parameterTypes())
                .containsExactly(INT4);
    }

    private Explainer.Explained explain(UpstreamDatabases as, String sql, Integer... types) {
        return new PlanExplainer(as, json -> new Explainer.Explained(json, 1))
                .explain(database.name, "app", new Statement(sql, List.of(types)));
    }

    @Test
    void plansGenericallyAndRunsNothing() throws SQLException {
        database.sql("CREATE SEQUENCE app.calls");
        assertThat(explain(databases, "SELECT * FROM t WHERE id = $1").text())
                .contains("\"Index Cond\": \"(id = $1)\"");
        assertThat(explain(databases, "SELECT * FROM t WHERE id = 7").text()).contains("(id = 7)");
        assertThat(explain(databases, "SELECT nextval('calls')").text()).contains("Result");
        assertThat(explain(databases, "DELETE FROM t").text()).contains("ModifyTable");
        assertThat(database.value("SELECT is_called FROM app.calls")).isEqualTo("f");
    }

    @Test
    void thePlanShownHasNoLiteral() {
        Explainer.Explained explained =
                new PlanExplainer(databases)
                        .explain(
                                database.name,
                                "app",
                                new Statement("SELECT * FROM t WHERE n = 987654", List.of()));
        assertThat(explained.text()).contains("Seq Scan").doesNotContain("987654");
        assertThat(explained.totalCost()).isPositive();
    }

    @Test
    void namesTheGrantThatHelps() throws SQLException {
        UpstreamDatabases nobody = database.asNobody();
        database.sql("CREATE VIEW app.v AS SELECT * FROM app.t");
        assertGrant(nobody, "SELECT * FROM app.v", "GRANT USAGE ON SCHEMA \"app\"");
        assertGrant(nobody, "SELECT * FROM app.v", "GRANT SELECT ON \"app\".\"v\"");
        assertThat(explain(nobody, "SELECT * FROM app.v").text()).contains("Seq Scan");
        assertGrant(nobody, "SELECT * FROM t WHERE id = $1", "GRANT SELECT ON \"app\".\"t\"");
        assertThat(explain(nobody, "SELECT * FROM t WHERE id = $1").text()).contains("Index");
    }

    private void assertGrant(UpstreamDatabases nobody, String sql, String start)
            throws SQLException {
        String expected = start + " TO \"" + database.role + "\";";
        try {
            explain(nobody, sql);
        } catch (Refused e) {
            String message = String.valueOf(e.getMessage());
            assertThat(message).endsWith("; " + expected);
            database.sql(message.substring(message.indexOf("GRANT")));
            return;
        }
        throw new AssertionError("planned without " + expected);
    }
}
