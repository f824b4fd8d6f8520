package io.quern.optimizer;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import org.testcontainers.postgresql.PostgreSQLContainer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The PostgreSQL that tests run against: one per JVM, gone when it ends.
 *
 * <p>By default an embedded server is started. {@code -Dquern.test.postgres=URL} (JDBC or {@code
 * postgresql://}) names a server to use instead, as a superuser; {@code -Dquern.test.containers=15}
 * (to 18) starts the official image, which needs Docker.
 *
 * <p>The embedded server demands a SCRAM-SHA-256 password of everyone, superuser included, who
 * comes over TCP: a role made by a test needs a {@code PASSWORD} to log in. A container does so
 * too; a given server does as it is configured. Nothing survives a crash of the embedded server:
 * {@code fsync} is off.
 *
 * <p>Thread-safe.
 */
public final class PostgresServer {
    private static final String PASSWORD = "quern-test-password";

    private final String host;
    private final int port;
    private final String user;
    private final String password;
    private final String parameters;
    private final String adminDatabase;
    private final Queue<String> created = new ConcurrentLinkedQueue<>();

    private PostgresServer(
            String host,
            int port,
            String user,
            String password,
            String parameters,
            String adminDatabase) {
        this.host = host;
        this.port = port;
        this.user = user;
        this.password = password;
        this.parameters = parameters;
        this.adminDatabase = adminDatabase;
    }

    /** The server of this JVM, started at the first call. */
    public static PostgresServer shared() {
        return Holder.SHARED;
    }

    private static final class Holder {
        static final PostgresServer SHARED = start();
    }

    private static PostgresServer start() {
        String given = System.getProperty("quern.test.postgres", "");
        if (!given.isBlank()) {
            return given(given);
        }
        String version = System.getProperty("quern.test.containers", "");
        return version.isBlank() ? embedded() : container(version);
    }

    private static PostgresServer embedded() {
        try {
            EmbeddedPostgres postgres =
                    EmbeddedPostgres.builder()
                            .setRegisterShutdownHook(false)
                            .setServerConfig("max_connections", "200")
                            .setServerConfig("fsync", "off")
                            .setServerConfig("synchronous_commit", "off")
                            .setServerConfig("full_page_writes", "off")
                            .setServerConfig("unix_socket_directories", "")
                            .setServerConfig("listen_addresses", "127.0.0.1")
                            .setServerConfig("password_encryption", "scram-sha-256")
                            .start();
            try (Connection c = postgres.getPostgresDatabase().getConnection();
                    var statement = c.createStatement()) {
                try (var setting = statement.executeQuery("SHOW data_directory")) {
                    setting.next();
                    Path data = Path.of(setting.getString(1));
                    Runtime.getRuntime()
                            .addShutdownHook(new Thread(() -> end(data), "end PostgreSQL"));
                    Files.writeString(
                            data.resolve("pg_hba.conf"),
                            """
                            host all all 127.0.0.1/32 scram-sha-256
                            host replication all 127.0.0.1/32 scram-sha-256
                            """);
                }
                statement.execute("ALTER ROLE postgres PASSWORD '" + PASSWORD + "'");
                statement.execute("SELECT pg_reload_conf()");
            }
            return new PostgresServer(
                    "127.0.0.1", postgres.getPort(), "postgres", PASSWORD, "", "postgres");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Stops the server without writing anything more, its connections with it, and removes its
     * data. Both are left to a shell: a hundred databases are thirty thousand files, and Surefire
     * waits half a minute for a JVM to end, which on a busy machine is not enough.
     */
    private static void end(Path data) {
        String script =
                """
                pid=$(head -n 1 "$0/postmaster.pid")
                kill -QUIT "$pid"
                for i in 1 2 3 4 5 6 7 8 9; do
                  kill -0 "$pid" || break
                  sleep 1
                done
                rm -rf "$0"
                """;
        try {
            new ProcessBuilder("sh", "-c", script, data.toString())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            System.err.println("a test server and its data are left in " + data + ": " + e);
        }
    }

    @SuppressWarnings("resource") // stopped by the hook
    private static PostgresServer container(String version) {
        var container =
                new PostgreSQLContainer("postgres:" + version)
                        .withUsername("postgres")
                        .withPassword(PASSWORD)
                        .withCommand("postgres", "-c", "max_connections=200", "-c", "fsync=off");
        container.start();
        Runtime.getRuntime().addShutdownHook(new Thread(container::stop, "stop PostgreSQL"));
        return new PostgresServer(
                container.getHost(),
                container.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT),
                "postgres",
                PASSWORD,
                "",
                container.getDatabaseName());
    }

    private static PostgresServer given(String url) {
        URI uri = URI.create(url.startsWith("jdbc:") ? url.substring("jdbc:".length()) : url);
        Map<String, String> query = new HashMap<>();
        String raw = uri.getRawQuery() == null ? "" : uri.getRawQuery();
        for (String pair : raw.isEmpty() ? new String[0] : raw.split("&", -1)) {
            int equals = pair.indexOf('=');
            query.put(
                    decode(equals < 0 ? pair : pair.substring(0, equals)),
                    equals < 0 ? "" : decode(pair.substring(equals + 1)));
        }
        String[] login =
                uri.getRawUserInfo() == null ? new String[0] : uri.getRawUserInfo().split(":", 2);
        String user = login.length > 0 ? decode(login[0]) : query.getOrDefault("user", "postgres");
        String password = login.length > 1 ? decode(login[1]) : query.getOrDefault("password", "");
        String path = uri.getPath() == null ? "" : uri.getPath();
        String sslMode = query.get("sslmode");
        var server =
                new PostgresServer(
                        uri.getHost() == null ? "localhost" : uri.getHost(),
                        uri.getPort() < 0 ? 5432 : uri.getPort(),
                        user,
                        password,
                        sslMode == null ? "" : "?sslmode=" + sslMode,
                        path.length() > 1 ? path.substring(1) : "postgres");
        Runtime.getRuntime().addShutdownHook(new Thread(server::dropCreated, "drop databases"));
        return server;
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private void dropCreated() {
        try (Connection c = connect(adminDatabase);
                var statement = c.createStatement()) {
            for (String database : created) {
                statement.execute("DROP DATABASE IF EXISTS " + database + " WITH (FORCE)");
            }
        } catch (SQLException e) {
            System.err.println("test databases left behind: " + created + ": " + e.getMessage());
        }
    }

    public String host() {
        return host;
    }

    public int port() {
        return port;
    }

    /** A superuser. */
    public String user() {
        return user;
    }

    public String password() {
        return password;
    }

    /** The JDBC URL of a database, without user and password. */
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://" + host + ":" + port + "/" + database + parameters;
    }

    /**
     * Creates a fresh, empty database; it is dropped, or goes with its server, at the JVM's end.
     */
    public String createDatabase() {
        String name =
                "quern_test_" + UUID.randomUUID().toString().replace("-", "").substring(0, 16);
        try (Connection c = connect(adminDatabase);
                var statement = c.createStatement()) {
            // template0: nobody can be connected to it
            statement.execute("CREATE DATABASE " + name + " TEMPLATE template0");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        created.add(name);
        return name;
    }

    /** A new connection as the superuser; the caller closes it. */
    public Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(jdbcUrl(database), user, password);
    }

    /**
     * Returns when a session of this database sleeps in {@code pg_sleep}: a cancel request that
     * overtakes the query it means does nothing.
     *
     * @throws IllegalStateException if none does for ten seconds
     */
    public void awaitSleeper(String database) throws SQLException, InterruptedException {
        long end = System.nanoTime() + 10_000_000_000L;
        try (Connection direct = connect(database);
                var sleepers =
                        direct.prepareStatement(
                                "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND"
                                        + " datname = current_database()")) {
            do {
                try (var found = sleepers.executeQuery()) {
                    if (found.next()) {
                        return;
                    }
                }
                Thread.sleep(10);
            } while (System.nanoTime() < end);
        }
        throw new IllegalStateException("nobody sleeps in " + database);
    }
}
