package io.quern.proxy.backend;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import io.quern.proxy.session.BackendState;

/**
 * A connection to the upstream that is logged in and belongs to a pool. It has one occupant at a
 * time, and is used on its {@linkplain Channel#eventLoop() event loop} only.
 */
public interface PooledBackend {
    PoolKey key();

    /** Writable by the occupant; its pipeline is the pool's. */
    Channel channel();

    /** What is known of the session at the other end. */
    BackendState state();

    /** Who is told from now on of what comes. */
    void occupy(Occupant occupant);

    /**
     * Asks the upstream to cancel what this backend runs. Until that request has been dealt with
     * the backend is not lent to anybody else, even if it is given back meanwhile.
     *
     * @return done, always successfully, when it can hit nothing that is sent later
     */
    Future<Void> cancel();
}
