package io.quern.bench.soak;

import io.quern.bench.process.TestServer;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes {@link Fault}s happen; one thread. */
final class Mischief implements AutoCloseable {
    private static final long AWAY_MILLIS = 700;
    private static final long RECOVERY_SECONDS = 60;
    private static final String LARGE =
            "SELECT i, repeat('y', 1000) FROM generate_series(1, 20000) i";

    private final TestServer server;
    private final Line line;
    private final int port;
    private final Certificate certificate;
    private final Random random;
    private final List<RawClient> lorises = new ArrayList<>();

    /**
     * @param port Quern's
     */
    Mischief(TestServer server, Line line, int port, Certificate certificate, long seed) {
        this.server = server;
        this.line = line;
        this.port = port;
        this.certificate = certificate;
        this.random = new Random(seed);
    }

    /** Lets it happen, and be over where it ends by itself. */
    void commit(Fault fault) throws SQLException, IOException, InterruptedException {
        switch (fault) {
            case SESSIONS_TERMINATED -> terminateSome();
            case SERVER_CRASH -> crash();
            case SERVER_RESTART -> restart();
            case SERVER_UNREACHABLE -> {
                line.cut();
                Thread.sleep(AWAY_MILLIS);
                line.mend();
            }
            case HALF_OPEN -> {
                line.hold();
                Thread.sleep(AWAY_MILLIS);
                line.mend();
            }
            case CLIENT_KILLED -> killedClient();
            case GARBAGE_BEFORE_LOGIN -> garbageBefore();
            case GARBAGE_AFTER_LOGIN -> garbageAfter();
            case SLOW_LORIS -> loris();
            case SLOW_READER -> slowReader();
            case CERTIFICATE_SWAP -> certificate.renew();
        }
    }

    private void terminateSome() throws SQLException {
        try (Connection connection = server.superuser();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                            + " WHERE usename = 'bench' ORDER BY random() LIMIT 5");
        }
    }

    private void crash() throws SQLException, InterruptedException {
        long pid;
        try (Connection connection = server.superuser();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
            row.next();
            pid = row.getLong(1);
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        } catch (SQLException e) {
            // the connection that was just killed cannot be closed properly
        }
        long deadline = System.nanoTime() + RECOVERY_SECONDS * 1_000_000_000;
        while (true) {
            try (Connection connection = server.superuser()) {
                if (connection.isValid(5)) {
                    return;
                }
            } catch (SQLException recovering) {
                if (System.nanoTime() > deadline) {
                    throw recovering;
                }
            }
            Thread.sleep(50);
        }
    }

    private void restart() throws IOException, InterruptedException {
        server.server().kill();
        Thread.sleep(AWAY_MILLIS);
        server.server().startAgain();
    }

    private RawClient customer() throws IOException {
        return new RawClient(port).login(server.user(), server.password());
    }

    private void killedClient() throws IOException {
        try (RawClient client = customer()) {
            client.query(LARGE);
            client.await((byte) 'T');
            client.vanish();
        }
    }

    private void garbageBefore() throws IOException {
        byte[] garbage = new byte[1 + random.nextInt(2_000)];
        random.nextBytes(garbage);
        // else it may be the beginning of a packet that Quern rightly waits for
        garbage[0] |= (byte) 0x80;
        try (RawClient client = new RawClient(port)) {
            client.send(garbage);
            if (garbage.length >= 4) {
                client.awaitEnd();
            }
        }
    }

    private void garbageAfter() throws IOException {
        byte[] garbage = new byte[8 + random.nextInt(2_000)];
        random.nextBytes(garbage);
        garbage[0] |= (byte) 0x80;
        try (RawClient client = customer()) {
            client.send(garbage);
            client.awaitEnd();
        }
    }

    private void loris() throws IOException {
        RawClient client = new RawClient(port);
        lorises.add(client);
        client.send(new byte[] {0, 0});
    }

    private void slowReader() throws IOException, InterruptedException {
        byte[] buffer = new byte[16 * 1024];
        try (RawClient client = customer()) {
            client.query(LARGE);
            for (int i = 0; i < 20; i++) {
                client.swallow(buffer);
                Thread.sleep(25);
            }
        }
    }

    @Override
    public void close() throws IOException {
        line.mend();
        for (RawClient client : lorises) {
            client.close();
        }
    }
}
