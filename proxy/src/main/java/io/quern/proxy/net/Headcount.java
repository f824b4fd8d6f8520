package io.quern.proxy.net;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts the clients that are in, and lets no more in than may be. Thread-safe. */
final class Headcount {
    private volatile int most;
    private final AtomicInteger present = new AtomicInteger();

    Headcount(int most) {
        this.most = most;
    }

    /** Whether one more may come in; who may must {@link #leave}. */
    boolean admit() {
        if (present.incrementAndGet() <= most) {
            return true;
        }
        leave();
        return false;
    }

    /** From now on there may be so many; nobody has to leave for it. */
    void most(int newer) {
        most = newer;
    }

    void leave() {
        present.decrementAndGet();
    }

    int present() {
        return present.get();
    }

    /**
     * How many connections may be open at all, those still at the door included: as many again as
     * may be in, so that cancel requests arrive when the house is full.
     */
    int mostConnections() {
        return (int) Math.min(2L * most + 16, Integer.MAX_VALUE);
    }
}
