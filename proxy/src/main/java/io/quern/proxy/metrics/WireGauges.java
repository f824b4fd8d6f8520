package io.quern.proxy.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.quern.proxy.console.Operations;
import io.quern.proxy.console.Operations.Client;
import io.quern.proxy.console.Operations.Pool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * Gauges of clients, pools and backends. A pool keeps its labels as long as it lives; pools beyond
 * the bound are summed, so that no client can make the series grow without end.
 */
final class WireGauges {
    private static final String OTHER = "other";

    private final Operations operations;
    private final int bound;
    private final Set<Key> labelled = new LinkedHashSet<>();
    private final MultiGauge clients;
    private final MultiGauge backends;
    private final Map<ToDoubleFunction<Sums>, MultiGauge> pools = new LinkedHashMap<>();
    private final MultiGauge poolBackends;

    private record Key(String upstream, String database, String user) {
        static Key of(Pool pool) {
            return new Key(pool.upstream(), pool.database(), pool.user());
        }

        Tags tags() {
            return Tags.of("upstream", upstream, "database", database, "user", user);
        }
    }

    private static final class Sums {
        private int clients;
        private int waiting;
        private int active;
        private int idle;
        private int loggingIn;
        private int maximum;
        private Duration longest = Duration.ZERO;
        private boolean paused;

        void add(Pool pool) {
            clients += pool.clientsActive();
            waiting += pool.clientsWaiting();
            active += pool.backendsActive();
            idle += pool.backendsIdle();
            loggingIn += pool.backendsLoggingIn();
            maximum += pool.maximum();
            longest = pool.waitLongest().compareTo(longest) > 0 ? pool.waitLongest() : longest;
            paused |= pool.paused();
        }

        Map<String, Integer> byState() {
            return Map.of("active", active, "idle", idle, "login", loggingIn);
        }
    }

    /**
     * @param bound most pools with labels of their own
     */
    WireGauges(MeterRegistry registry, Operations operations, int bound) {
        this.operations = operations;
        this.bound = bound;
        clients = gauge(registry, "quern.clients", "Clients by state");
        backends = gauge(registry, "quern.backends", "Pooled backends by state");
        poolBackends = gauge(registry, "quern.pool.backends", "A pool's backends by state");
        pools.put(
                sums -> sums.clients,
                gauge(registry, "quern.pool.clients", "Clients that have a backend"));
        pools.put(
                sums -> sums.waiting,
                gauge(registry, "quern.pool.waiting", "Clients that wait for a backend"));
        pools.put(
                sums -> sums.longest.toNanos() / 1e9,
                gauge(
                        registry,
                        "quern.pool.wait.longest.seconds",
                        "How long the first in the queue has been waiting"));
        pools.put(
                sums -> sums.maximum,
                gauge(registry, "quern.pool.maximum", "Most backends it may have"));
        pools.put(
                sums -> sums.paused ? 1 : 0,
                gauge(registry, "quern.pool.paused", "1 while no transaction may begin"));
    }

    private static MultiGauge gauge(MeterRegistry registry, String name, String description) {
        return MultiGauge.builder(name).description(description).register(registry);
    }

    void refresh() {
        Map<String, Long> states =
                operations.clients().stream()
                        .collect(
                                Collectors.groupingBy(
                                        Client::state, TreeMap::new, Collectors.counting()));
        clients.register(byState(states), true);
        List<Pool> now = operations.pools();
        Map<Key, Sums> sums = sums(now);
        pools.forEach((value, gauge) -> gauge.register(rows(sums, value), true));
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        sums.forEach(
                (key, sum) ->
                        sum.byState()
                                .forEach(
                                        (state, count) ->
                                                rows.add(
                                                        MultiGauge.Row.of(
                                                                key.tags().and("state", state),
                                                                count))));
        poolBackends.register(rows, true);
        Sums whole = new Sums();
        now.forEach(whole::add);
        backends.register(byState(whole.byState()), true);
    }

    private Map<Key, Sums> sums(List<Pool> now) {
        labelled.retainAll(
                now.stream().map(Key::of).collect(Collectors.toCollection(HashSet::new)));
        Map<Key, Sums> sums = new LinkedHashMap<>();
        for (Pool pool : now) {
            Key key = Key.of(pool);
            if (!labelled.contains(key)) {
                if (labelled.size() < bound) {
                    labelled.add(key);
                } else {
                    key = new Key(OTHER, OTHER, OTHER);
                }
            }
            sums.computeIfAbsent(key, k -> new Sums()).add(pool);
        }
        return sums;
    }

    private static List<MultiGauge.Row<?>> rows(Map<Key, Sums> sums, ToDoubleFunction<Sums> value) {
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        sums.forEach(
                (key, sum) -> rows.add(MultiGauge.Row.of(key.tags(), value.applyAsDouble(sum))));
        return rows;
    }

    private static List<MultiGauge.Row<?>> byState(Map<String, ? extends Number> counts) {
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        counts.forEach(
                (state, count) -> rows.add(MultiGauge.Row.of(Tags.of("state", state), count)));
        return rows;
    }
}
