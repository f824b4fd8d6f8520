package io.quern.optimizer.outcome;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a client sees of a statement, and what it leaves behind.
 *
 * @param error the SQLSTATE; null if there was none
 * @param columns names, types and modifiers
 * @param rows as text, in the order in which they came
 * @param left the number of rows changed and all rows of all tables, of a statement that changes
 */
public record Outcome(
        @Nullable String error, List<String> columns, List<String> rows, List<String> left) {
    private static final int SHOWN = 4;

    public Outcome {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
        left = List.copyOf(left);
    }

    static Outcome failed(String error) {
        return new Outcome(error, List.of(), List.of(), List.of());
    }

    /** Whether nothing can be said: it took too long, or had too many rows. */
    public boolean unknown() {
        return "57014".equals(error) || "54000".equals(error);
    }

    /** The same, its rows in an order of ours. */
    public Outcome sorted() {
        return new Outcome(error, columns, rows.stream().sorted().toList(), left);
    }

    /**
     * What a client of the original would notice, had this been done in its place; null if nothing.
     * An error may disappear.
     *
     * @param ordered whether the original's ORDER BY leaves no choice
     */
    public @Nullable String unlike(Outcome original, boolean ordered) {
        if (original.error != null || original.unknown() || unknown()) {
            return null;
        }
        if (error != null) {
            return "error " + error;
        }
        if (!columns.equals(original.columns)) {
            return "columns " + original.columns + ", now " + columns;
        }
        if (!left.equals(original.left)) {
            return "left" + cut(original.left, left) + "\nnow left" + cut(left, original.left);
        }
        if (!sorted().rows.equals(original.sorted().rows)) {
            return "returned" + cut(original.rows, rows) + "\nnow" + cut(rows, original.rows);
        }
        return ordered && !rows.equals(original.rows)
                ? "order " + first(original.rows) + "\nnow " + first(rows)
                : null;
    }

    private static String first(List<String> rows) {
        return rows.stream().limit(SHOWN * 3L).toList().toString();
    }

    /** The first rows of one result that the other has not. */
    private static String cut(List<String> rows, List<String> other) {
        List<String> lines = new ArrayList<>(rows);
        other.forEach(lines::remove);
        return lines.stream()
                .limit(SHOWN)
                .map(line -> "\n    " + line)
                .collect(Collectors.joining());
    }
}
