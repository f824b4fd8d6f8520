package io.quern.proxy.backend;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicBoolean;

/** A wish that was not answered at once. */
final class Waiting implements Backends.Wish {
    final EventLoop loop;
    final Credentials credentials;
    final long since;
    private final Pool pool;
    private final Backends.Borrower borrower;
    private final AtomicBoolean settled = new AtomicBoolean();
    private volatile @Nullable Future<?> deadline;

    // links of the line, the roster's
    @Nullable Waiting before;
    @Nullable Waiting behind;
    boolean inLine;

    Waiting(
            Pool pool,
            EventLoop loop,
            Credentials credentials,
            Backends.Borrower borrower,
            long since) {
        this.pool = pool;
        this.loop = loop;
        this.credentials = credentials;
        this.borrower = borrower;
        this.since = since;
    }

    /** What ends the wait if nothing else does. */
    void deadline(Future<?> timer) {
        deadline = timer;
        if (settled.get()) {
            timer.cancel(false);
        }
    }

    boolean open() {
        return !settled.get();
    }

    /** Lends, on the wish's event loop; false if nobody wants the backend any more. */
    boolean lend(Member member) {
        if (!settle()) {
            return false;
        }
        member.lend();
        borrower.lent(member);
        return true;
    }

    /** Refuses, from any thread, unless it has been answered. */
    void refuse(String sqlState, String message) {
        if (settle()) {
            if (loop.inEventLoop()) {
                borrower.refused(sqlState, message);
            } else {
                loop.execute(() -> borrower.refused(sqlState, message));
            }
        }
    }

    @Override
    public boolean withdraw() {
        boolean mine = settle();
        if (mine) {
            pool.withdrawn(this);
        }
        return mine;
    }

    private boolean settle() {
        boolean mine = settled.compareAndSet(false, true);
        Future<?> timer = deadline;
        if (mine && timer != null) {
            timer.cancel(false);
        }
        return mine;
    }
}
