package io.quern.proxy.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.local.LocalServerChannel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.quern.proxy.backend.Backends.Condition;
import io.quern.proxy.session.BackendState;
import io.quern.proxy.wire.MessageWriter;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Random borrowers on two event loops, with backends that are opened at will. */
@SuppressWarnings("FutureReturnValueIgnored")
class PoolTest {
    private static final PoolKey KEY = new PoolKey("d", "u");
    private static final Credentials NONE = new Credentials.None();

    @Property(tries = 60)
    void nobodyIsForgottenAndTheBoundHolds(
            @ForAll @IntRange(min = 1, max = 3) int size,
            @ForAll @Size(max = 60) List<@IntRange(max = 11) Integer> script)
            throws Exception {
        try (House house = new House(size)) {
            List<Tenant> all = new ArrayList<>();
            for (int step : script) {
                house.play(step, all);
            }
            house.opener.failing = false;
            List<Tenant> open = all.stream().filter(t -> !t.answered()).toList();
            // whoever has one gives it back until nobody waits
            await().pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1))
                    .until(
                            () -> {
                                for (Tenant tenant : all) {
                                    house.giveBack(tenant, Condition.CLEAN);
                                }
                                return open.stream()
                                        .allMatch(t -> t.answered() || house.withdrawn.contains(t));
                            });
            for (Tenant tenant : all) {
                house.giveBack(tenant, Condition.CLEAN);
            }
            await().until(() -> house.pool().lent() == 0 && house.pool().busy() == 0);
            assertThat(house.opener.most.get()).isLessThanOrEqualTo(size);
            assertThat(house.pool().waiting()).isZero();
            house.pools.close();
            await().until(() -> house.opener.open.get() == 0);
        }
    }

    @Property(tries = 30)
    void theLineIsServedInOrder(
            @ForAll @Size(min = 2, max = 20) List<@IntRange(max = 1) Integer> loops)
            throws Exception {
        try (House house = new House(1)) {
            Tenant holder = house.ask(0);
            holder.backend();
            List<Tenant> line = new ArrayList<>();
            for (int loop : loops) {
                line.add(house.ask(loop));
            }
            for (int i = 0; i < line.size(); i++) {
                holder.giveBack(Condition.CLEAN);
                holder = line.get(i);
                holder.backend();
                for (Tenant later : line.subList(i + 1, line.size())) {
                    assertThat(later.answered()).isFalse();
                }
            }
        }
    }

    /** Pools whose backends are local channels to an agreeable server. */
    private static final class House implements AutoCloseable {
        private static final AtomicInteger HOUSES = new AtomicInteger();

        final EventLoopGroup group =
                new MultiThreadIoEventLoopGroup(2, LocalIoHandler.newFactory());
        final List<EventLoop> loops = List.of(group.next(), group.next());
        final ToyOpener opener =
                new ToyOpener(group, new LocalAddress("pool-test-" + HOUSES.incrementAndGet()));
        final Pools pools;
        final Set<Tenant> withdrawn = ConcurrentHashMap.newKeySet();
        private final Set<Tenant> returned = ConcurrentHashMap.newKeySet();

        House(int size) throws Exception {
            pools =
                    new Pools(
                            "toy",
                            PoolsHouse.settings(size, Duration.ofMinutes(1)),
                            opener,
                            InstantSource.system(),
                            System::nanoTime);
            Tenant first = ask(0);
            if (!first.wish().withdraw()) {
                first.giveBack(Condition.CLEAN);
            }
        }

        PoolSnapshot pool() {
            return pools.pools().getFirst();
        }

        Tenant ask(int loop) {
            return Tenant.ask(pools, KEY, NONE, loops.get(loop));
        }

        void play(int step, List<Tenant> all) throws Exception {
            Tenant some = all.isEmpty() ? null : all.get(step * 31 % all.size());
            switch (step) {
                case 0, 1, 2, 3 -> all.add(ask(step % 2));
                case 4 -> opener.failing = !opener.failing;
                case 5, 6, 7 -> {
                    for (Tenant tenant : all) {
                        giveBack(tenant, step == 5 ? Condition.USED : Condition.CLEAN);
                    }
                }
                case 8 -> {
                    if (some != null) {
                        giveBack(some, Condition.BROKEN);
                    }
                }
                case 9 -> {
                    if (some != null && some.wish().withdraw()) {
                        withdrawn.add(some);
                    }
                }
                case 10 -> {
                    if (some != null && some.answered() && some.refusal().isEmpty()) {
                        some.backend().channel().close().sync();
                    }
                }
                default -> pools.reconnect("");
            }
        }

        void giveBack(Tenant tenant, Condition condition) throws Exception {
            if (tenant.answered() && tenant.refusal().isEmpty() && returned.add(tenant)) {
                tenant.giveBack(condition);
            }
        }

        @Override
        public void close() {
            pools.close(Duration.ZERO);
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }

    private static final class ToyOpener implements Opener {
        private final LocalAddress address;
        final AtomicInteger open = new AtomicInteger();
        final AtomicInteger most = new AtomicInteger();
        volatile boolean failing;

        ToyOpener(EventLoopGroup group, LocalAddress address) {
            this.address = address;
            new ServerBootstrap()
                    .group(group)
                    .channel(LocalServerChannel.class)
                    .childHandler(
                            new ChannelInitializer<Channel>() {
                                @Override
                                protected void initChannel(Channel channel) {
                                    channel.pipeline().addLast(new Agreeable());
                                }
                            })
                    .bind(address)
                    .syncUninterruptibly();
        }

        @Override
        public Future<LoggedIn> open(PoolKey key, Credentials credentials, EventLoop loop) {
            if (failing) {
                return loop.newFailedFuture(new UpstreamFailure("the toy is out of order"));
            }
            most.accumulateAndGet(open.incrementAndGet(), Math::max);
            Promise<LoggedIn> opened = loop.newPromise();
            ChannelFuture connecting =
                    new Bootstrap()
                            .group(loop)
                            .channel(LocalChannel.class)
                            .option(ChannelOption.AUTO_READ, false)
                            .handler(new ChannelInboundHandlerAdapter())
                            .connect(address);
            Channel channel = connecting.channel();
            channel.closeFuture().addListener(closed -> open.decrementAndGet());
            connecting.addListener(
                    done -> {
                        if (done.isSuccess()) {
                            opened.setSuccess(
                                    new LoggedIn(
                                            channel,
                                            new Host("toy", 1),
                                            new BackendState(),
                                            0,
                                            new byte[0]));
                        } else {
                            opened.setFailure(new UpstreamFailure("no connection"));
                        }
                    });
            return opened;
        }

        @Override
        public Future<Void> cancel(LoggedIn session, EventLoop loop) {
            return loop.newSucceededFuture(null);
        }

        @Override
        public boolean fits(BackendState state) {
            return true;
        }
    }

    /** Answers every query, and closes when told good-bye. */
    private static final class Agreeable extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            byte type = bytes.getByte(bytes.readerIndex());
            bytes.release();
            if (type == 'X') {
                context.close();
                return;
            }
            MessageWriter out = new MessageWriter();
            out.begin((byte) 'C').string(new byte[] {'O', 'K'}).end();
            out.begin((byte) 'Z').int8('I').end();
            context.writeAndFlush(context.alloc().buffer().writeBytes(out.toByteArray()));
        }
    }
}
