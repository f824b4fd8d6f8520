package io.quern.advisor.twin;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.QualifiedName;

import org.jspecify.annotations.Nullable;

/**
 * A row of {@code pg_stats}: what ANALYZE found in one column of a table or one expression of an
 * index. Arrays are in PostgreSQL's text form; NULL where there is none. Its values are the user's
 * data.
 *
 * @param relation the table or index
 * @param column the column's name; of an index's expression the name PostgreSQL made up
 * @param inherited whether it speaks of the table's children too
 * @param nullFraction from 0 to 1
 * @param width the average width of values in bytes
 * @param distinct positive a count, negative a fraction of the rows
 * @param lengths {@code range_length_histogram}
 * @param bounds {@code range_bounds_histogram}
 */
record ColumnStatistics(
        QualifiedName relation,
        String column,
        boolean inherited,
        float nullFraction,
        int width,
        float distinct,
        @Nullable String commonValues,
        @Nullable String commonFrequencies,
        @Nullable String histogram,
        @Nullable String correlation,
        @Nullable String commonElements,
        @Nullable String elementFrequencies,
        @Nullable String elementCounts,
        @Nullable String lengths,
        @Nullable String emptyFraction,
        @Nullable String bounds) {
    ColumnStatistics {
        requireNonNull(relation, "relation");
        requireNonNull(column, "column");
    }

    /** Without any value. */
    @Override
    public String toString() {
        return "ColumnStatistics[" + relation + "." + column + "]";
    }
}
