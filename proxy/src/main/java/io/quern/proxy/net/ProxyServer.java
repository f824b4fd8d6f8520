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
import io.quern.proxy.auth.Authenticator;
import io.quern.proxy.auth.Rules;
import io.quern.proxy.backend.PoolSettings;
import io.quern.proxy.backend.Pools;
import io.quern.proxy.backend.Scout;
import io.quern.proxy.backend.TargetSession;
import io.quern.proxy.backend.UpstreamConnector;
import io.quern.proxy.backend.UpstreamFailure;
import io.quern.proxy.console.Console;
import io.quern.proxy.session.Mishaps;
import io.quern.proxy.tuning.Gate;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The proxy: listens, and serves clients until it is closed. Started and closed once, by any
 * thread.
 */
public final class ProxyServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProxyServer.class);
    private static final WriteBufferWaterMark WATER_MARK =
            new WriteBufferWaterMark(64 * 1024, 256 * 1024);
    private static final long CLOSE_SECONDS = 5;
    private static final long LOOK_MILLIS = 20;
    private static final String GOODBYE = "terminating connection: Quern is shutting down";

    private final ProxySettings settings;
    private final Transport transport;
    private final House house;
    private final Reception reception;
    private final Wire wire;
    private final ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private @Nullable EventLoopGroup loops;
    private volatile @Nullable Channel listener;

    /** Without logins of Quern's own, and open to everybody. */
    public ProxyServer(ProxySettings settings, Gate gate, Watcher watcher, Signals signals)
            throws UpstreamFailure, IOException {
        this(settings, gate, watcher, signals, Optional.empty(), Rules::none);
    }

    /**
     * @param authenticator conducts logins where they cannot pass through
     * @param rules who may come in, asked for each client
     * @throws UpstreamFailure if an upstream's root certificate cannot be read
     * @throws IOException if the certificate for clients cannot be used, or this machine lacks the
     *     transport; one clear line
     */
    public ProxyServer(
            ProxySettings settings,
            Gate gate,
            Watcher watcher,
            Signals signals,
            Optional<Authenticator> authenticator,
            Supplier<Rules> rules)
            throws UpstreamFailure, IOException {
        DoorSettings door = settings.door();
        this.settings = settings;
        this.transport = Transport.of(door.transport());
        this.house =
                House.of(
                        sites(settings),
                        settings.loginTimeout(),
                        gate,
                        watcher,
                        signals,
                        door.tls().isPresent()
                                ? Optional.of(
                                        new ClientTls(door.tls().get(), settings.loginTimeout()))
                                : Optional.empty(),
                        new Headcount(door.maxClients()),
                        rules);
        this.reception = new Reception(house, settings.lodgings(), authenticator);
        this.wire = new Wire(house);
    }

    private Sites sites(ProxySettings settings) throws UpstreamFailure {
        List<Sites.Site> sites = new ArrayList<>();
        for (ServedUpstream served : settings.upstreams()) {
            UpstreamConnector connector =
                    new UpstreamConnector(served.upstream(), transport.channels(), WATER_MARK);
            sites.add(
                    new Sites.Site(
                            connector,
                            served.upstream().target() == TargetSession.ANY
                                    ? Optional.empty()
                                    : served.own().map(own -> new Scout(connector, own)),
                            new Pools(
                                    served.name(),
                                    connector,
                                    served.databases(),
                                    settings.lodgings().pools(),
                                    InstantSource.system()),
                            served.databases()));
        }
        return new Sites(sites);
    }

    /** What operators see and do. */
    public Wire wire() {
        return wire;
    }

    /** From now on clients who ask for its database come to the console. */
    public void open(Console console) {
        reception.console(console);
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
            client.pipeline().addLast(new Doorway(house, reception));
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

    /** Whether clients are accepted: started, and not stopping. */
    public boolean accepting() {
        Channel bound = listener;
        return bound != null && bound.isActive();
    }

    /** As {@link #certificate}, from the same files. May block. */
    public boolean reloadCertificate() {
        return house.tls().map(ClientTls::reload).orElse(true);
    }

    /**
     * Reads the certificate for clients again, from the same files or others; sessions go on as
     * they are, and so does the mode. May block.
     *
     * @return false if TLS is offered and the files cannot be used: the certificate before stays,
     *     and one line in the log says why
     */
    public boolean certificate(TlsSettings newer) {
        return house.tls().map(tls -> tls.use(newer)).orElse(true);
    }

    /** Changes how backends are pooled, but for what only a login needs. */
    public void pools(PoolSettings newer) {
        house.sites().all().forEach(site -> site.pools().change(newer));
    }

    /** Changes how many clients may be in; nobody has to leave for it. */
    public void maxClients(int most) {
        house.clients().most(most);
    }

    /** What went wrong inside Quern so far, by kind. */
    public Map<Mishaps.Kind, Long> mishaps() {
        return house.mishaps().counts();
    }

    /** Sessions under way. */
    public int sessions() {
        return house.connected().size();
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

    /**
     * Accepts nobody any more and waits for clients to leave by themselves, but for those at the
     * console. When the patience ends those that are in no transaction are closed. {@link #close}
     * ends it early, and ends the rest. Blocks.
     */
    public void drain(Duration patience) throws InterruptedException {
        stopListening();
        long end = System.nanoTime() + patience.toNanos();
        while (guests() > 0 && end - System.nanoTime() > 0) {
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        List<Connected> idle =
                house.connected().stream().filter(c -> c.guest() && !c.inTransaction()).toList();
        idle.forEach(c -> c.end("57P01", GOODBYE));
    }

    private long guests() {
        return clients.size() - house.connected().stream().filter(c -> !c.guest()).count();
    }

    private void stopListening() {
        Channel bound = listener;
        if (bound != null) {
            bound.close().awaitUninterruptibly();
        }
    }

    private void stop(EventLoopGroup group) {
        stopListening();
        house.connected().forEach(c -> c.end("57P01", GOODBYE));
        if (!clients.newCloseFuture().awaitUninterruptibly(1, TimeUnit.SECONDS)) {
            clients.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        }
        house.sites().upstreams().close();
        group.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
        loops = null;
        listener = null;
    }
}
