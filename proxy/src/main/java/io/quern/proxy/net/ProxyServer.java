package io.quern.proxy.net;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.quern.advisor.Watcher;
import io.quern.proxy.backend.UpstreamConnector;
import io.quern.proxy.backend.UpstreamFailure;
import io.quern.proxy.session.Mishaps;
import io.quern.proxy.tuning.Gate;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The proxy: listens, and gives every client an upstream connection of its own. Started and closed
 * once, by any thread.
 */
public final class ProxyServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProxyServer.class);
    private static final WriteBufferWaterMark WATER_MARK =
            new WriteBufferWaterMark(64 * 1024, 256 * 1024);
    private static final long CLOSE_SECONDS = 5;

    private final ProxySettings settings;
    private final Transport transport;
    private final House house;
    private final Entrance entrance;
    private final ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private @Nullable EventLoopGroup loops;
    private @Nullable Channel listener;

    /**
     * @throws UpstreamFailure if the upstream's root certificate cannot be read
     * @throws IOException if the certificate for clients cannot be used, or this machine lacks the
     *     transport; one clear line
     */
    public ProxyServer(ProxySettings settings, Gate gate, Watcher watcher, Signals signals)
            throws UpstreamFailure, IOException {
        DoorSettings door = settings.door();
        this.settings = settings;
        this.transport = Transport.of(door.transport());
        this.house =
                new House(
                        new UpstreamConnector(
                                settings.upstream(), transport.channels(), WATER_MARK),
                        settings.loginTimeout(),
                        gate,
                        watcher,
                        signals,
                        door.tls().isPresent()
                                ? Optional.of(
                                        new ClientTls(door.tls().get(), settings.loginTimeout()))
                                : Optional.empty(),
                        new Headcount(door.maxClients()));
        this.entrance = new PassThrough(house);
    }

    /**
     * Listens.
     *
     * @throws IOException if it cannot listen there, for instance because the port is in use; the
     *     message is one clear line
     */
    public synchronized void start() throws IOException {
        if (loops != null) {
            throw new IllegalStateException("already started");
        }
        EventLoopGroup group =
                new MultiThreadIoEventLoopGroup(settings.threads(), transport.handlers());
        ChannelFuture bound =
                listening(group)
                        .bind(settings.listenHost(), settings.listenPort())
                        .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
            throw new IOException(
                    "cannot listen on "
                            + settings.listenHost()
                            + ":"
                            + settings.listenPort()
                            + ": "
                            + reason(bound.cause()));
        }
        loops = group;
        listener = bound.channel();
        house.tls().ifPresent(ClientTls::watch);
        LOG.info(
                "Clients connect to {}:{} by {}, {}",
                settings.listenHost(),
                port(),
                transport.kind(),
                house.tls().map(ClientTls::describe).orElse("without TLS"));
    }

    private ServerBootstrap listening(EventLoopGroup group) {
        DoorSettings door = settings.door();
        ServerBootstrap bootstrap =
                new ServerBootstrap()
                        .group(group)
                        .channelFactory(transport.servers())
                        .option(ChannelOption.SO_BACKLOG, door.backlog())
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childOption(ChannelOption.SO_KEEPALIVE, true)
                        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel client) {
                                        arrived(client);
                                    }
                                });
        transport
                .keepIdle()
                .ifPresent(
                        idle ->
                                bootstrap.childOption(
                                        idle, Math.toIntExact(door.keepAlive().toSeconds())));
        if (door.reusePort()) {
            bootstrap.option(transport.reusePort(), true);
        }
        return bootstrap;
    }

    private void arrived(Channel client) {
        if (clients.size() >= house.clients().mostConnections()) {
            client.pipeline().addLast(new FullHouse());
        } else {
            clients.add(client);
            client.pipeline().addLast(new Doorway(house, entrance));
        }
    }

    private static String reason(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        return message.contains("already in use") ? "the port is in use" : message;
    }

    /** The port it listens on. */
    public synchronized int port() {
        Channel bound = listener;
        if (bound == null) {
            throw new IllegalStateException("not started");
        }
        return ((InetSocketAddress) bound.localAddress()).getPort();
    }

    /**
     * Reads the certificate for clients again; sessions go on as they are. May block.
     *
     * @return false if there is a certificate and it cannot be used: the one before it stays, and
     *     one line in the log says why
     */
    public boolean reloadCertificate() {
        return house.tls().map(ClientTls::reload).orElse(true);
    }

    /** What went wrong inside Quern so far, by kind. */
    public Map<Mishaps.Kind, Long> mishaps() {
        return house.mishaps().counts();
    }

    /** Sessions under way. */
    public int sessions() {
        return house.relays().size();
    }

    /** Stops listening, tells every client good-bye, and waits until all is closed. */
    @Override
    public synchronized void close() {
        EventLoopGroup group = loops;
        if (group != null) {
            stop(group);
        }
        house.tls().ifPresent(ClientTls::close);
    }

    private void stop(EventLoopGroup group) {
        Channel bound = listener;
        if (bound != null) {
            bound.close().awaitUninterruptibly();
        }
        house.relays().forEach(Relay::shutDown);
        if (!clients.newCloseFuture().awaitUninterruptibly(1, TimeUnit.SECONDS)) {
            clients.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        }
        group.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
        loops = null;
        listener = null;
    }
}
