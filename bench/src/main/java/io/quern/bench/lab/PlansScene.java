package io.quern.bench.lab;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;

/**
 * What is delicate: look-ups by key, inner index scans repeated for each outer row, GIN with
 * entries that are not sorted in yet, beginnings of texts, rows newer than the statistics, joint
 * statistics.
 */
final class PlansScene implements Scene {
    private final String locale;

    /**
     * @param locale {@code C}, under which a plain B-tree serves {@code LIKE 'abc%'}, or another
     */
    PlansScene(String locale) {
        this.locale = requireNonNull(locale, "locale");
    }

    @Override
    public String name() {
        return "delicate, " + locale;
    }

    @Override
    public String locale() {
        return locale;
    }

    @Override
    public void load(Connection connection) throws SQLException, IOException {
        try (var in = PlansScene.class.getResourceAsStream("delicate.sql");
                Statement statement = connection.createStatement()) {
            statement.execute(new String(requireNonNull(in, "delicate.sql").readAllBytes(), UTF_8));
            statement.execute("VACUUM ANALYZE");
            // entries that wait to be sorted in
            statement.execute(
                    "INSERT INTO documents SELECT id + 1000000, tags, body, account_id FROM documents"
                            + " WHERE id <= 2000");
            statement.execute("CHECKPOINT");
        }
    }

    @Override
    public List<Asked> statements() {
        return List.of(
                Asked.of("look-up by key", "SELECT * FROM accounts WHERE id = 4711"),
                Asked.of("look-up by keys", "SELECT * FROM accounts WHERE id IN (1, 500, 99999)"),
                Asked.of("look-up by two keys", "SELECT * FROM members WHERE a = 17 AND b = 3"),
                new Asked(
                        "look-up by a parameter",
                        "SELECT * FROM accounts WHERE id = $1",
                        List.of("77"),
                        Map.of()),
                inner("repeated inner scan", "a.id < 5000"),
                inner("repeated inner scan, few", "a.id < 50"),
                inner("repeated inner scan, many", "a.id < 60000"),
                new Asked(
                        "repeated inner scan, two levels",
                        "SELECT count(*) FROM documents d JOIN accounts a ON a.id = d.account_id"
                                + " JOIN members m ON m.a = a.id WHERE d.id BETWEEN 100 AND 300",
                        List.of(),
                        Map.of("enable_hashjoin", "off", "enable_mergejoin", "off")),
                gin("GIN, a tag", "tags @> ARRAY['t17']"),
                gin("GIN, two tags", "tags @> ARRAY['t17', 't400']"),
                gin("GIN, any tag", "tags && ARRAY['t17', 't900', 't3']"),
                Asked.of(
                        "LIKE, a beginning",
                        "SELECT count(*) FROM accounts WHERE name LIKE 'n12%'"),
                Asked.of(
                        "LIKE, a beginning, pattern operators",
                        "SELECT count(*) FROM accounts WHERE code LIKE 'c7%'"),
                Asked.of("LIKE, a middle", "SELECT count(*) FROM accounts WHERE name LIKE '%77%'"),
                Asked.of(
                        "text between",
                        "SELECT count(*) FROM accounts WHERE name > 'n5' AND name < 'n6'"),
                Asked.of(
                        "newest rows",
                        "SELECT * FROM documents WHERE id > 1000000 ORDER BY id LIMIT 10"),
                Asked.of("newest rows, count", "SELECT count(*) FROM documents WHERE id > 999000"),
                Asked.of(
                        "joint statistics",
                        "SELECT count(*) FROM accounts WHERE city = 'city7' AND region = 'region7'"),
                Asked.of(
                        "joint groups",
                        "SELECT city, region, count(*) FROM accounts GROUP BY 1, 2"),
                Asked.of("an expression", "SELECT * FROM accounts WHERE lower(name) = 'n4711'"),
                Asked.of(
                        "a range",
                        "SELECT count(*) FROM members WHERE during @> DATE '2024-03-01'"),
                Asked.of(
                        "ranges that meet",
                        "SELECT count(*) FROM members"
                                + " WHERE during && daterange('2024-03-01', '2024-03-09')"),
                Asked.of("all but NULL", "SELECT count(*) FROM accounts WHERE note IS NOT NULL"),
                Asked.of("an order", "SELECT * FROM accounts ORDER BY name DESC LIMIT 5"),
                Asked.of(
                        "a merge join",
                        "SELECT count(*) FROM accounts a JOIN documents d ON d.id = a.id"),
                Asked.of("a change", "UPDATE accounts SET note = 'x' WHERE id = 5"));
    }

    private static Asked inner(String name, String condition) {
        return new Asked(
                name,
                "SELECT count(*) FROM accounts a JOIN members m ON m.a = a.id WHERE " + condition,
                List.of(),
                Map.of("enable_hashjoin", "off", "enable_mergejoin", "off"));
    }

    private static Asked gin(String name, String condition) {
        return new Asked(
                name,
                "SELECT count(*) FROM documents WHERE " + condition,
                List.of(),
                Map.of("enable_seqscan", "off"));
    }

    @Override
    public List<String> candidates() {
        return List.of(
                "CREATE INDEX c1 ON public.accounts (city, region)",
                "CREATE INDEX c2 ON public.members USING gist (during)",
                "CREATE INDEX c3 ON public.documents (account_id) INCLUDE (id)",
                "CREATE INDEX c4 ON public.accounts (note) WHERE note IS NOT NULL",
                "CREATE INDEX c5 ON public.accounts (name text_pattern_ops)",
                "CREATE INDEX c6 ON public.members (b, a)",
                "CREATE INDEX c7 ON public.accounts USING hash (code)",
                "CREATE INDEX c8 ON public.accounts (lower(name), city)",
                "CREATE INDEX c9 ON public.documents USING gin (to_tsvector('simple', body))");
    }

    @Override
    public List<String> growth() {
        return List.of(
                """
                INSERT INTO accounts
                SELECT id + 100000, 'n' || (id + 100000), 'c' || (id + 100000), city, region, note
                FROM accounts WHERE id <= 10000
                """,
                "INSERT INTO members SELECT a + 100000, b, during FROM members WHERE a <= 10000");
    }
}
