package io.quern.proxy.net;

import io.quern.advisor.Watcher;
import io.quern.optimizer.PostgresServer;
import io.quern.proxy.backend.SslMode;
import io.quern.proxy.backend.Upstream;
import io.quern.proxy.tuning.Gate;
import io.quern.proxy.tuning.ScriptedGate;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
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
