package io.quern.proxy;

import io.quern.proxy.auth.LoginMethod;
import io.quern.proxy.auth.LoginPolicy;
import io.quern.proxy.auth.Rules;
import io.quern.proxy.backend.Credentials;
import io.quern.proxy.backend.Host;
import io.quern.proxy.backend.OwnLogin;
import io.quern.proxy.backend.PoolKey;
import io.quern.proxy.backend.PoolSettings;
import io.quern.proxy.backend.SslMode;
import io.quern.proxy.backend.TargetSession;
import io.quern.proxy.backend.Upstream;
import io.quern.proxy.backend.UpstreamSsl;
import io.quern.proxy.config.AuthMethod;
import io.quern.proxy.config.AuthSettings;
import io.quern.proxy.config.Configuration;
import io.quern.proxy.config.InvalidConfiguration;
import io.quern.proxy.config.PoolMode;
import io.quern.proxy.config.PostgresUrl;
import io.quern.proxy.config.ServerSettings;
import io.quern.proxy.config.Ssl;
import io.quern.proxy.config.UpstreamSettings;
import io.quern.proxy.console.ConsoleSettings;
import io.quern.proxy.metrics.MetricsSettings;
import io.quern.proxy.net.DoorSettings;
import io.quern.proxy.net.Lodgings;
import io.quern.proxy.net.ProxySettings;
import io.quern.proxy.net.ServedUpstream;
import io.quern.proxy.net.TlsSettings;
import io.quern.proxy.net.TransportKind;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The configuration in the words of the rooms that act on it. What only they find wrong is an
 * {@link InvalidConfiguration} here, with the setting's name.
 */
final class WireSettings {
    private static final Duration PAUSE_PATIENCE = Duration.ofMinutes(1);

    /** As good as no bound, where the URL wants none. */
    private static final Duration LONG = Duration.ofHours(1);

    private static final int POOLS_WITH_LABELS = 100;

    private WireSettings() {}

    static ProxySettings proxy(Configuration configuration) {
        ServerSettings server = configuration.server();
        return new ProxySettings(
                configuration.listen().host(),
                configuration.listen().port(),
                upstreams(configuration.upstreams().all()),
                lodgings(configuration),
                server.loginTimeout(),
                threads(configuration),
                door(configuration));
    }

    /** Event loops: one per core where nothing is said. */
    static int threads(Configuration configuration) {
        int threads = configuration.server().threads();
        return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    }

    /** The one that serves what no other claims comes first, as the wire wants it. */
    private static List<ServedUpstream> upstreams(List<UpstreamSettings> all) {
        List<ServedUpstream> served = new ArrayList<>();
        for (UpstreamSettings upstream : all) {
            ServedUpstream one =
                    new ServedUpstream(
                            upstream.name(),
                            upstream(upstream.url()),
                            Optional.of(own(upstream.url())),
                            upstream.databases());
            served.add(upstream.servesTheRest() ? 0 : served.size(), one);
        }
        return served;
    }

    private static OwnLogin own(PostgresUrl url) {
        return new OwnLogin(
                new PoolKey(url.database(), url.user()),
                url.password().isEmpty()
                        ? new Credentials.None()
                        : new Credentials.Password(url.password()));
    }

    private static Upstream upstream(PostgresUrl url) {
        try {
            return new Upstream(
                    url.hosts().stream().map(a -> new Host(a.host(), a.port())).toList(),
                    ssl(url.ssl()),
                    TargetSession.parse(url.target().toString()),
                    url.shuffled(),
                    url.connectTimeout().isZero() ? LONG : url.connectTimeout());
        } catch (IllegalArgumentException e) {
            throw new InvalidConfiguration("the upstream " + url + ": " + e.getMessage());
        }
    }

    private static UpstreamSsl ssl(Ssl ssl) {
        if (!ssl.keyPassword().isEmpty()) {
            throw new IllegalArgumentException("sslkey has to be without a password");
        }
        return new UpstreamSsl(
                SslMode.parse(ssl.mode()), ssl.rootCertificate(), ssl.certificate(), ssl.key());
    }

    private static Lodgings lodgings(Configuration configuration) {
        Lodgings.Logins logins =
                switch (configuration.auth().method()) {
                    case AUTO -> Lodgings.Logins.PASS_IF_POSSIBLE;
                    case PASS_THROUGH -> Lodgings.Logins.PASS;
                    case SCRAM_SHA_256, MD5, PASSWORD, TRUST, CERTIFICATE -> Lodgings.Logins.OWN;
                };
        return new Lodgings(
                configuration.pool().mode() == PoolMode.TRANSACTION, logins, pools(configuration));
    }

    static PoolSettings pools(Configuration configuration) {
        io.quern.proxy.config.PoolSettings pool = configuration.pool();
        return new PoolSettings(
                pool.size(),
                pool.minimum(),
                pool.queueTimeout(),
                pool.idleTimeout(),
                pool.lifetime(),
                pool.checkAfter(),
                PoolSettings.DEFAULT.loginTimeout(),
                PoolSettings.DEFAULT.discardTimeout(),
                PoolSettings.PARAMETERS,
                pool.statements());
    }

    private static DoorSettings door(Configuration configuration) {
        ServerSettings server = configuration.server();
        DoorSettings defaults = DoorSettings.DEFAULTS;
        return new DoorSettings(
                tls(configuration),
                server.maxClients(),
                TransportKind.valueOf(server.transport().name()),
                server.reusePort(),
                defaults.backlog(),
                defaults.keepAlive());
    }

    static Optional<TlsSettings> tls(Configuration configuration) {
        var tls = configuration.tls();
        return tls.certificate()
                .map(
                        certificate ->
                                new TlsSettings(
                                        certificate,
                                        tls.key().orElseThrow(),
                                        tls.clientAuthority(),
                                        TlsSettings.Mode.valueOf(tls.mode().name())));
    }

    static LoginPolicy policy(AuthSettings auth) {
        LoginMethod method =
                switch (auth.method()) {
                    case AUTO, PASS_THROUGH -> LoginMethod.AUTO;
                    case SCRAM_SHA_256 -> LoginMethod.SCRAM_SHA_256;
                    case MD5 -> LoginMethod.MD5;
                    case PASSWORD -> LoginMethod.PASSWORD;
                    case TRUST -> LoginMethod.TRUST;
                    case CERTIFICATE -> LoginMethod.CERTIFICATE;
                };
        try {
            // whoever names that method wants it, on a private network perhaps
            boolean clear = auth.method() == AuthMethod.PASSWORD;
            return new LoginPolicy(method, clear, Rules.parse(auth.rules()));
        } catch (IllegalArgumentException e) {
            throw new InvalidConfiguration("quern.auth.rules: " + e.getMessage());
        }
    }

    static ConsoleSettings console(Configuration configuration) {
        return new ConsoleSettings(
                configuration.console().admins(),
                configuration.console().stats(),
                Main.VERSION,
                PAUSE_PATIENCE,
                configuration.server().drainTimeout());
    }

    static MetricsSettings metrics(Configuration configuration) {
        return new MetricsSettings(
                configuration.metrics().otlp(), configuration.metrics().step(), POOLS_WITH_LABELS);
    }
}
