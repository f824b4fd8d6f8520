package io.quern.proxy;

import io.quern.advisor.Execution;
import io.quern.proxy.console.Figure;
import io.quern.proxy.console.Tallies;
import io.quern.proxy.net.ProxyServer;
import io.quern.proxy.session.Mishaps;
import io.quern.proxy.tuning.CachingGate;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * What Quern counted since it started, read from wherever it is counted. Executions are counted by
 * the history's thread, behind its buffer: what the buffer had no room for is counted as dropped,
 * and its arm is not known. Thread-safe.
 */
final class Totals {
    private final AtomicLong kept = new AtomicLong();
    private final AtomicLong treated = new AtomicLong();
    private final AtomicLong control = new AtomicLong();

    /** Takes one execution from the history. */
    void count(Execution execution) {
        kept.incrementAndGet();
        switch (execution.arm()) {
            case TREATMENT -> treated.incrementAndGet();
            case CONTROL -> control.incrementAndGet();
            case NONE -> {}
        }
    }

    /** The figures, read when somebody asks. */
    Tallies tallies(Advisor advisor, CachingGate gate, ProxyServer proxy) {
        LongSupplier dropped = advisor::droppedExecutions;
        return new Tallies(
                Map.of(
                        Figure.EXECUTED,
                        () -> kept.get() + dropped.getAsLong(),
                        Figure.TREATED,
                        treated::get,
                        Figure.CONTROL,
                        control::get,
                        Figure.GATE_MISSES,
                        () -> gate.counts().introduced(),
                        Figure.LOGINS,
                        () -> proxy.wire().clientsSoFar(),
                        Figure.LOGIN_FAILURES,
                        () -> proxy.wire().failedLogins(),
                        Figure.HISTORY_DROPPED,
                        dropped),
                () -> mishaps(proxy));
    }

    private static Map<String, Long> mishaps(ProxyServer proxy) {
        Map<String, Long> named = new TreeMap<>();
        for (Map.Entry<Mishaps.Kind, Long> count : proxy.mishaps().entrySet()) {
            named.put(count.getKey().name().toLowerCase(Locale.ROOT), count.getValue());
        }
        return named;
    }
}
