package io.quern.proxy.backend;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * How long to leave an upstream alone that does not let Quern in: twice as long after every failure
 * in a row, up to a limit, shortened at random by up to a half so that pools and proxies do not
 * knock together. Times are those of {@link System#nanoTime}. Not thread-safe.
 */
final class Backoff {
    private static final long FIRST = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long LONGEST = TimeUnit.SECONDS.toNanos(5);

    private final RandomGenerator random;
    private int failures;
    private long until;
    private @Nullable UpstreamFailure last;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    /** An attempt failed that was made since the last wait; others are not counted. */
    void failed(UpstreamFailure failure, long now) {
        if (!holds(now)) {
            long wait = Math.min(LONGEST, FIRST << Math.min(failures, 10));
            failures++;
            until = now + wait - random.nextLong(wait / 2);
        }
        last = failure;
    }

    /** An attempt succeeded. */
    void succeeded() {
        failures = 0;
        last = null;
    }

    /** Whether the last attempt failed. */
    boolean failing() {
        return failures > 0;
    }

    /** Whether it is too early for another attempt. */
    boolean holds(long now) {
        return failures > 0 && until - now > 0;
    }

    /** Nanoseconds until another attempt; not negative. */
    long remaining(long now) {
        return failures > 0 ? Math.max(0, until - now) : 0;
    }

    /** Why the last attempt failed; null if it did not. */
    @Nullable UpstreamFailure last() {
        return last;
    }
}
