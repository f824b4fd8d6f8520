package io.quern.proxy.backend;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.quern.proxy.session.BackendState;
import io.quern.proxy.wire.MessageWriter;
import io.quern.proxy.wire.StartupPacket;

import java.util.List;
import java.util.Map;

/** Sessions on an upstream: connects, logs in, and takes the host that has the role asked for. */
// a failed write or close ends the channel, and its handler hears of that
@SuppressWarnings("FutureReturnValueIgnored")
final class UpstreamLogins implements Opener {
    private final UpstreamConnector connector;
    private final TargetSession target;
    private final Map<String, String> databases;
    private final PoolSettings settings;

    /**
     * @param databases names at the upstream by the names that clients use, where they differ
     */
    UpstreamLogins(
            UpstreamConnector connector, Map<String, String> databases, PoolSettings settings) {
        this.connector = connector;
        this.databases = Map.copyOf(databases);
        this.target = connector.upstream().target();
        this.settings = settings;
    }

    @Override
    public Future<LoggedIn> open(PoolKey pool, Credentials credentials, EventLoop loop) {
        String database = databases.getOrDefault(pool.database(), pool.database());
        PoolKey key = new PoolKey(database, pool.user());
        UpstreamConnector.Greeting<LoggedIn> wanted =
                (channel, host) -> login(channel, host, key, credentials, target);
        UpstreamConnector.Greeting<LoggedIn> any =
                (channel, host) -> login(channel, host, key, credentials, TargetSession.ANY);
        return connector.connect(
                loop,
                target == TargetSession.PREFER_STANDBY ? List.of(wanted, any) : List.of(wanted));
    }

    private Future<LoggedIn> login(
            Channel channel,
            Host host,
            PoolKey key,
            Credentials credentials,
            TargetSession accepted) {
        Promise<LoggedIn> fit = channel.eventLoop().newPromise();
        ServerLogin.begin(channel, host, key, credentials, settings)
                .addListener(
                        (Future<LoggedIn> done) -> {
                            if (!done.isSuccess()) {
                                fit.tryFailure(done.cause());
                            } else if (accepted.fits(done.getNow().state().parameters())) {
                                fit.trySuccess(done.getNow());
                            } else {
                                fit.tryFailure(new HostFailure("its sessions are not " + accepted));
                                leave(channel);
                            }
                        });
        return fit;
    }

    /** Says good-bye and closes. */
    static void leave(Channel channel) {
        channel.writeAndFlush(Unpooled.wrappedBuffer(new MessageWriter().terminate().toByteArray()))
                .addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public Future<Void> cancel(LoggedIn session, EventLoop loop) {
        byte[] key = session.cancelKey();
        MessageWriter packet = new MessageWriter();
        packet.int32(key.length + 8).int32(StartupPacket.CANCEL).raw(key, 0, key.length);
        return connector.cancel(
                loop,
                session.host(),
                session.channel().remoteAddress(),
                packet.toByteArray(),
                settings.loginTimeout());
    }

    @Override
    public boolean fits(BackendState state) {
        return target.stillFits(state.parameters());
    }
}
