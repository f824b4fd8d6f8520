package io.quern.advisor.twin;

import static java.util.Objects.requireNonNull;

import io.quern.advisor.twin.Snapshot.JointStatistics;
import io.quern.advisor.twin.Snapshot.Ordering;
import io.quern.optimizer.QualifiedName;

import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a {@link Snapshot}: six set-based queries, and one statement for each table that an index
 * finds the ends of; some EXPLAINs tell the heights of indexes. Any role may do it; what it may not
 * read is missing and noted: {@code pg_stats} shows only columns it may SELECT.
 */
public final class SnapshotLoader {
    private final Connection connection;
    private final List<String> notes = new ArrayList<>();

    private SnapshotLoader(Connection connection) {
        this.connection = connection;
    }

    /** Takes a row. */
    @FunctionalInterface
    private interface Row {
        void read(ResultSet row) throws SQLException;
    }

    /**
     * Reads the database of a connection.
     *
     * @param connection in a transaction, which stays open; its {@code search_path} is {@code
     *     pg_catalog} from then on, so that definitions are printed with all schemas
     * @throws SQLException also if the server's pages are not of 8 KiB
     */
    public static Snapshot load(Connection connection) throws SQLException {
        return new SnapshotLoader(requireNonNull(connection, "connection")).load();
    }

    private Snapshot load() throws SQLException {
        each("SELECT set_config('search_path', 'pg_catalog', true)", row -> {});
        int version = connection.getMetaData().getDatabaseMajorVersion();
        List<Database> found = new ArrayList<>();
        each(
                SnapshotQueries.DATABASE.formatted(version < 17 ? "daticulocale" : "datlocale"),
                row -> found.add(Database.of(row)));
        Database database = found.getFirst();
        if (database.page() != Relation.PAGE) {
            throw new SQLException("pages of " + database.page() + " bytes, not 8192");
        }
        return new Snapshot(
                database.version(),
                database.ordering(),
                relations(),
                columns(version, database.raw()),
                joint(database.rawJoint()),
                new Ends(connection, notes).read(leading()),
                new Sights(connection, notes).look(),
                new SettingsReading(connection).read(),
                notes);
    }

    private record Database(
            int version, int page, Ordering ordering, boolean raw, boolean rawJoint) {
        static Database of(ResultSet row) throws SQLException {
            return new Database(
                    row.getInt("version"),
                    row.getInt("page"),
                    new Ordering(
                            text(row, "provider").charAt(0),
                            text(row, "collate_name"),
                            Optional.ofNullable(row.getString("locale"))),
                    row.getBoolean("raw"),
                    row.getBoolean("raw_joint"));
        }
    }

    private void each(String sql, Row reader) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                reader.read(rows);
            }
        }
    }

    private List<Relation> relations() throws SQLException {
        List<Relation> relations = new ArrayList<>();
        each(
                SnapshotQueries.RELATIONS,
                row ->
                        relations.add(
                                new Relation(
                                        name(row),
                                        text(row, "kind").charAt(0),
                                        row.getInt("pages"),
                                        row.getFloat("tuples"),
                                        row.getInt("all_visible"),
                                        row.getLong("bytes"),
                                        Optional.ofNullable(row.getString("workers"))
                                                .map(Integer::valueOf))));
        return relations;
    }

    private List<ColumnStatistics> columns(int version, boolean raw) throws SQLException {
        boolean shown = version >= 17;
        RangeStatistics ranges = new RangeStatistics();
        if (!shown && raw) {
            each(SnapshotQueries.RAW_RANGES, ranges::add);
        }
        List<ColumnStatistics> columns = new ArrayList<>();
        each(
                SnapshotQueries.COLUMNS.formatted(
                        shown ? SnapshotQueries.RANGES : SnapshotQueries.NO_RANGES),
                row -> columns.add(shown ? column(row) : ranges.complete(column(row))));
        return columns;
    }

    private static ColumnStatistics column(ResultSet row) throws SQLException {
        return new ColumnStatistics(
                name(row),
                text(row, "column_name"),
                row.getBoolean("inherited"),
                row.getFloat("null_frac"),
                row.getInt("avg_width"),
                row.getFloat("n_distinct"),
                row.getString("common_values"),
                row.getString("common_frequencies"),
                row.getString("histogram"),
                row.getString("correlation"),
                row.getString("common_elements"),
                row.getString("element_frequencies"),
                row.getString("element_counts"),
                row.getString("lengths"),
                row.getString("empty_fraction"),
                row.getString("bounds"));
    }

    private List<JointStatistics> joint(boolean raw) throws SQLException {
        List<JointStatistics> joint = new ArrayList<>();
        each(
                raw ? SnapshotQueries.RAW_JOINT : SnapshotQueries.JOINT,
                row ->
                        joint.add(
                                new JointStatistics(
                                        name(row),
                                        row.getBoolean("inherited"),
                                        numbered(row.getArray("columns")),
                                        row.getString("distinct_counts"),
                                        row.getString("dependencies"),
                                        row.getString("common"))));
        return joint;
    }

    private static Map<Integer, String> numbered(Array columns) throws SQLException {
        Map<Integer, String> numbered = new HashMap<>();
        for (String column : (String[]) columns.getArray()) {
            int space = column.indexOf(' ');
            numbered.put(Integer.valueOf(column.substring(0, space)), column.substring(space + 1));
        }
        return numbered;
    }

    /** The columns that an index leads to the ends of, by table. */
    private Map<QualifiedName, List<String>> leading() throws SQLException {
        Map<QualifiedName, List<String>> leading = new HashMap<>();
        each(
                SnapshotQueries.LEADING,
                row ->
                        leading.computeIfAbsent(name(row), table -> new ArrayList<>())
                                .add(text(row, "column_name")));
        return leading;
    }

    static QualifiedName name(ResultSet row) throws SQLException {
        return new QualifiedName(text(row, "schema"), text(row, "name"));
    }

    static String text(ResultSet row, String column) throws SQLException {
        return requireNonNull(row.getString(column), column);
    }
}
