package io.quern.proxy.backend;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which upstream serves which database. Thread-safe. */
public final class Upstreams implements AutoCloseable {

    private final Pools byDefault;
    private final Map<String, Pools> claimed;
    private final Set<Pools> all = new LinkedHashSet<>();

    /**
     * @param byDefault serves every database that is not claimed
     * @param claimed by the names that clients use
     */
    public Upstreams(Pools byDefault, Map<String, Pools> claimed) {
        this.byDefault = requireNonNull(byDefault, "byDefault");
        this.claimed = Map.copyOf(claimed);
        all.add(byDefault);
        all.addAll(this.claimed.values());
    }

    private Pools of(String database) {
        return claimed.getOrDefault(database, byDefault);
    }

    /**
     * As {@link Pools#pause}.
     *
     * @param database as clients name it; empty for all
     */
    public boolean pause(String database, Duration patience) throws InterruptedException {
        if (!database.isEmpty()) {
            return of(database).pause(database, patience);
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
            of(database).resume(database);
        }
    }

    /** As {@link Pools#reconnect}. */
    public void reconnect(String database) {
        if (database.isEmpty()) {
            all.forEach(pools -> pools.reconnect(""));
        } else {
            of(database).reconnect(database);
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
