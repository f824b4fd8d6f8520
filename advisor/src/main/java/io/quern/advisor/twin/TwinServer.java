package io.quern.advisor.twin;

import io.quern.advisor.copy.Maker;
import io.quern.advisor.copy.Part;
import io.quern.advisor.copy.SchemaCopy;
import io.quern.advisor.lab.Confinement;
import io.quern.advisor.lab.EmbeddedServer;
import io.quern.optimizer.QualifiedName;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * An embedded PostgreSQL of an upstream's major version for {@link Twin}s. What twins know of
 * users' data (the values in statistics, two rows of extremes in each table, and for a moment the
 * rows that a {@link Rehearsal} is of) is in its directory, which is open to this user only and
 * goes with it. Its log holds no statement. Thread-safe.
 */
public final class TwinServer implements AutoCloseable {
    private static final Map<String, String> SETTINGS =
            Confinement.settings(
                    Map.ofEntries(
                            Map.entry("shared_buffers", "32MB"),
                            Map.entry("max_connections", "20"),
                            Map.entry("max_worker_processes", "0"),
                            Map.entry("max_parallel_maintenance_workers", "0")));

    /** Who plans; has no rights but to the tables. */
    private static final String ROLE = "quern_twin";

    /** Who owns the schema, and makes it in sessions of its own. */
    static final String OWNER = "quern_twin_owner";

    /** Bytes of address space of each of the server's processes. */
    private static final long MEMORY = 1L << 30;

    /** Volatile functions that statements often call, and that do no harm. */
    private static final String HARMLESS =
            """
            DO $$
            DECLARE routine text;
            BEGIN
              FOR routine IN SELECT p.oid::regprocedure::text FROM pg_proc p
                WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.proname IN ('random',
                  'random_normal', 'clock_timestamp', 'timeofday', 'nextval', 'currval', 'lastval',
                  'gen_random_uuid', 'uuidv4', 'uuidv7', 'txid_current', 'pg_current_xact_id') LOOP
                EXECUTE 'GRANT EXECUTE ON ROUTINE ' || routine || ' TO %s';
              END LOOP;
            END $$
            """
                    .formatted(ROLE);

    private final EmbeddedServer server;
    private final String ownerPassword = EmbeddedServer.newPassword();
    private final AtomicInteger twins = new AtomicInteger();

    private TwinServer(EmbeddedServer server) {
        this.server = server;
    }

    /**
     * Starts one; takes a few seconds.
     *
     * @param major the upstream's version, 15 to 18
     * @param progress takes one line per step
     * @throws IOException if there is no PostgreSQL of that version here, or it does not start
     */
    public static TwinServer start(int major, Consumer<String> progress)
            throws IOException, InterruptedException {
        EmbeddedServer server =
                EmbeddedServer.start(
                        EmbeddedServer.Options.of("twin", SETTINGS).version(major).bounded(MEMORY),
                        progress);
        TwinServer twins = new TwinServer(server);
        try (Connection connection = server.connect("postgres")) {
            Script script = new Script(connection);
            script.run("CREATE ROLE " + ROLE);
            script.run(
                    "CREATE ROLE "
                            + OWNER
                            + " LOGIN NOINHERIT PASSWORD '"
                            + twins.ownerPassword
                            + "'");
            return twins;
        } catch (SQLException e) {
            server.close();
            throw new IOException("the twin's PostgreSQL cannot be set up: " + e.getMessage(), e);
        }
    }

    /**
     * Makes a twin of a database that works all out of statistics.
     *
     * @throws SQLException if it cannot be made at all
     */
    public Twin open(SchemaCopy schema, Snapshot upstream) throws SQLException, IOException {
        return open(schema, upstream, Glance.NONE);
    }

    /**
     * Makes a twin of a database.
     *
     * @param schema all of it
     * @param upstream what its planner knows
     * @param glance at the upstream's rows, where statistics do not tell how large an index would
     *     be
     * @throws SQLException if it cannot be made at all; what only lacks is in its {@link
     *     Twin#notes}
     */
    public Twin open(SchemaCopy schema, Snapshot upstream, Glance glance)
            throws SQLException, IOException {
        String database = "twin" + twins.incrementAndGet();
        List<String> notes = new ArrayList<>(upstream.notes());
        try (Connection connection = server.connect("postgres")) {
            new TextOrder(new Script(connection), notes).create(database, upstream.ordering());
            settings(new Script(connection), database, upstream.settings(), notes);
        }
        Connection connection = server.connect(database);
        try {
            Map<String, String> missing = made(connection, database, schema);
            Storage storage = make(connection, schema, missing, upstream, glance, notes);
            return new Twin(connection, storage, ROLE, notes, () -> drop(database));
        } catch (SQLException | IOException | RuntimeException e) {
            try (connection) {
                drop(database);
            } catch (SQLException gone) {
                e.addSuppressed(gone);
            }
            throw e;
        }
    }

    private void drop(String database) throws SQLException {
        try (Connection connection = server.connect("postgres")) {
            new Script(connection)
                    .run("DROP DATABASE " + QualifiedName.quote(database) + " WITH (FORCE)");
        }
    }

    private static void settings(
            Script script, String database, Snapshot.Settings settings, List<String> notes)
            throws SQLException {
        Map<String, String> all = new HashMap<>(settings.general());
        all.putAll(settings.database());
        for (Map.Entry<String, String> setting : all.entrySet()) {
            try {
                script.run(
                        "ALTER DATABASE "
                                + database
                                + " SET "
                                + QualifiedName.quote(setting.getKey())
                                + " = "
                                + TwoRows.literal(setting.getValue()));
            } catch (SQLException e) {
                notes.add(
                        "the twin cannot set "
                                + setting.getKey()
                                + ": SQLSTATE "
                                + e.getSQLState());
            }
        }
    }

    private Storage make(
            Connection connection,
            SchemaCopy schema,
            Map<String, String> missing,
            Snapshot upstream,
            Glance glance,
            List<String> notes)
            throws SQLException, IOException {
        notes.addAll(missing.values());
        Script script = new Script(connection);
        connection.setAutoCommit(false);
        script.run("SET max_parallel_maintenance_workers = 0");
        script.run("SET search_path = pg_catalog");
        Set<QualifiedName> tables =
                upstream.relations().stream()
                        .filter(r -> !r.index())
                        .map(Relation::name)
                        .filter(name -> has(schema, name, missing))
                        .collect(Collectors.toSet());
        Set<QualifiedName> without = new TwoRows(script, upstream).insert(tables);
        without.forEach(table -> notes.add("the twin of " + table + " has no extremes"));
        workers(script, upstream);
        for (QualifiedName table : tables) {
            script.attempt(
                    "GRANT SELECT, INSERT, UPDATE, DELETE ON " + table.quoted() + " TO " + ROLE);
        }
        new StatisticsWriter(script, notes).write(upstream.columns());
        new JointStatisticsWriter(script, notes).write(upstream.joint());
        connection.commit();
        Storage storage =
                new Storage(script, new RelationFiles(server.directory().resolve("data")), glance);
        storage.size(upstream);
        storage.pend(upstream);
        connection.commit();
        return storage;
    }

    /**
     * Makes the schema in a session of its owner's, so that nothing others wrote runs in a
     * superuser's; why parts are not there.
     */
    private Map<String, String> made(Connection connection, String database, SchemaCopy schema)
            throws SQLException {
        Script script = new Script(connection);
        script.run("REVOKE ALL ON DATABASE " + database + " FROM public");
        script.run("GRANT CONNECT, CREATE ON DATABASE " + database + " TO " + OWNER);
        confine(script);
        try (Connection own = server.connect(database, OWNER, ownerPassword, new Properties())) {
            return Maker.make(
                    connection, own, new Maker.Terms(ROLE, List.of()), schema.parts(), Map.of());
        } finally {
            confine(script);
        }
    }

    private static void confine(Script script) throws SQLException {
        for (String command : Confinement.commands(OWNER)) {
            script.run(command);
        }
        script.run(HARMLESS);
    }

    private static boolean has(
            SchemaCopy schema, QualifiedName table, Map<String, String> missing) {
        return schema.parts().stream()
                .anyMatch(
                        part ->
                                part.kind() == Part.Kind.TABLE
                                        && part.name().equals(table)
                                        && !missing.containsKey(part.key()));
    }

    private static void workers(Script script, Snapshot upstream) throws SQLException {
        for (Relation relation : upstream.relations()) {
            if (relation.workers().isPresent() && relation.stored()) {
                script.attempt(
                        "ALTER TABLE "
                                + relation.name().quoted()
                                + " SET (parallel_workers = "
                                + relation.workers().get()
                                + ")");
            }
        }
    }

    /** How many databases of twins there are. */
    int databases() throws SQLException {
        try (Connection connection = server.connect("postgres")) {
            return new Script(connection)
                    .rows(
                            "SELECT count(*) FROM pg_database WHERE datname LIKE 'twin%'",
                            row -> row.getInt(1))
                    .getFirst();
        }
    }

    /** Where everything of this server is. */
    Path directory() {
        return server.directory();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
