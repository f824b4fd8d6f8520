package io.quern.proxy.backend;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.quern.proxy.session.BackendState;

/** Where a pool has its sessions from. */
interface Opener {

    /** A new session; fails with an {@link UpstreamFailure}. */
    Future<LoggedIn> open(PoolKey key, Credentials credentials, EventLoop loop);

    /**
     * Cancels what a session runs. Done, always successfully, when the upstream has dealt with the
     * request or patience ends.
     */
    Future<Void> cancel(LoggedIn session, EventLoop loop);

    /** Whether a session of which this is known is still one that {@link #open} would give. */
    boolean fits(BackendState state);
}
