package io.quern.bench.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.quern.bench.shop.Shop;
import io.quern.bench.shop.ShopStatement;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** The shop on its real database: what its faults cost, and what mending them gains. */
class ShopIT {
    private static final int RUNS = 15;

    private static EmbeddedDatabase database;
    private static Shop shop;

    @BeforeAll
    static void load() throws Exception {
        database = EmbeddedDatabase.start(line -> {});
        shop = new Shop();
        long start = System.nanoTime();
        try (Connection connection = database.connect(database.shop())) {
            shop.load(connection, line -> {});
        }
        System.out.printf("loaded in %.1f s%n", (System.nanoTime() - start) / 1e9);
    }

    @AfterAll
    static void stop() throws Exception {
        database.close();
    }

    @Test
    void everyStatementRunsBothWaysAndReturnsTheSame() throws SQLException {
        SplittableRandom random = new SplittableRandom(1);
        try (Connection connection = database.connect(database.shop())) {
            for (ShopStatement statement : shop.statements()) {
                List<Object> values = statement.parameters().apply(random);
                var rows = statement.run(connection, values);
                assertThat(statement.runLiteral(connection, values))
                        .as(statement.name())
                        .containsExactlyInAnyOrderElementsOf(rows);
                System.out.printf(
                        "%-30s %8.2f ms %6d rows%n",
                        statement.name(), median(connection, statement, random), rows.size());
            }
        }
    }

    @Test
    void aRangeInsteadOfATruncatedDateIsAtLeastTwentyTimesFaster() throws SQLException {
        ShopStatement original = named("events of a day");
        ShopStatement range =
                with(
                        original,
                        original.sql()
                                .replace(
                                        "date_trunc('day', created_at) = ?",
                                        "created_at >= ?1 AND created_at < ?1 + interval '1 day'")
                                .replace("?1", "CAST(? AS timestamp)"));
        ShopStatement twice =
                new ShopStatement(
                        range.name(),
                        range.sql(),
                        "",
                        1,
                        random -> {
                            Object day = original.parameters().apply(random).getFirst();
                            return List.of(day, day);
                        });
        assertGain(original, twice, 20);
    }

    @Test
    void notExistsInsteadOfNotInIsNoSlower() throws SQLException {
        ShopStatement original = named("customers without orders");
        ShopStatement exists =
                with(
                        original,
                        original.sql()
                                .replace(
                                        "id NOT IN (SELECT customer_id FROM orders)",
                                        "NOT EXISTS (SELECT 1 FROM orders"
                                                + " WHERE orders.customer_id = customers.id)"));
        assertGain(original, exists, 1);
    }

    @Test
    void anIndexIsAtLeastTwentyTimesFaster() throws SQLException {
        Map<String, String> indexes = new HashMap<>();
        indexes.put("latest orders of a customer", "orders (customer_id, created_at)");
        indexes.put("items of an order", "order_items (order_id)");
        try (Connection connection = database.connect(database.shop());
                Statement ddl = connection.createStatement()) {
            for (var index : indexes.entrySet()) {
                ShopStatement statement = named(index.getKey());
                SplittableRandom random = new SplittableRandom(3);
                double before = median(connection, statement, random);
                ddl.execute("CREATE INDEX test ON " + index.getValue());
                double after = median(connection, statement, random);
                ddl.execute("DROP INDEX test");
                report(statement.name() + " with index", before, after);
                assertThat(before / after).as(statement.name()).isGreaterThan(20);
            }
        }
    }

    @Test
    void quernsAccountMayReadAndIndexAndKeepAStoreButNotWrite() throws SQLException {
        try (Connection connection = database.connect(database.quern());
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE INDEX CONCURRENTLY quern_test ON customers (country)");
            statement.execute("DROP INDEX CONCURRENTLY quern_test");
            statement.execute("CREATE SCHEMA quern");
            statement.execute("DROP SCHEMA quern");
            statement.executeQuery("SELECT query FROM pg_stat_activity").close();
            statement.executeQuery("SELECT rolsuper FROM pg_roles WHERE rolname = current_user");
        }
    }

    private static void assertGain(ShopStatement original, ShopStatement other, double least)
            throws SQLException {
        try (Connection connection = database.connect(database.shop())) {
            double before = median(connection, original, new SplittableRandom(2));
            double after = median(connection, other, new SplittableRandom(2));
            report(original.name() + " rewritten", before, after);
            assertThat(before / after).isGreaterThan(least * 0.8);
        }
    }

    private static void report(String what, double before, double after) {
        System.out.printf("%s: %.2f ms -> %.2f ms, %.0fx%n", what, before, after, before / after);
    }

    private static double median(
            Connection connection, ShopStatement statement, SplittableRandom random)
            throws SQLException {
        double[] millis = new double[RUNS];
        for (int i = -3; i < RUNS; i++) {
            List<Object> values = statement.parameters().apply(random);
            long start = System.nanoTime();
            statement.run(connection, values);
            if (i >= 0) {
                millis[i] = (System.nanoTime() - start) / 1e6;
            }
        }
        Arrays.sort(millis);
        return millis[RUNS / 2];
    }

    private static ShopStatement named(String name) {
        return shop.statements().stream()
                .filter(s -> s.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static ShopStatement with(ShopStatement original, String sql) {
        return new ShopStatement(original.name(), sql, "", 1, original.parameters());
    }
}
