package io.quern.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import io.quern.proxy.backend.Credentials;
import io.quern.proxy.backend.OwnLogin;
import io.quern.proxy.backend.PoolKey;
import io.quern.proxy.backend.PoolSettings;
import io.quern.proxy.backend.Pools;
import io.quern.proxy.backend.SslMode;
import io.quern.proxy.backend.Upstream;
import io.quern.proxy.backend.UpstreamConnector;
import io.quern.proxy.backend.UpstreamFailure;
import io.quern.proxy.tuning.Gate;
import io.quern.proxy.tuning.ScriptedGate;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
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
        return new ProxyFixture(Pooling.of(perTransaction, size));
    }

    /** How a proxy lends backends. */
    record Pooling(
            boolean perTransaction,
            int size,
            Optional<Upstream> upstream,
            Duration queueTimeout,
            Duration checkAfter,
            Duration loginTimeout,
            DoorSettings door) {

        static Pooling of(boolean perTransaction, int size) {
            return new Pooling(
                    perTransaction,
                    size,
                    Optional.empty(),
                    Duration.ofSeconds(10),
                    PoolSettings.DEFAULT.checkAfter(),
                    Duration.ofSeconds(5),
                    DoorSettings.DEFAULTS);
        }

        Pooling by(int port) {
            return to(ProxyFixture.upstream("127.0.0.1", port, SslMode.DISABLE));
        }

        Pooling to(Upstream other) {
            return new Pooling(
                    perTransaction,
                    size,
                    Optional.of(other),
                    queueTimeout,
                    checkAfter,
                    loginTimeout,
                    door);
        }

        Pooling waiting(Duration most) {
            return new Pooling(
                    perTransaction, size, upstream, most, checkAfter, loginTimeout, door);
        }

        Pooling checking(Duration after) {
            return new Pooling(
                    perTransaction, size, upstream, queueTimeout, after, loginTimeout, door);
        }

        Pooling loggingIn(Duration most) {
            return new Pooling(
                    perTransaction, size, upstream, queueTimeout, checkAfter, most, door);
        }

        Pooling behind(DoorSettings other) {
            return new Pooling(
                    perTransaction, size, upstream, queueTimeout, checkAfter, loginTimeout, other);
        }

        private PoolSettings settings() {
            PoolSettings d = PoolSettings.DEFAULT;
            return new PoolSettings(
                    size,
                    0,
                    queueTimeout,
                    d.idleTimeout(),
                    d.lifetime(),
                    checkAfter,
                    loginTimeout,
                    loginTimeout,
                    d.parameters(),
                    d.statements());
        }
    }

    ProxyFixture(Pooling pooling) {
        try {
            proxy =
                    new ProxyServer(
                            new ProxySettings(
                                    "127.0.0.1",
                                    0,
                                    List.of(
                                            new ServedUpstream(
                                                    "upstream",
                                                    pooling.upstream().orElseGet(this::direct),
                                                    Optional.empty(),
                                                    Map.of())),
                                    new Lodgings(
                                            pooling.perTransaction(),
                                            Lodgings.Logins.OWN,
                                            pooling.settings()),
                                    pooling.loginTimeout(),
                                    2,
                                    pooling.door()),
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

    /** A proxy in front of other hosts, whose clients log in there themselves. */
    ProxyFixture(Upstream upstream) {
        OwnLogin own =
                new OwnLogin(
                        new PoolKey("postgres", server.user()),
                        new Credentials.Password(server.password()));
        try {
            proxy =
                    new ProxyServer(
                            new ProxySettings(
                                    "127.0.0.1",
                                    0,
                                    List.of(
                                            new ServedUpstream(
                                                    "upstream",
                                                    upstream,
                                                    Optional.of(own),
                                                    Map.of())),
                                    Lodgings.DEFAULT,
                                    Duration.ofSeconds(5),
                                    2,
                                    DoorSettings.DEFAULTS),
                            gate,
                            recorder,
                            recorder);
            proxy.start();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private Upstream direct() {
        return upstream(server.host(), server.port(), SslMode.DISABLE);
    }

    /** A client logged in at the server, with no proxy in front. */
    WireClient clientWithoutProxy() throws IOException {
        return WireClient.login(server.port(), server.user(), server.password(), database);
    }

    /** Runs a statement past the proxy. */
    void execute(String sql) throws SQLException {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** A raw client that has logged in. */
    WireClient client() throws IOException {
        return WireClient.login(port(), server.user(), server.password(), database);
    }

    /** A raw client that has logged in with {@code options} in its start-up packet. */
    WireClient client(String options) throws IOException {
        WireClient client = new WireClient(port());
        client.startup(
                WireClient.PROTOCOL_3_0,
                "user",
                server.user(),
                "database",
                database,
                "options",
                options);
        client.authenticate(server.password());
        client.untilReady();
        return client;
    }

    /** Waits until the only client is tied to its backend for a reason; empty for none. */
    void awaitPinned(String reason) {
        // PostgreSQL is asked when the client has its answer
        await().untilAsserted(
                        () ->
                                assertThat(proxy.wire().clients())
                                        .singleElement()
                                        .satisfies(c -> assertThat(c.pinned()).isEqualTo(reason)));
    }

    /** Whether all that was lent is given back, and nobody is left. */
    boolean atRest() {
        return proxy.sessions() == 0
                && proxy.wire().pools().stream()
                        .allMatch(
                                p ->
                                        p.backendsActive() == 0
                                                && p.clientsWaiting() == 0
                                                && p.backendsLoggingIn() == 0);
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
                                Optional.empty(),
                                new Pools(
                                        "nowhere",
                                        connector,
                                        Map.of(),
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
