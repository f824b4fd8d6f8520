package io.quern.optimizer.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quern.optimizer.CatalogFixture;
import io.quern.optimizer.Context;
import io.quern.optimizer.PostgresServer;
import io.quern.optimizer.ServerAnalyzer;
import io.quern.optimizer.SlotCheck;
import io.quern.optimizer.Statement;
import io.quern.optimizer.catalog.ParseAnalyzer;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.parse.Grammar;
import io.quern.optimizer.parse.Tree;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Arithmetic that stays in the range of numeric is told from what may leave it. */
class MagnitudeIT {
    private static Connection connection;
    private static ServerAnalyzer analyzer;

    @BeforeAll
    static void connect() throws SQLException {
        PostgresServer server = PostgresServer.shared();
        connection = server.connect(server.createDatabase());
        try (var s = connection.createStatement()) {
            s.execute(
                    "CREATE TABLE t (k int PRIMARY KEY, m numeric(15,2) NOT NULL, i int, b bigint,"
                            + " n numeric, f float8, d date, at timestamp, z timestamptz)");
            s.execute("INSERT INTO t VALUES (1, 3, 4, 5, 1e131071, 7)");
        }
        analyzer = new ServerAnalyzer(connection);
    }

    @AfterAll
    static void close() throws SQLException {
        connection.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "m * (1 - m) * (1 + m) > 0",
                "m * i - b > -m",
                "m > 0.2 * m",
                "round(m * 2.5, 1) > abs(m - 1)",
                "CASE WHEN i > 0 THEN m * m ELSE 0 END + coalesce(m, i) > greatest(m, 1)",
                "m > (SELECT 0.2 * avg(u.m * u.i) FROM t u WHERE u.k = t.k)",
                "m > (SELECT avg(u.m * u.i) FROM t u WHERE u.k = t.k)",
                "m > (SELECT avg(u.m) FROM t u WHERE u.k = t.k)",
                "m > (SELECT 0.2 * avg(u.m) FROM t u)",
                "extract(year FROM d) * extract(month FROM at) < 3",
                "k IN (SELECT k FROM (SELECT k, sum(m) AS s FROM t GROUP BY k) u WHERE s * 2 > s)",
                "k IN (SELECT k FROM (SELECT k, m * m FROM t UNION SELECT k, i + m FROM t) u (k, p)"
                        + " WHERE p * p > 1)",
                "k IN (WITH w AS (SELECT k, sum(m) AS s FROM t GROUP BY k) SELECT w.k FROM w JOIN t v"
                        + " USING (k) WHERE s - 1.5 > v.m)",
                "m * 1e50000 > 0 AND 'NaN'::numeric + m > 0"
            })
    void itStaysInRange(String condition) {
        assertThat(doubt(condition)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "n + 1 > 0",
                "m * n > 0",
                "n * 1.5 > 0",
                "f * 2 > 0",
                "i + 1 > 0",
                "b * m::int8 > 0",
                "m / i > 0",
                "m % i > 0",
                "m ^ 2 > 0",
                "m * 1e99999 * 1e99999 > 0",
                "round(n) > 0",
                "abs(i) > 0",
                "k IN (SELECT k FROM (SELECT k, sum(n) AS s FROM t GROUP BY k) u WHERE s > 0)",
                "k IN (SELECT k FROM (SELECT k, m FROM t UNION ALL SELECT k, n FROM t) u WHERE m * 2 > 1)",
                "k IN (WITH RECURSIVE r (k, p) AS (SELECT 1, m::numeric FROM t UNION ALL SELECT k, p * p FROM"
                        + " r WHERE k < 2) SELECT k FROM r)"
            })
    void itMayLeaveTheRange(String condition) {
        assertThat(doubt(condition)).isNotEmpty();
    }

    @Test
    void theLargestNumberCannotBeDoubled() {
        assertThatThrownBy(
                        () -> {
                            try (var s = connection.createStatement()) {
                                s.execute("SELECT 1 FROM t WHERE n * 100 > 0");
                            }
                        })
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("overflow");
    }

    @Test
    void aNumberThatCountedMustStay() {
        assertThat(new CannotFail(resolved("m > 0.25 * m AND i > 7")).checks())
                .containsExactly(new SlotCheck.Exactly(7, "0.25"));
    }

    private static String doubt(String condition) {
        return new CannotFail(resolved(condition)).doubt().orElse("");
    }

    private static Resolved resolved(String condition) {
        var statement = new Statement("SELECT k FROM t WHERE " + condition, List.of());
        Context context;
        try {
            context = new Context(CatalogFixture.read(connection), List.of("public"), "UTC");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        if (Grammar.parse(statement.sql()) instanceof Tree tree
                && analyzer.analyze(statement, context) instanceof ParseAnalyzer.Analyzed answer
                && Resolved.of(statement, context, tree, answer)
                        instanceof Resolved.Of(Resolved resolved)) {
            return resolved;
        }
        throw new AssertionError("not resolved: " + condition);
    }
}
