package io.quern.proxy.backend;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;

import org.jspecify.annotations.Nullable;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.Map;

/**
 * Opens connections on which clients log in themselves, to the host that has the role asked for.
 * Which one that is only a session can tell, so Quern looks with one of its own first. What it saw
 * is good for a second, and for as long as somebody can be reached there: clients who come one
 * after the other do not cost a login each. Thread-safe.
 */
public final class Scout {
    private static final long VALIDITY = Duration.ofSeconds(1).toNanos();

    /**
     * What a look gave: a place or a failure.
     *
     * @param seen as {@link System#nanoTime}
     */
    private record Sight(
            @Nullable Host host,
            @Nullable SocketAddress address,
            @Nullable UpstreamFailure failure,
            long seen) {}

    private final UpstreamConnector connector;
    private final UpstreamLogins logins;
    private final OwnLogin own;
    private volatile @Nullable Sight latest;

    public Scout(UpstreamConnector connector, OwnLogin own) {
        this.connector = connector;
        this.logins = new UpstreamLogins(connector, Map.of(), PoolSettings.DEFAULT);
        this.own = own;
    }

    /** As {@link UpstreamConnector#connect}, but to a host that has the role asked for. */
    public Future<Channel> connect(EventLoop loop) {
        Promise<Channel> reached = loop.newPromise();
        Thread.ofVirtual()
                .name("scout-upstream")
                .start(
                        () -> {
                            try {
                                reached.setSuccess(reach(loop));
                            } catch (UpstreamFailure | RuntimeException failed) {
                                reached.tryFailure(failed);
                            }
                        });
        return reached;
    }

    private Channel reach(EventLoop loop) throws UpstreamFailure {
        long asked = System.nanoTime();
        Sight known = latest;
        if (known != null && known.failure() == null && asked - known.seen() < VALIDITY) {
            Future<Channel> there = dial(loop, known);
            if (there.isSuccess()) {
                return there.getNow();
            }
            asked = System.nanoTime();
        }
        Sight fresh = look(loop, asked);
        Future<Channel> there = dial(loop, fresh);
        if (!there.isSuccess()) {
            throw new UpstreamFailure(
                    "cannot reach the upstream "
                            + fresh.host()
                            + ": "
                            + there.cause().getMessage());
        }
        return there.getNow();
    }

    private Future<Channel> dial(EventLoop loop, Sight sight) {
        Host host = sight.host();
        SocketAddress address = sight.address();
        if (host == null || address == null) {
            throw new IllegalStateException("nothing was seen");
        }
        return connector.dial(loop, host, address).awaitUninterruptibly();
    }

    /** Looks, unless somebody else has done so since it was asked for. */
    private synchronized Sight look(EventLoop loop, long asked) throws UpstreamFailure {
        Sight sight = latest;
        if (sight == null || sight.seen() - asked < 0) {
            sight = look(loop);
            latest = sight;
        }
        UpstreamFailure failure = sight.failure();
        if (failure != null) {
            throw failure;
        }
        return sight;
    }

    private Sight look(EventLoop loop) {
        Future<LoggedIn> session =
                logins.open(own.key(), own.credentials(), loop).awaitUninterruptibly();
        if (session.isSuccess()) {
            LoggedIn there = session.getNow();
            SocketAddress address = there.channel().remoteAddress();
            UpstreamLogins.leave(there.channel());
            return new Sight(there.host(), address, null, System.nanoTime());
        }
        UpstreamFailure failure =
                session.cause() instanceof UpstreamFailure known
                                && known.sqlState().equals(UpstreamFailure.UNREACHABLE)
                        ? known
                        : new UpstreamFailure(
                                "cannot find out which host of the upstream "
                                        + connector.upstream()
                                        + " is "
                                        + connector.upstream().target()
                                        + ": "
                                        + session.cause().getMessage());
        return new Sight(null, null, failure, System.nanoTime());
    }
}
