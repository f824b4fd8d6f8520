package io.quern.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quern.optimizer.PostgresServer;
import io.quern.optimizer.Relay;
import io.quern.proxy.wire.MessageWriter;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.EOFException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Whatever dies around a proxy that lends backends, at any moment: whoever is left is told why, all
 * that was lent comes back, and the next client is served.
 */
@SuppressWarnings("NullAway") // JUnit fills the fields
class PooledFaultsIT {
    private Relay line;
    private ProxyFixture house;

    private void open(ProxyFixture.Pooling pooling) throws IOException {
        PostgresServer server = PostgresServer.shared();
        line = new Relay(server.host(), server.port());
        house = new ProxyFixture(pooling.by(line.port()));
    }

    @AfterEach
    void nextClientIsServed() throws Exception {
        line.swallow(false);
        await().atMost(Duration.ofSeconds(15)).until(this::served);
        await().until(house::atRest);
        assertThat(house.proxy.mishaps().values()).containsOnly(0L);
        house.close();
        line.close();
    }

    /** Whether a client is served: no is an answer too, while a pool backs off. */
    private boolean served() throws Exception {
        try (WireClient next = new WireClient(house.port())) {
            next.startup(house.server.user(), house.database);
            String refused = refusal(next);
            if (refused.contains("FATAL")) {
                assertThat(refused).containsPattern("C08(001|006)");
                return false;
            }
            assertThat(next.value("SELECT 'served'")).isEqualTo("served");
            return true;
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    /** What a client may be at when something dies. */
    enum Work {
        RESULT,
        COPY_OUT,
        COPY_IN,
        TRANSACTION,
        SLEEP;

        /** Begins it, so far that it is surely under way. */
        String begin(WireClient client) throws IOException {
            client.query("BEGIN");
            String pid = client.value("SELECT pg_backend_pid()");
            switch (this) {
                case RESULT -> {
                    client.send(out -> out.query(bytes(LARGE)));
                    assertThat(client.read().type()).isEqualTo('T');
                }
                case COPY_OUT -> {
                    client.send(out -> out.query(bytes("COPY (" + LARGE + ") TO STDOUT")));
                    assertThat(client.read().type()).isEqualTo('H');
                }
                case COPY_IN -> {
                    client.query("CREATE TABLE filling (line text)");
                    client.send(out -> out.query(bytes("COPY filling FROM STDIN")));
                    assertThat(client.read().type()).isEqualTo('G');
                    client.send(out -> out.begin((byte) 'd').raw(bytes("x\n"), 0, 2).end());
                }
                case SLEEP -> client.send(out -> out.query(bytes("SELECT pg_sleep(60)")));
                case TRANSACTION -> {}
            }
            return pid;
        }

        private static final String LARGE =
                "SELECT repeat('x', 1000) FROM generate_series(1, 1000000)";
    }

    @ParameterizedTest
    @CsvSource({
        "SESSION, RESULT",
        "SESSION, COPY_OUT",
        "SESSION, COPY_IN",
        "SESSION, TRANSACTION",
        "TRANSACTION, RESULT",
        "TRANSACTION, COPY_OUT",
        "TRANSACTION, COPY_IN",
        "TRANSACTION, TRANSACTION",
        "TRANSACTION, SLEEP"
    })
    void aBackendThatIsTerminatedTellsItsClient(Mode mode, Work work) throws Exception {
        open(mode.pooling());
        try (WireClient client = house.client()) {
            String pid = work.begin(client);
            terminate(pid);
            // whatever was on its way comes first
            WireClient.Message last = null;
            try {
                do {
                    last = client.read();
                } while ("TDdN".indexOf(last.type()) >= 0);
            } catch (EOFException cutOff) {
                // PostgreSQL says nothing if it must end while its writing is held up
                assertThat(work).isIn(Work.RESULT, Work.COPY_OUT);
                return;
            }
            assertThat(last.type()).isEqualTo('E');
            assertThat(last.text()).contains("FATAL").containsPattern("C(57P01|08006)");
        }
    }

    private void terminate(String pid) throws SQLException {
        try (Connection direct = house.server.connect(house.database);
                Statement statement = direct.createStatement()) {
            statement.execute("SELECT pg_terminate_backend(" + pid + ")");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "SESSION, RESULT", "SESSION, COPY_IN", "SESSION, TRANSACTION",
        "TRANSACTION, RESULT", "TRANSACTION, COPY_OUT", "TRANSACTION, COPY_IN",
        "TRANSACTION, TRANSACTION", "TRANSACTION, SLEEP"
    })
    void aLineThatIsCutIsExplained(Mode mode, Work work) throws Exception {
        open(mode.pooling());
        try (WireClient client = house.client()) {
            work.begin(client);
            line.cut();
            List<WireClient.Message> last = new ArrayList<>();
            try {
                last.addAll(client.untilReady());
            } catch (IOException insideAMessage) {
                assertThat(work).isIn(Work.RESULT, Work.COPY_OUT);
            }
            if (work != Work.RESULT && work != Work.COPY_OUT) {
                assertThat(last.getLast().text()).contains("FATAL", "C08006");
            }
            try (WireClient meanwhile = new WireClient(house.port())) {
                meanwhile.startup(house.server.user(), house.database);
                assertThat(refusal(meanwhile)).contains("FATAL").containsPattern("C08(001|006)");
            }
        }
        line.mend();
    }

    /** Logs in as far as it goes; the words of the refusal. */
    private String refusal(WireClient client) throws IOException {
        try {
            client.authenticate(house.server.password());
        } catch (IOException refused) {
            return String.valueOf(refused.getMessage());
        }
        return client.untilReady().toString();
    }

    @ParameterizedTest
    @CsvSource({
        "SESSION, RESULT",
        "SESSION, COPY_IN",
        "SESSION, SLEEP",
        "SESSION, TRANSACTION",
        "TRANSACTION, RESULT",
        "TRANSACTION, COPY_OUT",
        "TRANSACTION, COPY_IN",
        "TRANSACTION, TRANSACTION",
        "TRANSACTION, SLEEP"
    })
    void whatAKilledClientHeldComesBack(Mode mode, Work work) throws Exception {
        open(mode.pooling());
        List<String> pids = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            WireClient client = house.client();
            pids.add(work.begin(client));
            client.vanish();
        }
        try (Connection direct = house.server.connect(house.database);
                Statement statement = direct.createStatement()) {
            await().until(
                            () -> {
                                try (ResultSet left =
                                        statement.executeQuery(
                                                "SELECT count(*) FROM pg_stat_activity WHERE state"
                                                        + " <> 'idle' AND pid IN ("
                                                        + String.join(", ", pids)
                                                        + ")")) {
                                    left.next();
                                    return left.getInt(1) == 0;
                                }
                            });
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SESSION", "TRANSACTION"})
    void aClientKilledWhileItWaitsIsForgotten(Mode mode) throws Exception {
        open(mode.pooling());
        try (WireClient one = house.client();
                WireClient two = house.client()) {
            one.query("BEGIN");
            two.query("BEGIN");
            WireClient waiting = new WireClient(house.port());
            waiting.startup(house.server.user(), house.database);
            waiting.proveMyself(house.server.password());
            waiting.send(out -> out.query(bytes("SELECT 1")));
            await().until(() -> house.proxy.wire().pools().getFirst().clientsWaiting() == 1);
            waiting.vanish();
            await().until(() -> house.proxy.wire().pools().getFirst().clientsWaiting() == 0);
            await().until(() -> house.proxy.sessions() == 2);
        }
    }

    @Test
    void aClientKilledDuringItsLoginIsForgotten() throws Exception {
        open(Mode.TRANSACTION.pooling());
        for (int i = 0; i < 20; i++) {
            WireClient client = new WireClient(house.port());
            client.startup(house.server.user(), house.database);
            if (i % 2 == 0) {
                client.read();
            }
            client.vanish();
        }
    }

    @Test
    void whoWaitsTooLongIsToldSo() throws Exception {
        open(Mode.TRANSACTION.pooling().waiting(Duration.ofMillis(300)));
        try (WireClient one = house.client();
                WireClient two = house.client();
                WireClient three = house.client()) {
            one.query("BEGIN");
            two.query("BEGIN");
            List<WireClient.Message> answers = three.query("SELECT 1");
            assertThat(answers.getLast().text())
                    .contains("FATAL", "C53300", "became free within 300 ms");
        }
    }

    @Test
    void anUpstreamThatTakesNoMoreConnectionsIsQuoted() throws Exception {
        open(Mode.TRANSACTION.pooling().waiting(Duration.ofSeconds(2)));
        execute("CREATE ROLE crowded LOGIN PASSWORD 'word' CONNECTION LIMIT 0");
        try {
            try (WireClient client = new WireClient(house.port())) {
                client.startup("crowded", house.database);
                client.proveMyself("word");
                assertThat(client.untilReady().getLast().text())
                        .contains("FATAL", "C53300", "too many connections for role");
            }
            execute("ALTER ROLE crowded CONNECTION LIMIT 5");
            await().until(
                            () -> {
                                try (WireClient client =
                                        WireClient.login(
                                                house.port(), "crowded", "word", house.database)) {
                                    return client.value("SELECT 1").equals("1");
                                } catch (IOException stillBackingOff) {
                                    return false;
                                }
                            });
        } finally {
            await().until(house::atRest);
            house.proxy.wire().reconnect("");
            execute("DROP ROLE crowded");
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection direct = house.server.connect(house.database);
                Statement statement = direct.createStatement()) {
            statement.execute(sql);
        }
    }

    // ---- silence

    @ParameterizedTest
    @EnumSource(names = {"SESSION", "TRANSACTION"})
    void aLineThatSwallowsAllIsNoticedWhereQuernItselfWaits(Mode mode) throws Exception {
        open(
                mode.pooling()
                        .loggingIn(Duration.ofSeconds(1))
                        .checking(Duration.ZERO)
                        .waiting(Duration.ofSeconds(3)));
        try (WireClient before = house.client()) {
            assertThat(before.value("SELECT 1")).isEqualTo("1");
        }
        await().until(house::atRest);
        // a backend is idle, and its line dies without a word; so do those of new ones
        line.swallow(true);
        long start = System.nanoTime();
        try (WireClient client = new WireClient(house.port())) {
            client.startup(house.server.user(), house.database);
            assertThat(refusal(client))
                    .contains("FATAL")
                    .containsPattern("C(08001|08006|53300|57014)");
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
        line.swallow(false);
    }

    @Test
    void aClientThatIsSlowAtTheDoorIsTurnedAway() throws Exception {
        open(Mode.TRANSACTION.pooling().loggingIn(Duration.ofSeconds(1)));
        try (WireClient silent = new WireClient(house.port());
                WireClient drip = new WireClient(house.port());
                WireClient forgetful = new WireClient(house.port())) {
            drip.raw((byte) 0, (byte) 0);
            forgetful.startup(house.server.user(), house.database);
            assertThat(forgetful.read().type()).isEqualTo('R');
            forgetful.raw((byte) 'p', (byte) 0, (byte) 0);
            assertThat(silent.read().text()).contains("FATAL", "C57014");
            assertThat(drip.read().text()).contains("FATAL", "C57014");
            assertThat(forgetful.read().text()).contains("FATAL", "C57014");
        }
    }

    @Test
    void aClientThatIsSlowInsideAMessageHoldsNoBackend() throws Exception {
        open(Mode.TRANSACTION.pooling());
        List<WireClient> slow = new ArrayList<>();
        byte[] query = new MessageWriter().query(bytes("SELECT 'in the end'")).toByteArray();
        for (int i = 0; i < 8; i++) {
            WireClient client = house.client();
            client.raw(Arrays.copyOf(query, 1 + i));
            slow.add(client);
        }
        try (WireClient quick = house.client()) {
            assertThat(quick.value("SELECT 'quick'")).isEqualTo("quick");
            await().until(() -> house.proxy.wire().pools().getFirst().backendsActive() == 0);
        }
        for (int i = 0; i < slow.size(); i++) {
            try (WireClient client = slow.get(i)) {
                client.raw(Arrays.copyOfRange(query, 1 + i, query.length));
                assertThat(client.untilReady().get(1).values()).containsExactly("in the end");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SESSION", "TRANSACTION"})
    void aClientThatOnlyReadsAnyMoreIsOneThatLeft(Mode mode) throws Exception {
        open(mode.pooling());
        try (WireClient idle = house.client();
                WireClient busy = house.client()) {
            idle.shutDownOutput();
            assertThat(idle.untilClosed()).isEmpty();
            busy.send(out -> out.query(bytes("SELECT pg_sleep(60)")));
            await().until(
                            () ->
                                    house.proxy.wire().clients().stream()
                                            .anyMatch(c -> c.state().equals("active")));
            busy.shutDownOutput();
            busy.untilClosed();
        }
    }

    // ---- garbage

    @ParameterizedTest
    @ValueSource(longs = {0, 1})
    void garbageAtAnyMomentHurtsOnlyWhoSentIt(long given) throws Exception {
        long seed = given == 0 ? new Random().nextLong() : given;
        Random random = new Random(seed);
        open(Mode.TRANSACTION.pooling().loggingIn(Duration.ofSeconds(2)));
        try (WireClient neighbour = house.client()) {
            for (int i = 0; i < 60; i++) {
                byte[] garbage = new byte[1 + random.nextInt(400)];
                random.nextBytes(garbage);
                try (WireClient client =
                        i % 3 == 2 ? house.client() : new WireClient(house.port())) {
                    if (i % 3 == 1) {
                        client.startup(house.server.user(), house.database);
                        client.read();
                        garbage[0] = 'p';
                    }
                    client.raw(garbage);
                    client.shutDownOutput();
                    client.untilClosed();
                } catch (IOException cutOff) {
                    // that is one way to say no
                }
                assertThat(neighbour.value("SELECT 1")).as("seed %s", seed).isEqualTo("1");
            }
        }
    }
}
