package io.quern.proxy.metrics;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Whether clients would be served now: they are accepted, and the upstream answers. The upstream is
 * asked at most once in a while, however often somebody asks here. Thread-safe; may block for as
 * long as the probe does.
 */
public final class Readiness {
    private final BooleanSupplier accepting;
    private final BooleanSupplier upstream;
    private final Duration validity;
    private final InstantSource clock;
    private @Nullable Instant asked;
    private boolean reachable;

    /**
     * @param accepting whether clients are accepted: started, and not draining
     * @param upstream whether the upstream can be reached; blocks for a bounded time
     * @param validity how long the upstream's last answer counts
     */
    public Readiness(
            BooleanSupplier accepting,
            BooleanSupplier upstream,
            Duration validity,
            InstantSource clock) {
        this.accepting = requireNonNull(accepting, "accepting");
        this.upstream = requireNonNull(upstream, "upstream");
        this.validity = requireNonNull(validity, "validity");
        this.clock = requireNonNull(clock, "clock");
    }

    /** Why clients would not be served; empty if they would. */
    public Optional<String> problem() {
        if (!accepting.getAsBoolean()) {
            return Optional.of("clients are not accepted");
        }
        return upstreamReachable()
                ? Optional.empty()
                : Optional.of("the upstream cannot be reached");
    }

    private synchronized boolean upstreamReachable() {
        Instant now = clock.instant();
        Instant last = asked;
        if (last == null || !now.isBefore(last.plus(validity))) {
            reachable = upstream.getAsBoolean();
            asked = now;
        }
        return reachable;
    }
}
