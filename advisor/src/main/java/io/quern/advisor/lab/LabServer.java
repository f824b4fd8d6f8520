package io.quern.advisor.lab;

import io.quern.optimizer.QualifiedName;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The lab's PostgreSQL: small, mute about what it is asked, and with one role for statements from
 * traffic, which may do nothing but what an arena grants it.
 */
final class LabServer implements AutoCloseable {
    /** Who owns the copies, and may not log in. */
    static final String OWNER = "quern_owner";

    /** Who runs the statements. */
    static final String ROLE = "quern_lab";

    /** The server's settings. */
    static final Map<String, String> SETTINGS =
            Map.ofEntries(
                    Map.entry("shared_buffers", "16MB"),
                    Map.entry("work_mem", "4MB"),
                    Map.entry("temp_file_limit", "64MB"),
                    Map.entry("max_connections", "10"),
                    Map.entry("max_parallel_workers", "0"),
                    Map.entry("max_worker_processes", "1"),
                    Map.entry("max_wal_senders", "0"),
                    Map.entry("wal_level", "minimal"),
                    Map.entry("min_wal_size", "32MB"),
                    Map.entry("max_wal_size", "64MB"),
                    Map.entry("io_method", "sync"),
                    Map.entry("autovacuum", "off"),
                    Map.entry("jit", "off"),
                    // Its log must hold no statement, for statements hold the user's literals.
                    Map.entry("log_min_messages", "fatal"),
                    Map.entry("log_min_error_statement", "panic"),
                    Map.entry("log_error_verbosity", "terse"),
                    Map.entry("log_checkpoints", "off"));

    private final EmbeddedServer server;
    private final String rolePassword = EmbeddedServer.newPassword();
    private final AtomicInteger arenas = new AtomicInteger();

    private LabServer(EmbeddedServer server) {
        this.server = server;
    }

    /** Makes a server just started the lab's; it is closed if that fails. */
    static LabServer of(EmbeddedServer server) throws IOException {
        LabServer lab = new LabServer(server);
        try (Connection connection = server.connect("postgres")) {
            execute(
                    connection,
                    List.of(
                            "CREATE ROLE " + OWNER,
                            "CREATE ROLE " + ROLE + " LOGIN PASSWORD '" + lab.rolePassword + "'",
                            "ALTER ROLE " + ROLE + " SET statement_timeout = '2s'",
                            "REVOKE ALL ON DATABASE postgres FROM public",
                            "REVOKE ALL ON DATABASE template1 FROM public"));
            return lab;
        } catch (SQLException e) {
            server.close();
            throw new IOException("the lab's PostgreSQL cannot be set up: " + e.getMessage(), e);
        }
    }

    static void execute(Connection connection, List<String> commands) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            for (String command : commands) {
                statement.execute(command);
            }
        }
    }

    /** Opens a new, empty database. */
    Arena open() throws SQLException {
        String name = "arena" + arenas.incrementAndGet();
        try (Connection connection = server.connect("postgres")) {
            execute(
                    connection,
                    List.of(
                            "CREATE DATABASE " + name + " TEMPLATE template0",
                            "REVOKE ALL ON DATABASE " + name + " FROM public",
                            "GRANT CREATE ON DATABASE " + name + " TO " + OWNER,
                            "GRANT CONNECT ON DATABASE " + name + " TO " + ROLE));
        }
        Connection keeper = null;
        try {
            keeper = server.connect(name);
            execute(keeper, List.of("GRANT USAGE, CREATE ON SCHEMA public TO " + OWNER));
            return new Arena(
                    this, name, keeper, server.connect(name, ROLE, rolePassword, player()));
        } catch (SQLException e) {
            if (keeper != null) {
                keeper.close();
            }
            drop(name);
            throw e;
        }
    }

    private static Properties player() {
        Properties options = new Properties();
        // One message carries a whole database with both statements, and text comes back.
        options.setProperty("preferQueryMode", "simple");
        // Whatever a statement does to the server's time-out, it does not get longer than this.
        options.setProperty("socketTimeout", "15");
        options.setProperty("maxResultBuffer", "16M");
        options.setProperty("ApplicationName", "quern-lab");
        return options;
    }

    private void drop(String database) throws SQLException {
        try (Connection connection = server.connect("postgres")) {
            execute(
                    connection,
                    List.of(
                            "DROP DATABASE IF EXISTS "
                                    + QualifiedName.quote(database)
                                    + " WITH (FORCE)"));
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    /**
     * A database of its own for one hunt.
     *
     * @param keeper the superuser's connection
     * @param player the connection of {@link #ROLE}
     */
    record Arena(LabServer server, String name, Connection keeper, Connection player)
            implements AutoCloseable {
        @Override
        public void close() throws SQLException {
            try (keeper;
                    player) {
                server.drop(name);
            }
        }
    }
}
