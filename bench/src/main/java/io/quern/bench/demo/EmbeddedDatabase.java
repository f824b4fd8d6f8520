package io.quern.bench.demo;

import static java.util.Objects.requireNonNull;

import io.quern.advisor.lab.EmbeddedServer;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;

/**
 * A throw-away PostgreSQL with the database {@code shop}: its owner {@code shop}, as which the
 * application logs in, and {@code quern} with the least privileges that Quern needs. Nothing of it
 * outlives this process (see {@link EmbeddedServer}).
 */
public final class EmbeddedDatabase implements AutoCloseable {
    static final String DATABASE = "shop";
    private static final EmbeddedServer.Options OPTIONS =
            EmbeddedServer.Options.of(
                    "demo",
                    Map.of(
                            "shared_buffers", "256MB",
                            "max_connections", "80",
                            "max_wal_size", "2GB"));

    private final EmbeddedServer server;
    private final Account shop = Account.generated("shop");
    private final Account quern = Account.generated("quern");

    private EmbeddedDatabase(EmbeddedServer server) {
        this.server = requireNonNull(server, "server");
    }

    /** A role that can log in. */
    public record Account(String user, String password) {
        static Account generated(String user) {
            return new Account(user, EmbeddedServer.newPassword());
        }

        /** Without the password. */
        @Override
        public String toString() {
            return user;
        }
    }

    /**
     * Starts a server on a free port of 127.0.0.1; takes a few seconds.
     *
     * @param progress takes one line per step
     * @throws IOException if it cannot be started; nothing is left then
     */
    public static EmbeddedDatabase start(Consumer<String> progress)
            throws IOException, InterruptedException {
        EmbeddedServer server = EmbeddedServer.start(OPTIONS, progress);
        EmbeddedDatabase database = new EmbeddedDatabase(server);
        try (Connection connection = server.connect("postgres")) {
            database.setUp(connection);
            return database;
        } catch (SQLException | RuntimeException e) {
            server.close();
            throw new IOException("PostgreSQL cannot be set up: " + e.getMessage(), e);
        }
    }

    private void setUp(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (Account account : List.of(shop, quern)) {
                // The password is generated and has no character that needs quoting.
                statement.execute(
                        "CREATE ROLE %s LOGIN PASSWORD '%s'"
                                .formatted(account.user(), account.password()));
            }
            statement.execute("CREATE DATABASE " + DATABASE + " OWNER shop");
            statement.execute("REVOKE CONNECT ON DATABASE " + DATABASE + " FROM public");
            statement.execute("GRANT CONNECT, CREATE ON DATABASE " + DATABASE + " TO quern");
            statement.execute("GRANT pg_monitor, pg_read_all_data TO quern");
            // Only the owner of a table, or a member of it, may index the table.
            statement.execute("GRANT shop TO quern");
        }
    }

    public int port() {
        return server.port();
    }

    /** The application's account, owner of the database. */
    public Account shop() {
        return shop;
    }

    /** Quern's account. */
    public Account quern() {
        return quern;
    }

    /** How Quern reaches the database: {@code postgresql://quern:password@127.0.0.1:port/shop}. */
    public String upstreamUrl() {
        return "postgresql://%s:%s@127.0.0.1:%d/%s"
                .formatted(quern.user(), quern.password(), port(), DATABASE);
    }

    /** A direct connection to the database {@code shop}, past any proxy. */
    public Connection connect(Account account) throws SQLException {
        return server.connect(DATABASE, account.user(), account.password(), new Properties());
    }

    static String jdbcUrl(int port, String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    /** Stops the server at once, its connections with it, and removes its directory. */
    @Override
    public void close() throws IOException {
        server.close();
    }
}
