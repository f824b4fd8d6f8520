package io.quern.proxy.backend;

import static java.util.Objects.requireNonNull;

import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/** All pools of one upstream. Thread-safe. */
public final class Pools implements Backends, AutoCloseable {
    /** How many pools there may be before those that nobody uses are looked for. */
    private static final int MANY = 100;

    private static final long LOOK_MILLIS = 10;
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

    private final String upstream;
    private volatile PoolSettings settings;
    private final Opener opener;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final ConcurrentHashMap<PoolKey, Pool> pools = new ConcurrentHashMap<>();
    private final Set<String> pausedDatabases = ConcurrentHashMap.newKeySet();
    private volatile boolean allPaused;
    private volatile boolean closed;

    /**
     * @param upstream its name, for operators
     * @param databases names at the upstream by the names that clients use, where they differ
     */
    public Pools(
            String upstream,
            UpstreamConnector connector,
            Map<String, String> databases,
            PoolSettings settings,
            InstantSource clock) {
        this(
                upstream,
                settings,
                new UpstreamLogins(connector, databases, settings),
                clock,
                System::nanoTime);
    }

    Pools(
            String upstream,
            PoolSettings settings,
            Opener opener,
            InstantSource clock,
            LongSupplier nanoTime) {
        this.upstream = requireNonNull(upstream, "upstream");
        this.settings = requireNonNull(settings, "settings");
        this.opener = opener;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    /** Takes other settings over, but for those of the login; any thread. */
    public void change(PoolSettings newer) {
        settings = requireNonNull(newer, "newer");
        pools.values().forEach(pool -> pool.change(newer));
    }

    /** The upstream's name. */
    public String upstream() {
        return upstream;
    }

    @Override
    public Wish borrow(PoolKey key, Credentials credentials, EventLoop loop, Borrower borrower) {
        while (true) {
            Pool pool = pools.get(key);
            if (pool == null) {
                pool = create(key);
            }
            Wish wish = pool.borrow(credentials, loop, borrower);
            if (wish != null) {
                return wish;
            }
            pools.remove(key, pool);
        }
    }

    private Pool create(PoolKey key) {
        if (pools.size() >= MANY) {
            pools.values().removeIf(Pool::forget);
        }
        Pool pool =
                pools.computeIfAbsent(
                        key, wanted -> new Pool(wanted, settings, opener, nanoTime, new Chance()));
        // looked at only now: operators who came before found the pool themselves
        pool.pause(paused(key));
        if (closed) {
            pool.close();
        }
        return pool;
    }

    private boolean paused(PoolKey key) {
        return allPaused || pausedDatabases.contains(key.database());
    }

    @Override
    public void giveBack(PooledBackend backend, Condition condition) {
        Member member = (Member) backend;
        member.pool().giveBack(member, condition);
    }

    /**
     * The occupant of a backend learned that its server is not what it was, for instance by an
     * error 25006: every idle backend of its pool has to give a sign of life, and to fit still,
     * before it is lent again. A lost connection does that by itself.
     */
    public void doubt(PooledBackend backend) {
        ((Member) backend).pool().doubt();
    }

    // ---- operators

    /**
     * Lends no backend of a database any more until {@link #resume}; who asks, waits. Returns when
     * none is lent, or the patience ends; not on an event loop.
     *
     * @param database empty for all
     * @return whether none is lent
     */
    public boolean pause(String database, Duration patience) throws InterruptedException {
        if (database.isEmpty()) {
            allPaused = true;
        } else {
            pausedDatabases.add(database);
        }
        List<Pool> concerned = of(database);
        concerned.forEach(pool -> pool.pause(true));
        long end = System.nanoTime() + patience.toNanos();
        for (Pool pool : concerned) {
            pool.settleLoops();
        }
        while (of(database).stream().anyMatch(Pool::anyLent)) {
            if (end - System.nanoTime() <= 0) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        return true;
    }

    /**
     * Ends {@link #pause}.
     *
     * @param database empty for all, those paused by name included
     */
    public void resume(String database) {
        if (database.isEmpty()) {
            allPaused = false;
            pausedDatabases.clear();
        } else {
            pausedDatabases.remove(database);
        }
        for (Pool pool : of(database)) {
            pool.pause(paused(pool.key()));
        }
    }

    /**
     * Closes idle backends now, the others when they are given back.
     *
     * @param database empty for all
     */
    public void reconnect(String database) {
        of(database).forEach(Pool::reconnect);
    }

    private List<Pool> of(String database) {
        return pools.values().stream()
                .filter(pool -> database.isEmpty() || pool.key().database().equals(database))
                .toList();
    }

    /** All pools, as they are now. */
    public List<PoolSnapshot> pools() {
        long now = nanoTime.getAsLong();
        return pools.values().stream().map(pool -> pool.snapshot(upstream, now)).toList();
    }

    /** All backends, as they are now. */
    public List<BackendSnapshot> backends() {
        List<BackendSnapshot> all = new ArrayList<>();
        Instant instant = clock.instant();
        long now = nanoTime.getAsLong();
        for (Pool pool : pools.values()) {
            for (Member member : pool.roster().members()) {
                SslHandler tls = member.channel().pipeline().get(SslHandler.class);
                all.add(
                        new BackendSnapshot(
                                upstream,
                                pool.key().database(),
                                pool.key().user(),
                                member.session.host().toString(),
                                member.session.processId(),
                                member.doing().name().toLowerCase(Locale.ROOT),
                                tls == null ? "" : tls.engine().getSession().getProtocol(),
                                instant.minusNanos(now - member.born),
                                instant.minusNanos(now - member.lastUse()),
                                member.state().preparedStatements()));
            }
        }
        return all;
    }

    /**
     * Refuses everybody from now on, closes idle backends now and the others when they are given
     * back; after five seconds all that are left. Not on an event loop.
     */
    @Override
    public void close() {
        close(CLOSE_PATIENCE);
    }

    /** Closes; what is left when the patience ends is closed then. */
    void close(Duration patience) {
        closed = true;
        pools.values().forEach(Pool::close);
        long end = System.nanoTime() + patience.toNanos();
        try {
            while (pools.values().stream().anyMatch(Pool::anyLeft) && end - System.nanoTime() > 0) {
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        pools.values().forEach(Pool::abandon);
    }

    /** The chance of whatever thread asks. */
    private static final class Chance implements RandomGenerator {
        @Override
        public long nextLong() {
            return ThreadLocalRandom.current().nextLong();
        }
    }
}
