package io.quern.advisor.twin;

import io.quern.advisor.Refused;
import io.quern.advisor.copy.SchemaCopy;
import io.quern.advisor.lab.EmbeddedServer;
import io.quern.advisor.upstream.CatalogLoader;
import io.quern.advisor.upstream.Directory;
import io.quern.advisor.upstream.UpstreamDatabases;
import io.quern.advisor.upstream.UpstreamUrl;
import io.quern.optimizer.Catalog;
import io.quern.optimizer.plan.Plan;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** A server with rows, to be the upstream of twins. */
final class RealServer implements AutoCloseable {
    static final List<String> STATEMENTS =
            List.of(
                    "SELECT * FROM orders WHERE id = 7",
                    "SELECT * FROM orders WHERE id IN (1, 7, 30000)",
                    "SELECT * FROM orders WHERE id > 39000 ORDER BY id LIMIT 10",
                    "SELECT * FROM orders WHERE customer_id = 77 AND status = 'paid'",
                    "SELECT status, count(*) FROM orders GROUP BY status",
                    "SELECT * FROM orders WHERE tags @> ARRAY['t17']",
                    "SELECT * FROM orders WHERE tags && ARRAY['t3', 't4']",
                    "SELECT * FROM orders WHERE during && daterange('2024-02-01', '2024-02-03')",
                    "SELECT * FROM customers WHERE city = 'city7' AND region = 'region7'",
                    "SELECT city, region, count(*) FROM customers GROUP BY 1, 2",
                    "SELECT * FROM customers WHERE lower(email) = 'c5@example.com'",
                    "SELECT * FROM customers c JOIN orders o ON o.customer_id = c.id WHERE c.id < 40",
                    "SELECT * FROM customers c WHERE NOT EXISTS"
                            + " (SELECT FROM orders o WHERE o.customer_id = c.id)",
                    "UPDATE orders SET status = 'paid' WHERE id = 7");

    static final List<String> CANDIDATES =
            List.of(
                    "CREATE INDEX extra ON public.orders (status, placed DESC)",
                    "CREATE INDEX extra ON public.orders (placed) WHERE status = 'paid'",
                    "CREATE INDEX extra ON public.orders (customer_id) INCLUDE (status)",
                    "CREATE INDEX extra ON public.customers (city, region)",
                    "CREATE INDEX extra ON public.customers (email text_pattern_ops)",
                    "CREATE INDEX extra ON public.orders USING brin (placed)",
                    "CREATE INDEX extra ON public.customers USING hash (email)");

    private static final String SCHEMA =
            """
            CREATE TABLE customers (id integer PRIMARY KEY, email text NOT NULL, city text NOT NULL,
              region text NOT NULL, CHECK (id > 0));
            INSERT INTO customers SELECT i, 'c' || i || '@example.com', 'city' || i % 50, 'region' || i % 50
            FROM generate_series(1, 5000) i;
            CREATE UNIQUE INDEX customers_email ON customers (email);
            CREATE INDEX customers_lower ON customers (lower(email));
            CREATE STATISTICS customers_place (ndistinct, dependencies, mcv) ON city, region FROM customers;
            CREATE TABLE orders (id bigint PRIMARY KEY, customer_id integer NOT NULL REFERENCES customers,
              status text NOT NULL, placed date NOT NULL, tags text[] NOT NULL, during daterange);
            INSERT INTO orders SELECT i, 1 + i * 7 %% 5000,
              CASE WHEN i %% 1000 = 0 THEN 'lost' WHEN i %% 10 < 7 THEN 'delivered' ELSE 'paid' END,
              DATE '2024-01-01' + i / 100, ARRAY['t' || i %% 100, 't' || i %% 37],
              daterange(DATE '2024-01-01' + i %% 300, DATE '2024-01-01' + i %% 300 + 1 + i %% 5)
            FROM generate_series(1, 40000) i;
            CREATE INDEX orders_customer ON orders (customer_id);
            CREATE INDEX orders_tags ON orders USING gin (tags);
            CREATE INDEX orders_during ON orders USING gist (during);
            """
                    .replace("%%", "%");

    private final EmbeddedServer server;
    private int databases;
    private String common = "";

    private RealServer(EmbeddedServer server) {
        this.server = server;
    }

    static RealServer start(int major) throws IOException, InterruptedException {
        return new RealServer(
                EmbeddedServer.start(
                        EmbeddedServer.Options.of(
                                        "upstream",
                                        Map.of("autovacuum", "off", "shared_buffers", "64MB"))
                                .version(major),
                        step -> {}));
    }

    /** A new database with rows, statistics, and GIN entries that are not sorted in. */
    String database(String locale) throws SQLException {
        String name = empty(locale);
        sql(name, SCHEMA);
        sql(name, "VACUUM ANALYZE");
        sql(
                name,
                "INSERT INTO orders SELECT id + 50000, customer_id, status, placed, tags, during"
                        + " FROM orders WHERE id <= 500");
        return name;
    }

    /** A new database with nothing in it. */
    String empty() throws SQLException {
        return empty("C");
    }

    private String empty(String locale) throws SQLException {
        String name = "real" + ++databases;
        sql(
                "postgres",
                "CREATE DATABASE "
                        + name
                        + " TEMPLATE template0 LOCALE_PROVIDER libc LOCALE '"
                        + locale
                        + "'");
        return name;
    }

    /** One for all who change nothing. */
    String common() throws SQLException {
        if (common.isEmpty()) {
            common = database("C");
        }
        return common;
    }

    void sql(String database, String sql) throws SQLException {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    double size(String database, String index) throws SQLException {
        return Double.parseDouble(
                value(server.connect(database), "SELECT pg_relation_size('" + index + "')"));
    }

    Plan plan(String database, String sql) throws SQLException {
        return Plan.parse(value(server.connect(database), "EXPLAIN (FORMAT JSON) " + sql));
    }

    private static String value(Connection opened, String sql) throws SQLException {
        try (Connection connection = opened;
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return String.valueOf(row.getString(1));
        }
    }

    SchemaCopy schema(String database) {
        return SchemaCopy.whole(catalog(database));
    }

    Catalog catalog(String database) {
        UpstreamUrl url =
                new UpstreamUrl(
                        server.host(),
                        server.port(),
                        database,
                        server.user(),
                        server.password(),
                        Map.of());
        try (UpstreamDatabases all = new UpstreamDatabases(Directory.of(url))) {
            return new CatalogLoader(all).load(database).catalog();
        }
    }

    Snapshot snapshot(String database) throws SQLException {
        return snapshot(server.connect(database));
    }

    /** As a role that may log in and read one table. */
    Snapshot snapshotOfARoleThatReads(String database, String table) throws SQLException {
        sql(database, "CREATE ROLE few_" + database + " LOGIN PASSWORD 'few'");
        sql(database, "GRANT SELECT ON " + table + " TO few_" + database);
        return snapshot(server.connect(database, "few_" + database, "few", new Properties()));
    }

    /** At a database's rows, as the superuser. */
    Glance glance(String database) {
        return asked -> glance(() -> server.connect(database), asked);
    }

    /** As a role whose password is its name. */
    Glance glance(String database, String role) {
        return asked -> glance(() -> server.connect(database, role, role, new Properties()), asked);
    }

    private static Glance.Seen glance(Opening opening, Glance.Asked asked) {
        try (Connection connection = opening.open()) {
            connection.setAutoCommit(false);
            connection.setReadOnly(true);
            return GlanceReading.read(connection, asked);
        } catch (SQLException e) {
            throw new Refused("SQLSTATE " + e.getSQLState());
        }
    }

    @FunctionalInterface
    private interface Opening {
        Connection open() throws SQLException;
    }

    private static Snapshot snapshot(Connection opened) throws SQLException {
        try (Connection connection = opened) {
            connection.setAutoCommit(false);
            Snapshot snapshot = SnapshotLoader.load(connection);
            connection.rollback();
            return snapshot;
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
