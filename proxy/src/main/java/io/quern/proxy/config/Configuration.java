package io.quern.proxy.config;

import static io.quern.proxy.config.InvalidConfiguration.require;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * All of Quern's configuration, validated. Immutable: a reload makes another one, and {@link
 * Changes} says what of it takes effect at once.
 *
 * @param upstreams the PostgreSQL servers, and Quern's own role there
 * @param several whether the upstreams have names of the operator's
 * @param store where history, suggestions and audit are kept
 * @param listen where clients connect
 * @param admin where the admin page is
 * @param suggestEvery how often suggestions are looked for, from 100 ms
 */
public record Configuration(
        Upstreams upstreams,
        boolean several,
        PostgresUrl store,
        Address listen,
        Address admin,
        Duration suggestEvery,
        TrialSettings trial,
        PoolSettings pool,
        AuthSettings auth,
        TlsSettings tls,
        ServerSettings server,
        ConsoleSettings console,
        MetricsSettings metrics,
        LogFormat logFormat) {
    public Configuration {
        requireNonNull(upstreams, "upstreams");
        requireNonNull(store, "store");
        requireNonNull(listen, "listen");
        requireNonNull(admin, "admin");
        requireNonNull(trial, "trial");
        requireNonNull(server, "server");
        requireNonNull(console, "console");
        requireNonNull(metrics, "metrics");
        requireNonNull(logFormat, "logFormat");
        require(
                suggestEvery.compareTo(Duration.ofMillis(100)) >= 0,
                "quern.suggest-every is less than 100 ms");
        require(
                pool.mode() != PoolMode.TRANSACTION || auth.method() != AuthMethod.PASS_THROUGH,
                "quern.auth.method pass-through needs quern.pool.mode session: a login passed"
                        + " through belongs to one client");
        require(
                auth.method() != AuthMethod.CERTIFICATE || tls.clientAuthority().isPresent(),
                "quern.auth.method certificate needs quern.tls.client-authority");
    }

    /**
     * Reads the configuration.
     *
     * @param file a YAML file, if one was named
     * @param environment the environment's variables
     * @param overrides what the command line says, by full key ({@code quern.upstream})
     * @throws InvalidConfiguration with one clear line
     */
    public static Configuration load(
            Optional<Path> file, Map<String, String> environment, Map<String, String> overrides) {
        return Sources.load(file, environment, overrides);
    }

    /**
     * This one with what of another takes effect at once; {@link Changes} has the list. TLS is
     * neither turned on nor off by that.
     *
     * @throws InvalidConfiguration if the two do not go together
     */
    public Configuration taking(Configuration newer) {
        boolean sameTls = tls.offered() == newer.tls.offered();
        return new Configuration(
                upstreams,
                several,
                store,
                listen,
                admin,
                suggestEvery,
                newer.trial,
                pool.taking(newer.pool),
                new AuthSettings(
                        auth.method(), newer.auth.users(), auth.query(), newer.auth.rules()),
                sameTls ? tls.taking(newer.tls) : tls,
                server.withMaxClients(newer.server.maxClients()),
                newer.console,
                metrics,
                logFormat);
    }

    /** The default upstream: the first. */
    public PostgresUrl upstream() {
        return upstreams.first().url();
    }
}
