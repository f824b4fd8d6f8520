package io.quern.optimizer.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.quern.optimizer.CatalogFixture;
import io.quern.optimizer.Context;
import io.quern.optimizer.PostgresServer;
import io.quern.optimizer.Refusal;
import io.quern.optimizer.Statement;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

final class IndexAnalyzerIT {
    private static final String DATABASE = prepare();

    private static String prepare() {
        PostgresServer server = PostgresServer.shared();
        String database = server.createDatabase();
        try (Connection c = server.connect(database);
                var s = c.createStatement()) {
            s.execute(
                    """
                    CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL, status text NOT NULL,
                                         created_at timestamp NOT NULL, total int NOT NULL, code int NOT NULL);
                    INSERT INTO orders SELECT i, i % 1000, CASE i % 3 WHEN 0 THEN 'new' ELSE 'done' END,
                        timestamp '2024-01-01' + i * interval '1 minute', i % 500, i FROM generate_series(1, 50000) i;
                    CREATE TABLE items (id int PRIMARY KEY, order_id int NOT NULL, filler text NOT NULL);
                    INSERT INTO items SELECT i, i / 2, repeat('x', 50) FROM generate_series(1, 50000) i;
                    CREATE TABLE tiny (id int);
                    CREATE INDEX orders_total ON orders (total, created_at DESC);
                    CREATE INDEX orders_part ON orders (code) WHERE total > 5;
                    VACUUM ANALYZE
                    """
                            .replace("VACUUM ANALYZE", "ANALYZE"));
            return database;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static IndexAnalyzer.Findings propose(String sql) throws SQLException {
        try (Connection c = PostgresServer.shared().connect(DATABASE)) {
            return new IndexAnalyzer()
                    .propose(
                            new Statement(sql, List.of()),
                            new Context(CatalogFixture.read(c), List.of("public"), "UTC"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT * FROM orders WHERE customer_id = $1 | customer_id",
                "SELECT * FROM orders WHERE customer_id = 5 ORDER BY created_at DESC LIMIT 10 | customer_id, created_at DESC",
                "SELECT * FROM orders o WHERE status = 'new' AND o.customer_id IN (1, 2) AND created_at > now() - interval '1 day' | customer_id, status, created_at",
                "SELECT * FROM orders WHERE $1 < created_at | created_at",
                "SELECT * FROM orders WHERE created_at BETWEEN $1 AND $2 AND status = 'new' | status, created_at",
                "SELECT * FROM orders ORDER BY created_at LIMIT 5 | created_at",
                "UPDATE orders SET total = 1 WHERE customer_id = $1 | customer_id",
                "DELETE FROM orders WHERE orders.customer_id = $1 | customer_id",
                "SELECT * FROM orders o JOIN items i ON i.order_id = o.id WHERE o.id = 7 | order_id",
                "SELECT * FROM orders WHERE code = 7 | code",
            })
    void proposes(String sql, String keys) throws SQLException {
        var findings = propose(sql);
        assertThat(findings.candidates()).isNotEmpty();
        String first =
                String.join(
                        ", ",
                        findings.candidates().getFirst().definition().keys().stream()
                                .map(k -> k.column() + (k.descending() ? " DESC" : ""))
                                .toList());
        assertThat(first).isEqualTo(keys);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT * FROM orders WHERE id = 7 | index-exists",
                "SELECT * FROM orders WHERE total = 7 ORDER BY created_at LIMIT 5 | index-exists",
                "SELECT * FROM orders WHERE status = 'new' | few-values",
                "SELECT * FROM tiny WHERE id = 7 | small-table",
                "SELECT * FROM orders | no-condition",
                "SELECT * FROM orders WHERE customer_id = 5 OR code = 6 | no-condition",
                "SELECT * FROM orders WHERE customer_id + 1 = 5 | no-condition",
                "SELECT * FROM orders WHERE status LIKE 'n%' | like",
                "SELECT * FROM nowhere WHERE id = 7 | relation",
                "SELECT FROM WHERE | grammar",
            })
    void saysWhyNot(String sql, String code) throws SQLException {
        var findings = propose(sql);
        assertThat(findings.candidates()).isEmpty();
        assertThat(findings.refusals()).extracting(Refusal::code).contains(code);
    }

    @ParameterizedTest
    @CsvSource({"customer_id", "code", "status", "created_at"})
    void estimatesTheSize(String column) throws SQLException {
        try (Connection c = PostgresServer.shared().connect(DATABASE);
                var s = c.createStatement()) {
            var table =
                    CatalogFixture.read(c).tables().stream()
                            .filter(t -> t.name().name().equals("orders"))
                            .findFirst()
                            .orElseThrow();
            long estimate =
                    IndexSize.estimate(
                            table,
                            List.of(new io.quern.optimizer.IndexDefinition.Key(column, false)));
            s.execute("BEGIN; CREATE INDEX measured ON orders (" + column + ")");
            try (var rows = s.executeQuery("SELECT pg_relation_size('measured')")) {
                rows.next();
                assertThat(estimate).isCloseTo(rows.getLong(1), withinPercentage(15));
            }
            s.execute("ROLLBACK");
        }
    }

    @Test
    void explainsItself() throws SQLException {
        assertThat(
                        propose("SELECT 1 FROM orders WHERE customer_id = 5")
                                .candidates()
                                .getFirst()
                                .reason())
                .isEqualTo(
                        "the statement filters by customer_id and no index of public.orders starts"
                                + " with (customer_id)");
    }
}
