package io.quern.bench.start;

import io.quern.bench.process.Child;
import io.quern.bench.process.TestServer;
import io.quern.proxy.Main;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;

/**
 * A start of {@code quern serve} with one client and nobody looking, for the JVM to record what it
 * loads: the launcher runs it once after a build and keeps the ahead-of-time cache that comes of
 * it.
 */
public final class Rehearsal {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long POLL_MILLIS = 20;

    private Rehearsal() {}

    public static void main(String[] args) throws Exception {
        try (TestServer server = TestServer.start(line -> {})) {
            int port = Child.freePort();
            Thread.ofPlatform()
                    .daemon()
                    .start(
                            () ->
                                    Main.main(
                                            new String[] {
                                                "serve",
                                                "--upstream",
                                                server.upstreamUrl(),
                                                "--listen",
                                                "127.0.0.1:" + port,
                                                "--admin",
                                                "127.0.0.1:0"
                                            }));
            play(server, port);
            System.exit(0);
        }
    }

    private static void play(TestServer server, int port)
            throws IOException, SQLException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            try (Connection connection =
                    DriverManager.getConnection(
                            "jdbc:postgresql://127.0.0.1:" + port + "/" + TestServer.DATABASE,
                            server.user(),
                            server.password())) {
                run(connection);
                return;
            } catch (SQLException e) {
                if (System.nanoTime() > deadline) {
                    throw new IOException("Quern does not accept clients", e);
                }
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    private static void run(Connection connection) throws SQLException {
        try (Statement simple = connection.createStatement()) {
            simple.execute("SELECT 1");
        }
        try (PreparedStatement prepared = connection.prepareStatement("SELECT ?::int")) {
            for (int i = 0; i < 20; i++) {
                prepared.setInt(1, i);
                prepared.execute();
            }
        }
    }
}
