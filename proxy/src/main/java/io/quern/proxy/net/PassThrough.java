package io.quern.proxy.net;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.quern.proxy.backend.UpstreamFailure;
import io.quern.proxy.wire.StartupPacket;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives every client an upstream connection of its own, on which its start-up packet and its
 * authentication go as they came.
 */
// a failed connection is an answer too, and its listener hears of that
@SuppressWarnings("FutureReturnValueIgnored")
final class PassThrough implements Entrance {
    private static final Logger LOG = LoggerFactory.getLogger(PassThrough.class);

    private final House house;

    PassThrough(House house) {
        this.house = house;
    }

    @Override
    public void enter(Arrival arrival) {
        house.connector()
                .connect(arrival.client().eventLoop())
                .addListener(
                        (Future<Channel> done) -> {
                            if (done.isSuccess()) {
                                connected(arrival, done.getNow());
                            } else {
                                unreachable(arrival, done.cause());
                            }
                        });
    }

    private void connected(Arrival arrival, Channel upstream) {
        if (!arrival.client().isActive()) {
            upstream.close();
            return;
        }
        Relay relay =
                new Relay(house, arrival.client(), upstream, arrival.startup(), arrival::settled);
        relay.start(
                Unpooled.wrappedBuffer(arrival.packet()),
                arrival.handOver(relay.clientSide(), relay::fail));
    }

    private void unreachable(Arrival arrival, Throwable cause) {
        String why =
                cause instanceof UpstreamFailure failure
                        ? String.valueOf(failure.getMessage())
                        : "cannot reach the upstream " + house.connector().upstream();
        LOG.warn("A client was turned away: {}", why);
        arrival.refuse("08001", "Quern " + why);
    }

    @Override
    public Future<?> cancel(EventLoop loop, StartupPacket.CancelRequest request, byte[] packet) {
        return house.connector().cancel(loop, packet, house.loginTimeout());
    }
}
