package io.quern.proxy.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.ScramMechanism;
import com.ongres.scram.common.StringPreparation;

import io.quern.optimizer.PostgresServer;
import io.quern.optimizer.Relay;
import io.quern.proxy.backend.Backends.Condition;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Base64;

/** Pools before a real PostgreSQL. */
class PoolsIT {
    private static final String PID = "SELECT pg_backend_pid()";

    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.createDatabase();
    private final PoolKey key = new PoolKey(database, server.user());
    private final Credentials password = new Credentials.Password(server.password());
    private PoolsHouse house;

    @BeforeEach
    void open() throws Exception {
        house = house(2, Duration.ofSeconds(5), Duration.ofHours(1));
    }

    private PoolsHouse house(int size, Duration queue, Duration checkAfter) throws Exception {
        return new PoolsHouse(
                PoolsHouse.upstream(
                        TargetSession.READ_WRITE, new Host(server.host(), server.port())),
                PoolsHouse.settings(size, queue, checkAfter));
    }

    @AfterEach
    void close() {
        house.close();
    }

    private Tenant ask() {
        return Tenant.ask(house.pools, key, password, house.one);
    }

    @Test
    void aCleanBackendIsLentAgainAsItIs() throws Exception {
        Tenant first = ask();
        String pid = first.value(PID);
        assertThat(first.backend().state().parameters()).containsEntry("client_encoding", "UTF8");
        assertThat(first.value("SHOW application_name")).isEqualTo("quern");
        first.giveBack(Condition.CLEAN);
        assertThat(house.pool().idle()).isOne();
        Tenant second = ask();
        assertThat(second.value(PID)).isEqualTo(pid);
        assertThat(second.backend()).isSameAs(first.backend());
        assertThat(house.pools.backends())
                .singleElement()
                .satisfies(b -> assertThat(b.processId()).hasToString(pid))
                .satisfies(b -> assertThat(b.state()).isEqualTo("lent"));
    }

    @Test
    void aUsedBackendIsDiscardedFirst() throws Exception {
        Tenant first = ask();
        String pid = first.value(PID);
        first.query("SET application_name = 'mine'; SET work_mem = '77MB'");
        first.query("CREATE TEMP TABLE secret AS SELECT 1");
        var state = first.backend().state();
        first.giveBack(Condition.USED);
        Tenant second = ask();
        assertThat(second.value(PID)).isEqualTo(pid);
        assertThat(second.value("SHOW work_mem")).isNotEqualTo("77MB");
        assertThat(second.query("SELECT * FROM secret")).contains("C42P01");
        assertThat(second.backend().state()).isNotSameAs(state);
        assertThat(second.backend().state().parameters())
                .containsEntry("application_name", "quern");
    }

    @Test
    void aBrokenBackendIsClosed() throws Exception {
        Tenant first = ask();
        first.query("BEGIN");
        first.giveBack(Condition.BROKEN);
        await().until(() -> house.pools.backends().isEmpty());
        assertThat(ask().query("SELECT 1")).contains("ZI");
    }

    @Test
    void whoeverWaitsGetsTheBackendOnHisOwnLoop() throws Exception {
        Tenant first = ask();
        Tenant second = ask();
        second.backend();
        first.backend();
        Tenant third = Tenant.ask(house.pools, key, password, house.two);
        Tenant fourth = ask();
        assertThat(house.pool().waiting()).isEqualTo(2);
        String pid = first.value(PID);
        first.giveBack(Condition.CLEAN);
        assertThat(third.backend().channel().eventLoop()).isSameAs(house.two);
        assertThat(third.value(PID)).isEqualTo(pid);
        assertThat(fourth.answered()).isFalse();
        third.giveBack(Condition.USED);
        assertThat(fourth.value(PID)).isEqualTo(pid);
        assertThat(fourth.backend().channel().eventLoop()).isSameAs(house.one);
        assertThat(house.pools.backends()).hasSize(2);
    }

    @Test
    void anIdleBackendOfAnotherLoopIsPreferredToANewOne() throws Exception {
        Tenant first = ask();
        String pid = first.value(PID);
        first.giveBack(Condition.CLEAN);
        Tenant second = Tenant.ask(house.pools, key, password, house.two);
        assertThat(second.value(PID)).isEqualTo(pid);
        assertThat(second.backend().channel().eventLoop()).isSameAs(house.two);
    }

    @Test
    void nobodyWaitsLongerThanTheQueueAllows() throws Exception {
        try (PoolsHouse small = house(1, Duration.ofMillis(200), Duration.ofHours(1))) {
            Tenant first = Tenant.ask(small.pools, key, password, small.one);
            first.backend();
            Tenant second = Tenant.ask(small.pools, key, password, small.one);
            assertThat(second.refusal())
                    .isEqualTo(
                            "53300 no backend of pool postgres@"
                                    + database
                                    + " became free within 200 ms");
            assertThat(small.pool().waiting()).isZero();
        }
    }

    @Test
    void theServersOwnWordsRefuse() throws Exception {
        Credentials wrong = new Credentials.Password("wrong");
        assertThat(Tenant.ask(house.pools, key, wrong, house.one).refusal())
                .startsWith("28P01 password authentication failed");
        assertThat(ask().query("SELECT 1")).contains("ZI");
        assertThat(
                        Tenant.ask(
                                        house.pools,
                                        new PoolKey("nowhere", server.user()),
                                        password,
                                        house.one)
                                .refusal())
                .startsWith("3D000 ");
        assertThat(
                        Tenant.ask(
                                        house.pools,
                                        new PoolKey("postgres", server.user()),
                                        new Credentials.None(),
                                        house.one)
                                .refusal())
                .startsWith("28000 the upstream asks for a SCRAM password")
                .endsWith("put the user with its password into the user list");
    }

    @Test
    void scramKeysLogInWithoutThePassword() throws Exception {
        byte[] salted;
        try (Connection direct = server.connect(database);
                Statement statement = direct.createStatement();
                ResultSet verifier =
                        statement.executeQuery(
                                "SELECT rolpassword FROM pg_authid WHERE rolname = current_user")) {
            verifier.next();
            String[] parts = verifier.getString(1).split("[$:]", -1);
            salted =
                    ScramFunctions.saltedPassword(
                            ScramMechanism.SCRAM_SHA_256,
                            StringPreparation.POSTGRESQL_PREPARATION,
                            server.password().toCharArray(),
                            Base64.getDecoder().decode(parts[2]),
                            Integer.parseInt(parts[1]));
        }
        Credentials keys =
                new Credentials.Scram(
                        ScramFunctions.clientKey(ScramMechanism.SCRAM_SHA_256, salted),
                        ScramFunctions.serverKey(ScramMechanism.SCRAM_SHA_256, salted));
        assertThat(Tenant.ask(house.pools, key, keys, house.one).query("SELECT 1")).contains("ZI");
        Credentials impostor =
                new Credentials.Scram(
                        ScramFunctions.clientKey(ScramMechanism.SCRAM_SHA_256, salted),
                        new byte[32]);
        assertThat(
                        Tenant.ask(
                                        house.pools,
                                        new PoolKey("postgres", server.user()),
                                        impostor,
                                        house.one)
                                .refusal())
                .isEqualTo("28000 the upstream's SCRAM answer is not valid");
    }

    @Test
    void anIdleBackendThatDiesVanishes() throws Exception {
        Tenant first = ask();
        String pid = first.value(PID);
        first.giveBack(Condition.CLEAN);
        terminate(pid);
        await().until(() -> house.pools.backends().isEmpty());
        assertThat(ask().value(PID)).isNotEqualTo(pid);
    }

    @Test
    void aLentBackendThatDiesTellsItsOccupant() throws Exception {
        Tenant first = ask();
        terminate(first.value(PID));
        await().until(first::left);
        first.giveBack(Condition.BROKEN);
        assertThat(ask().query("SELECT 1")).contains("ZI");
    }

    @Test
    void aLongIdleBackendShowsThatItLives() throws Exception {
        try (PoolsHouse careful = house(1, Duration.ofSeconds(5), Duration.ZERO)) {
            String pid = "";
            for (int i = 0; i < 3; i++) {
                Tenant tenant = Tenant.ask(careful.pools, key, password, careful.one);
                String now = tenant.value(PID);
                assertThat(now).isEqualTo(pid.isEmpty() ? now : pid);
                pid = now;
                tenant.giveBack(Condition.CLEAN);
            }
        }
    }

    /** Asks for it, and does not wait until it has been dealt with. */
    private static void cancel(PooledBackend backend) throws InterruptedException {
        Runnable asking =
                () -> {
                    var _ = backend.cancel();
                };
        backend.channel().eventLoop().submit(asking).sync();
    }

    @Test
    void aCancelHitsWhoIsMeantAndNobodyAfterwards() throws Exception {
        Tenant first = ask();
        first.send("SELECT pg_sleep(30)");
        PooledBackend sleeping = first.backend();
        server.awaitSleeper(database);
        cancel(sleeping);
        assertThat(first.reply()).contains("C57014", "ZI");
        first.giveBack(Condition.CLEAN);
        for (int i = 0; i < 50; i++) {
            Tenant next = ask();
            assertThat(next.query("SELECT pg_sleep(0.001)")).doesNotContain("57014");
            PooledBackend backend = next.backend();
            cancel(backend);
            next.giveBack(i % 2 == 0 ? Condition.CLEAN : Condition.USED);
        }
        assertThat(house.pools.backends()).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void pauseWaitsForRestAndResumeServesThoseWhoWaited() throws Exception {
        Tenant first = ask();
        first.backend();
        assertThat(house.pools.pause(database, Duration.ofMillis(50))).isFalse();
        Tenant second = ask();
        first.giveBack(Condition.CLEAN);
        assertThat(house.pools.pause(database, Duration.ofSeconds(5))).isTrue();
        assertThat(second.answered()).isFalse();
        assertThat(house.pool().paused()).isTrue();
        house.pools.resume(database);
        assertThat(second.query("SELECT 1")).contains("ZI");
    }

    @Test
    void reconnectReplacesEveryBackend() throws Exception {
        Tenant lent = ask();
        Tenant idle = ask();
        String lentPid = lent.value(PID);
        String idlePid = idle.value(PID);
        idle.giveBack(Condition.CLEAN);
        house.pools.reconnect("");
        await().until(() -> house.pools.backends().size() == 1);
        lent.giveBack(Condition.CLEAN);
        assertThat(ask().value(PID)).isNotIn(lentPid, idlePid);
    }

    @Test
    void closingRefusesAndLeavesNothingBehind() throws Exception {
        Tenant lent = ask();
        lent.backend();
        Tenant idle = ask();
        idle.backend();
        idle.giveBack(Condition.CLEAN);
        lent.giveBack(Condition.CLEAN);
        house.pools.close();
        assertThat(house.pools.backends()).isEmpty();
        assertThat(ask().refusal()).startsWith("57P01 ");
    }

    @Test
    void anOutageIsToldAtOnceAndOverAtOnce() throws Exception {
        try (Relay relay = new Relay(server.host(), server.port());
                PoolsHouse cut =
                        new PoolsHouse(
                                PoolsHouse.upstream(
                                        TargetSession.ANY, new Host("127.0.0.1", relay.port())),
                                PoolsHouse.settings(2, Duration.ofSeconds(5)))) {
            Tenant before = Tenant.ask(cut.pools, key, password, cut.one);
            before.backend();
            relay.cut();
            await().until(before::left);
            before.giveBack(Condition.BROKEN);
            String refusal = Tenant.ask(cut.pools, key, password, cut.one).refusal();
            assertThat(refusal)
                    .startsWith("08001 Quern cannot reach the upstream 127.0.0.1:" + relay.port());
            relay.mend();
            await().until(() -> Tenant.ask(cut.pools, key, password, cut.one).refusal().isEmpty());
            assertThat(cut.pool().lastFailure()).isEmpty();
        }
    }

    private void terminate(String pid) throws SQLException {
        try (Connection direct = server.connect(database);
                Statement statement = direct.createStatement()) {
            statement.execute("SELECT pg_terminate_backend(" + pid + ")");
        }
    }
}
