package io.quern.optimizer.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.quern.optimizer.CatalogFixture;
import io.quern.optimizer.Context;
import io.quern.optimizer.PostgresServer;
import io.quern.optimizer.Refusal;
import io.quern.optimizer.ServerAnalyzer;
import io.quern.optimizer.Statement;
import io.quern.optimizer.catalog.ParseAnalyzer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

final class IndexAnalyzerIT {
    private static final String DATABASE = prepare();
    private static final IndexAnalyzer ANALYZER =
            new IndexAnalyzer(ServerAnalyzer.of(PostgresServer.shared()));

    private static String prepare() {
        PostgresServer server = PostgresServer.shared();
        String database = server.createDatabase();
        try (Connection c = server.connect(database);
                var s = c.createStatement()) {
            s.execute(
                    """
                    CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL, status text NOT NULL,
                                         created_at timestamp NOT NULL, total int NOT NULL, code int NOT NULL,
                                         note varchar, paid boolean, parent_id int);
                    INSERT INTO orders SELECT i, i % 1000, CASE i % 3 WHEN 0 THEN 'new' ELSE 'done' END,
                        timestamp '2024-01-01' + i * interval '1 minute', i % 500, i, 'n' || i % 700, i % 2 = 0, i / 3
                        FROM generate_series(1, 50000) i;
                    CREATE TABLE items (id int PRIMARY KEY, order_id int NOT NULL, filler text NOT NULL);
                    INSERT INTO items SELECT i, i / 2, repeat('x', 50) FROM generate_series(1, 50000) i;
                    CREATE TABLE tiny (id int);
                    CREATE VIEW recent AS SELECT * FROM orders WHERE created_at > '2024-02-01';
                    CREATE TABLE parts (id int) PARTITION BY RANGE (id);
                    CREATE INDEX orders_total ON orders (total, created_at DESC);
                    CREATE INDEX orders_part ON orders (code) WHERE total > 5;
                    ANALYZE
                    """);
            return database;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static IndexAnalyzer.Findings propose(String sql) throws SQLException {
        try (Connection c = PostgresServer.shared().connect(DATABASE)) {
            return ANALYZER.propose(
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
                "SELECT * FROM orders WHERE code = 7::bigint | code",
                "SELECT * FROM orders WHERE note = 'n1' | note",
                "SELECT * FROM orders WHERE 'n1'::text = note | note",
                "SELECT * FROM orders WHERE customer_id = ANY($1) | customer_id",
                "SELECT * FROM orders WHERE parent_id IS NULL | parent_id",
                "SELECT * FROM orders WHERE NOT paid AND parent_id = 5 | parent_id, paid",
                "SELECT * FROM orders WHERE paid IS TRUE AND customer_id > 5 | paid, customer_id",
                "SELECT * FROM orders WHERE customer_id = 5 AND total = 1 OR customer_id = 6 | customer_id",
                "SELECT * FROM orders WHERE customer_id = 5 OR customer_id > 900 | customer_id",
                "SELECT * FROM orders WHERE (created_at, id) > ($1, $2) | created_at, id",
                "SELECT * FROM orders WHERE (created_at, id) < ($1, $2) ORDER BY created_at DESC, id DESC LIMIT 9 | created_at DESC, id DESC",
                "SELECT * FROM orders ORDER BY created_at, lower(note) LIMIT 5 | created_at",
                "SELECT max(created_at) FROM orders WHERE customer_id = 5 | customer_id, created_at",
                "SELECT status, code, count(*) FROM orders WHERE customer_id = 5 GROUP BY code, status ORDER BY status | customer_id, status, code",
                "SELECT DISTINCT code FROM orders WHERE customer_id = 5 | customer_id, code",
                "SELECT DISTINCT ON (code) * FROM orders WHERE customer_id = 5 ORDER BY code, created_at DESC | customer_id, code, created_at DESC",
                "WITH mine AS (SELECT * FROM orders WHERE customer_id = 5) SELECT count(*) FROM mine | customer_id",
                "SELECT 1 UNION ALL (SELECT code FROM orders WHERE customer_id = 5 ORDER BY created_at LIMIT 1) | customer_id, created_at",
                "SELECT * FROM (SELECT customer_id AS c FROM orders) o WHERE c = 5 | customer_id",
                "SELECT * FROM (SELECT id AS c FROM tiny UNION ALL SELECT customer_id FROM orders) o WHERE c = 5 | customer_id",
                "SELECT * FROM tiny WHERE EXISTS (SELECT 1 FROM items WHERE order_id = tiny.id) | order_id",
                "SELECT (SELECT max(created_at) FROM orders o WHERE o.customer_id = tiny.id) FROM tiny | customer_id, created_at",
                "SELECT * FROM tiny, LATERAL (SELECT * FROM orders o WHERE o.customer_id = tiny.id ORDER BY code LIMIT 3) l | customer_id, code",
                "SELECT * FROM tiny WHERE id IN (SELECT customer_id FROM orders) | customer_id",
                "SELECT * FROM orders WHERE customer_id IN (SELECT id FROM tiny) | customer_id",
                "SELECT * FROM orders WHERE customer_id = (SELECT max(id) FROM tiny) | customer_id",
                "SELECT * FROM tiny LEFT JOIN orders o ON o.customer_id = tiny.id AND o.parent_id IS NULL | parent_id",
                "SELECT * FROM tiny JOIN orders o ON o.customer_id = tiny.id + 1 | customer_id",
                "SELECT * FROM tiny t (customer_id) JOIN orders USING (customer_id) | customer_id",
                "UPDATE orders SET total = 1 FROM tiny WHERE customer_id = tiny.id | customer_id",
                "DELETE FROM orders USING tiny WHERE customer_id = tiny.id AND code = 4 | code",
            })
    void proposes(String sql, String keys) throws SQLException {
        var findings = propose(sql);
        assertThat(findings.candidates()).isNotEmpty();
        assertThat(keys(findings.candidates().getFirst())).isEqualTo(keys);
    }

    private static String keys(IndexAnalyzer.Finding finding) {
        return String.join(
                ", ",
                finding.definition().keys().stream()
                        .map(k -> k.column() + (k.descending() ? " DESC" : ""))
                        .toList());
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
                "SELECT * FROM orders WHERE customer_id = 5 OR code = 6 | or",
                "SELECT * FROM orders WHERE customer_id + 1 = 5 | expression",
                "SELECT * FROM orders WHERE status LIKE 'n%' | like",
                "SELECT * FROM nowhere WHERE id = 7 | unread",
                "SELECT FROM WHERE | grammar",
                "INSERT INTO tiny SELECT code FROM orders WHERE customer_id = 5 | unresolved",
                "SELECT * FROM recent WHERE customer_id = 5 | relation",
                "SELECT * FROM parts WHERE id = 5 | relation",
                "SELECT * FROM orders WHERE customer_id = 5.5 | expression",
                "SELECT * FROM orders WHERE created_at::date = '2024-02-01' | expression",
                "SELECT * FROM orders WHERE customer_id <> 5 | operator",
                "SELECT * FROM orders WHERE note ~ 'x' | operator",
                "SELECT * FROM orders WHERE note = 'n1' COLLATE \"C\" | collation",
                "SELECT * FROM orders WHERE code = random() * 10 | expression",
                "SELECT * FROM orders WHERE code = (random() * 10)::int | volatile",
                "SELECT * FROM orders ORDER BY created_at NULLS FIRST LIMIT 5 | no-condition",
                "SELECT * FROM orders ORDER BY note COLLATE \"C\" LIMIT 5 | no-condition",
                "SELECT code, count(*) FROM orders GROUP BY code ORDER BY 2 LIMIT 5 | no-condition",
                "SELECT *, row_number() OVER (ORDER BY code) FROM orders ORDER BY code LIMIT 5 | no-condition",
                "SELECT * FROM orders o LEFT JOIN tiny ON o.code = 5 | no-condition",
                "SELECT * FROM tiny LEFT JOIN orders o ON o.id = tiny.id WHERE o.parent_id IS NULL | index-exists",
                "SELECT * FROM orders a WHERE a.code = a.customer_id | no-condition",
                "SELECT * FROM orders WHERE code <> ALL ($1) | no-condition",
                "SELECT * FROM (SELECT code FROM orders LIMIT 5) o WHERE code = 5 | no-condition",
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
    void proposesForEachTable() throws SQLException {
        assertThat(
                        propose(
                                        "SELECT * FROM orders o JOIN items i ON i.order_id = o.id"
                                                + " WHERE o.customer_id = $1 AND i.filler > 'x'")
                                .candidates())
                .extracting(f -> f.definition().table().name() + " " + keys(f))
                .containsExactlyInAnyOrder("orders customer_id", "items filler", "items order_id");
    }

    @Test
    void saysThatNobodyReadsTheStatement() throws SQLException {
        try (Connection c = PostgresServer.shared().connect(DATABASE)) {
            var findings =
                    new IndexAnalyzer(
                                    (statement, context) ->
                                            new ParseAnalyzer.Unavailable("the lab is off"))
                            .propose(
                                    new Statement("SELECT 1 FROM orders WHERE code = 1", List.of()),
                                    new Context(CatalogFixture.read(c), List.of("public"), "UTC"));
            assertThat(findings.candidates()).isEmpty();
            assertThat(findings.refusals())
                    .containsExactly(
                            new Refusal(
                                    "index",
                                    "unavailable",
                                    "no index is sought, because the statement was not understood:"
                                            + " the lab is off"));
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
