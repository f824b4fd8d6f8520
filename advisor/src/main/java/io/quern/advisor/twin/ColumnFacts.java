package io.quern.advisor.twin;

import org.jspecify.annotations.Nullable;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * What the twin's catalogs and statistics say of a column of an index; of an expression the
 * statistics are those of the one column it reads.
 *
 * @param text the column or expression as PostgreSQL prints it
 * @param column the quoted name of the column it reads
 * @param length {@code attlen} of what the index keeps: -1 if it varies
 * @param type of the column it reads, ready for SQL
 * @param kind the bare name of that type
 * @param width the average of the column's values
 * @param distinct as {@code pg_stats} has it
 */
record ColumnFacts(
        boolean key,
        boolean expression,
        String text,
        String column,
        int length,
        int alignment,
        String type,
        String kind,
        double nulls,
        int width,
        double distinct,
        @Nullable String common,
        List<Double> frequencies,
        @Nullable String histogram,
        List<Double> elementCounts,
        List<Double> elementFrequencies) {
    ColumnFacts {
        frequencies = List.copyOf(frequencies);
        elementCounts = List.copyOf(elementCounts);
        elementFrequencies = List.copyOf(elementFrequencies);
    }

    /** Of a value of unknown width, as the planner assumes. */
    private static final int UNKNOWN_WIDTH = 32;

    static ColumnFacts of(ResultSet row) throws SQLException {
        String width = row.getString("avg_width");
        return new ColumnFacts(
                row.getBoolean("is_key"),
                row.getBoolean("expression"),
                SnapshotLoader.text(row, "text"),
                SnapshotLoader.text(row, "column_name"),
                row.getInt("attlen"),
                alignment(SnapshotLoader.text(row, "alignment")),
                SnapshotLoader.text(row, "type"),
                SnapshotLoader.text(row, "type_name"),
                row.getDouble("null_frac"),
                width == null ? UNKNOWN_WIDTH : Integer.parseInt(width),
                row.getDouble("n_distinct"),
                row.getString("common_values"),
                numbers(row.getString("frequencies")),
                row.getString("histogram"),
                numbers(row.getString("element_counts")),
                numbers(row.getString("element_frequencies")));
    }

    private static List<Double> numbers(@Nullable String array) {
        return array == null ? List.of() : ArrayText.numbers(array);
    }

    private static int alignment(String code) {
        return switch (code) {
            case "d" -> 8;
            case "i" -> 4;
            case "s" -> 2;
            default -> 1;
        };
    }

    /**
     * How many entries a GIN index keeps for a row: of an array the mean that ends its histogram of
     * counts; of a text its trigrams; of a document what its most common ones make up, at least.
     */
    double elements() {
        if (!elementCounts.isEmpty()) {
            return elementCounts.getLast();
        }
        return switch (kind) {
            case "text", "varchar", "bpchar" -> expression ? Math.max(1, width / 6.0) : width + 1.0;
            case "jsonb" -> Math.max(1, width / 12.0);
            case "tsvector" ->
                    Math.max(width / 12.0, elementFrequencies.stream().mapToDouble(f -> f).sum());
            default -> 1;
        };
    }

    /**
     * How many different ones there are: as many as the statistics list, if they do; else the words
     * of a language grow with the root of the text's length.
     */
    double distinctElements(double rows) {
        // three numbers at the end are bounds
        return elementFrequencies.size() > 3
                ? elementFrequencies.size() - 3.0
                : Math.max(1, 30 * Math.sqrt(rows * elements()));
    }
}
