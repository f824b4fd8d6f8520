package io.quern.proxy.backend;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Pools before some hosts, and two event loops. */
final class PoolsHouse implements AutoCloseable {
    final EventLoopGroup loops;
    final EventLoop one;
    final EventLoop two;
    final UpstreamConnector connector;
    final Pools pools;

    PoolsHouse(Upstream upstream, PoolSettings settings) throws UpstreamFailure {
        boolean epoll = Epoll.isAvailable();
        loops =
                new MultiThreadIoEventLoopGroup(
                        2, epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        one = loops.next();
        two = loops.next();
        connector =
                new UpstreamConnector(
                        upstream,
                        epoll ? EpollSocketChannel::new : NioSocketChannel::new,
                        WriteBufferWaterMark.DEFAULT);
        pools = new Pools("main", connector, Map.of(), settings, InstantSource.system());
    }

    static Upstream upstream(TargetSession target, Host... hosts) {
        return new Upstream(
                Arrays.asList(hosts),
                new UpstreamSsl(SslMode.DISABLE, Optional.empty()),
                target,
                false,
                Duration.ofSeconds(5));
    }

    /** Of a size, with a time-out of the queue; nothing is checked or closed by itself. */
    static PoolSettings settings(int size, Duration queue) {
        return settings(size, queue, Duration.ofHours(1));
    }

    static PoolSettings settings(int size, Duration queue, Duration checkAfter) {
        return new PoolSettings(
                size,
                0,
                queue,
                Duration.ZERO,
                Duration.ZERO,
                checkAfter,
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                PoolSettings.PARAMETERS,
                PoolSettings.DEFAULT.statements());
    }

    PoolSnapshot pool() {
        List<PoolSnapshot> all = pools.pools();
        return all.getFirst();
    }

    @Override
    public void close() {
        pools.close(Duration.ZERO);
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
