package io.quern.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quern.proxy.auth.AuthQuery;
import io.quern.proxy.auth.Authenticator;
import io.quern.proxy.auth.CachedVerifiers;
import io.quern.proxy.auth.Decoys;
import io.quern.proxy.auth.Doorkeeper;
import io.quern.proxy.auth.LoginPolicy;
import io.quern.proxy.auth.LoginWorkers;
import io.quern.proxy.auth.Rules;
import io.quern.proxy.auth.UserList;
import io.quern.proxy.auth.Verifiers;
import io.quern.proxy.config.AuthSettings;
import io.quern.proxy.config.Configuration;
import io.quern.proxy.config.InvalidConfiguration;
import io.quern.proxy.config.PostgresUrl;
import io.quern.proxy.config.UpstreamSettings;
import io.quern.proxy.config.Upstreams;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutorService;

/**
 * The logins that Quern conducts itself: those of the console always, others where they cannot or
 * must not pass through. A user is looked for in the user list first, then at the upstream that has
 * the database asked for. Rules and user list can change under way. Thread-safe.
 */
final class Logins implements AutoCloseable {
    private static final String LOOKUP_SECONDS = "10";

    private final Upstreams upstreams;
    private final ExecutorService workers = LoginWorkers.start();
    private final Map<String, Authenticator> doors = new HashMap<>();
    private volatile Verifiers listed;
    private volatile LoginPolicy policy;

    /**
     * @throws IOException if the user list cannot be read; one clear line
     */
    Logins(Configuration configuration) throws IOException {
        AuthSettings auth = configuration.auth();
        upstreams = configuration.upstreams();
        policy = WireSettings.policy(auth);
        listed = list(auth.users());
        Verifiers list = user -> listed.lookUp(user);
        for (UpstreamSettings upstream : upstreams.all()) {
            doors.put(
                    upstream.name(),
                    new Doorkeeper(
                            () -> policy,
                            Verifiers.firstOf(
                                    list, new CachedVerifiers(query(auth, upstream.url()))),
                            list,
                            decoys(upstream.url()),
                            workers,
                            InstantSource.system()));
        }
    }

    /** Conducts the login of a client, by what the upstream of its database knows. */
    Authenticator authenticator() {
        return (peer, startup, loop, hearer) -> {
            String upstream = upstreams.place(startup.database()).upstream().name();
            Authenticator door = doors.get(upstream);
            if (door == null) {
                throw new IllegalStateException("no such upstream: " + upstream);
            }
            return door.begin(peer, startup, loop, hearer);
        };
    }

    /** Who may try to come in, whoever conducts the login. */
    Rules rules() {
        return policy.rules();
    }

    /**
     * Takes over rules and user list of another configuration; if that fails all stays as it was.
     *
     * @throws IOException if the user list cannot be read; one clear line
     */
    void change(AuthSettings auth) throws IOException {
        LoginPolicy newer = WireSettings.policy(auth);
        listed = list(auth.users());
        policy = new LoginPolicy(policy.method(), policy.clearWithoutTls(), newer.rules());
    }

    @Override
    public void close() {
        workers.shutdownNow();
    }

    private static Verifiers list(Optional<Path> users) throws IOException {
        return users.isPresent() ? new UserList(users.get()) : Verifiers.none();
    }

    private static Verifiers query(AuthSettings auth, PostgresUrl url) {
        try {
            return new AuthQuery(
                    () -> connect(url),
                    auth.query().orElse(AuthQuery.DEFAULT_SQL),
                    InstantSource.system());
        } catch (IllegalArgumentException e) {
            throw new InvalidConfiguration("quern.auth.query: " + e.getMessage());
        }
    }

    private static Connection connect(PostgresUrl url) throws SQLException {
        Properties properties = url.properties();
        properties.putIfAbsent("ApplicationName", "quern");
        properties.setProperty("options", "-c search_path=pg_catalog");
        properties.setProperty("socketTimeout", LOOKUP_SECONDS);
        return DriverManager.getConnection(url.jdbcUrl(), properties);
    }

    /** The same among several Querns and over restarts, if Quern has a password of its own. */
    private static Decoys decoys(PostgresUrl url) {
        return url.password().isEmpty()
                ? Decoys.ofThisProcess()
                : new Decoys(url.password().getBytes(UTF_8), Decoys.DEFAULT_ITERATIONS);
    }
}
