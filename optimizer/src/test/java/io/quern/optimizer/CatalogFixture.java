package io.quern.optimizer;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A catalog read from a test's database: what rules ask for, nothing about partitions or foreign
 * tables.
 */
public final class CatalogFixture {
    private CatalogFixture() {}

    /** The user relations of the database a connection is in. */
    public static Catalog read(Connection c) throws SQLException {
        List<Table> tables = new ArrayList<>();
        try (var statement = c.createStatement();
                var rows =
                        statement.executeQuery(
                                """
                                SELECT c.oid, n.nspname, c.relname, c.relkind, c.relrowsecurity, c.reltuples,
                                       pg_relation_size(c.oid), current_database(),
                                       current_setting('server_version_num')::int
                                FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                                WHERE c.relkind IN ('r', 'v', 'm') AND n.nspname !~ '^(pg_|information_schema)'
                                """)) {
            int version = 0;
            String database = "";
            while (rows.next()) {
                long oid = rows.getLong(1);
                database = rows.getString(8);
                version = rows.getInt(9);
                tables.add(
                        new Table(
                                oid,
                                new QualifiedName(rows.getString(2), rows.getString(3)),
                                switch (rows.getString(4)) {
                                    case "r" -> Table.Kind.TABLE;
                                    case "v" -> Table.Kind.VIEW;
                                    default -> Table.Kind.MATERIALIZED_VIEW;
                                },
                                columns(c, oid),
                                indexes(c, oid),
                                rows.getBoolean(5),
                                false,
                                rows.getDouble(6),
                                rows.getLong(7),
                                0,
                                "postgres"));
            }
            return new Catalog(database, version, tables);
        }
    }

    private static List<Column> columns(Connection c, long table) throws SQLException {
        List<Column> columns = new ArrayList<>();
        try (var statement =
                c.prepareStatement(
                        """
                        SELECT a.attname, a.attnum, a.atttypid::bigint, format_type(a.atttypid, a.atttypmod),
                               a.attnotnull, a.attcollation::bigint, coalesce(l.collisdeterministic, true),
                               coalesce(s.null_frac, 'NaN'), coalesce(s.n_distinct, 'NaN'),
                               coalesce(s.avg_width::float8, 'NaN')
                        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
                        JOIN pg_namespace n ON n.oid = c.relnamespace
                        LEFT JOIN pg_collation l ON l.oid = a.attcollation
                        LEFT JOIN pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname
                                            AND s.attname = a.attname
                        WHERE a.attrelid = ? AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
                        """)) {
            statement.setLong(1, table);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    columns.add(
                            new Column(
                                    rows.getString(1),
                                    rows.getInt(2),
                                    (int) rows.getLong(3),
                                    rows.getString(4),
                                    rows.getBoolean(5),
                                    rows.getLong(6),
                                    rows.getBoolean(7),
                                    rows.getDouble(8),
                                    rows.getDouble(9),
                                    rows.getDouble(10)));
                }
            }
        }
        return columns;
    }

    private static List<Index> indexes(Connection c, long table) throws SQLException {
        List<Index> indexes = new ArrayList<>();
        try (var statement =
                c.prepareStatement(
                        """
                        SELECT i.indexrelid, r.relname, m.amname, i.indisunique, i.indisvalid,
                               pg_get_expr(i.indpred, i.indrelid), pg_get_indexdef(i.indexrelid),
                               i.indkey::int[], i.indoption::int[], i.indnkeyatts
                        FROM pg_index i JOIN pg_class r ON r.oid = i.indexrelid
                        JOIN pg_am m ON m.oid = r.relam WHERE i.indrelid = ?
                        """)) {
            statement.setLong(1, table);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    indexes.add(
                            new Index(
                                    rows.getLong(1),
                                    rows.getString(2),
                                    rows.getString(3),
                                    keys(
                                            c,
                                            table,
                                            (Integer[]) rows.getArray(8).getArray(),
                                            (Integer[]) rows.getArray(9).getArray(),
                                            rows.getInt(10)),
                                    List.of(),
                                    Optional.ofNullable(rows.getString(6)),
                                    rows.getBoolean(4),
                                    rows.getBoolean(5),
                                    true,
                                    false,
                                    false,
                                    0,
                                    0,
                                    rows.getString(7)));
                }
            }
        }
        return indexes;
    }

    private static List<Index.Key> keys(
            Connection c, long table, Integer[] numbers, Integer[] options, int count)
            throws SQLException {
        List<Index.Key> keys = new ArrayList<>();
        try (var statement =
                c.prepareStatement(
                        "SELECT attname FROM pg_attribute WHERE attrelid = ? AND attnum = ?")) {
            for (int i = 0; i < count; i++) {
                statement.setLong(1, table);
                statement.setInt(2, numbers[i]);
                try (var name = statement.executeQuery()) {
                    Optional<String> column =
                            numbers[i] > 0 && name.next()
                                    ? Optional.of(name.getString(1))
                                    : Optional.empty();
                    keys.add(
                            new Index.Key(
                                    column,
                                    column.orElse("expression"),
                                    (options[i] & 1) != 0,
                                    (options[i] & 2) != 0,
                                    true));
                }
            }
        }
        return keys;
    }
}
