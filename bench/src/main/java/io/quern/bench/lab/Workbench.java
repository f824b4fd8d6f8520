package io.quern.bench.lab;

import static java.util.Objects.requireNonNull;

import io.quern.advisor.Refused;
import io.quern.advisor.copy.SchemaCopy;
import io.quern.advisor.twin.ExtraIndex;
import io.quern.advisor.twin.GlanceReading;
import io.quern.advisor.twin.Question;
import io.quern.advisor.twin.Snapshot;
import io.quern.advisor.twin.SnapshotLoader;
import io.quern.advisor.twin.Twin;
import io.quern.advisor.twin.TwinServer;
import io.quern.advisor.upstream.CatalogLoader;
import io.quern.advisor.upstream.UpstreamDatabases;
import io.quern.bench.process.TestServer;
import io.quern.bench.result.LabResult.Pair;
import io.quern.bench.result.LabResult.Run;
import io.quern.bench.result.LabResult.Size;
import io.quern.optimizer.QualifiedName;
import io.quern.optimizer.lex.SqlText;
import io.quern.optimizer.plan.Plan;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** A server of one version with its twin beside it. One thread. */
final class Workbench implements AutoCloseable {
    private static final List<String> PATH = List.of("public");

    private final int major;
    private final TestServer upstream;
    private final TwinServer twins;
    private final UpstreamDatabases databases;
    private final List<Run> runs = new ArrayList<>();
    private final List<Size> sizes = new ArrayList<>();
    private final Map<String, Double> speeds = new TreeMap<>();
    private int scenes;

    private Workbench(int major, TestServer upstream, TwinServer twins) {
        this.major = major;
        this.upstream = requireNonNull(upstream, "upstream");
        this.twins = requireNonNull(twins, "twins");
        this.databases = new UpstreamDatabases(upstream.directory());
    }

    /** Starts both servers; takes a few seconds. */
    static Workbench start(int major, Consumer<String> progress)
            throws IOException, InterruptedException {
        TestServer upstream = TestServer.start(major, progress);
        try {
            return new Workbench(major, upstream, TwinServer.start(major, progress));
        } catch (IOException | InterruptedException | RuntimeException e) {
            upstream.close();
            throw e;
        }
    }

    List<Run> runs() {
        return runs;
    }

    List<Size> sizes() {
        return sizes;
    }

    Map<String, Double> speeds() {
        return speeds;
    }

    TestServer upstream() {
        return upstream;
    }

    /** Loads a scene and compares: as it is, with other indexes, and after growth. */
    void examine(Scene scene, Consumer<String> progress)
            throws SQLException, IOException, InterruptedException {
        String database = "scene" + ++scenes;
        try (Connection connection = upstream.superuser()) {
            Sql.run(
                    connection,
                    "CREATE DATABASE "
                            + database
                            + " TEMPLATE template0 LOCALE_PROVIDER libc LOCALE '"
                            + scene.locale()
                            + "'");
        }
        try (Connection connection = upstream.server().connect(database)) {
            progress.accept(major + ": loading " + scene.name());
            scene.load(connection);
            progress.accept(major + ": comparing " + scene.name());
            List<Asked> statements = readable(scene, connection, progress);
            try (Twin twin = twin(database, progress)) {
                compare(scene, "as it is", statements, twin, Set.of(), connection);
                candidates(scene, statements, twin, connection);
                existing(twin, connection);
                if (scene instanceof ShopScene) {
                    race(scene, statements, twin);
                }
            }
            if (!scene.growth().isEmpty()) {
                for (String sql : scene.growth()) {
                    Sql.run(connection, sql);
                }
                try (Twin twin = twin(database, progress)) {
                    compare(scene, "10 % more rows", statements, twin, Set.of(), connection);
                }
            }
        }
    }

    /** Those that a server of this version accepts; older ones want a name for every subquery. */
    private List<Asked> readable(Scene scene, Connection connection, Consumer<String> progress)
            throws IOException, SQLException {
        List<Asked> readable = new ArrayList<>();
        for (Asked asked : scene.statements()) {
            try {
                Sql.plan(connection, asked);
                readable.add(asked);
            } catch (SQLException e) {
                progress.accept(
                        major + " does not read " + asked.name() + ": SQLSTATE " + e.getSQLState());
            }
        }
        return readable;
    }

    private Twin twin(String database, Consumer<String> progress) throws SQLException, IOException {
        long start = System.nanoTime();
        SchemaCopy schema = SchemaCopy.whole(new CatalogLoader(databases).load(database).catalog());
        Snapshot snapshot;
        try (Connection connection = upstream.quern(database)) {
            connection.setAutoCommit(false);
            snapshot = SnapshotLoader.load(connection);
            connection.rollback();
        }
        Twin twin =
                twins.open(
                        schema,
                        snapshot,
                        asked -> databases.reading(database, c -> GlanceReading.read(c, asked)));
        progress.accept(
                "the twin of "
                        + snapshot
                        + " was made in "
                        + (System.nanoTime() - start) / 1_000_000
                        + " ms");
        twin.notes().forEach(progress);
        return twin;
    }

    private void compare(
            Scene scene,
            String condition,
            List<Asked> statements,
            Twin twin,
            Set<ExtraIndex> extra,
            Connection connection)
            throws SQLException {
        List<Pair> pairs = new ArrayList<>();
        for (Asked asked : statements) {
            Plan real = Sql.plan(connection, asked);
            pairs.add(pair(asked, real, twin, extra));
        }
        runs.add(new Run(major, scene.name(), condition, pairs));
    }

    private static Pair pair(Asked asked, Plan real, Twin twin, Set<ExtraIndex> extra) {
        try {
            Plan imagined = twin.plan(question(asked).with(extra, Set.of()));
            return new Pair(
                    asked.name(),
                    shape(real).equals(shape(imagined)),
                    real.totalCost(),
                    imagined.totalCost());
        } catch (Refused e) {
            return new Pair(asked.name() + ": " + e.getMessage(), false, real.totalCost(), -1);
        }
    }

    static Question question(Asked asked) {
        Question plain =
                Question.of(new io.quern.optimizer.Statement(asked.sql(), List.of()), PATH)
                        .under(asked.settings());
        return asked.parameters().isEmpty() ? plain : plain.with(List.copyOf(asked.parameters()));
    }

    /** The nodes with what they read, without numbers. */
    static String shape(Plan plan) {
        return plan.nodeType()
                + plan.joinType().map(j -> " " + j).orElse("")
                + plan.relation().map(r -> " on " + r).orElse("")
                + plan.index().map(i -> " using " + i).orElse("")
                + plan.children().stream()
                        .map(Workbench::shape)
                        .collect(Collectors.joining(", ", "(", ")"));
    }

    private void candidates(Scene scene, List<Asked> statements, Twin twin, Connection connection)
            throws SQLException {
        Set<ExtraIndex> extra = new LinkedHashSet<>();
        for (String ddl : scene.candidates()) {
            ExtraIndex index = new ExtraIndex(table(ddl), ddl);
            extra.add(index);
        }
        for (ExtraIndex index : extra) {
            Sql.run(connection, index.ddl());
            String name = SqlText.of(index.ddl()).text(2);
            sizes.add(
                    new Size(
                            major,
                            scene.name() + ": " + index.ddl(),
                            twin.bytes(index),
                            Sql.number(
                                    connection, "SELECT pg_relation_size('public." + name + "')")));
        }
        compare(scene, "with " + extra.size() + " indexes", statements, twin, extra, connection);
        for (ExtraIndex index : extra) {
            Sql.run(connection, "DROP INDEX public." + SqlText.of(index.ddl()).text(2));
        }
    }

    static QualifiedName table(String ddl) {
        SqlText text = SqlText.of(ddl);
        for (int i = 0; i + 3 < text.count(); i++) {
            if (text.is(i, "on")) {
                return new QualifiedName(text.text(i + 1), text.text(i + 3));
            }
        }
        throw new IllegalArgumentException("no table in " + ddl);
    }

    /** The indexes there are, as if each were made anew. */
    private void existing(Twin twin, Connection connection) throws SQLException {
        for (String name :
                Sql.texts(
                        connection,
                        "SELECT c.relname FROM pg_class c WHERE c.relkind = 'i'"
                                + " AND c.relnamespace = 'public'::regnamespace ORDER BY 1")) {
            Sql.run(connection, "REINDEX INDEX public." + name);
            String ddl =
                    Sql.texts(connection, "SELECT pg_get_indexdef('public." + name + "'::regclass)")
                            .getFirst();
            String again = ddl.replaceFirst("INDEX \\S+ ON", "INDEX quern_again ON");
            sizes.add(
                    new Size(
                            major,
                            ddl,
                            twin.bytes(new ExtraIndex(table(again), again)),
                            Sql.number(
                                    connection, "SELECT pg_relation_size('public." + name + "')")));
        }
    }

    /** Each statement with each index, and all statements with the same. */
    private void race(Scene scene, List<Asked> statements, Twin twin) {
        List<Set<ExtraIndex>> each =
                scene.candidates().stream().map(d -> Set.of(new ExtraIndex(table(d), d))).toList();
        long start = System.nanoTime();
        for (Asked asked : statements) {
            for (Set<ExtraIndex> extra : each) {
                twin.plan(question(asked).with(extra, Set.of()));
            }
        }
        speed(major + ", another index each time:", statements.size() * each.size(), start);
        start = System.nanoTime();
        for (Set<ExtraIndex> extra : each) {
            for (Asked asked : statements) {
                twin.plan(question(asked).with(extra, Set.of()));
            }
        }
        speed(major + ", another statement each time:", statements.size() * each.size(), start);
    }

    private void speed(String what, int count, long start) {
        speeds.put(what, count * 60e9 / (System.nanoTime() - start));
    }

    @Override
    public void close() throws IOException {
        try (upstream;
                twins;
                databases) {
            // in this order, backwards
        }
    }
}
