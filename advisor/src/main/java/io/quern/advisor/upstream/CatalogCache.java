package io.quern.advisor.upstream;

import static java.util.Objects.requireNonNull;

import io.quern.advisor.Catalogs;
import io.quern.advisor.Refused;
import io.quern.optimizer.Catalog;
import io.quern.optimizer.Column;
import io.quern.optimizer.Index;
import io.quern.optimizer.Table;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The newest catalog of each database, and whether it may be believed.
 *
 * <p><b>When a snapshot is believed.</b> A rewrite is sound only while its facts (a NOT NULL, a
 * key, no row security) hold, so a fact that was taken away must stop acting at once. DDL on the
 * wire is reported by {@link #suspect}; from that moment {@code current} is empty. Three things
 * make the return of trust hard, and each has its answer:
 *
 * <ul>
 *   <li>A load under way when the DDL was seen may show the old state: only a load that <em>started
 *       after</em> the last {@code suspect} counts (each suspicion has a number, a load remembers
 *       the one it started under).
 *   <li>The DDL may be still on its way: the first load waits for a short settling time, and the
 *       database is loaded again 1, 5 and 30 seconds later, suspicion or not. Call {@code suspect}
 *       when DDL is sent and once more when it was answered: then nothing is left to luck.
 *   <li>The DDL may stand in an open transaction, invisible to every snapshot until it commits. All
 *       DDL that can take a fact away holds an ACCESS EXCLUSIVE lock until then (and a relation
 *       just created is locked so by its creator), and locks are visible to all. While another
 *       backend holds or awaits such a lock, suspicion stays and the load is repeated, less and
 *       less often up to every 30 seconds. A long VACUUM FULL has the same effect: originals only,
 *       until it ends.
 * </ul>
 *
 * <p>What remains: DDL that did not pass through this proxy is noticed by the regular refresh, so
 * up to one interval late; when a refresh sees such a lock pending it comes back after a second. A
 * snapshot that could not be renewed for ten intervals is not believed any longer.
 *
 * <p>Thread-safe. {@code current}, {@code version} and {@code suspect} never block; loads run on
 * the {@link Delay} given.
 */
public final class CatalogCache implements Catalogs {
    private static final Logger log = LoggerFactory.getLogger(CatalogCache.class);

    /** Databases of one server that are followed; the rest keep their originals. */
    static final int MOST_DATABASES = 100;

    /** Loads a catalog; may throw {@link Refused}. */
    @FunctionalInterface
    public interface Loader {
        CatalogLoader.Loaded load(String database);
    }

    /** Runs a task once, after a while, off the event loops. */
    @FunctionalInterface
    public interface Delay {
        void run(Duration after, Runnable task);
    }

    /**
     * When to load.
     *
     * @param refresh between regular loads
     * @param settle from a suspicion to its first load
     * @param recheck after a load that ended a suspicion, loads to make sure
     */
    public record Rhythm(Duration refresh, Duration settle, List<Duration> recheck) {
        public static final Rhythm DEFAULT =
                new Rhythm(
                        Duration.ofSeconds(30),
                        Duration.ofMillis(200),
                        List.of(
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(30)));

        public Rhythm {
            requireNonNull(refresh, "refresh");
            requireNonNull(settle, "settle");
            recheck = List.copyOf(recheck);
        }
    }

    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration SELDOM = Duration.ofSeconds(30);

    private final Loader loader;
    private final Delay delay;
    private final Rhythm rhythm;
    private final InstantSource clock;
    private final ConcurrentHashMap<String, Entry> entries = new ConcurrentHashMap<>();
    private final AtomicLong version = new AtomicLong();
    private volatile boolean closed;

    public CatalogCache(Loader loader, Delay delay, Rhythm rhythm, InstantSource clock) {
        this.loader = requireNonNull(loader, "loader");
        this.delay = requireNonNull(delay, "delay");
        this.rhythm = requireNonNull(rhythm, "rhythm");
        this.clock = requireNonNull(clock, "clock");
    }

    @Override
    public Optional<Catalog> current(String database) {
        Entry entry = entry(database);
        return entry == null ? Optional.empty() : entry.current();
    }

    @Override
    public long version() {
        return version.get();
    }

    @Override
    public void suspect(String database) {
        Entry entry = entry(database);
        if (entry != null) {
            entry.suspect();
        }
    }

    /** Ends all loading; what is known stays. */
    public void stop() {
        closed = true;
    }

    private @Nullable Entry entry(String database) {
        Entry known = entries.get(database);
        if (known != null) {
            return known;
        }
        if (closed || entries.size() >= MOST_DATABASES) {
            return null;
        }
        Entry fresh = new Entry(database);
        Entry raced = entries.putIfAbsent(database, fresh);
        if (raced != null) {
            return raced;
        }
        fresh.loadAfter(Duration.ZERO);
        fresh.refreshRegularly();
        return fresh;
    }

    /** A database: its snapshot, its suspicions and the loads ahead of it. */
    private final class Entry {
        private final String database;
        private @Nullable Catalog catalog;
        private @Nullable Catalog facts;
        private long loadedAt;

        /** The number of the last suspicion, and of the last one that a load put to rest. */
        private long suspected = 1;

        private long cleared;
        private boolean waiting;
        private boolean loading;
        private boolean again;
        private Duration patience = SOON;
        private @Nullable String trouble;

        Entry(String database) {
            this.database = database;
        }

        synchronized Optional<Catalog> current() {
            Catalog known = catalog;
            return known == null || cleared != suspected ? Optional.empty() : Optional.of(known);
        }

        void suspect() {
            synchronized (this) {
                if (cleared == suspected) {
                    version.incrementAndGet();
                }
                suspected++;
                patience = SOON;
            }
            loadAfter(rhythm.settle());
        }

        void refreshRegularly() {
            if (closed) {
                return;
            }
            delay.run(
                    rhythm.refresh(),
                    () -> {
                        if (entries.get(database) == this) {
                            load();
                            refreshRegularly();
                        }
                    });
        }

        /** Schedules a load, unless one is scheduled that has not started. */
        void loadAfter(Duration after) {
            synchronized (this) {
                if (waiting || closed) {
                    return;
                }
                waiting = true;
            }
            delay.run(
                    after,
                    () -> {
                        synchronized (this) {
                            waiting = false;
                        }
                        load();
                    });
        }

        private void load() {
            long under;
            synchronized (this) {
                if (closed) {
                    return;
                }
                if (loading) {
                    again = true;
                    return;
                }
                loading = true;
                under = suspected;
            }
            try {
                accept(loader.load(database), under);
            } catch (Refused e) {
                failed(Faults.oneLine(e.getMessage()));
            } catch (RuntimeException e) {
                failed(e.getClass().getSimpleName() + " while reading the catalog");
                log.warn("loading the catalog of {} failed", database, e);
            } finally {
                boolean next;
                synchronized (this) {
                    loading = false;
                    next = again;
                    again = false;
                }
                if (next) {
                    loadAfter(Duration.ZERO);
                }
            }
        }

        private void accept(CatalogLoader.Loaded loaded, long under) {
            boolean rested = false;
            Duration retry = null;
            synchronized (this) {
                if (trouble != null) {
                    log.info("the catalog of {} can be read again", database);
                    trouble = null;
                }
                Catalog newFacts = facts(loaded.catalog());
                boolean changed = !newFacts.equals(facts);
                catalog = loaded.catalog();
                facts = newFacts;
                loadedAt = clock.millis();
                boolean trusted = cleared == suspected;
                if (!trusted && under == suspected && !loaded.pending()) {
                    cleared = suspected;
                    rested = true;
                    version.incrementAndGet();
                } else if (trusted && changed) {
                    version.incrementAndGet();
                }
                if (loaded.pending() || cleared != suspected) {
                    retry = patience;
                    patience = longer(patience);
                } else {
                    patience = SOON;
                }
            }
            if (retry != null) {
                loadAfter(retry);
            }
            if (rested) {
                makeSure(under);
            }
        }

        /** The DDL may have been on its way still: looks again, as long as nobody suspects anew. */
        private void makeSure(long under) {
            for (Duration after : rhythm.recheck()) {
                delay.run(
                        after,
                        () -> {
                            boolean same;
                            synchronized (this) {
                                same = suspected == under;
                            }
                            if (same) {
                                load();
                            }
                        });
            }
        }

        private void failed(String reason) {
            Duration retry = null;
            synchronized (this) {
                if (!reason.equals(trouble)) {
                    trouble = reason;
                    log.warn("the catalog of {} cannot be read: {}", database, reason);
                }
                boolean stale =
                        clock.millis() - loadedAt > rhythm.refresh().multipliedBy(10).toMillis();
                if (cleared == suspected && stale) {
                    suspected++;
                    version.incrementAndGet();
                }
                if (cleared != suspected) {
                    retry = patience;
                    patience = longer(patience);
                }
            }
            if (retry != null) {
                loadAfter(retry);
            }
        }

        private static Duration longer(Duration patience) {
            Duration doubled = patience.multipliedBy(2);
            return doubled.compareTo(SELDOM) > 0 ? SELDOM : doubled;
        }
    }

    /** What rules argue from: the catalog without sizes, counters and statistics. */
    static Catalog facts(Catalog catalog) {
        return new Catalog(
                catalog.database(),
                catalog.serverVersion(),
                catalog.tables().stream().map(CatalogCache::facts).toList(),
                catalog.otherRelations(),
                catalog.routines(),
                catalog.definitions());
    }

    private static Table facts(Table t) {
        return new Table(
                t.oid(),
                t.name(),
                t.kind(),
                t.columns().stream().map(CatalogCache::facts).toList(),
                t.indexes().stream().map(CatalogCache::facts).toList(),
                t.foreignKeys(),
                t.checks(),
                t.extendedStatistics(),
                t.view(),
                t.inheritance(),
                t.security(),
                t.triggers(),
                t.subscribed(),
                new Table.Storage(t.storage().unlogged(), -1, 0, 0));
    }

    private static Column facts(Column c) {
        return new Column(
                c.name(),
                c.position(),
                c.typeOid(),
                c.type(),
                c.modifier(),
                c.domain(),
                c.elementTypeOid(),
                c.notNull(),
                c.origin(),
                c.ordering(),
                Column.Statistics.UNKNOWN,
                c.expression());
    }

    private static Index facts(Index i) {
        return new Index(
                i.oid(),
                i.name(),
                i.method(),
                i.keys(),
                i.include(),
                i.predicate(),
                i.unique(),
                i.primary(),
                i.valid(),
                i.immediate(),
                i.nullsNotDistinct(),
                i.temporal(),
                i.constraint(),
                0,
                0,
                i.definition(),
                i.declaration());
    }
}
