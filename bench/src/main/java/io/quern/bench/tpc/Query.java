package io.quern.bench.tpc;

import static java.util.Objects.requireNonNull;

/**
 * A statement of a suite, with its validation parameters.
 *
 * @param number such as {@code h01} or {@code ds99}
 */
public record Query(String number, String sql) {
    public Query {
        requireNonNull(number, "number");
        requireNonNull(sql, "sql");
    }
}
