package io.quern.advisor.history;

import static java.util.Objects.requireNonNull;

import io.quern.advisor.HistoryRow;
import io.quern.advisor.Store;
import io.quern.advisor.StoreUnavailable;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes a history's deltas to the store every few seconds, and lets the store forget what is old.
 *
 * <p>While the store is away it keeps a bounded number of bytes of rows, then drops the oldest and
 * counts them. Buckets are five minutes, however often it flushes: the store adds up the rows of
 * one bucket.
 */
public final class Flusher implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Flusher.class);

    /** The length of a bucket of history. */
    public static final Duration BUCKET = Duration.ofMinutes(5);

    private static final Duration FORGET_EVERY = Duration.ofHours(1);
    private static final int ROWS_AT_ONCE = 500;

    private final History history;
    private final Store store;
    private final InstantSource clock;
    private final Duration every;
    private final Duration retention;
    private final long waitingLimit;
    private final Deque<HistoryRow> waiting = new ArrayDeque<>();
    private final AtomicLong dropped = new AtomicLong();
    private long waitingBytes;
    private Instant forgetAt = Instant.MIN;
    private @Nullable Thread thread;
    private boolean open = true;

    /** Flushes every ten seconds, keeps 30 days, and holds 16 MiB while the store is away. */
    public Flusher(History history, Store store, InstantSource clock) {
        this(history, store, clock, Duration.ofSeconds(10), Duration.ofDays(30), 16L << 20);
    }

    /**
     * @param every pause between two flushes
     * @param retention how long the store remembers
     * @param waitingLimit bytes of rows kept while the store is away
     */
    public Flusher(
            History history,
            Store store,
            InstantSource clock,
            Duration every,
            Duration retention,
            long waitingLimit) {
        this.history = requireNonNull(history, "history");
        this.store = requireNonNull(store, "store");
        this.clock = requireNonNull(clock, "clock");
        this.every = requireNonNull(every, "every");
        this.retention = requireNonNull(retention, "retention");
        this.waitingLimit = waitingLimit;
        if (!every.isPositive() || !retention.isPositive() || waitingLimit <= 0) {
            throw new IllegalArgumentException(
                    "every, retention and waitingLimit must be positive");
        }
    }

    /** Starts the thread that flushes. */
    public synchronized void start() {
        if (thread == null && open) {
            thread = Thread.ofVirtual().name("quern-flusher").start(this::run);
        }
    }

    /** Flushes once more, if the store is there, and stops. */
    @Override
    public void close() {
        Thread running;
        synchronized (this) {
            open = false;
            running = thread;
            notifyAll();
        }
        if (running != null) {
            try {
                running.join(Duration.ofSeconds(10));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
        flush();
    }

    /** Rows lost because the store was away too long. */
    public long dropped() {
        return dropped.get();
    }

    private void run() {
        while (true) {
            synchronized (this) {
                try {
                    if (open) {
                        wait(every.toMillis());
                    }
                } catch (InterruptedException e) {
                    return;
                }
                if (!open) {
                    return;
                }
            }
            flush();
        }
    }

    /** Flushes now; returns whether the store took everything. */
    boolean flush() {
        synchronized (waiting) {
            try {
                Instant now = clock.instant();
                long length = BUCKET.toSeconds();
                Instant bucket =
                        Instant.ofEpochSecond(Math.floorDiv(now.getEpochSecond(), length) * length);
                history.drainForFlush(bucket).forEach(this::keep);
                while (!waiting.isEmpty()) {
                    List<HistoryRow> next = waiting.stream().limit(ROWS_AT_ONCE).toList();
                    store.append(new ArrayList<>(next));
                    next.forEach(row -> waitingBytes -= bytes(waiting.remove()));
                }
                if (!now.isBefore(forgetAt)) {
                    store.forget(now.minus(retention));
                    forgetAt = now.plus(FORGET_EVERY);
                }
                return true;
            } catch (StoreUnavailable e) {
                return false;
            } catch (RuntimeException e) {
                log.warn("History could not be written: {}", e.toString());
                return false;
            }
        }
    }

    private void keep(HistoryRow row) {
        waiting.add(row);
        waitingBytes += bytes(row);
        while (waitingBytes > waitingLimit) {
            waitingBytes -= bytes(waiting.remove());
            dropped.incrementAndGet();
        }
    }

    private static long bytes(HistoryRow row) {
        return 200L + row.histogram().length + 2L * row.template().text().length();
    }
}
