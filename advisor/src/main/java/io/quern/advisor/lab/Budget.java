package io.quern.advisor.lab;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How long the lab hunts for one counterexample.
 *
 * @param time at most this, positive; making the schema and shrinking come on top
 * @param databases at most so many, positive
 * @param seed of the generated databases
 */
public record Budget(Duration time, int databases, long seed) {
    /** Three seconds, ten thousand databases. */
    public static final Budget DEFAULT = new Budget(Duration.ofSeconds(3), 10_000, 7);

    public Budget {
        requireNonNull(time, "time");
        if (time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException("time is not positive: " + time);
        }
        if (databases <= 0) {
            throw new IllegalArgumentException("databases is not positive: " + databases);
        }
    }
}
