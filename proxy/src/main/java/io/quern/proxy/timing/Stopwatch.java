package io.quern.proxy.timing;

import io.quern.advisor.Execution;
import io.quern.advisor.Watcher;

import org.jspecify.annotations.Nullable;

/**
 * Turns the replies of one session into {@link Execution}s.
 *
 * <p>An execution's time starts when Bind or Query was handed upstream, or when the execution
 * before it was done, whichever is later, for the server works in order; it ends with its last
 * reply. A client that waits between Bind and Execute is not the server's time either. Replies to
 * Parse, Bind and Describe mostly arrive together with those to Execute, because the server flushes
 * at Sync, so they do not end anything.
 */
public final class Stopwatch {
    private final ServerClock clock;
    private final Watcher watcher;
    private final String database;
    private long lastDone = Long.MIN_VALUE;

    public Stopwatch(ServerClock clock, Watcher watcher, String database) {
        this.clock = clock;
        this.watcher = watcher;
        this.database = database;
    }

    public long now() {
        return clock.now();
    }

    /** BindComplete came. */
    public void bound(Run run) {
        run.bound = clock.now();
        run.nanos = since(run.handed);
    }

    /** PortalSuspended came: some rows were fetched, the execution is not over. */
    public void suspended(Run run, long executeHanded, long rows) {
        fetch(run, executeHanded);
        run.rows += rows;
    }

    /**
     * The execution is over.
     *
     * @param executeHanded server time at which its Execute (or Query) went upstream
     * @param rows as the command tag says
     * @param sqlState null if it succeeded
     */
    public void done(Run run, long executeHanded, long rows, @Nullable String sqlState) {
        fetch(run, executeHanded);
        if (run.reported) {
            return;
        }
        run.reported = true;
        run.rows += rows;
        if (run.fingerprint != null) {
            watcher.executed(
                    new Execution(
                            database,
                            run.fingerprint,
                            run.suggestion,
                            run.arm,
                            run.nanos,
                            run.rows,
                            sqlState));
        }
    }

    /** A reply ended something that is no execution, such as a Sync group. */
    public void done() {
        lastDone = clock.now();
    }

    private void fetch(Run run, long executeHanded) {
        if (run.fetched) {
            run.nanos += since(executeHanded);
        } else if (executeHanded > run.bound) {
            run.nanos += since(executeHanded);
        } else {
            run.nanos = since(run.handed);
        }
        run.fetched = true;
        lastDone = clock.now();
    }

    private long since(long start) {
        return Math.max(0, clock.now() - Math.max(start, lastDone));
    }
}
