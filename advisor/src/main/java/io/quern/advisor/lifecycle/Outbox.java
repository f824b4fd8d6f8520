package io.quern.advisor.lifecycle;

import io.quern.advisor.Store;
import io.quern.advisor.StoreUnavailable;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * What has happened and the store does not know yet, in order. Actions that must not wait for the
 * store (kill, switch-off, roll-back) leave their record here; it is written as soon as the store
 * is back. Bounded: when full the oldest record is lost and counted. Thread-safe.
 */
final class Outbox {
    private static final Logger log = LoggerFactory.getLogger(Outbox.class);
    private static final int MOST = 1000;

    private final Store store;
    private final Deque<Consumer<Store>> waiting = new ArrayDeque<>();
    private long lost;

    Outbox(Store store) {
        this.store = store;
    }

    /** Records something, now or as soon as the store is back. */
    synchronized void record(Consumer<Store> write) {
        if (waiting.size() == MOST) {
            waiting.remove();
            lost++;
        }
        waiting.add(write);
        try {
            flush();
        } catch (StoreUnavailable e) {
            log.debug("Recorded later: {}", e.getMessage());
        }
    }

    /**
     * Writes what waits.
     *
     * @throws StoreUnavailable if the store is still away
     */
    synchronized void flush() {
        while (!waiting.isEmpty()) {
            try {
                waiting.element().accept(store);
            } catch (StoreUnavailable e) {
                throw e;
            } catch (RuntimeException e) {
                log.warn("A record could not be written and is lost: {}", e.toString());
                lost++;
            }
            waiting.remove();
        }
    }

    synchronized int waiting() {
        return waiting.size();
    }

    synchronized long lost() {
        return lost;
    }
}
