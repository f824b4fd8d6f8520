package io.quern.bench.process;

import static java.util.Objects.requireNonNull;

import io.quern.advisor.lab.EmbeddedServer;
import io.quern.advisor.upstream.Directory;
import io.quern.advisor.upstream.UpstreamUrl;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;

/**
 * A throw-away PostgreSQL with the database {@code bench}, owned by the role {@code bench}, as
 * which clients log in; and the role {@code quern} with what Quern needs.
 */
public final class TestServer implements AutoCloseable {
    public static final String DATABASE = "bench";

    /** What {@code max_connections} is set to. */
    public static final int CONNECTIONS = 700;

    private static final String USER = "bench";
    private static final EmbeddedServer.Options OPTIONS =
            EmbeddedServer.Options.of(
                    "bench",
                    Map.of(
                            "shared_buffers",
                            "512MB",
                            "max_connections",
                            Integer.toString(CONNECTIONS),
                            "max_wal_size",
                            "8GB",
                            // logins are not what is measured
                            "scram_iterations",
                            "64"));

    private final EmbeddedServer server;
    private final String password = EmbeddedServer.newPassword();
    private final String quernPassword = EmbeddedServer.newPassword();

    private TestServer(EmbeddedServer server) {
        this.server = requireNonNull(server, "server");
    }

    /**
     * Starts a server on a free port of 127.0.0.1; takes a few seconds.
     *
     * @param progress takes one line per step
     */
    public static TestServer start(Consumer<String> progress)
            throws IOException, InterruptedException {
        return start(OPTIONS, progress);
    }

    /** The same of another major version; it may be missing here. */
    public static TestServer start(int major, Consumer<String> progress)
            throws IOException, InterruptedException {
        return start(OPTIONS.version(major), progress);
    }

    private static TestServer start(EmbeddedServer.Options options, Consumer<String> progress)
            throws IOException, InterruptedException {
        TestServer started = new TestServer(EmbeddedServer.start(options, progress));
        try {
            started.setUp();
            return started;
        } catch (SQLException | RuntimeException e) {
            started.close();
            throw new IOException("PostgreSQL cannot be set up: " + e.getMessage(), e);
        }
    }

    private void setUp() throws SQLException {
        try (Connection connection = server.connect("postgres");
                Statement statement = connection.createStatement()) {
            // the passwords are generated and have no character that needs quoting
            statement.execute("CREATE ROLE bench LOGIN PASSWORD '" + password + "'");
            statement.execute("CREATE ROLE quern LOGIN PASSWORD '" + quernPassword + "'");
            statement.execute("CREATE DATABASE bench OWNER bench");
            statement.execute("GRANT CONNECT, CREATE ON DATABASE bench TO quern");
            statement.execute("GRANT pg_monitor, pg_read_all_data, bench TO quern");
        }
    }

    public int port() {
        return server.port();
    }

    /** The clients' role. */
    public String user() {
        return USER;
    }

    /** The clients' role's. */
    public String password() {
        return password;
    }

    /** With Quern's own role. */
    public String upstreamUrl() {
        return upstreamUrl(port());
    }

    /** The same by way of something that listens on another port. */
    public String upstreamUrl(int port) {
        return "postgresql://quern:%s@127.0.0.1:%d/%s".formatted(quernPassword, port, DATABASE);
    }

    /** The server as Quern itself reaches it. */
    public Directory directory() {
        return Directory.of(
                new UpstreamUrl("127.0.0.1", port(), DATABASE, "quern", quernPassword, Map.of()));
    }

    /**
     * Makes later sessions plan and run the same way each time, so that what Quern explains is
     * planned as what is timed.
     */
    public void steady() throws SQLException {
        try (Connection connection = superuser();
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER DATABASE bench SET jit = off");
            statement.execute("ALTER DATABASE bench SET max_parallel_workers_per_gather = 0");
            // a page whose rows were committed asynchronously is often not marked all-visible,
            // and an index-only scan then reads the table
            statement.execute("ALTER DATABASE bench SET synchronous_commit = on");
        }
    }

    /** A connection of the superuser, past any proxy; the caller closes it. */
    public Connection superuser() throws SQLException {
        return server.connect(DATABASE);
    }

    /** A connection to any database with Quern's own role; the caller closes it. */
    public Connection quern(String database) throws SQLException {
        return server.connect(database, "quern", quernPassword, new Properties());
    }

    /** A client's connection, past any proxy; the caller closes it. */
    public Connection connect() throws SQLException {
        return server.connect(DATABASE, USER, password, new Properties());
    }

    /** The server underneath. */
    public EmbeddedServer server() {
        return server;
    }

    /** Stops the server at once and removes its directory. */
    @Override
    public void close() throws IOException {
        server.close();
    }
}
