package io.quern.advisor.twin;

import io.quern.advisor.twin.Foresight.Foreseen;
import io.quern.optimizer.QualifiedName;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Gives the twin's relations the upstream's sizes and heights.
 *
 * <p>Each table and index keeps the small file it was made with and gets a second one, long and
 * full of holes, that {@code pg_class.relfilenode} is pointed at. To make another index, a
 * transaction points the table back at its small file for a moment: reading gigabytes of holes
 * would take seconds.
 */
final class Storage {
    private static final String FILES =
            """
            SELECT n.nspname AS schema, c.relname AS name, c.oid::bigint AS oid, c.relkind::text AS kind,
              pg_relation_filepath(c.oid) AS path, coalesce(i.indrelid, 0)::bigint AS of_table, m.amname AS method
            FROM pg_class c
            JOIN pg_namespace n ON n.oid = c.relnamespace
            LEFT JOIN pg_index i ON i.indexrelid = c.oid
            LEFT JOIN pg_am m ON m.oid = c.relam
            WHERE c.relkind IN ('r', 'm', 'i')
              AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
            """;

    private static final String POINT =
            """
            UPDATE pg_class c SET relfilenode = u.file::oid, relpages = u.pages, reltuples = u.tuples,
              relallvisible = u.visible
            FROM unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::float8[], ?::bigint[])
              AS u(oid, file, pages, tuples, visible)
            WHERE c.oid = u.oid::oid
            """;

    private final Script script;
    private final RelationFiles files;
    private final Foresight foresight;
    private final Map<Long, Table> tables = new HashMap<>();
    private final Map<QualifiedName, Long> tableNames = new HashMap<>();
    private final List<Gin> gins = new ArrayList<>();

    Storage(Script script, RelationFiles files, Glance glance) {
        this.script = script;
        this.files = files;
        this.foresight = new Foresight(script, files, glance);
    }

    /** A relation of the twin's as it was made. */
    record File(
            QualifiedName name, long oid, boolean index, String path, long table, String method) {
        static File of(ResultSet row) throws SQLException {
            return new File(
                    SnapshotLoader.name(row),
                    row.getLong("oid"),
                    SnapshotLoader.text(row, "kind").equals("i"),
                    SnapshotLoader.text(row, "path"),
                    row.getLong("of_table"),
                    String.valueOf(row.getString("method")));
        }

        long number() {
            return Long.parseLong(path.substring(path.lastIndexOf('/') + 1));
        }
    }

    /**
     * A table with its two files.
     *
     * @param small the number of the file it was made with
     * @param sized what it is pointed at
     */
    record Table(File small, Sized sized, double tuples, long pages) {}

    private record Gin(File file, Relation relation, Pages.GinCounts counts) {}

    /** What a relation is to be pointed at and to be told of itself. */
    record Sized(long oid, long file, long pages, double tuples, long visible) {}

    /** Sizes all relations, in a transaction of its own: what was made has to be committed. */
    void size(Snapshot upstream) throws SQLException, IOException {
        Map<QualifiedName, Relation> wanted = new HashMap<>();
        upstream.relations().forEach(r -> wanted.put(r.name(), r));
        script.run("CHECKPOINT");
        List<File> all = script.rows(FILES, File::of);
        List<Sized> sized = new ArrayList<>();
        for (File file : all) {
            Relation relation = wanted.get(file.name());
            if (relation != null && !file.index()) {
                sized.add(table(file, relation));
            }
        }
        point(sized);
        disuse(
                all.stream()
                        .filter(f -> f.index() && !wanted.containsKey(f.name()))
                        .map(File::oid)
                        .toArray(Long[]::new));
        // their heights are worked out of the statistics, which speak of tables of today's size
        sized.clear();
        for (File file : all) {
            Relation relation = wanted.get(file.name());
            if (relation != null && file.index()) {
                sized.add(index(file, relation, upstream.sights().get(file.name())));
            }
        }
        point(sized);
    }

    /** Has the planner pass over indexes that went between the schema's reading and now. */
    private void disuse(Long[] gone) throws SQLException {
        script.change(
                "UPDATE pg_index SET indisvalid = false WHERE indexrelid::bigint = ANY (?::bigint[])",
                (Object) gone);
    }

    /**
     * Gives GIN indexes their lists of pending entries, in a transaction: as many pages as a query
     * reads more of the upstream's index than of the twin's without a list.
     */
    void pend(Snapshot upstream) throws SQLException, IOException {
        for (Gin gin : gins) {
            Snapshot.Sight sight = upstream.sights().get(gin.file().name());
            if (sight == null || sight.query().isEmpty()) {
                continue;
            }
            double without = Sights.pages(script.connection(), gin.file().name(), sight.query());
            long pending = Math.round(sight.pages() - without);
            if (without >= 0 && pending > 0) {
                Pages.GinCounts counts = gin.counts().pending(pending);
                Relation relation = gin.relation();
                long number =
                        files.make(gin.file().path(), Pages.gin(counts), relation.pagesToday());
                point(
                        List.of(
                                new Sized(
                                        gin.file().oid(),
                                        number,
                                        relation.pages(),
                                        relation.tuples(),
                                        relation.allVisible())));
            }
        }
    }

    private Sized table(File file, Relation relation) throws IOException {
        long number = files.make(file.path(), files.beginning(file.path()), relation.pagesToday());
        Sized sized =
                new Sized(
                        file.oid(),
                        number,
                        relation.pages(),
                        relation.tuples(),
                        relation.allVisible());
        tables.put(
                file.oid(), new Table(file, sized, relation.tuplesToday(), relation.pagesToday()));
        tableNames.put(file.name(), file.oid());
        return sized;
    }

    private Sized index(File file, Relation relation, Snapshot.@Nullable Sight sight)
            throws SQLException, IOException {
        long pages = relation.pagesToday();
        ByteBuffer beginning =
                switch (file.method()) {
                    case "btree" ->
                            Pages.btree(
                                    files.beginning(file.path()),
                                    pages < 2 ? -1 : level(file, pages, sight));
                    case "gin" -> {
                        Pages.GinCounts counts =
                                OtherShapes.stretched(IndexShape.of(profile(file)).gin(), pages);
                        gins.add(new Gin(file, relation, counts));
                        yield Pages.gin(counts);
                    }
                    default -> beginning(file, profile(file), new IndexShape(pages, 0));
                };
        return new Sized(
                file.oid(),
                files.make(file.path(), beginning, pages),
                relation.pages(),
                relation.tuples(),
                relation.allVisible());
    }

    private int level(File file, long pages, Snapshot.@Nullable Sight sight) throws SQLException {
        if (sight != null && sight.level() >= 0) {
            return sight.level();
        }
        return pages < 3 ? 0 : pages <= Sights.SMALL ? 1 : BtreeShape.level(pages, profile(file));
    }

    /** The pages of an index that the planner looks at. */
    private ByteBuffer beginning(File file, IndexProfile profile, IndexShape shape)
            throws IOException {
        return switch (file.method()) {
            case "btree" ->
                    Pages.btree(
                            files.beginning(file.path()), shape.pages() < 2 ? -1 : shape.level());
            case "gin" -> Pages.gin(shape.gin());
            case "brin" ->
                    Pages.brin(
                            profile.pagesPerRange(),
                            OtherShapes.brinMapPages(
                                    profile.tablePages(), profile.pagesPerRange()));
            case "spgist" -> Pages.spGist();
            default -> ByteBuffer.allocate(0);
        };
    }

    private IndexProfile profile(File index) throws SQLException {
        Table table = tables.get(index.table());
        return foresight.profile(
                index.oid(), table == null ? 0 : table.tuples(), table == null ? 0 : table.pages());
    }

    private Foreseen foresee(ExtraIndex extra, File index) throws SQLException, IOException {
        Table table = tables.get(index.table());
        return foresight.foresee(
                index.table() + " " + extra.ddl(),
                index.oid(),
                table == null ? 0 : table.tuples(),
                table == null ? 0 : table.pages());
    }

    private void point(List<Sized> all) throws SQLException {
        script.change(
                POINT,
                all.stream().map(Sized::oid).toArray(Long[]::new),
                all.stream().map(Sized::file).toArray(Long[]::new),
                all.stream().map(Sized::pages).toArray(Long[]::new),
                all.stream().map(Sized::tuples).toArray(Double[]::new),
                all.stream().map(Sized::visible).toArray(Long[]::new));
    }

    /**
     * An index made for a while.
     *
     * @param path its own, small file
     * @param file its sized file, to be removed when the transaction has been rolled back
     */
    record Added(QualifiedName name, String path, long file, IndexShape shape) {}

    /**
     * Makes indexes and gives them their sizes, in a transaction that is to be rolled back.
     *
     * @throws SQLException if PostgreSQL refuses one; the transaction is lost then
     */
    List<Added> add(Iterable<ExtraIndex> extra) throws SQLException, IOException {
        List<Added> added = new ArrayList<>();
        for (ExtraIndex index : extra) {
            List<Table> on = tablesOf(index.table());
            back(on);
            script.run(index.ddl());
            List<File> made = made(on);
            point(on.stream().map(Table::sized).toList());
            List<Sized> sized = new ArrayList<>();
            for (File file : made) {
                Foreseen foreseen = foresee(index, file);
                IndexProfile profile = foreseen.profile();
                IndexShape shape = foreseen.shape();
                long number =
                        files.make(file.path(), beginning(file, profile, shape), shape.pages());
                sized.add(new Sized(file.oid(), number, shape.pages(), profile.rows(), 0));
                added.add(new Added(file.name(), file.path(), number, shape));
            }
            point(sized);
        }
        return added;
    }

    /** The table, or the partitions of a partitioned one. */
    private List<Table> tablesOf(QualifiedName name) throws SQLException {
        Long oid = tableNames.get(name);
        if (oid != null) {
            return List.of(tables.get(oid));
        }
        return script
                .rows(
                        "SELECT p.relid::oid::bigint FROM pg_partition_tree(?::text::regclass) p WHERE p.isleaf",
                        row -> row.getLong(1),
                        name.quoted())
                .stream()
                .filter(tables::containsKey)
                .map(tables::get)
                .toList();
    }

    /** Points tables at the files they were made with. */
    private void back(List<Table> on) throws SQLException {
        script.change(
                "UPDATE pg_class c SET relfilenode = u.file::oid FROM unnest(?::bigint[], ?::bigint[])"
                        + " AS u(oid, file) WHERE c.oid = u.oid::oid",
                on.stream().map(t -> t.small().oid()).toArray(Long[]::new),
                on.stream().map(t -> t.small().number()).toArray(Long[]::new));
    }

    /** The indexes that have no sized file yet. */
    private List<File> made(List<Table> on) throws SQLException {
        return script.rows(
                FILES
                        + " AND c.relkind = 'i' AND i.indrelid::bigint = ANY (?::bigint[]) AND c.relfilenode::bigint < "
                        + RelationFiles.FIRST_NUMBER,
                File::of,
                (Object) on.stream().map(t -> t.small().oid()).toArray(Long[]::new));
    }

    void remove(List<Added> added) throws IOException {
        for (Added each : added) {
            files.remove(each.path(), each.file());
        }
    }
}
