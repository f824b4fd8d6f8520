package io.quern.advisor.twin;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What the size of an index depends on.
 *
 * @param method the access method
 * @param fillFactor of its pages in percent
 * @param deduplicates whether a B-tree may keep several rows of one key in one entry: all operator
 *     classes and collations call equal only what is the same, and there is no INCLUDE
 * @param rows how many rows it holds entries of, those of its predicate only
 * @param groups how many of them have different keys
 * @param tablePages the pages of its table
 * @param pagesPerRange of a BRIN index
 * @param columns keys and INCLUDE columns, in order
 */
record IndexProfile(
        String method,
        int fillFactor,
        boolean deduplicates,
        double rows,
        double groups,
        long tablePages,
        int pagesPerRange,
        List<Column> columns) {
    IndexProfile {
        requireNonNull(method, "method");
        columns = List.copyOf(columns);
        if (!(rows >= 0) || fillFactor < 10 || fillFactor > 100 || pagesPerRange < 1) {
            throw new IllegalArgumentException("rows, fillFactor or pagesPerRange out of range");
        }
    }

    /**
     * A column of the index.
     *
     * @param key whether it is a key, not an INCLUDE column
     * @param alignment of its values: 1, 2, 4 or 8
     * @param widths how wide values are in the index; not empty
     * @param nulls the fraction of entries where it is NULL
     * @param lost the fraction of the table's rows that are not in the index for it is NULL there
     * @param frequencies of its most common values, as fractions of all rows
     * @param distinct how many different values it has, at least 1
     * @param elements how many entries a GIN index keeps for a row
     * @param distinctElements how many different ones there are
     */
    record Column(
            boolean key,
            int alignment,
            List<Width> widths,
            double nulls,
            double lost,
            List<Double> frequencies,
            double distinct,
            double elements,
            double distinctElements) {
        Column {
            widths = List.copyOf(widths);
            frequencies = List.copyOf(frequencies);
            if (widths.isEmpty()) {
                throw new IllegalArgumentException("widths is empty");
            }
        }

        /** The mean of {@link #widths}. */
        double averageWidth() {
            double weight = widths.stream().mapToDouble(Width::weight).sum();
            return widths.stream().mapToDouble(w -> w.bytes() * w.weight()).sum() / weight;
        }
    }

    /** A width and how often it occurs beside the others. */
    record Width(int bytes, double weight) {}

    List<Column> keys() {
        return columns.stream().filter(Column::key).toList();
    }
}
