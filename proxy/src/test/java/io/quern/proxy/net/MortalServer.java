package io.quern.proxy.net;

import static org.awaitility.Awaitility.await;

import io.quern.optimizer.PostgresServer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;

/**
 * A PostgreSQL of a test's own that can be killed and started again on the same port. Its superuser
 * has the password, and the very verifier, of the shared one's.
 */
public final class MortalServer implements AutoCloseable {
    private final Path data;
    private final int port;
    private EmbeddedPostgres running;

    /**
     * @param parent where its data are made, in a directory of their own
     */
    public MortalServer(PostgresServer like, Path parent) throws IOException, SQLException {
        data = Files.createTempDirectory(parent, "mortal");
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        String verifier;
        try (Connection other = like.connect("postgres");
                Statement statement = other.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                "SELECT rolpassword FROM pg_authid WHERE rolname = '"
                                        + like.user()
                                        + "'")) {
            row.next();
            verifier = row.getString(1);
        }
        running = started();
        execute("ALTER ROLE postgres PASSWORD '" + verifier + "'");
    }

    private EmbeddedPostgres started() throws IOException {
        return EmbeddedPostgres.builder()
                .setPort(port)
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setServerConfig("listen_addresses", "127.0.0.1")
                .setServerConfig("fsync", "off")
                .start();
    }

    /** Runs a statement as the superuser. */
    public void execute(String sql) throws SQLException {
        try (Connection owner = running.getPostgresDatabase().getConnection();
                Statement statement = owner.createStatement()) {
            statement.execute(sql);
        }
    }

    public int port() {
        return port;
    }

    /** Kills the server and all its processes at once. */
    public void kill() throws IOException {
        long pid = Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid")).getFirst());
        ProcessHandle server = ProcessHandle.of(pid).orElseThrow();
        List<ProcessHandle> all = Stream.concat(Stream.of(server), server.descendants()).toList();
        all.forEach(ProcessHandle::destroyForcibly);
        await().until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
        Files.deleteIfExists(data.resolve("postmaster.pid"));
        // it finds nothing to stop, but gives its lock back
        running.close();
    }

    /** Starts a killed one, which has to recover first. */
    public void start() throws IOException {
        running = started();
    }

    /** Starts it anew as a standby that waits for a primary, and answers meanwhile. */
    public void demote() throws IOException {
        running.close();
        Files.createFile(data.resolve("standby.signal"));
        start();
    }

    /** A standby becomes a primary. */
    public void promote() throws SQLException {
        execute("SELECT pg_promote()");
    }

    @Override
    public void close() throws IOException {
        running.close();
    }
}
