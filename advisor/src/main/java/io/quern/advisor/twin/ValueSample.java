package io.quern.advisor.twin;

import io.quern.advisor.twin.IndexProfile.Width;

import org.jspecify.annotations.Nullable;

import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The values that the statistics of a column hold, as a sample of it: the common ones with their
 * frequencies, those of the histogram sharing the rest. An index's expression is computed over them
 * to see how wide and how different its results are.
 */
final class ValueSample {
    /** With fewer, nothing is learnt of how many different results there are. */
    private static final int ENOUGH = 50;

    private final List<String> values = new ArrayList<>();
    private final List<Double> weights = new ArrayList<>();

    /**
     * @param common {@code most_common_vals} with {@code most_common_freqs}, if any
     * @param histogram {@code histogram_bounds}, if any
     * @param nulls the fraction of NULLs
     */
    ValueSample(
            @Nullable String common,
            List<Double> frequencies,
            @Nullable String histogram,
            double nulls) {
        double left = 1 - nulls;
        List<String> first = common == null ? List.of() : ArrayText.elements(common);
        for (int i = 0; i < Math.min(first.size(), frequencies.size()); i++) {
            values.add(first.get(i));
            weights.add(frequencies.get(i));
            left -= frequencies.get(i);
        }
        List<String> rest = histogram == null ? List.of() : ArrayText.elements(histogram);
        for (String value : rest) {
            values.add(value);
            weights.add(Math.max(1e-6, left / rest.size()));
        }
    }

    /**
     * What came of the values.
     *
     * @param widths in an index; empty if nothing is known
     * @param distinct how many different results there are, or 0 for as many as there are values
     */
    record Results(List<Width> widths, double distinct) {
        static final Results UNKNOWN = new Results(List.of(), 0);
    }

    /**
     * Computes an expression over the values.
     *
     * @param column the column's name in it, quoted
     * @param type the column's type
     * @param expression the column's name itself for the values as they are
     */
    Results compute(Script script, String column, String type, String expression)
            throws SQLException {
        if (values.isEmpty()) {
            return Results.UNKNOWN;
        }
        // what went through a stored row has short headers, as in an index
        String query =
                ("WITH x AS MATERIALIZED (SELECT %s AS v, n FROM (SELECT u.v::%s AS %s, u.n FROM unnest(?::text[])"
                                + " WITH ORDINALITY AS u(v, n)) y)"
                                + " SELECT coalesce(pg_column_size(v), 0), md5(v::text) FROM x ORDER BY n")
                        .formatted(expression, type, column);
        Savepoint before = script.connection().setSavepoint();
        try {
            Map<Integer, Double> widths = new HashMap<>();
            Set<String> different = new HashSet<>();
            int[] place = {0};
            script.rows(
                    query,
                    row -> {
                        different.add(String.valueOf(row.getString(2)));
                        return widths.merge(row.getInt(1), weights.get(place[0]++), Double::sum);
                    },
                    (Object) values.toArray(String[]::new));
            boolean fewer = values.size() >= ENOUGH && different.size() < values.size() * 0.9;
            return new Results(
                    widths.entrySet().stream()
                            .map(e -> new Width(e.getKey(), e.getValue()))
                            .toList(),
                    fewer ? different.size() : 0);
        } catch (SQLException e) {
            script.connection().rollback(before);
            return Results.UNKNOWN;
        }
    }
}
