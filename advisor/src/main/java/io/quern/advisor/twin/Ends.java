package io.quern.advisor.twin;

import static java.util.stream.Collectors.joining;

import io.quern.advisor.twin.Snapshot.Extreme;
import io.quern.optimizer.QualifiedName;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Asks the upstream for the least and the greatest value of columns that an index begins with, as
 * its own planner does ({@code get_actual_variable_range}): a histogram is as old as the last
 * ANALYZE, and rows added since lie beyond its end. One statement a table, each end one descent of
 * an index.
 */
final class Ends {
    /** Longer than any descent takes; many dead entries at an end are no reason to wait. */
    private static final String PATIENCE = "1s";

    private final Connection connection;
    private final List<String> notes;

    /**
     * @param notes takes what could not be read
     */
    Ends(Connection connection, List<String> notes) {
        this.connection = connection;
        this.notes = notes;
    }

    Map<QualifiedName, List<Extreme>> read(Map<QualifiedName, List<String>> columns)
            throws SQLException {
        Map<QualifiedName, List<Extreme>> ends = new HashMap<>();
        Savepoint before = connection.setSavepoint();
        try (Statement statement = connection.createStatement()) {
            for (String setting : List.of("seqscan", "bitmapscan", "sort", "incremental_sort")) {
                statement.execute("SET LOCAL enable_" + setting + " = off");
            }
            statement.execute("SET LOCAL statement_timeout = '" + PATIENCE + "'");
            for (Map.Entry<QualifiedName, List<String>> table : columns.entrySet()) {
                read(statement, table.getKey(), table.getValue(), ends);
            }
        } finally {
            connection.rollback(before);
        }
        return ends;
    }

    private void read(
            Statement statement,
            QualifiedName table,
            List<String> columns,
            Map<QualifiedName, List<Extreme>> ends)
            throws SQLException {
        Savepoint clean = connection.setSavepoint();
        try (ResultSet row = statement.executeQuery(query(table, columns))) {
            row.next();
            List<Extreme> found = new ArrayList<>();
            for (int i = 0; i < columns.size(); i++) {
                found.add(
                        new Extreme(
                                columns.get(i),
                                row.getString(2 * i + 1),
                                row.getString(2 * i + 2)));
            }
            ends.put(table, found);
        } catch (SQLException e) {
            connection.rollback(clean);
            notes.add("the ends of " + table + " were not read: SQLSTATE " + e.getSQLState());
        }
    }

    private static String query(QualifiedName table, List<String> columns) {
        return "SELECT "
                + columns.stream()
                        .map(c -> end(table, c, "") + ", " + end(table, c, " DESC"))
                        .collect(joining(", "));
    }

    private static String end(QualifiedName table, String column, String direction) {
        String quoted = QualifiedName.quote(column);
        return "(SELECT t.%1$s::text FROM ONLY %2$s t WHERE t.%1$s IS NOT NULL ORDER BY t.%1$s%3$s LIMIT 1)"
                .formatted(quoted, table.quoted(), direction);
    }
}
