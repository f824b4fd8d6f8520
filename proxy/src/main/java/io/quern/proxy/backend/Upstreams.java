package io.quern.proxy.backend;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which upstream serves which database. Thread-safe. */
public final class Upstreams implements AutoCloseable {

    /**
     * Where a database is.
     *
     * @param database its name there
     */
    public record Route(Pools pools, String database) {
        public Route {
            requireNonNull(pools, "pools");
            requireNonNull(database, "database");
        }
    }

    private final Pools byDefault;
    private final Map<String, Route> claimed;
    private final Set<Pools> all = new LinkedHashSet<>();

    /**
     * @param byDefault serves every database that is not claimed, under its own name
     * @param claimed by the names that clients use
     */
    public Upstreams(Pools byDefault, Map<String, Route> claimed) {
        this.byDefault = requireNonNull(byDefault, "byDefault");
        this.claimed = Map.copyOf(claimed);
        all.add(byDefault);
        this.claimed.values().forEach(route -> all.add(route.pools()));
    }

    /** Where a database is that a client asks for. */
    public Route route(String database) {
        Route route = claimed.get(database);
        return route == null ? new Route(byDefault, database) : route;
    }

    /**
     * As {@link Pools#pause}.
     *
     * @param database as clients name it; empty for all
     */
    public boolean pause(String database, Duration patience) throws InterruptedException {
        if (!database.isEmpty()) {
            Route route = route(database);
            return route.pools().pause(route.database(), patience);
        }
        long end = System.nanoTime() + patience.toNanos();
        boolean rest = true;
        for (Pools pools : all) {
            rest &= pools.pause("", Duration.ofNanos(Math.max(0, end - System.nanoTime())));
        }
        return rest;
    }

    /** As {@link Pools#resume}. */
    public void resume(String database) {
        if (database.isEmpty()) {
            all.forEach(pools -> pools.resume(""));
        } else {
            Route route = route(database);
            route.pools().resume(route.database());
        }
    }

    /** As {@link Pools#reconnect}. */
    public void reconnect(String database) {
        if (database.isEmpty()) {
            all.forEach(pools -> pools.reconnect(""));
        } else {
            Route route = route(database);
            route.pools().reconnect(route.database());
        }
    }

    /** All pools of all upstreams. */
    public List<PoolSnapshot> pools() {
        return all.stream().flatMap(pools -> pools.pools().stream()).toList();
    }

    /** All backends of all upstreams. */
    public List<BackendSnapshot> backends() {
        return all.stream().flatMap(pools -> pools.backends().stream()).toList();
    }

    @Override
    public void close() {
        all.forEach(Pools::close);
    }
}
