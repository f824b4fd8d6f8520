package io.quern.proxy.net;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.quern.proxy.wire.StartupPacket;

/** Where the door sends clients: decides in which way each is served. */
interface Entrance {

    /**
     * A client wants a session. Called on its event loop; the answer, {@link Arrival#handOver} or
     * {@link Arrival#refuse}, may come later.
     */
    void enter(Arrival arrival);

    /**
     * A client wants what another session runs to be cancelled. Its connection is closed, without a
     * word, when the future is done.
     *
     * @param packet the request as it came
     */
    Future<?> cancel(EventLoop loop, StartupPacket.CancelRequest request, byte[] packet);
}
