package io.quern.advisor.upstream;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.Catalog;
import io.quern.optimizer.Column;
import io.quern.optimizer.Index;
import io.quern.optimizer.QualifiedName;
import io.quern.optimizer.Table;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Loads a {@link Catalog}: five set-based queries in one REPEATABLE READ, READ ONLY transaction, on
 * PostgreSQL 15 to 18. No user table is read; statistics come from {@code pg_stats} as far as the
 * role may read it. Thread-safe; blocks on the network.
 */
public final class CatalogLoader {

    /**
     * A catalog and whether it may be about to change.
     *
     * @param pending whether another transaction holds or awaits the lock of DDL: it may have
     *     changed facts that no snapshot shows before it commits
     */
    public record Loaded(Catalog catalog, boolean pending) {
        public Loaded {
            requireNonNull(catalog, "catalog");
        }
    }

    private final UpstreamDatabases databases;

    public CatalogLoader(UpstreamDatabases databases) {
        this.databases = requireNonNull(databases, "databases");
    }

    /**
     * Loads a database's catalog.
     *
     * @throws io.quern.advisor.Refused if it cannot be reached or read
     */
    public Loaded load(String database) {
        return databases.reading(database, connection -> load(connection, database));
    }

    private static Loaded load(Connection connection, String database) throws SQLException {
        // A transaction that ends before the locks are looked at is in the snapshot, which must
        // therefore be taken after that look: in a transaction of its own.
        boolean before = pending(connection);
        connection.rollback();
        int version = version(connection);
        Map<Long, List<Column>> columns = columns(connection, version / 10_000);
        Map<Long, List<Index>> indexes = indexes(connection);
        List<Table> tables = tables(connection, columns, indexes);
        boolean pending = pending(connection) || before;
        return new Loaded(new Catalog(database, version, tables), pending);
    }

    private static int version(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SHOW server_version_num")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private static boolean pending(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(CatalogQueries.PENDING)) {
            rows.next();
            return rows.getBoolean(1);
        }
    }

    private static List<Table> tables(
            Connection connection, Map<Long, List<Column>> columns, Map<Long, List<Index>> indexes)
            throws SQLException {
        List<Table> tables = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(CatalogQueries.TABLES)) {
            while (row.next()) {
                long oid = row.getLong("oid");
                tables.add(
                        new Table(
                                oid,
                                new QualifiedName(text(row, "schema"), text(row, "name")),
                                kind(text(row, "kind")),
                                columns.getOrDefault(oid, List.of()),
                                indexes.getOrDefault(oid, List.of()),
                                row.getBoolean("row_security"),
                                row.getBoolean("has_children"),
                                row.getDouble("rows"),
                                row.getLong("bytes"),
                                row.getLong("writes"),
                                text(row, "owner")));
            }
        }
        return tables;
    }

    private static Table.Kind kind(String relkind) {
        return switch (relkind) {
            case "r" -> Table.Kind.TABLE;
            case "p" -> Table.Kind.PARTITIONED_TABLE;
            case "v" -> Table.Kind.VIEW;
            case "m" -> Table.Kind.MATERIALIZED_VIEW;
            case "f" -> Table.Kind.FOREIGN_TABLE;
            default -> throw new IllegalStateException("unknown relkind " + relkind);
        };
    }

    private static Map<Long, List<Column>> columns(Connection connection, int major)
            throws SQLException {
        Map<Long, List<Column>> columns = new HashMap<>();
        try (PreparedStatement statement =
                connection.prepareStatement(CatalogQueries.columns(major))) {
            statement.setBoolean(1, major <= 17);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    columns.computeIfAbsent(row.getLong("table_oid"), oid -> new ArrayList<>())
                            .add(
                                    new Column(
                                            text(row, "name"),
                                            row.getInt("position"),
                                            // an OID above 2^31 wraps, as everywhere in Column
                                            (int) row.getLong("type_oid"),
                                            text(row, "type"),
                                            row.getBoolean("not_null"),
                                            row.getLong("collation"),
                                            row.getBoolean("deterministic"),
                                            orNaN(row, "null_fraction"),
                                            orNaN(row, "distinct_values"),
                                            orNaN(row, "average_width")));
                }
            }
        }
        return columns;
    }

    /**
     * The indexes of each table. One that was dropped since the snapshot was taken is left out:
     * what prints its definition knows it no more.
     */
    static Map<Long, List<Index>> indexes(Connection connection) throws SQLException {
        Map<Long, List<Index.Key>> keys = new HashMap<>();
        Map<Long, List<String>> included = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(CatalogQueries.INDEX_KEYS)) {
            while (row.next()) {
                long oid = row.getLong("oid");
                String expression = row.getString("expression");
                if (expression == null) {
                    continue;
                }
                Optional<String> column = Optional.ofNullable(row.getString("column_name"));
                if (row.getBoolean("included")) {
                    included.computeIfAbsent(oid, o -> new ArrayList<>()).add(column.orElseThrow());
                } else {
                    keys.computeIfAbsent(oid, o -> new ArrayList<>())
                            .add(
                                    new Index.Key(
                                            column,
                                            expression,
                                            row.getBoolean("descending"),
                                            row.getBoolean("nulls_first"),
                                            row.getBoolean("default_opclass")));
                }
            }
        }
        Map<Long, List<Index>> indexes = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(CatalogQueries.INDEXES)) {
            while (row.next()) {
                long oid = row.getLong("oid");
                String definition = row.getString("definition");
                if (definition == null) {
                    continue;
                }
                indexes.computeIfAbsent(row.getLong("table_oid"), o -> new ArrayList<>())
                        .add(
                                index(
                                        row,
                                        oid,
                                        definition,
                                        keys.getOrDefault(oid, List.of()),
                                        included.getOrDefault(oid, List.of())));
            }
        }
        return indexes;
    }

    private static Index index(
            ResultSet row, long oid, String definition, List<Index.Key> keys, List<String> included)
            throws SQLException {
        return new Index(
                oid,
                text(row, "name"),
                text(row, "method"),
                keys,
                included,
                Optional.ofNullable(row.getString("predicate")),
                row.getBoolean("is_unique"),
                row.getBoolean("valid"),
                row.getBoolean("immediate"),
                row.getBoolean("nulls_not_distinct"),
                row.getBoolean("has_constraint"),
                row.getLong("bytes"),
                row.getLong("scans"),
                definition);
    }

    private static String text(ResultSet row, String column) throws SQLException {
        return requireNonNull(row.getString(column), column);
    }

    private static double orNaN(ResultSet row, String column) throws SQLException {
        double value = row.getDouble(column);
        return row.wasNull() ? Double.NaN : value;
    }
}
