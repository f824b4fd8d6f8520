package io.quern.bench.lab;

import io.quern.bench.shop.Shop;
import io.quern.bench.shop.ShopStatement;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** The demo's web shop: each of its statements with several values. */
final class ShopScene implements Scene {
    private static final int DRAWS = 5;
    private static final long SEED = 7;

    private final Shop shop = new Shop();

    @Override
    public String name() {
        return "shop";
    }

    @Override
    public String locale() {
        return "C.UTF-8";
    }

    @Override
    public void load(Connection connection) throws SQLException, IOException, InterruptedException {
        shop.load(connection, step -> {});
    }

    @Override
    public List<Asked> statements() {
        List<Asked> statements = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(SEED);
        for (ShopStatement statement : shop.statements()) {
            for (int draw = 1; draw <= DRAWS; draw++) {
                List<String> values =
                        statement.parameters().apply(random).stream().map(String::valueOf).toList();
                statements.add(
                        new Asked(
                                statement.name() + " " + draw,
                                numbered(statement.sql()),
                                values,
                                Map.of()));
            }
        }
        return statements;
    }

    private static String numbered(String sql) {
        StringBuilder out = new StringBuilder();
        int number = 0;
        for (int i = 0; i < sql.length(); i++) {
            char c = sql.charAt(i);
            if (c == '?') {
                out.append('$').append(++number);
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    @Override
    public List<String> candidates() {
        return List.of(
                "CREATE INDEX c1 ON public.orders (customer_id, created_at DESC)",
                "CREATE INDEX c2 ON public.order_items (order_id)",
                "CREATE INDEX c3 ON public.customers (lower(email::text))",
                "CREATE INDEX c4 ON public.orders (status, created_at DESC)",
                "CREATE INDEX c5 ON public.orders (created_at) WHERE status = 'paid'",
                "CREATE INDEX c6 ON public.events (kind, created_at) INCLUDE (customer_id)",
                "CREATE INDEX c7 ON public.customers (country, created_at)",
                "CREATE INDEX c8 ON public.order_items (product_id)",
                "CREATE INDEX c9 ON public.events USING brin (created_at)");
    }

    @Override
    public List<String> growth() {
        return List.of(
                """
                INSERT INTO orders (customer_id, status, total, created_at, shipped_at, note)
                SELECT customer_id, status, total, created_at + interval '73 days', shipped_at, note
                FROM orders WHERE id > 135000
                """,
                """
                INSERT INTO order_items (order_id, product_id, quantity, price)
                SELECT order_id + 15000, product_id, quantity, price FROM order_items WHERE order_id > 135000
                """,
                """
                INSERT INTO events (customer_id, kind, path, created_at)
                SELECT customer_id, kind, path, created_at + interval '73 days' FROM events
                WHERE id > 405000
                """);
    }
}
