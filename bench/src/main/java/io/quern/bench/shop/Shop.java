package io.quern.bench.shop;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * A web shop with the mistakes real applications make. Its data are the same at every start, and so
 * are its statements; only their values are drawn.
 */
public final class Shop {
    private static final long SEED = 20_261_101;
    private static final int CHUNK_BYTES = 1 << 16;
    private static final int WIDE = 300;

    private final ShopData.Scale scale;

    /** The shop of the demo: about a million rows. */
    public Shop() {
        this(ShopData.Scale.DEMO);
    }

    Shop(ShopData.Scale scale) {
        this.scale = scale;
    }

    /**
     * Creates the schema, loads the rows and analyses them, within a few seconds. Stops between two
     * batches when the thread is interrupted.
     *
     * @param progress takes one line per table
     */
    public void load(Connection connection, Consumer<String> progress)
            throws SQLException, IOException, InterruptedException {
        execute(connection, resource("schema.sql"));
        ShopData data = new ShopData(scale, SEED);
        for (ShopData.Table table : data.tables()) {
            copy(connection, table, data.random(table));
            progress.accept(String.format("loaded %,d %s", table.rows(), table.name()));
        }
        execute(connection, resource("indexes.sql"));
        for (ShopData.Table table : data.tables()) {
            // Rows placed from now on follow those loaded.
            execute(
                    connection,
                    "SELECT setval(pg_get_serial_sequence('%1$s', 'id'), %2$d)"
                            .formatted(table.name(), Math.max(1, table.rows())));
        }
        execute(connection, "VACUUM ANALYZE");
    }

    private static void copy(Connection connection, ShopData.Table table, SplittableRandom random)
            throws SQLException, InterruptedException {
        CopyIn copy =
                connection
                        .unwrap(PGConnection.class)
                        .getCopyAPI()
                        .copyIn("COPY " + table.name() + " (" + table.columns() + ") FROM STDIN");
        try {
            StringBuilder lines = new StringBuilder(CHUNK_BYTES + 1024);
            for (int number = 1; number <= table.rows(); number++) {
                table.row().write(number, random, lines);
                if (lines.length() >= CHUNK_BYTES || number == table.rows()) {
                    byte[] bytes = lines.toString().getBytes(UTF_8);
                    copy.writeToCopy(bytes, 0, bytes.length);
                    lines.setLength(0);
                    if (Thread.interrupted()) {
                        throw new InterruptedException("loading was interrupted");
                    }
                }
            }
            copy.endCopy();
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String resource(String name) throws IOException {
        try (var in = Shop.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException(name + " is missing from the jar");
            }
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    /** The queries of the application. The shares add up to what they are shares of. */
    public List<ShopStatement> statements() {
        return List.of(
                new ShopStatement(
                        "events of a day",
                        "SELECT kind, count(*) AS hits, count(DISTINCT customer_id) AS visitors"
                                + " FROM events WHERE date_trunc('day', created_at) = ?"
                                + " GROUP BY kind ORDER BY kind",
                        "a function call on the indexed column keeps its index from use",
                        12,
                        random -> List.of(recentDay(random))),
                new ShopStatement(
                        "latest orders of a customer",
                        "SELECT * FROM orders WHERE customer_id = ?"
                                + " ORDER BY created_at DESC LIMIT 20",
                        "no index on the foreign key; SELECT *",
                        20,
                        random -> List.of(customer(random))),
                items(),
                new ShopStatement(
                        "customers without orders",
                        "SELECT id, email FROM customers WHERE country = ? AND created_at >= ?"
                                + " AND id NOT IN (SELECT customer_id FROM orders)",
                        "NOT IN cannot become a join",
                        2,
                        random ->
                                List.of(
                                        ShopData.pick(ShopData.COUNTRIES, random),
                                        recentDay(random))),
                new ShopStatement(
                        "customer by e-mail",
                        "SELECT * FROM customers WHERE lower(email) = ?",
                        "no index on lower(email)",
                        8,
                        random ->
                                List.of(ShopData.email(customer(random)).toLowerCase(Locale.ROOT))),
                new ShopStatement(
                        "page of orders",
                        "SELECT id, customer_id, total, created_at FROM orders WHERE status = ?"
                                + " ORDER BY created_at DESC LIMIT 25 OFFSET ?",
                        "OFFSET reads all it skips",
                        6,
                        random ->
                                List.of(
                                        ShopData.pick(ShopData.STATUSES, random),
                                        25 * (ShopData.skewed(40, random) - 1))),
                new ShopStatement(
                        "prices of a basket",
                        "SELECT id, name, price FROM products WHERE id IN ("
                                + String.join(", ", Collections.nCopies(WIDE, "?"))
                                + ")",
                        "an IN list of hundreds",
                        5,
                        random -> products(WIDE, random)),
                product());
    }

    /** What one order contains; the application then asks for each product on its own. */
    ShopStatement items() {
        return new ShopStatement(
                "items of an order",
                "SELECT id, product_id, quantity, price FROM order_items WHERE order_id = ?",
                "no index on the foreign key",
                14,
                random -> List.of(1L + random.nextInt(scale.orders())));
    }

    /** Nothing wrong with it, but that it is sent once per row of another. */
    ShopStatement product() {
        return new ShopStatement(
                "product",
                "SELECT * FROM products WHERE id = ?",
                "n + 1: sent once for each item of an order",
                4,
                random -> List.of(ShopData.skewed(scale.products(), random)));
    }

    int customer(SplittableRandom random) {
        return ShopData.skewed(scale.customers(), random);
    }

    int productNumber(SplittableRandom random) {
        return ShopData.skewed(scale.products(), random);
    }

    private List<Object> products(int count, SplittableRandom random) {
        List<Object> ids = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ids.add(productNumber(random));
        }
        return ids;
    }

    /** The start of a day; the last weeks are asked for most. */
    private static LocalDateTime recentDay(SplittableRandom random) {
        return ShopData.FIRST_DAY
                .plusDays(ShopData.DAYS - ShopData.skewed(120, random))
                .atStartOfDay();
    }
}
