package io.quern.proxy.backend;

import io.netty.channel.EventLoop;

/** Lends pooled backends. */
public interface Backends {

    /** Hears how a wish for a backend ends: exactly one of the methods is called, once. */
    interface Borrower {

        /** Here it is, on the event loop asked for, idle and outside a transaction. */
        void lent(PooledBackend backend);

        /**
         * None can be had: the upstream's own words if it refused the login, 08001 if it cannot be
         * reached, 53300 if none became free in time, 57P01 if Quern stops.
         *
         * @param message one line, fit for a client
         */
        void refused(String sqlState, String message);
    }

    /** A wish that was not answered at once. */
    interface Wish {

        /**
         * Takes the wish back.
         *
         * @return false if it has been answered
         */
        boolean withdraw();
    }

    /** In what condition a backend comes back. */
    enum Condition {
        /**
         * Idle, and nothing of the last occupant's is left that {@link PooledBackend#state} does
         * not know of.
         */
        CLEAN,
        /** Idle, but its session must be discarded before anybody else may have it. */
        USED,
        /**
         * It still runs something, between two messages to it, that nobody wants any more: to be
         * cancelled, and closed.
         */
        RUNNING,
        /** Not to be used any more. */
        BROKEN
    }

    /**
     * Asks for a backend. The answer comes on that event loop, perhaps before this returns. First
     * come, first served.
     *
     * @param credentials how to log in if a new connection is needed
     */
    Wish borrow(PoolKey key, Credentials credentials, EventLoop loop, Borrower borrower);

    /** Gives a backend back; on its event loop. */
    void giveBack(PooledBackend backend, Condition condition);
}
