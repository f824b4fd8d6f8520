package io.quern.proxy.backend;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;

/**
 * Opens connections to the upstream: resolves its name off the event loop, tries each address, and
 * asks for TLS where that is wanted. The channel is handed over not reading, on the event loop
 * asked for, its pipeline empty but for TLS.
 */
// a failed write or close ends the channel, and its handler hears of that
@SuppressWarnings("FutureReturnValueIgnored")
public final class UpstreamConnector {
    private static final int SSL_REQUEST = 80_877_103;

    private final Upstream upstream;
    private final UpstreamTls tls;
    private final ChannelFactory<? extends Channel> channels;
    private final WriteBufferWaterMark waterMark;

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
        this.channels = channels;
        this.waterMark = waterMark;
    }

    public Upstream upstream() {
        return upstream;
    }

    /** A new connection; fails with an {@link UpstreamFailure}. */
    public Future<Channel> connect(EventLoop loop) {
        Promise<Channel> opened = loop.newPromise();
        Thread.ofVirtual()
                .name("resolve-upstream")
                .start(
                        () -> {
                            try {
                                List<InetAddress> found =
                                        List.of(InetAddress.getAllByName(upstream.host()));
                                loop.execute(() -> tryEach(loop, found, 0, opened));
                            } catch (UnknownHostException unknown) {
                                opened.tryFailure(failure("its name is not known"));
                            }
                        });
        return opened;
    }

    /**
     * Sends a cancel request on a connection of its own. Done, always successfully, once the
     * upstream has closed that, which it does after it sent the signal; or when patience ends.
     *
     * @param packet the whole request
     */
    public Future<Void> cancel(EventLoop loop, byte[] packet, Duration patience) {
        Promise<Void> sent = loop.newPromise();
        connect(loop)
                .addListener(
                        (Future<Channel> done) -> {
                            if (!done.isSuccess()) {
                                sent.trySuccess(null);
                                return;
                            }
                            Channel upstream = done.getNow();
                            upstream.closeFuture().addListener(closed -> sent.trySuccess(null));
                            upstream.writeAndFlush(Unpooled.wrappedBuffer(packet));
                            upstream.config().setAutoRead(true);
                            closeLater(upstream, patience);
                        });
        return sent;
    }

    /** Closes a channel, unless it is closed by then. */
    private static void closeLater(Channel channel, Duration patience) {
        Future<?> pending =
                channel.eventLoop()
                        .schedule(() -> channel.close(), patience.toMillis(), MILLISECONDS);
        channel.closeFuture().addListener(closed -> pending.cancel(false));
    }

    private void tryEach(
            EventLoop loop, List<InetAddress> addresses, int at, Promise<Channel> opened) {
        Bootstrap bootstrap =
                new Bootstrap()
                        .group(loop)
                        .channelFactory(channels)
                        .option(ChannelOption.AUTO_READ, false)
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(ChannelOption.SO_KEEPALIVE, true)
                        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, waterMark)
                        .option(
                                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                                Math.toIntExact(upstream.connectTimeout().toMillis()))
                        .handler(new ChannelInboundHandlerAdapter());
        ChannelFuture connecting =
                bootstrap.connect(new InetSocketAddress(addresses.get(at), upstream.port()));
        connecting.addListener(
                done -> {
                    if (done.isSuccess()) {
                        secure(connecting.channel(), opened);
                    } else if (at + 1 < addresses.size()) {
                        tryEach(loop, addresses, at + 1, opened);
                    } else {
                        opened.tryFailure(failure(reason(done.cause())));
                    }
                });
    }

    private void secure(Channel channel, Promise<Channel> opened) {
        if (!tls.wanted()) {
            hand(channel, opened);
            return;
        }
        channel.pipeline().addLast(new TlsAnswer(opened));
        channel.writeAndFlush(channel.alloc().buffer(8).writeInt(8).writeInt(SSL_REQUEST));
        channel.read();
    }

    private static void hand(Channel channel, Promise<Channel> opened) {
        if (!opened.trySuccess(channel)) {
            channel.close();
        }
    }

    private UpstreamFailure failure(String why) {
        return new UpstreamFailure("cannot reach the upstream " + upstream + ": " + why);
    }

    private static String reason(Throwable cause) {
        String message = cause.getMessage();
        String words = message == null ? cause.getClass().getSimpleName() : message;
        if (words.contains("Connection refused")) {
            return "connection refused";
        }
        return words.contains("timed out") ? "connection timed out" : words;
    }

    /** Waits for the one byte that answers SSLRequest. */
    private final class TlsAnswer extends ChannelInboundHandlerAdapter {
        private final Promise<Channel> opened;

        TlsAnswer(Promise<Channel> opened) {
            this.opened = opened;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf answer = (ByteBuf) message;
            int size = answer.readableBytes();
            byte first = size > 0 ? answer.getByte(answer.readerIndex()) : 0;
            answer.release();
            Channel channel = context.channel();
            if (size != 1) {
                fail(channel, "it sent bytes before TLS began");
            } else if (first == 'S') {
                handshake(context);
            } else if (first == 'N' && tls.optional()) {
                channel.pipeline().remove(this);
                hand(channel, opened);
            } else {
                fail(
                        channel,
                        "it does not offer TLS, which sslmode=" + upstream.sslMode() + " demands");
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            fail(context.channel(), "it closed the connection when asked for TLS");
        }

        /** What went wrong with TLS is what its handshake says. */
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }

        private void handshake(ChannelHandlerContext context) {
            Channel channel = context.channel();
            SslHandler handler = tls.handler(channel.alloc());
            context.pipeline().addBefore(context.name(), null, handler);
            handler.handshakeFuture()
                    .addListener(
                            done -> {
                                if (done.isSuccess()) {
                                    channel.pipeline().remove(this);
                                    hand(channel, opened);
                                } else {
                                    fail(channel, "TLS failed: " + reason(done.cause()));
                                }
                            });
            channel.read();
        }

        private void fail(Channel channel, String why) {
            opened.tryFailure(failure(why));
            channel.close();
        }
    }
}
