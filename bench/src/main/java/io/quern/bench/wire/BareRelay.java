package io.quern.bench.wire;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * What a proxy that does nothing costs: bytes from one side to the other, on the transport, with
 * the threads, options and backpressure Quern has, and not a byte of them read. A program of its
 * own, so that its CPU time can be told apart.
 */
// a failed write or close ends the channel, and its handler hears of that
@SuppressWarnings("FutureReturnValueIgnored")
public final class BareRelay {
    private static final WriteBufferWaterMark WATER_MARK =
            new WriteBufferWaterMark(64 * 1024, 256 * 1024);

    private final InetSocketAddress server;
    private final ChannelFactory<? extends Channel> channels;

    private BareRelay(InetSocketAddress server, ChannelFactory<? extends Channel> channels) {
        this.server = server;
        this.channels = channels;
    }

    /** How sockets are driven. */
    private record Transport(
            IoHandlerFactory handlers,
            ChannelFactory<? extends ServerChannel> servers,
            ChannelFactory<? extends Channel> channels) {

        static Transport of(String name) {
            return switch (name) {
                case "epoll" ->
                        new Transport(
                                EpollIoHandler.newFactory(),
                                EpollServerSocketChannel::new,
                                EpollSocketChannel::new);
                case "io_uring" ->
                        new Transport(
                                IoUringIoHandler.newFactory(),
                                IoUringServerSocketChannel::new,
                                IoUringSocketChannel::new);
                default ->
                        new Transport(
                                NioIoHandler.newFactory(),
                                NioServerSocketChannel::new,
                                NioSocketChannel::new);
            };
        }
    }

    /**
     * Arguments: the port to listen on, and the server's, both of 127.0.0.1; and {@code epoll},
     * {@code io_uring} or {@code nio}.
     */
    public static void main(String[] args) throws InterruptedException {
        Transport transport = Transport.of(args[2]);
        BareRelay relay =
                new BareRelay(
                        new InetSocketAddress(
                                InetAddress.getLoopbackAddress(), Integer.parseInt(args[1])),
                        transport.channels());
        new ServerBootstrap()
                .group(
                        new MultiThreadIoEventLoopGroup(
                                Runtime.getRuntime().availableProcessors(), transport.handlers()))
                .channelFactory(transport.servers())
                .option(ChannelOption.SO_BACKLOG, 1024)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .childHandler(
                        new ChannelInitializer<Channel>() {
                            @Override
                            protected void initChannel(Channel client) {
                                relay.connect(client);
                            }
                        })
                .bind(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0]))
                .sync()
                .channel()
                .closeFuture()
                .sync();
    }

    private void connect(Channel client) {
        new Bootstrap()
                .group(client.eventLoop())
                .channelFactory(channels)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .handler(new Side(client))
                .connect(server)
                .addListener(
                        (ChannelFutureListener)
                                done -> {
                                    if (!done.isSuccess()) {
                                        client.close();
                                        return;
                                    }
                                    client.pipeline().addLast(new Side(done.channel()));
                                    client.config().setAutoRead(true);
                                    done.channel().config().setAutoRead(true);
                                });
    }

    /** Hands what one channel reads to the other. */
    private static final class Side extends ChannelInboundHandlerAdapter {
        private final Channel other;

        Side(Channel other) {
            this.other = other;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            other.write(message, other.voidPromise());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            other.flush();
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            other.config().setAutoRead(context.channel().isWritable());
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            other.close();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }
}
