package io.quern.proxy.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

class ReadinessTest {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private final AtomicBoolean accepting = new AtomicBoolean(true);
    private final AtomicBoolean reachable = new AtomicBoolean(true);
    private final AtomicInteger probes = new AtomicInteger();
    private final Readiness readiness =
            new Readiness(
                    accepting::get,
                    () -> {
                        probes.incrementAndGet();
                        return reachable.get();
                    },
                    Duration.ofSeconds(2),
                    now::get);

    @Test
    void who_accepts_and_reaches_the_upstream_is_ready() {
        assertThat(readiness.problem()).isEmpty();
    }

    @Test
    void who_does_not_accept_asks_nobody() {
        accepting.set(false);
        assertThat(readiness.problem()).contains("clients are not accepted");
        assertThat(probes).hasValue(0);
    }

    @Test
    void the_upstream_is_asked_once_in_a_while() {
        assertThat(readiness.problem()).isEmpty();
        reachable.set(false);
        now.set(Instant.EPOCH.plusMillis(1999));
        assertThat(readiness.problem()).isEmpty();
        now.set(Instant.EPOCH.plusSeconds(2));
        assertThat(readiness.problem()).contains("the upstream cannot be reached");
        assertThat(probes).hasValue(2);
    }
}
