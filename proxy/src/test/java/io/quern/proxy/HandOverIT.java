package io.quern.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quern.optimizer.PostgresServer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Real processes that take a port over from each other, or are told to stop. */
class HandOverIT {
    @TempDir Path temp;

    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.createDatabase();
    private final List<ServeProcess> started = new ArrayList<>();

    @AfterEach
    void endWhatIsLeft() {
        started.forEach(ServeProcess::close);
    }

    @Test
    void noTransactionFailsOverTwoHandOvers() throws Exception {
        int port = free();
        int admin = free();
        ServeProcess before = serve("0", port, admin, "PT20S", true);
        AtomicBoolean enough = new AtomicBoolean();
        AtomicInteger done = new AtomicInteger();
        CompletableFuture<Void> pool =
                CompletableFuture.runAsync(() -> reconnecting(port, enough, done));
        Process pgbench = pgbench(port);
        for (int i = 1; i <= 2; i++) {
            ServeProcess next = serve(Integer.toString(i), port, admin, "PT20S", true);
            assertThat(next.log()).contains("the port is in use: it is opened when");
            await().atMost(QuernFixture.PATIENCE)
                    .untilAsserted(
                            () ->
                                    assertThat(next.log())
                                            .contains("Another Quern uses the same store"));
            before.signal("TERM");
            assertThat(before.process().waitFor(40, TimeUnit.SECONDS)).as(before.log()).isTrue();
            assertThat(before.process().exitValue()).isEqualTo(143);
            assertThat(before.log()).doesNotContain("Exception");
            int soFar = done.get();
            await().atMost(QuernFixture.PATIENCE).until(() -> done.get() > soFar + 10);
            before = next;
        }
        enough.set(true);
        pool.get(10, TimeUnit.SECONDS);
        String told = new String(pgbench.getInputStream().readAllBytes(), UTF_8);
        assertThat(pgbench.waitFor()).as(told).isZero();
        assertThat(told).contains("number of failed transactions: 0 ").doesNotContain("error:");
    }

    @Test
    void aClientMayEndItsTransactionAndTheSecondSignalEndsAtOnce() throws Exception {
        ServeProcess serve = serve("one", free(), free(), "PT60S", false);
        try (Connection client = connect(serve.address());
                Statement statement = client.createStatement()) {
            client.setAutoCommit(false);
            statement.execute("SELECT 1");
            serve.signal("TERM");
            await().untilAsserted(() -> assertThat(serve.log()).contains("Accepting no more"));
            statement.execute("SELECT 2");
            client.commit();
            statement.execute("SELECT 3");
            client.commit();
            serve.signal("TERM");
            assertThat(serve.process().waitFor(20, TimeUnit.SECONDS)).as(serve.log()).isTrue();
            assertThat(serve.process().exitValue()).isEqualTo(143);
            assertThat(
                            catchThrowableOfType(
                                            SQLException.class, () -> statement.execute("SELECT 4"))
                                    .getSQLState())
                    .isEqualTo("57P01");
        }
    }

    /** As a pool does that keeps no connection: each transaction on a new one. */
    private void reconnecting(int port, AtomicBoolean enough, AtomicInteger done) {
        while (!enough.get()) {
            try (Connection client = connect("127.0.0.1:" + port);
                    Statement statement = client.createStatement()) {
                client.setAutoCommit(false);
                statement.execute("SELECT 1");
                statement.execute("SELECT 2");
                client.commit();
                done.incrementAndGet();
            } catch (SQLException e) {
                throw new IllegalStateException("after " + done.get() + " transactions", e);
            }
        }
    }

    private Process pgbench(int port) throws IOException {
        Path script = temp.resolve("one.sql");
        Files.writeString(script, "BEGIN;\nSELECT 1;\nSELECT 2;\nCOMMIT;\n");
        ProcessBuilder pgbench =
                new ProcessBuilder(
                        "pgbench",
                        "-n",
                        "-C",
                        "-c",
                        "4",
                        "-T",
                        "15",
                        "-f",
                        script.toString(),
                        "-h",
                        "127.0.0.1",
                        "-p",
                        Integer.toString(port),
                        "-U",
                        server.user(),
                        database);
        pgbench.environment().put("PGPASSWORD", server.password());
        return pgbench.redirectErrorStream(true).start();
    }

    private Connection connect(String address) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://" + address + "/" + database + "?sslmode=disable",
                server.user(),
                server.password());
    }

    private ServeProcess serve(String name, int port, int admin, String drain, boolean shared)
            throws IOException {
        Path config = temp.resolve(name + ".yaml");
        Files.writeString(config, "quern:\n  reuse-port: " + shared + "\n");
        ServeProcess serve =
                ServeProcess.start(
                        temp.resolve(name + ".log"),
                        "--config",
                        config.toString(),
                        "--listen",
                        "127.0.0.1:" + port,
                        "--admin",
                        "127.0.0.1:" + admin,
                        "--pool-mode",
                        "transaction",
                        "--drain",
                        drain,
                        "--upstream",
                        "postgresql://"
                                + server.user()
                                + ":"
                                + server.password()
                                + "@"
                                + server.host()
                                + ":"
                                + server.port()
                                + "/"
                                + database);
        started.add(serve);
        return serve;
    }

    private static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
