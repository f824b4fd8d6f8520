package io.quern.proxy.backend;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Opens connections to the upstream: walks the list of its hosts anew each time, resolves their
 * names off the event loop and tries each address. The channel is handed over not reading, on the
 * event loop asked for, its pipeline empty but for TLS.
 *
 * <p>The walk is a virtual thread, so that it reads as what it is: one attempt after the other. As
 * in libpq, a host that cannot be reached, is starting up or has not the role asked for sends the
 * walk on; any other refusal ends it.
 */
// a failed write or close ends the channel, and its handler hears of that
@SuppressWarnings("FutureReturnValueIgnored")
public final class UpstreamConnector {

    /** What is done with a host that has been reached, and whether it will do. */
    @FunctionalInterface
    interface Greeting<T> {
        /**
         * Greets; owns the channel from now on. Called on any thread.
         *
         * @return fails with a {@link HostFailure} if the host will not do
         */
        Future<T> greet(Channel channel, Host host);
    }

    private final Upstream upstream;
    private final UpstreamTls tls;
    private final Dialer dialer;

    /**
     * @throws UpstreamFailure if its TLS cannot be set up
     */
    public UpstreamConnector(
            Upstream upstream,
            ChannelFactory<? extends Channel> channels,
            WriteBufferWaterMark waterMark)
            throws UpstreamFailure {
        this.upstream = upstream;
        this.tls = new UpstreamTls(upstream);
        this.dialer = new Dialer(upstream, tls, channels, waterMark);
    }

    public Upstream upstream() {
        return upstream;
    }

    /**
     * A new connection to the first host that accepts one; fails with an {@link UpstreamFailure}.
     */
    public Future<Channel> connect(EventLoop loop) {
        return connect(loop, List.of(accepted(loop)));
    }

    /**
     * What the first host answers that will do; fails with an {@link UpstreamFailure}.
     *
     * @param greetings one for each walk along the hosts: the second is for when no host was
     *     content with the first
     */
    <T> Future<T> connect(EventLoop loop, List<Greeting<T>> greetings) {
        Promise<T> reached = loop.newPromise();
        Thread.ofVirtual()
                .name("connect-upstream")
                .start(
                        () -> {
                            try {
                                reached.setSuccess(walk(loop, greetings));
                            } catch (UpstreamFailure | RuntimeException failed) {
                                reached.tryFailure(failed);
                            }
                        });
        return reached;
    }

    /**
     * Sends a cancel request to every host, since only the one that gave the key away knows it.
     * Done, always successfully, once each has closed the connection, which it does after it sent
     * the signal; or when patience ends.
     *
     * @param packet the whole request
     */
    public Future<Void> cancel(EventLoop loop, byte[] packet, Duration patience) {
        Promise<Void> sent = loop.newPromise();
        AtomicInteger left = new AtomicInteger(upstream.hosts().size());
        for (Host host : upstream.hosts()) {
            Thread.ofVirtual()
                    .name("cancel-upstream")
                    .start(
                            () -> {
                                try {
                                    Channel channel = reach(loop, host, accepted(loop));
                                    deliver(channel, packet, patience).awaitUninterruptibly();
                                } catch (HostFailure unreachable) {
                                    // nothing can be running there
                                } finally {
                                    if (left.decrementAndGet() == 0) {
                                        sent.trySuccess(null);
                                    }
                                }
                            });
        }
        return sent;
    }

    /** A connection to an address that is known already; fails with a {@link HostFailure}. */
    Future<Channel> dial(EventLoop loop, Host host, SocketAddress address) {
        return dialer.dial(loop, host, address);
    }

    /** Sends a cancel request to where a connection goes that there is already; as above. */
    Future<Void> cancel(
            EventLoop loop, Host host, SocketAddress address, byte[] packet, Duration patience) {
        Promise<Void> sent = loop.newPromise();
        dialer.dial(loop, host, address)
                .addListener(
                        (Future<Channel> done) -> {
                            if (done.isSuccess()) {
                                deliver(done.getNow(), packet, patience)
                                        .addListener(closed -> sent.trySuccess(null));
                            } else {
                                sent.trySuccess(null);
                            }
                        });
        return sent;
    }

    private static Future<Void> deliver(Channel channel, byte[] packet, Duration patience) {
        channel.writeAndFlush(Unpooled.wrappedBuffer(packet));
        channel.config().setAutoRead(true);
        Future<?> pending =
                channel.eventLoop()
                        .schedule(() -> channel.close(), patience.toMillis(), MILLISECONDS);
        channel.closeFuture().addListener(closed -> pending.cancel(false));
        return channel.closeFuture();
    }

    private static Greeting<Channel> accepted(EventLoop loop) {
        return (channel, host) -> loop.<Channel>newPromise().setSuccess(channel);
    }

    private <T> T walk(EventLoop loop, List<Greeting<T>> greetings) throws UpstreamFailure {
        tls.refresh();
        List<Host> hosts = new ArrayList<>(upstream.hosts());
        if (upstream.loadBalance()) {
            Collections.shuffle(hosts);
        }
        List<String> reasons = new ArrayList<>();
        HostFailure last = new HostFailure("no host");
        for (Greeting<T> greeting : greetings) {
            reasons.clear();
            for (Host host : hosts) {
                try {
                    return reach(loop, host, greeting);
                } catch (HostFailure failure) {
                    last = failure;
                    reasons.add(host + ": " + failure.words());
                    if (!failure.elsewhere()) {
                        throw new UpstreamFailure(failure.sqlState(), failure.words());
                    }
                }
            }
        }
        if (hosts.size() == 1 && !last.unreachable()) {
            throw new UpstreamFailure(last.sqlState(), last.words());
        }
        throw new UpstreamFailure(
                last.sqlState(),
                "cannot reach the upstream "
                        + upstream
                        + ": "
                        + (hosts.size() == 1 ? last.words() : String.join("; ", reasons)));
    }

    private <T> T reach(EventLoop loop, Host host, Greeting<T> greeting) throws HostFailure {
        List<InetAddress> addresses;
        try {
            addresses = Arrays.asList(InetAddress.getAllByName(host.name()));
        } catch (UnknownHostException unknown) {
            throw new HostFailure("its name is not known");
        }
        if (upstream.loadBalance()) {
            Collections.shuffle(addresses);
        }
        @Nullable HostFailure last = null;
        for (InetAddress address : addresses) {
            try {
                Channel channel =
                        outcome(
                                dialer.dial(
                                        loop, host, new InetSocketAddress(address, host.port())));
                return outcome(greeting.greet(channel, host));
            } catch (HostFailure failure) {
                if (!failure.elsewhere()) {
                    throw failure;
                }
                last = failure;
            }
        }
        throw last == null ? new HostFailure("its name is not known") : last;
    }

    private static <T> T outcome(Future<T> future) throws HostFailure {
        future.awaitUninterruptibly();
        if (future.isSuccess()) {
            return future.getNow();
        }
        if (future.cause() instanceof HostFailure failure) {
            throw failure;
        }
        throw new HostFailure(String.valueOf(future.cause().getMessage()));
    }
}
