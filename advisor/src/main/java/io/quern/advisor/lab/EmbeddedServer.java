package io.quern.advisor.lab;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * A throw-away PostgreSQL on 127.0.0.1 whose data nobody will miss: {@code fsync} is off. Its
 * superuser's password is generated, everyone logs in with SCRAM, and its directory is open to this
 * user only. It runs as root too, and whatever ends this process, the server and its directory go
 * with it (see {@link Warden}); remains of a crash of the whole machine or of a killed warden are
 * swept when the next server of the same purpose starts.
 */
public final class EmbeddedServer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int ATTEMPTS = 3;
    private static final SecureRandom RANDOM = new SecureRandom();

    private static final Map<String, String> SETTINGS =
            Map.of(
                    "listen_addresses", "127.0.0.1",
                    "unix_socket_directories", "",
                    // POSIX shared memory is scarce in containers, and outlives a kill.
                    "dynamic_shared_memory_type", "mmap",
                    "fsync", "off",
                    "synchronous_commit", "off",
                    "full_page_writes", "off",
                    "timezone", "UTC",
                    "log_timezone", "UTC");

    /** Settings that came with a version; older servers do without. */
    private static final Map<String, Integer> NEWER =
            Map.of("io_method", 18, "scram_iterations", 16);

    private final Lease lease;
    private final Warden warden;
    private final int port;
    private final String password = newPassword();

    private EmbeddedServer(Lease lease, Warden warden, int port) {
        this.lease = lease;
        this.warden = warden;
        this.port = port;
    }

    /**
     * What a server is for and how it is set.
     *
     * @param purpose one lower-case word; names its directory and whose remains are swept
     * @param parent where its directory is made
     * @param settings of {@code postgresql.conf}; they override this class's own
     * @param major the version of PostgreSQL
     * @param memory how many bytes of address space each of its processes may have, where the
     *     operating system keeps to such a bound (macOS does not); 0 for any number
     */
    public record Options(
            String purpose, Path parent, Map<String, String> settings, int major, long memory) {
        /** Of the version that is always there, with any memory. */
        public Options(String purpose, Path parent, Map<String, String> settings) {
            this(purpose, parent, settings, Binaries.BUNDLED, 0);
        }

        public Options {
            if (!purpose.matches("[a-z]+")) {
                throw new IllegalArgumentException("purpose is not a lower-case word: " + purpose);
            }
            requireNonNull(parent, "parent");
            if (memory < 0) {
                throw new IllegalArgumentException("memory is negative: " + memory);
            }
            settings = Map.copyOf(settings);
            settings.forEach(
                    (name, value) -> {
                        if (!name.matches("[a-z_.]+") || value.matches("(?s).*[\n\r\\\\].*")) {
                            throw new IllegalArgumentException("settings: cannot set " + name);
                        }
                    });
        }

        /** In the directory for temporary files. */
        public static Options of(String purpose, Map<String, String> settings) {
            return new Options(
                    purpose, Path.of(System.getProperty("java.io.tmpdir", "/tmp")), settings);
        }

        /** The same with another version of PostgreSQL. */
        public Options version(int other) {
            return new Options(purpose, parent, settings, other, memory);
        }

        /** The same with processes that may have so many bytes of address space. */
        public Options bounded(long bytes) {
            return new Options(purpose, parent, settings, major, bytes);
        }

        private String prefix() {
            return "quern-" + purpose + "-";
        }

        private String file() {
            Map<String, String> all = new TreeMap<>(SETTINGS);
            all.putAll(settings);
            NEWER.forEach(
                    (name, since) -> all.keySet().removeIf(n -> n.equals(name) && major < since));
            return all.entrySet().stream()
                    .map(e -> e.getKey() + " = '" + e.getValue().replace("'", "''") + "'\n")
                    .collect(Collectors.joining());
        }
    }

    /**
     * Starts a server on a free port; takes a few seconds.
     *
     * @param progress takes one line per step
     * @throws IOException if it cannot be started; nothing is left then
     */
    public static EmbeddedServer start(Options options, Consumer<String> progress)
            throws IOException, InterruptedException {
        int swept = sweep(options);
        if (swept > 0) {
            progress.accept("removed what " + swept + " killed run(s) had left behind");
        }
        progress.accept("unpacking and starting PostgreSQL");
        for (int attempt = 1; ; attempt++) {
            try {
                return startOnce(options);
            } catch (PortTaken e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /**
     * Removes what killed processes left behind of servers of the same purpose and parent; those of
     * living ones stay.
     *
     * @return how many servers' remains were removed
     */
    public static int sweep(Options options) throws IOException, InterruptedException {
        return Lease.sweep(options.parent(), options.prefix());
    }

    @SuppressWarnings("MustBeClosedChecker") // on success the caller closes it
    private static EmbeddedServer startOnce(Options options)
            throws IOException, InterruptedException {
        Lease lease = Lease.take(options.parent(), options.prefix());
        EmbeddedServer server;
        try {
            int port = freePort();
            server = new EmbeddedServer(lease, Warden.start(lease, port, options.memory()), port);
        } catch (IOException | InterruptedException | RuntimeException e) {
            lease.close();
            throw e;
        }
        try {
            server.launch(options);
            return server;
        } catch (IOException | InterruptedException | RuntimeException e) {
            server.closeAfter(e);
            throw e;
        }
    }

    private void closeAfter(Exception failure) {
        try {
            close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private void launch(Options options) throws IOException, InterruptedException {
        expect("made");
        Path directory = lease.directory();
        Binaries.place(options.major(), directory.resolve("postgres"));
        // from 18 on pages have checksums by default, of no use for what is thrown away
        Files.writeString(
                directory.resolve("initdb"),
                options.major() < 18 ? "" : "--no-data-checksums",
                UTF_8);
        Files.writeString(directory.resolve("password"), password + "\n", UTF_8);
        Files.writeString(directory.resolve("settings"), options.file(), UTF_8);
        warden.say("go");
        expect("started");
        awaitReady(true);
    }

    private void expect(String word) throws IOException, InterruptedException {
        String heard = warden.hear(PATIENCE);
        if (!heard.equals(word)) {
            throw failure(null);
        }
    }

    /**
     * The server opens its port some tenths of a second after it was started.
     *
     * @param first whether its log tells of this start only
     */
    private void awaitReady(boolean first) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try (Connection ready = connect("postgres")) {
                if (ready.isValid(10)) {
                    return;
                }
            } catch (SQLException e) {
                // 57P03: starting up; class 08: not listening yet.
                String state = e.getSQLState();
                boolean early = state != null && (state.equals("57P03") || state.startsWith("08"));
                boolean dead = !warden.alive() || (first && gaveUp(lastOfLog()));
                if (!early || dead || System.nanoTime() > deadline) {
                    throw failure(e);
                }
            }
            Thread.sleep(50);
        }
    }

    /** Whether the log tells of an end; refusing an early client is none. */
    private static boolean gaveUp(String log) {
        return log.contains("Address already in use")
                || log.replace("FATAL:  the database system is starting up", "").contains("FATAL:");
    }

    private IOException failure(@Nullable Exception cause) throws IOException {
        String log = lastOfLog();
        return log.contains("Address already in use")
                ? new PortTaken("PostgreSQL finds no free port", cause)
                : new IOException("PostgreSQL does not start: " + log, cause);
    }

    private String lastOfLog() throws IOException {
        Path log = lease.directory().resolve("log");
        if (!Files.exists(log)) {
            return "no log was written";
        }
        List<String> lines = Files.readAllLines(log);
        return lines.stream()
                .skip(Math.max(0, lines.size() - 6))
                .map(String::strip)
                .collect(Collectors.joining(" | "));
    }

    public String host() {
        return "127.0.0.1";
    }

    public int port() {
        return port;
    }

    /** The superuser. */
    public String user() {
        return "postgres";
    }

    /** The superuser's. */
    public String password() {
        return password;
    }

    /** A new password: 24 characters that need no quoting in SQL, URLs or files. */
    public static String newPassword() {
        byte[] bytes = new byte[18];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Without user and password. */
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://" + host() + ":" + port + "/" + database;
    }

    /** A new connection of the superuser; the caller closes it. */
    public Connection connect(String database) throws SQLException {
        return connect(database, user(), password, new Properties());
    }

    /** A new connection; the caller closes it. */
    public Connection connect(String database, String user, String password, Properties options)
            throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("loginTimeout", "10");
        properties.putAll(options);
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        return DriverManager.getConnection(jdbcUrl(database), properties);
    }

    /** Where everything of this server is. */
    public Path directory() {
        return lease.directory();
    }

    /** Kills the server with all its processes, as a crash of the machine would. */
    public void kill() throws IOException, InterruptedException {
        warden.killServer();
    }

    /**
     * Starts a {@linkplain #kill killed} server again, on the same port; it recovers what was
     * committed.
     */
    public void startAgain() throws IOException, InterruptedException {
        Files.deleteIfExists(lease.directory().resolve("data/postmaster.pid"));
        warden.say("again");
        expect("started");
        awaitReady(false);
    }

    Warden warden() {
        return warden;
    }

    /** Stops the server at once, its connections with it, and removes its directory. */
    @Override
    public void close() throws IOException {
        try (lease) {
            warden.close();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Someone else was faster to listen on the port found free. */
    private static final class PortTaken extends IOException {
        private static final long serialVersionUID = 1;

        PortTaken(String message, @Nullable Exception cause) {
            super(message, cause);
        }
    }
}
