package io.quern.bench.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * A throw-away PostgreSQL with the database {@code shop}: its owner {@code shop}, as which the
 * application logs in, and {@code quern} with the least privileges that Quern needs. All passwords
 * are generated and all connections use SCRAM. Whatever ends this process, the server and its
 * directory go with it (see {@link Warden}); remains of a crash of the whole machine or of a killed
 * warden are swept at the next start.
 */
public final class EmbeddedDatabase implements AutoCloseable {
    static final String DATABASE = "shop";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Lease lease;
    private final Warden warden;
    private final int port;
    private final Account superuser = Account.generated("postgres");
    private final Account shop = Account.generated("shop");
    private final Account quern = Account.generated("quern");

    private EmbeddedDatabase(Lease lease, Warden warden, int port) {
        this.lease = lease;
        this.warden = warden;
        this.port = port;
    }

    /** A role that can log in. */
    public record Account(String user, String password) {
        private static final SecureRandom RANDOM = new SecureRandom();

        static Account generated(String user) {
            byte[] bytes = new byte[18];
            RANDOM.nextBytes(bytes);
            return new Account(user, Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
        }

        /** Without the password. */
        @Override
        public String toString() {
            return user;
        }
    }

    /**
     * Starts a server on a free port of 127.0.0.1; takes a few seconds.
     *
     * @param progress takes one line per step
     * @throws IOException if it cannot be started; nothing is left then
     */
    public static EmbeddedDatabase start(Consumer<String> progress)
            throws IOException, InterruptedException {
        return start(Path.of(System.getProperty("java.io.tmpdir")), progress);
    }

    @SuppressWarnings("MustBeClosedChecker") // on success the caller closes it
    static EmbeddedDatabase start(Path parent, Consumer<String> progress)
            throws IOException, InterruptedException {
        int swept = Lease.sweep(parent);
        if (swept > 0) {
            progress.accept("removed what " + swept + " killed run(s) had left behind");
        }
        progress.accept("unpacking and starting PostgreSQL");
        Lease lease = Lease.take(parent);
        Warden warden;
        int port = freePort();
        try {
            warden = Warden.start(lease, port);
        } catch (IOException | InterruptedException e) {
            lease.close();
            throw e;
        }
        EmbeddedDatabase database = new EmbeddedDatabase(lease, warden, port);
        try {
            database.start();
            return database;
        } catch (SQLException e) {
            database.closeAfter(e);
            throw new IOException("PostgreSQL cannot be set up: " + e.getMessage(), e);
        } catch (IOException | InterruptedException | RuntimeException e) {
            database.closeAfter(e);
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

    private void start() throws IOException, SQLException, InterruptedException {
        expect("made");
        Path directory = lease.directory();
        Binaries.unpack(directory.resolve("postgres"));
        Files.writeString(directory.resolve("password"), superuser.password() + "\n", UTF_8);
        warden.say("go");
        expect("started");
        try (Connection connection = awaitConnection()) {
            setUp(connection);
        }
    }

    private void expect(String word) throws IOException, InterruptedException {
        String heard = warden.hear(PATIENCE);
        if (!heard.equals(word)) {
            throw new IOException("PostgreSQL does not start: " + lastOfLog());
        }
    }

    private String lastOfLog() throws IOException {
        Path log = lease.directory().resolve("log");
        if (!Files.exists(log)) {
            return "no log was written";
        }
        List<String> lines = Files.readAllLines(log);
        return lines.stream()
                .skip(Math.max(0, lines.size() - 3))
                .map(String::strip)
                .collect(Collectors.joining(" | "));
    }

    /** The server opens its port some tenths of a second after it was started. */
    private Connection awaitConnection() throws IOException, SQLException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                return connect(superuser, "postgres");
            } catch (SQLException e) {
                // 57P03: starting up; class 08: not listening yet.
                String state = e.getSQLState();
                boolean early = state != null && (state.equals("57P03") || state.startsWith("08"));
                if (!early || System.nanoTime() > deadline || !warden.alive()) {
                    throw new IOException("PostgreSQL does not start: " + lastOfLog(), e);
                }
                Thread.sleep(50);
            }
        }
    }

    private void setUp(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (Account account : List.of(shop, quern)) {
                // The password is generated and has no character that needs quoting.
                statement.execute(
                        "CREATE ROLE %s LOGIN PASSWORD '%s'"
                                .formatted(account.user(), account.password()));
            }
            statement.execute("CREATE DATABASE " + DATABASE + " OWNER shop");
            statement.execute("REVOKE CONNECT ON DATABASE " + DATABASE + " FROM public");
            statement.execute("GRANT CONNECT, CREATE ON DATABASE " + DATABASE + " TO quern");
            statement.execute("GRANT pg_monitor, pg_read_all_data TO quern");
            // Only the owner of a table, or a member of it, may index the table.
            statement.execute("GRANT shop TO quern");
        }
    }

    public int port() {
        return port;
    }

    /** The application's account, owner of the database. */
    public Account shop() {
        return shop;
    }

    /** Quern's account. */
    public Account quern() {
        return quern;
    }

    /** How Quern reaches the database: {@code postgresql://quern:password@127.0.0.1:port/shop}. */
    public String upstreamUrl() {
        return "postgresql://%s:%s@127.0.0.1:%d/%s"
                .formatted(quern.user(), quern.password(), port, DATABASE);
    }

    /** A direct connection to the database {@code shop}, past any proxy. */
    public Connection connect(Account account) throws SQLException {
        return connect(account, DATABASE);
    }

    private Connection connect(Account account, String database) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", account.user());
        properties.setProperty("password", account.password());
        properties.setProperty("loginTimeout", "10");
        return DriverManager.getConnection(jdbcUrl(port, database), properties);
    }

    static String jdbcUrl(int port, String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    /** Where everything of this server is. */
    Path directory() {
        return lease.directory();
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
}
