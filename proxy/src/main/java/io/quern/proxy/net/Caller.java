package io.quern.proxy.net;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.quern.proxy.auth.Peer;
import io.quern.proxy.console.Operations;
import io.quern.proxy.session.Profile;
import io.quern.proxy.wire.StartupPacket;

import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Who a client is, as its start-up packet and its connection tell. */
final class Caller {
    private static final String OPTION = "_pq_.";

    private final long id;
    private final StartupPacket.Startup startup;
    private final String address;
    private final String tls;
    private final Instant since = Instant.now();
    private volatile long lastRequest;

    /**
     * @param id unique while Quern runs
     */
    Caller(long id, Channel client, Peer peer, StartupPacket.Startup startup) {
        this.id = id;
        this.startup = startup;
        int port =
                client.remoteAddress() instanceof InetSocketAddress remote ? remote.getPort() : 0;
        this.address = peer.address().getHostAddress() + ":" + port;
        SslHandler handler = client.pipeline().get(SslHandler.class);
        this.tls = handler == null ? "" : handler.engine().getSession().getProtocol();
        touched();
    }

    long id() {
        return id;
    }

    String user() {
        return startup.user();
    }

    String database() {
        return startup.database();
    }

    int minor() {
        return startup.minor();
    }

    /** The client sent something. */
    void touched() {
        lastRequest = System.nanoTime();
    }

    /**
     * The settings it connected with. {@code options} are read as PostgreSQL reads them: {@code -c
     * name=value} and {@code --name=value}, a backslash before a space that is not the end. A
     * client that gives itself no name has none, whatever Quern called itself at the backend's
     * login.
     */
    Profile settings() {
        Map<String, String> settings = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        settings.put("application_name", "");
        startup.parameters()
                .forEach(
                        (name, value) -> {
                            switch (name.toLowerCase(Locale.ROOT)) {
                                case "user", "database", "replication" -> {}
                                case "options" -> new StartupOptions(value).addTo(settings);
                                default -> {
                                    if (!name.startsWith(OPTION)) {
                                        settings.put(name, value);
                                    }
                                }
                            }
                        });
        return Profile.of(settings);
    }

    /** What operators see of it. */
    Operations.Client glance(String mode, String state, String pinned, Instant now) {
        return new Operations.Client(
                id,
                database(),
                user(),
                startup.parameters().getOrDefault("application_name", ""),
                address,
                mode,
                state,
                pinned,
                tls,
                since,
                now.minusNanos(Math.max(0, System.nanoTime() - lastRequest)));
    }
}
