package io.quern.proxy.timing;

import java.util.function.LongSupplier;

/**
 * A clock that stands still while the client does not read: what it shows, in nanoseconds, is the
 * server's time. One session owns it; not thread-safe.
 *
 * <p>It is read once per batch of bytes, not per message: {@link #tick} looks at the time, {@link
 * #now} repeats it.
 */
public final class ServerClock {
    private final LongSupplier nanos;
    private long stalled;
    private long stalledSince;
    private boolean stopped;
    private long now;

    /**
     * @param nanos a monotonic clock, such as {@link System#nanoTime}
     */
    public ServerClock(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** A batch of bytes arrived. */
    public void tick() {
        now = (stopped ? stalledSince : nanos.getAsLong()) - stalled;
    }

    /** Server time of the current batch. */
    public long now() {
        return now;
    }

    /** The client does not read what it is sent, so the server is not read either. */
    public void stop() {
        if (!stopped) {
            stopped = true;
            stalledSince = nanos.getAsLong();
        }
    }

    /** The client reads again. */
    public void go() {
        if (stopped) {
            stopped = false;
            stalled += nanos.getAsLong() - stalledSince;
        }
    }
}
