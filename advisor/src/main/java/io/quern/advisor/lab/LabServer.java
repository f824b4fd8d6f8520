package io.quern.advisor.lab;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.QualifiedName;

import org.jspecify.annotations.Nullable;
import org.postgresql.core.Parser;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One of the lab's PostgreSQLs: small, mute about what it is asked, and made to run statements and
 * definitions that others wrote. What keeps them in:
 *
 * <ul>
 *   <li>Nothing of theirs ever runs in a superuser's session, not even under another role: a
 *       function that calls itself immutable is computed while a definition is made, and could take
 *       the role off. Definitions are made in sessions of {@link #OWNER}, statements in those of
 *       {@link #ROLE}. Either may log in and has no attribute, member or privilege beyond what
 *       stands here.
 *   <li>Nobody but a superuser may execute a volatile function that came with PostgreSQL: among
 *       them are all that read or write files, change settings, lock, notify, sleep, signal, write
 *       large objects or execute texts. Volatile ones of the schema follow once they are made.
 *   <li>Nobody may make anything, temporary tables and {@code DO} blocks included, but the owner in
 *       his database; no language is trusted to anybody else.
 *   <li>A text is taken for a statement only if PostgreSQL itself finds exactly one in it ({@link
 *       #requireSingle}), and PREPARE takes none that is a command.
 *   <li>Time-outs, a limit of temporary files that a role cannot raise, and a bound of the address
 *       space of every process ({@link #MEMORY}), beyond which PostgreSQL reports that it is out of
 *       memory. Other sessions' texts are kept nowhere.
 * </ul>
 */
final class LabServer implements AutoCloseable {
    /** Who owns the copies and makes them. */
    static final String OWNER = "quern_owner";

    /** Who runs the statements. */
    static final String ROLE = "quern_lab";

    /** The address space of a process, in bytes: a backend that does little takes 220 MB. */
    static final long MEMORY = 512L << 20;

    /** The bytes that an answer may have: a tree of the longest statements has a few millions. */
    private static final long ANSWER = 16L << 20;

    /** The server's settings. */
    static final Map<String, String> SETTINGS =
            Confinement.settings(
                    Map.ofEntries(
                            Map.entry("shared_buffers", "16MB"),
                            Map.entry("work_mem", "4MB"),
                            Map.entry("temp_file_limit", "64MB"),
                            Map.entry("max_connections", "40"),
                            Map.entry("max_parallel_workers", "0"),
                            Map.entry("max_worker_processes", "1"),
                            Map.entry("max_logical_replication_workers", "0"),
                            Map.entry("jit", "off"),
                            // Its passwords are long and random already.
                            Map.entry("scram_iterations", "1")));

    private static final List<String> TIME_OUTS =
            List.of(
                    "statement_timeout = '2s'",
                    "lock_timeout = '2s'",
                    "idle_in_transaction_session_timeout = '60s'");

    /** A function of 16 and later, for the older. */
    private static final String INPUT_IS_VALID =
            """
            CREATE FUNCTION pg_catalog.pg_input_is_valid(v text, t text) RETURNS boolean
              LANGUAGE plpgsql STABLE STRICT AS $$
            BEGIN
              EXECUTE format('SELECT %L::%s', v, t);
              RETURN true;
            EXCEPTION WHEN data_exception OR integrity_constraint_violation
                OR syntax_error_or_access_rule_violation THEN
              RETURN false;
            END $$
            """;

    private final EmbeddedServer server;
    private final int major;
    private final String ownerPassword = EmbeddedServer.newPassword();
    private final String rolePassword = EmbeddedServer.newPassword();
    private final AtomicInteger databases = new AtomicInteger();

    private LabServer(EmbeddedServer server, int major) {
        this.server = requireNonNull(server, "server");
        this.major = major;
    }

    /** How a server of a version is started. */
    static EmbeddedServer.Options options(int major) {
        return EmbeddedServer.Options.of("lab", SETTINGS).version(major).bounded(MEMORY);
    }

    /** Makes a server just started the lab's; it is closed if that fails. */
    static LabServer of(EmbeddedServer server, int major) throws IOException {
        LabServer lab = new LabServer(server, major);
        try (Connection postgres = server.connect("postgres");
                Connection template = server.connect("template1")) {
            execute(postgres, lab.roles());
            execute(postgres, List.of("REVOKE ALL ON DATABASE postgres, template0 FROM public"));
            execute(template, lab.template());
            return lab;
        } catch (SQLException e) {
            server.close();
            throw new IOException("the lab's PostgreSQL cannot be set up: " + e.getMessage(), e);
        }
    }

    private List<String> roles() {
        List<String> commands = new ArrayList<>();
        Map.of(OWNER, ownerPassword, ROLE, rolePassword)
                .forEach(
                        (role, password) -> {
                            commands.add(
                                    "CREATE ROLE "
                                            + role
                                            + " LOGIN NOINHERIT CONNECTION LIMIT 16 PASSWORD '"
                                            + password
                                            + "'");
                            TIME_OUTS.forEach(
                                    t -> commands.add("ALTER ROLE " + role + " SET " + t));
                            if (major >= 17) {
                                commands.add(
                                        "ALTER ROLE " + role + " SET transaction_timeout = '60s'");
                            }
                        });
        return commands;
    }

    /** What every database is made of. */
    private List<String> template() {
        List<String> commands = new ArrayList<>();
        commands.add("REVOKE ALL ON DATABASE template1 FROM public");
        if (major < 16) {
            commands.add(INPUT_IS_VALID);
        }
        commands.addAll(Confinement.commands(OWNER));
        // what empties a table computes its indexes' expressions: not the superuser
        commands.add(
                "ALTER DEFAULT PRIVILEGES FOR ROLE "
                        + OWNER
                        + " GRANT TRUNCATE ON TABLES TO "
                        + ROLE);
        return commands;
    }

    static void execute(Connection connection, List<String> commands) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            for (String command : commands) {
                statement.execute(command);
            }
        }
    }

    /**
     * Refuses a text unless it is one statement: to the driver's lexer, which would otherwise send
     * several messages, and then to PostgreSQL, which refuses a Parse message with more. Both have
     * to agree, so none has to be trusted.
     *
     * @throws Unsupported if the driver finds none, or several
     */
    static void requireSingle(String sql) throws SQLException, Unsupported {
        if (Parser.parseJdbcSql(sql, true, false, true, false, false).size() != 1) {
            throw new Unsupported("the lab tries one statement at a time");
        }
    }

    /** Whether it still takes connections. */
    boolean answers() {
        try (Connection connection = server.connect("postgres")) {
            return connection.isValid(10);
        } catch (SQLException gone) {
            return false;
        }
    }

    int major() {
        return major;
    }

    /** Opens a new, empty database. */
    Database open() throws SQLException {
        String name = "arena" + databases.incrementAndGet();
        try (Connection connection = server.connect("postgres")) {
            execute(
                    connection,
                    List.of(
                            "CREATE DATABASE " + name + " TEMPLATE template1 STRATEGY file_copy",
                            "REVOKE ALL ON DATABASE " + name + " FROM public",
                            "GRANT CONNECT, CREATE ON DATABASE " + name + " TO " + OWNER,
                            "GRANT CONNECT ON DATABASE " + name + " TO " + ROLE));
        }
        return new Database(this, name);
    }

    private Connection connect(
            String database, String user, String password, Map<String, String> options)
            throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("ApplicationName", "quern-lab");
        // Whatever a statement does to the server's time-outs, this holds.
        properties.setProperty("socketTimeout", "15");
        properties.setProperty("socketFactory", BoundedSockets.class.getName());
        properties.setProperty("socketFactoryArg", Long.toString(ANSWER));
        properties.putAll(options);
        return server.connect(database, user, password, properties);
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

    /** A database of this server's; closing it drops it. For one thread. */
    static final class Database implements AutoCloseable {
        private final LabServer server;
        private final String name;
        private final List<Connection> kept = new ArrayList<>();
        private final Connection keeper;
        private final Connection reader;
        private @Nullable Connection owner;

        private Database(LabServer server, String name) throws SQLException {
            this.server = server;
            this.name = name;
            try {
                keeper = kept(server.server.connect(name));
                // Each text is a message of its own, which PostgreSQL takes one statement in.
                reader =
                        kept(
                                server.connect(
                                        name,
                                        ROLE,
                                        server.rolePassword,
                                        Map.of("options", "-c default_transaction_read_only=on")));
            } catch (SQLException e) {
                close();
                throw e;
            }
        }

        private Connection kept(Connection connection) {
            kept.add(connection);
            return connection;
        }

        LabServer server() {
            return server;
        }

        /** The superuser's connection, for what Quern itself says. */
        Connection keeper() {
            return keeper;
        }

        /** One of {@link #ROLE}, which may not write. */
        Connection reader() {
            return reader;
        }

        /** One of {@link #OWNER}, opened when it is first wanted. */
        Connection owner() throws SQLException {
            Connection known = owner;
            if (known == null) {
                known =
                        kept(
                                server.connect(
                                        name,
                                        OWNER,
                                        server.ownerPassword,
                                        Map.of("socketTimeout", "60")));
                owner = known;
            }
            return known;
        }

        /** An arena with a player of its own; the caller closes it. */
        Arena enter() throws SQLException {
            return new Arena(
                    keeper,
                    reader,
                    server.connect(
                            name,
                            ROLE,
                            server.rolePassword,
                            // One message carries rows and both statements, and text comes back.
                            Map.of("preferQueryMode", "simple")));
        }

        @Override
        public void close() throws SQLException {
            for (Connection connection : kept) {
                connection.close();
            }
            server.drop(name);
        }
    }

    /**
     * A database for one hunt; closing it ends the player's session and all that is left of it.
     *
     * @param keeper the superuser's connection, for what Quern itself says
     * @param reader one of {@link #ROLE} on which a message is one statement and nothing is written
     * @param player one of {@link #ROLE} on which a message may be many
     */
    record Arena(Connection keeper, Connection reader, Connection player) implements AutoCloseable {
        @Override
        public void close() throws SQLException {
            player.close();
        }
    }
}
