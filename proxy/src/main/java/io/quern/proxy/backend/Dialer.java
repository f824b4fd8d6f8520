package io.quern.proxy.backend;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
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

import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Opens a connection to one address of an upstream and asks for TLS where that is wanted. The
 * channel is handed over not reading, on the event loop asked for, its pipeline empty but for TLS.
 * What goes wrong is a {@link HostFailure}.
 */
// a failed write or close ends the channel, and its handler hears of that
@SuppressWarnings("FutureReturnValueIgnored")
final class Dialer {
    private static final int SSL_REQUEST = 80_877_103;
    private static final String CLOSED = "it closed the connection when asked for TLS";
    private static final String TIMED_OUT = "connection timed out";

    private final UpstreamTls tls;
    private final SslMode mode;
    private final Duration connectTimeout;
    private final ChannelFactory<? extends Channel> channels;
    private final WriteBufferWaterMark waterMark;

    Dialer(
            Upstream upstream,
            UpstreamTls tls,
            ChannelFactory<? extends Channel> channels,
            WriteBufferWaterMark waterMark) {
        this.tls = tls;
        this.mode = upstream.ssl().mode();
        this.connectTimeout = upstream.connectTimeout();
        this.channels = channels;
        this.waterMark = waterMark;
    }

    /**
     * Dials.
     *
     * @param host as whom the server has to prove itself
     */
    Future<Channel> dial(EventLoop loop, Host host, SocketAddress address) {
        Promise<Channel> opened = loop.newPromise();
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
                                Math.toIntExact(connectTimeout.toMillis()))
                        .handler(new ChannelInboundHandlerAdapter());
        ChannelFuture connecting = bootstrap.connect(address);
        connecting.addListener(
                done -> {
                    if (done.isSuccess()) {
                        secure(connecting.channel(), host, opened);
                    } else {
                        opened.tryFailure(new HostFailure(reason(done.cause())));
                    }
                });
        return opened;
    }

    private void secure(Channel channel, Host host, Promise<Channel> opened) {
        if (!tls.wanted()) {
            hand(channel, opened);
            return;
        }
        // it may have been closed before this is run, and then no handler hears of it
        channel.closeFuture().addListener(closed -> opened.tryFailure(new HostFailure(CLOSED)));
        Future<?> late =
                channel.eventLoop()
                        .schedule(
                                () -> late(channel, opened),
                                connectTimeout.toMillis(),
                                TimeUnit.MILLISECONDS);
        opened.addListener(done -> late.cancel(false));
        channel.pipeline().addLast(new TlsAnswer(host, opened));
        channel.writeAndFlush(channel.alloc().buffer(8).writeInt(8).writeInt(SSL_REQUEST));
        channel.read();
    }

    private static void late(Channel channel, Promise<Channel> opened) {
        if (opened.tryFailure(new HostFailure(TIMED_OUT))) {
            channel.close();
        }
    }

    private static void hand(Channel channel, Promise<Channel> opened) {
        if (!opened.trySuccess(channel)) {
            channel.close();
        }
    }

    /** An engine wraps what it was that a certificate lacks. */
    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        for (Throwable next = root.getCause(); next != null; next = root.getCause()) {
            root = next;
        }
        return root;
    }

    private static String reason(Throwable cause) {
        String message = cause.getMessage();
        String words = message == null ? cause.getClass().getSimpleName() : message;
        if (words.contains("Connection refused")) {
            return "connection refused";
        }
        return words.contains("timed out") ? TIMED_OUT : words;
    }

    /** Waits for the one byte that answers SSLRequest. */
    private final class TlsAnswer extends ChannelInboundHandlerAdapter {
        private final Host host;
        private final Promise<Channel> opened;

        TlsAnswer(Host host, Promise<Channel> opened) {
            this.host = host;
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
                fail(channel, "it does not offer TLS, which sslmode=" + mode + " demands");
            }
        }

        /** What went wrong with TLS is what its handshake says. */
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }

        private void handshake(ChannelHandlerContext context) {
            Channel channel = context.channel();
            SslHandler handler = tls.handler(channel.alloc(), host);
            context.pipeline().addBefore(context.name(), null, handler);
            handler.handshakeFuture()
                    .addListener(
                            done -> {
                                if (done.isSuccess()) {
                                    channel.pipeline().remove(this);
                                    hand(channel, opened);
                                } else {
                                    fail(channel, "TLS failed: " + reason(root(done.cause())));
                                }
                            });
            channel.read();
        }

        private void fail(Channel channel, String why) {
            opened.tryFailure(new HostFailure(why));
            channel.close();
        }
    }
}
