package io.quern.proxy.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.WriteBufferWaterMark;
import io.quern.advisor.Watcher;
import io.quern.optimizer.PostgresServer;
import io.quern.proxy.auth.AuthQuery;
import io.quern.proxy.auth.Authenticator;
import io.quern.proxy.auth.Decoys;
import io.quern.proxy.auth.Doorkeeper;
import io.quern.proxy.auth.LoginMethod;
import io.quern.proxy.auth.LoginPolicy;
import io.quern.proxy.auth.LoginWorkers;
import io.quern.proxy.auth.Rules;
import io.quern.proxy.auth.Verifiers;
import io.quern.proxy.backend.PoolSettings;
import io.quern.proxy.backend.Pools;
import io.quern.proxy.backend.SslMode;
import io.quern.proxy.backend.Upstream;
import io.quern.proxy.backend.UpstreamConnector;
import io.quern.proxy.backend.UpstreamFailure;
import io.quern.proxy.tuning.Gate;
import io.quern.proxy.tuning.ScriptedGate;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A proxy on a free port in front of the test PostgreSQL, with a scripted gate and a recorder. */
public final class ProxyFixture implements AutoCloseable {
    public final PostgresServer server = PostgresServer.shared();
    public final ScriptedGate gate = new ScriptedGate();
    public final Recorder recorder = new Recorder();
    public final String database = server.createDatabase();
    public final ProxyServer proxy;

    public ProxyFixture() {
        proxy = start(upstream(server.host(), server.port(), SslMode.DISABLE), gate, recorder);
    }

    /** A proxy whose clients Quern itself lets in, and lends backends. */
    public static ProxyFixture pooled(boolean perTransaction, int size) {
        return new ProxyFixture(perTransaction, size);
    }

    private ProxyFixture(boolean perTransaction, int size) {
        PoolSettings d = PoolSettings.DEFAULT;
        Lodgings lodgings =
                new Lodgings(
                        perTransaction,
                        Lodgings.Logins.OWN,
                        new PoolSettings(
                                size,
                                0,
                                Duration.ofSeconds(10),
                                d.idleTimeout(),
                                d.lifetime(),
                                d.checkAfter(),
                                d.loginTimeout(),
                                d.discardTimeout(),
                                d.parameters(),
                                d.statements()));
        try {
            proxy =
                    new ProxyServer(
                            new ProxySettings(
                                    "127.0.0.1",
                                    0,
                                    List.of(
                                            new ServedUpstream(
                                                    "upstream",
                                                    upstream(
                                                            server.host(),
                                                            server.port(),
                                                            SslMode.DISABLE),
                                                    Map.of())),
                                    lodgings,
                                    Duration.ofSeconds(5),
                                    2,
                                    DoorSettings.DEFAULTS),
                            gate,
                            recorder,
                            recorder,
                            Optional.of(doorkeeper()),
                            Rules::none);
            proxy.start();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Lets in whom the test PostgreSQL would. */
    private Authenticator doorkeeper() {
        AuthQuery query =
                new AuthQuery(
                        () ->
                                DriverManager.getConnection(
                                        server.jdbcUrl("postgres"),
                                        server.user(),
                                        server.password()),
                        AuthQuery.DEFAULT_SQL,
                        InstantSource.system());
        return new Doorkeeper(
                () -> new LoginPolicy(LoginMethod.AUTO, false, Rules.none()),
                query,
                Verifiers.none(),
                Decoys.ofThisProcess(),
                LoginWorkers.start(),
                InstantSource.system());
    }

    public static Upstream upstream(String host, int port, SslMode mode) {
        return new Upstream(host, port, mode, Optional.empty(), Duration.ofSeconds(5));
    }

    public static <T extends Watcher & Signals> ProxyServer start(
            Upstream upstream, Gate gate, T recorder) {
        try {
            ProxyServer proxy =
                    new ProxyServer(
                            new ProxySettings("127.0.0.1", 0, upstream, Duration.ofSeconds(5), 2),
                            gate,
                            recorder,
                            recorder);
            proxy.start();
            return proxy;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** The way to an upstream that nobody can reach. */
    static Sites nowhere(ChannelFactory<? extends Channel> channels) throws UpstreamFailure {
        UpstreamConnector connector =
                new UpstreamConnector(
                        upstream("127.0.0.1", 1, SslMode.DISABLE),
                        channels,
                        WriteBufferWaterMark.DEFAULT);
        return new Sites(
                List.of(
                        new Sites.Site(
                                connector,
                                new Pools(
                                        "nowhere",
                                        connector,
                                        PoolSettings.DEFAULT,
                                        InstantSource.system()),
                                Map.of())));
    }

    public int port() {
        return proxy.port();
    }

    /** A JDBC connection through the proxy; options as {@code key=value&…}. */
    public Connection connect(String options) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:"
                        + port()
                        + "/"
                        + database
                        + "?sslmode=disable&"
                        + options,
                server.user(),
                server.password());
    }

    @Override
    public void close() {
        proxy.close();
    }
}
