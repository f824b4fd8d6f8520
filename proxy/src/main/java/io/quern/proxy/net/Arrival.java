package io.quern.proxy.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.quern.proxy.auth.Peer;
import io.quern.proxy.wire.StartupPacket;

/**
 * A client that said what it wants, still at the door: not read until it is {@linkplain #handOver
 * handed over} or {@linkplain #refuse refused}. Its methods are called on its event loop.
 */
interface Arrival {

    /** Hears that the login took too long; on the client's event loop. */
    interface Overdue {

        /** The login is to end with these words. */
        void late(String sqlState, String message);
    }

    /** The connection; TLS, if any, is the first in its pipeline. */
    Channel client();

    Peer peer();

    StartupPacket.Startup startup();

    /** The start-up packet as it came. */
    byte[] packet();

    /**
     * Puts a handler in the place of the door; only once, and only while the client is {@linkplain
     * Channel#isActive() there}.
     *
     * @param overdue told if the login is not {@link #settled} in time
     * @return what the client sent behind its start-up packet, the caller's from now on
     */
    ByteBuf handOver(ChannelHandler next, Overdue overdue);

    /** The client is authenticated or gone: there is no hurry any more. */
    void settled();

    /** Turns the client away, which is still at the door, with an error. */
    void refuse(String sqlState, String message);
}
