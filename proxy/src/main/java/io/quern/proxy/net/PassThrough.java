package io.quern.proxy.net;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.PromiseCombiner;
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
        Sites.Site site = house.site(arrival.startup().database());
        site.connect(arrival.client().eventLoop())
                .addListener(
                        (Future<Channel> done) -> {
                            if (done.isSuccess()) {
                                connected(arrival, site, done.getNow());
                            } else {
                                unreachable(arrival, site, done.cause());
                            }
                        });
    }

    private void connected(Arrival arrival, Sites.Site site, Channel upstream) {
        if (!arrival.client().isActive()) {
            upstream.close();
            return;
        }
        StartupPacket.Startup startup = arrival.startup();
        Caller caller =
                new Caller(house.counts().nextClient(), arrival.client(), arrival.peer(), startup);
        Relay relay =
                new Relay(house, arrival.client(), upstream, caller, startup, arrival::settled);
        String real = site.realName(startup.database());
        relay.start(
                Unpooled.wrappedBuffer(
                        real.equals(startup.database())
                                ? arrival.packet()
                                : startup.withDatabase(real)),
                arrival.handOver(relay.clientSide(), relay::fail));
    }

    private static void unreachable(Arrival arrival, Sites.Site site, Throwable cause) {
        String why =
                cause instanceof UpstreamFailure failure
                        ? String.valueOf(failure.getMessage())
                        : "cannot reach the upstream " + site.connector().upstream();
        LOG.warn("A client was turned away: {}", why);
        arrival.refuse("08001", "Quern " + why);
    }

    @Override
    public Future<?> cancel(EventLoop loop, StartupPacket.CancelRequest request, byte[] packet) {
        PromiseCombiner all = new PromiseCombiner(loop);
        Promise<Void> done = loop.newPromise();
        loop.execute(
                () -> {
                    for (Sites.Site site : house.sites().all()) {
                        all.add(site.connector().cancel(loop, packet, house.loginTimeout()));
                    }
                    all.finish(done);
                });
        return done;
    }
}
