package io.quern.advisor.lab;

import static java.util.stream.Collectors.joining;

import org.jspecify.annotations.Nullable;

import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a statement returned on one database. */
sealed interface Answer {

    /**
     * Rows.
     *
     * @param columns name, type and modifiers of each
     * @param rows the values as PostgreSQL prints them, in the order they came
     */
    record Rows(List<String> columns, List<List<@Nullable String>> rows) implements Answer {
        public Rows {
            columns = List.copyOf(columns);
            rows = List.copyOf(rows);
        }

        static Rows of(ResultSet result) throws SQLException {
            ResultSetMetaData meta = result.getMetaData();
            List<String> columns = new ArrayList<>();
            for (int i = 1; i <= meta.getColumnCount(); i++) {
                columns.add(
                        "%s %s(%d,%d)"
                                .formatted(
                                        meta.getColumnLabel(i),
                                        meta.getColumnTypeName(i),
                                        meta.getPrecision(i),
                                        meta.getScale(i)));
            }
            List<List<@Nullable String>> rows = new ArrayList<>();
            while (result.next()) {
                List<@Nullable String> row = new ArrayList<>();
                for (int i = 1; i <= columns.size(); i++) {
                    row.add(result.getString(i));
                }
                rows.add(Collections.unmodifiableList(row));
            }
            return new Rows(columns, rows);
        }

        private Map<List<@Nullable String>, Integer> counts() {
            Map<List<@Nullable String>, Integer> counts = new HashMap<>();
            rows.forEach(row -> counts.merge(row, 1, Integer::sum));
            return counts;
        }

        boolean sameRows(Rows other) {
            return rows.equals(other.rows)
                    || (rows.size() == other.rows.size() && counts().equals(other.counts()));
        }

        boolean sameOrder(Rows other) {
            return rows.equals(other.rows);
        }

        @Override
        public String text() {
            return rows.isEmpty()
                    ? "  no rows"
                    : rows.stream().map(r -> "  " + Sample.tuple(r)).collect(joining("\n"));
        }
    }

    /**
     * An error.
     *
     * @param message PostgreSQL's own; may hold values
     */
    record Failure(String sqlState, String message) implements Answer {
        static Failure of(SQLException e) {
            String state = e.getSQLState();
            return new Failure(state == null ? "" : state, String.valueOf(e.getMessage()).strip());
        }

        /** Whether it ran out of time or space: nothing about the rows. */
        boolean exhausted() {
            return sqlState.startsWith("53") || sqlState.startsWith("57");
        }

        @Override
        public String text() {
            return "  " + message + " (" + sqlState + ")";
        }
    }

    /** For a person. */
    String text();
}
