package io.quern.advisor.admin;

import static java.util.Objects.requireNonNull;

import com.linecorp.armeria.server.Server;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quern.advisor.Desk;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;

/**
 * The HTTP server of the admin page and its API. It shows and acts only through a {@link Desk};
 * every request that may block runs on threads of its own, so no event loop ever waits for the
 * store. Thread-safe.
 */
public final class AdminServer implements AutoCloseable {
    private static final int MAX_REQUEST_BYTES = 64 * 1024;
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);
    private static final int EVENT_LOOPS = 1;
    private static final int BLOCKING_THREADS = 8;
    private static final String TYPEABLE = "0123456789abcdefghjkmnpqrstvwxyz";
    private static final SecureRandom RANDOM = new SecureRandom();

    /**
     * Where the page listens and who may enter.
     *
     * @param host the address to bind
     * @param port the port to bind; 0 for any free one
     * @param password what opens the page, at least 12 characters
     * @param otherHosts further names the page may be called by in a {@code Host} header, for
     *     instance behind a reverse proxy; any other name is refused, against DNS rebinding
     * @param sessionLife how long a login lasts, whatever happens
     */
    public record Settings(
            String host, int port, String password, Set<String> otherHosts, Duration sessionLife) {
        public Settings {
            if (requireNonNull(host, "host").isBlank()) {
                throw new IllegalArgumentException("host is blank");
            }
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException("port is not between 0 and 65535: " + port);
            }
            if (requireNonNull(password, "password").strip().length() < 12) {
                throw new IllegalArgumentException("password is shorter than 12 characters");
            }
            otherHosts = Set.copyOf(otherHosts);
            if (!requireNonNull(sessionLife, "sessionLife").isPositive()) {
                throw new IllegalArgumentException("sessionLife is not positive: " + sessionLife);
            }
        }

        /** Reachable from this machine alone; a login lasts twelve hours. */
        public static Settings local(int port, String password) {
            return new Settings("127.0.0.1", port, password, Set.of(), Duration.ofHours(12));
        }

        /** Whether only this machine can reach it. */
        public boolean loopback() {
            return host.equals("localhost") || host.equals("::1") || host.startsWith("127.");
        }

        /** All but the password. */
        @Override
        public String toString() {
            return "Settings[host=" + host + ", port=" + port + ", otherHosts=" + otherHosts + "]";
        }
    }

    private final Settings settings;
    private final Server server;

    /**
     * @param clock tells the age of what is shown and when logins end
     */
    public AdminServer(Settings settings, Desk desk, InstantSource clock) {
        this(settings, desk, Optional.empty(), clock);
    }

    /**
     * The same with answers for monitoring systems at {@code /ready} and {@code /metrics}.
     *
     * @param clock tells the age of what is shown and when logins end
     */
    public AdminServer(Settings settings, Desk desk, Vitals vitals, InstantSource clock) {
        this(settings, desk, Optional.of(vitals), clock);
    }

    private AdminServer(
            Settings settings, Desk desk, Optional<Vitals> vitals, InstantSource clock) {
        this.settings = requireNonNull(settings, "settings");
        var doorkeeper = new Doorkeeper(settings, clock);
        var door = new FrontDoor(doorkeeper, Routes.of(doorkeeper, desk, vitals, clock));
        server =
                Server.builder()
                        .http(new InetSocketAddress(settings.host(), settings.port()))
                        .workerGroup(EVENT_LOOPS)
                        .blockingTaskExecutor(BLOCKING_THREADS)
                        .maxRequestLength(MAX_REQUEST_BYTES)
                        .requestTimeout(REQUEST_TIMEOUT)
                        .disableServerHeader()
                        // one of its own: a second server in this process is not a second meter
                        .meterRegistry(new SimpleMeterRegistry())
                        .serviceUnder("/", door::serve)
                        .build();
    }

    /**
     * Binds and serves; returns when connections are accepted.
     *
     * @throws IOException if it cannot listen there; the message is one clear line
     */
    public void start() throws IOException {
        String where = settings.host() + ":" + settings.port();
        try {
            server.start().join();
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            var failure =
                    new BindException(
                            "The admin page cannot listen on " + where + ": " + reason(cause));
            failure.initCause(cause);
            throw failure;
        }
    }

    /** The port it listens on; meaningful between {@link #start} and {@link #close}. */
    public int port() {
        return server.activeLocalPort();
    }

    /**
     * Stops accepting, without waiting: the event loops take some two seconds of silence to end,
     * and nothing depends on it.
     */
    @Override
    public void close() {
        var _ = server.stop();
    }

    /** A fresh password of 120 random bits in six groups that are easy to type. */
    public static String generatePassword() {
        var password = new StringBuilder();
        for (int i = 0; i < 24; i++) {
            if (i > 0 && i % 4 == 0) {
                password.append('-');
            }
            password.append(TYPEABLE.charAt(RANDOM.nextInt(TYPEABLE.length())));
        }
        return password.toString();
    }

    private static String reason(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        return message.contains("in use") ? "the port is in use" : message;
    }
}
