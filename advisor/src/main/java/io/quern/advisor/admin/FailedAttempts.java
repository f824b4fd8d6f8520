package io.quern.advisor.admin;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts wrong passwords: {@value #ALLOWED} a minute from one address, and {@value #ALLOWED_IN_ALL}
 * from all together. Thread-safe.
 */
final class FailedAttempts {
    private static final int ALLOWED = 10;
    private static final int ALLOWED_IN_ALL = 100;
    private static final int MAX_ADDRESSES = 1000;
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final String ALL = "";

    private record Count(Instant end, int failures) {}

    private final InstantSource clock;
    private final Map<String, Count> counts = new LinkedHashMap<>();

    FailedAttempts(InstantSource clock) {
        this.clock = requireNonNull(clock, "clock");
    }

    synchronized boolean exhausted(String address) {
        return failures(address) >= ALLOWED || failures(ALL) >= ALLOWED_IN_ALL;
    }

    synchronized void add(String address) {
        Instant now = clock.instant();
        counts.values().removeIf(count -> !now.isBefore(count.end()));
        increment(ALL, now);
        if (counts.size() < MAX_ADDRESSES) {
            increment(address, now);
        }
    }

    private void increment(String key, Instant now) {
        counts.merge(
                key,
                new Count(now.plus(WINDOW), 1),
                (old, one) -> new Count(old.end(), old.failures() + 1));
    }

    private int failures(String key) {
        Count count = counts.get(key);
        return count == null || !clock.instant().isBefore(count.end()) ? 0 : count.failures();
    }
}
