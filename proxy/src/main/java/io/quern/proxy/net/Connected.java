package io.quern.proxy.net;

import io.quern.proxy.console.Operations;

/** A client that is served. Its methods may be called from any thread. */
interface Connected {
    long id();

    /** What operators see of it: read while it works, so no more than a glance. */
    Operations.Client glance();

    /** Ends it, and tells the client why. */
    void end(String sqlState, String message);

    /** Whether a proxy that is about to stop waits for it: for all but those at the console. */
    default boolean guest() {
        return true;
    }

    /** Whether it is in the midst of a transaction. */
    boolean inTransaction();
}
