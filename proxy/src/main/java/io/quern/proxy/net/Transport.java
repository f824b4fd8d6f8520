package io.quern.proxy.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.kqueue.KQueue;
import io.netty.channel.kqueue.KQueueIoHandler;
import io.netty.channel.kqueue.KQueueServerSocketChannel;
import io.netty.channel.kqueue.KQueueSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.UnixChannelOption;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;

import jdk.net.ExtendedSocketOptions;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.util.Optional;

/**
 * How sockets are driven on this machine.
 *
 * @param reusePort lets several processes listen on one port
 * @param keepIdle seconds of silence before TCP probes a connection; empty where that is for the
 *     system to say
 */
record Transport(
        TransportKind kind,
        IoHandlerFactory handlers,
        ChannelFactory<? extends ServerChannel> servers,
        ChannelFactory<? extends Channel> channels,
        ChannelOption<Boolean> reusePort,
        Optional<ChannelOption<Integer>> keepIdle) {

    /**
     * The transport of that name.
     *
     * @throws IOException if this machine lacks it; one clear line
     */
    static Transport of(TransportKind kind) throws IOException {
        return switch (kind) {
            case AUTO -> best();
            case IO_URING -> {
                demand(kind, IoUring.isAvailable(), IoUring.unavailabilityCause());
                yield new Transport(
                        kind,
                        IoUringIoHandler.newFactory(),
                        IoUringServerSocketChannel::new,
                        IoUringSocketChannel::new,
                        UnixChannelOption.SO_REUSEPORT,
                        Optional.of(IoUringChannelOption.TCP_KEEPIDLE));
            }
            case EPOLL -> {
                demand(kind, Epoll.isAvailable(), Epoll.unavailabilityCause());
                yield new Transport(
                        kind,
                        EpollIoHandler.newFactory(),
                        EpollServerSocketChannel::new,
                        EpollSocketChannel::new,
                        UnixChannelOption.SO_REUSEPORT,
                        Optional.of(EpollChannelOption.TCP_KEEPIDLE));
            }
            case KQUEUE -> {
                demand(kind, KQueue.isAvailable(), KQueue.unavailabilityCause());
                yield new Transport(
                        kind,
                        KQueueIoHandler.newFactory(),
                        KQueueServerSocketChannel::new,
                        KQueueSocketChannel::new,
                        UnixChannelOption.SO_REUSEPORT,
                        Optional.empty());
            }
            case NIO ->
                    new Transport(
                            kind,
                            NioIoHandler.newFactory(),
                            NioServerSocketChannel::new,
                            NioSocketChannel::new,
                            NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT),
                            Optional.of(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE)));
        };
    }

    private static Transport best() throws IOException {
        if (Epoll.isAvailable()) {
            return of(TransportKind.EPOLL);
        }
        return of(KQueue.isAvailable() ? TransportKind.KQUEUE : TransportKind.NIO);
    }

    private static void demand(TransportKind kind, boolean available, @Nullable Throwable cause)
            throws IOException {
        if (!available) {
            throw new IOException("the transport " + kind + " does not work here" + reason(cause));
        }
    }

    /** The innermost message: the outer ones say that a class could not be loaded. */
    private static String reason(@Nullable Throwable cause) {
        String words = "";
        for (Throwable t = cause; t != null; t = t.getCause()) {
            String message = t.getMessage();
            if (message != null) {
                words = ": " + message.lines().findFirst().orElse("");
            }
        }
        return words;
    }
}
