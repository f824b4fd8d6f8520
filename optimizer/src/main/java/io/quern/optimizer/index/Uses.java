package io.quern.optimizer.index;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.Column;
import io.quern.optimizer.IndexDefinition;
import io.quern.optimizer.Table;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * How a statement uses the columns of one table in one FROM clause. Filled by {@link Conditions}
 * and {@link Order}.
 */
final class Uses {
    private final Table table;
    private final Set<Column> equal = new LinkedHashSet<>();
    private final Set<Column> ranges = new LinkedHashSet<>();
    private final Set<Column> joined = new LinkedHashSet<>();
    private List<Column> rows = List.of();
    private List<IndexDefinition.Key> sort = List.of();
    private String sorted = "sorts";
    private boolean limited;

    Uses(Table table) {
        this.table = requireNonNull(table, "table");
    }

    /** A column is compared with a value for equality, or with each of a list, or with NULL. */
    void equal(Column column) {
        equal.add(column);
    }

    /** A column is compared with a value that bounds it. */
    void range(Column column) {
        ranges.add(column);
    }

    /** A column is equated with something of another table. */
    void joined(Column column) {
        joined.add(column);
    }

    /** These columns, as a row, are compared with a row of values that bounds them. */
    void rows(List<Column> columns) {
        if (columns.size() > rows.size()) {
            rows = List.copyOf(columns);
        }
        range(columns.getFirst());
    }

    /**
     * The rows are wanted in an order.
     *
     * @param why the verb of a sentence: sorts, groups, …
     * @param first whether only the first rows in it
     */
    void sort(List<IndexDefinition.Key> keys, String why, boolean first) {
        sort = List.copyOf(keys);
        sorted = requireNonNull(why, "why");
        limited = first;
    }

    /** Whether nothing is asked of the table that an index could serve. */
    boolean isEmpty() {
        return equal.isEmpty() && ranges.isEmpty() && joined.isEmpty() && sort.isEmpty();
    }

    Table table() {
        return table;
    }

    Set<Column> equal() {
        return equal;
    }

    Set<Column> ranges() {
        return ranges;
    }

    /** Columns equated with another table's, unless they are compared with a value as well. */
    List<Column> joined() {
        return joined.stream().filter(c -> !equal.contains(c)).toList();
    }

    /** The columns of a comparison of rows; empty if there is none. */
    List<Column> rows() {
        return rows;
    }

    List<IndexDefinition.Key> sort() {
        return sort;
    }

    /** Whether only the first rows of the order are wanted. */
    boolean limited() {
        return limited;
    }

    /** Whether a range or the order speaks for a column. */
    boolean ordered(Column column) {
        return ranges.contains(column)
                || sort.stream().anyMatch(k -> k.column().equals(column.name()));
    }

    /** A sentence for people. */
    String reason(String columns) {
        List<String> parts = new ArrayList<>();
        if (!equal.isEmpty()) {
            parts.add("filters by " + names(equal));
        }
        if (!ranges.isEmpty()) {
            parts.add("takes a range of " + names(ranges));
        }
        if (!sort.isEmpty()) {
            parts.add(
                    sorted
                            + " by "
                            + sort.getFirst().column()
                            + (limited && sorted.equals("sorts") ? " with a limit" : ""));
        }
        if (parts.isEmpty()) {
            parts.add("joins on " + columns);
        }
        return "the statement "
                + String.join(", ", parts)
                + " and no index of "
                + table.name()
                + " starts with ("
                + columns
                + ")";
    }

    private static String names(Set<Column> columns) {
        return String.join(" and ", columns.stream().map(Column::name).toList());
    }
}
