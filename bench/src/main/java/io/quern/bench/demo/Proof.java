package io.quern.bench.demo;

import io.quern.advisor.Proposal;
import io.quern.bench.shop.ShopStatement;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * Whether a change left the results as they were, found out on the demo's own data with nobody
 * writing meanwhile. Results are compared as multisets of rows.
 *
 * @param identical whether every comparison was equal, and there was something to compare
 * @param detail what was compared or what is wrong, one sentence without values
 */
record Proof(boolean identical, String detail) {
    private static final int DRAWS = 12;
    private static final String OTHER_ACCESS_PATHS =
            "SET enable_indexscan = off; SET enable_bitmapscan = off; SET enable_indexonlyscan ="
                    + " off";

    /** A variant as it stands prepared on a backend: its text with {@code $n}, and its types. */
    private record Prepared(String text, List<String> types) {}

    /** Connections to the database for comparing: to it directly, and through Quern. */
    interface Routes {
        Connection direct() throws SQLException;

        Connection proxied() throws SQLException;
    }

    /**
     * Runs a statement directly, through Quern, and once more directly in the very text that Quern
     * had prepared on the proxied backend, for a dozen draws of its values.
     */
    static Proof ofRewrite(ShopStatement statement, Routes routes) throws SQLException {
        try (Connection direct = routes.direct();
                Connection proxied = routes.proxied()) {
            Map<List<Object>, Map<List<String>, Integer>> expected = draws(statement, direct);
            for (var draw : expected.entrySet()) {
                var rows = counted(statement.run(proxied, draw.getKey()));
                if (!rows.equals(draw.getValue())) {
                    return new Proof(false, "through Quern the rows differ");
                }
            }
            List<Prepared> variants = variants(statement, proxied);
            if (variants.isEmpty()) {
                return new Proof(false, "Quern prepared no variant on the connection");
            }
            for (Prepared variant : variants) {
                for (var draw : expected.entrySet()) {
                    var rows = counted(execute(variant, draw.getKey(), direct));
                    if (!rows.equals(draw.getValue())) {
                        return new Proof(false, "the rewritten text returns other rows");
                    }
                }
            }
            return verdict(expected, "direct, through Quern and as rewritten");
        }
    }

    /** Runs a statement with and without indexes and through Quern, for a dozen draws. */
    static Proof ofIndex(Proposal.NewIndex index, ShopStatement statement, Routes routes)
            throws SQLException {
        try (Connection with = routes.direct();
                Connection without = routes.direct();
                Connection proxied = routes.proxied()) {
            try (Statement settings = without.createStatement()) {
                settings.execute(OTHER_ACCESS_PATHS);
            }
            Map<List<Object>, Map<List<String>, Integer>> expected = draws(statement, without);
            boolean used = false;
            for (var draw : expected.entrySet()) {
                used |= plan(statement.literal(draw.getKey()), with).contains(index.name());
                for (Connection connection : List.of(with, proxied)) {
                    var rows = counted(statement.run(connection, draw.getKey()));
                    if (!rows.equals(draw.getValue())) {
                        return new Proof(false, "with the index the rows differ");
                    }
                }
            }
            return used
                    ? verdict(expected, "with the index, without any and through Quern")
                    : new Proof(false, "no plan uses the index");
        }
    }

    private static Proof verdict(
            Map<List<Object>, Map<List<String>, Integer>> expected, String how) {
        int rows =
                expected.values().stream()
                        .flatMap(counts -> counts.values().stream())
                        .mapToInt(Integer::intValue)
                        .sum();
        if (rows == 0) {
            return new Proof(false, "every result was empty, which proves nothing");
        }
        return new Proof(
                true,
                "%d executions with %d rows compared, %s".formatted(expected.size(), rows, how));
    }

    private static Map<List<Object>, Map<List<String>, Integer>> draws(
            ShopStatement statement, Connection connection) throws SQLException {
        SplittableRandom random = new SplittableRandom(11);
        Map<List<Object>, Map<List<String>, Integer>> expected = new LinkedHashMap<>();
        for (int i = 0; i < DRAWS; i++) {
            List<Object> values = statement.parameters().apply(random);
            expected.put(values, counted(statement.run(connection, values)));
        }
        return expected;
    }

    /** What stands prepared on this backend besides the statement itself: Quern's variants. */
    private static List<Prepared> variants(ShopStatement statement, Connection proxied)
            throws SQLException {
        List<Prepared> variants = new ArrayList<>();
        try (PreparedStatement query =
                proxied.prepareStatement(
                        "SELECT statement, parameter_types::text[] FROM"
                                + " pg_catalog.pg_prepared_statements WHERE statement <> ?"
                                + " AND statement NOT LIKE '%pg_prepared_statements%'")) {
            query.setString(1, statement.numbered());
            try (ResultSet result = query.executeQuery()) {
                while (result.next()) {
                    String[] types = (String[]) result.getArray(2).getArray();
                    variants.add(new Prepared(result.getString(1), Arrays.asList(types)));
                }
            }
        }
        return variants;
    }

    private static List<List<String>> execute(
            Prepared variant, List<Object> values, Connection connection) throws SQLException {
        String types =
                variant.types().isEmpty() ? "" : "(" + String.join(", ", variant.types()) + ")";
        String arguments =
                values.isEmpty()
                        ? ""
                        : values.stream()
                                .map(ShopStatement::quoted)
                                .collect(Collectors.joining(", ", "(", ")"));
        try (Statement statement = connection.createStatement()) {
            statement.execute("PREPARE proof " + types + " AS " + variant.text());
            try (ResultSet result = statement.executeQuery("EXECUTE proof " + arguments)) {
                return ShopStatement.rows(result);
            } finally {
                statement.execute("DEALLOCATE proof");
            }
        }
    }

    private static String plan(String sql, Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("EXPLAIN " + sql)) {
            return ShopStatement.rows(result).toString();
        }
    }

    private static Map<List<String>, Integer> counted(List<List<String>> rows) {
        Map<List<String>, Integer> counts = new HashMap<>();
        rows.forEach(row -> counts.merge(row, 1, Integer::sum));
        return counts;
    }
}
