package io.quern.proxy.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.Future;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Upstreams that accept a connection and are no servers. */
class DialingTest {
    private final boolean epoll = Epoll.isAvailable();
    private final EventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(
                    1, epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());

    @AfterEach
    void stop() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private List<Future<Channel>> dial(ServerSocket server, Duration timeout, int times)
            throws UpstreamFailure {
        UpstreamConnector connector =
                new UpstreamConnector(
                        new Upstream(
                                "127.0.0.1",
                                server.getLocalPort(),
                                SslMode.PREFER,
                                Optional.empty(),
                                timeout),
                        epoll ? EpollSocketChannel::new : NioSocketChannel::new,
                        WriteBufferWaterMark.DEFAULT);
        List<Future<Channel>> dialled = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            dialled.add(connector.connect(loops.next()));
        }
        return dialled;
    }

    @Test
    void oneThatSaysNothingToTlsIsGivenUp() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Future<Channel> only = dial(silent, Duration.ofMillis(200), 1).getFirst();
            assertThat(only.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(only.cause()).hasMessageContaining("connection timed out");
        }
    }

    @Test
    void oneThatClosesAtOnceIsNoticedAtAnyMoment() throws Exception {
        try (ServerSocket rude = new ServerSocket(0, 500, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> resetAll(rude));
            for (Future<Channel> one : dial(rude, Duration.ofMinutes(1), 400)) {
                assertThat(one.await(10, TimeUnit.SECONDS)).isTrue();
                assertThat(one.isSuccess()).isFalse();
            }
        }
    }

    private static void resetAll(ServerSocket server) {
        while (true) {
            try (Socket client = server.accept()) {
                client.setSoLinger(true, 0);
            } catch (IOException closed) {
                return;
            }
        }
    }
}
