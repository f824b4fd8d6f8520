package io.quern.advisor.upstream;

import static java.util.Objects.requireNonNull;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;

/**
 * One load of a catalog under way, in its transaction. For the one thread that loads.
 *
 * <p>What prints an expression, a view or an index of a relation takes a lock on it, for which DDL
 * next door would make the load wait. Such relations are looked up once, at the beginning, and left
 * out of the whole load: each of the queries gets them as its only parameter.
 */
final class CatalogReading {
    private final Connection connection;
    private final Long[] locked;
    final int version;

    /** Whether this role may read which tables are written by logical replication. */
    final boolean subscriptionsReadable;

    /** Takes a row. */
    @FunctionalInterface
    interface Row {
        void read(ResultSet row) throws SQLException;
    }

    private CatalogReading(
            Connection connection, int version, boolean subscriptionsReadable, Long[] locked) {
        this.connection = connection;
        this.version = version;
        this.subscriptionsReadable = subscriptionsReadable;
        this.locked = locked;
    }

    static CatalogReading begin(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(CatalogQueries.BEGINNING)) {
            row.next();
            return new CatalogReading(
                    connection,
                    row.getInt("version"),
                    row.getBoolean("subscriptions_readable"),
                    (Long[]) array(row, "locked"));
        }
    }

    int major() {
        return version / 10_000;
    }

    /** Runs a query that begins with {@link CatalogQueries#LOCKED}. */
    void each(String sql, Row reader) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setArray(1, connection.createArrayOf("oid", locked));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    reader.read(row);
                }
            }
        }
    }

    static String text(ResultSet row, String column) throws SQLException {
        return requireNonNull(row.getString(column), column);
    }

    /** A {@code text[]} as a list, empty if NULL. */
    static List<String> texts(ResultSet row, String column) throws SQLException {
        return row.getArray(column) == null
                ? List.of()
                : Arrays.stream((String[]) array(row, column)).toList();
    }

    /** The OIDs of an {@code oid[]}; one above 2^31 wraps, as everywhere in the catalog. */
    static List<Integer> oids(ResultSet row, String column) throws SQLException {
        return Arrays.stream((Long[]) array(row, column)).map(Long::intValue).toList();
    }

    private static Object array(ResultSet row, String column) throws SQLException {
        Array array = requireNonNull(row.getArray(column), column);
        return array.getArray();
    }
}
