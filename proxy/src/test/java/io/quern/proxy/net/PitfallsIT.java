package io.quern.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.quern.proxy.wire.MessageWriter;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * What other proxies' users were bitten by in pools and pipelines, a test for each, in the modes
 * where it matters; see also {@link TransportPitfallsIT}. Where PostgreSQL's own behaviour is what
 * is wanted, PostgreSQL is asked for it.
 */
@SuppressWarnings("NullAway") // JUnit fills the fields
class PitfallsIT {
    private static final byte[] NONE = {};
    private static final int[] NO_TYPES = {};
    private static final byte[] S = bytes("s");

    private static final Map<Mode, ProxyFixture> HOUSES = new EnumMap<>(Mode.class);

    @BeforeAll
    static void open() {
        for (Mode mode : Mode.values()) {
            HOUSES.put(mode, mode.open());
        }
    }

    @AfterEach
    void nothingStays() {
        HOUSES.values().forEach(house -> await().until(house::atRest));
    }

    @AfterAll
    static void close() {
        for (ProxyFixture house : HOUSES.values()) {
            assertThat(house.proxy.mishaps().values()).containsOnly(0L);
            house.close();
        }
    }

    private static ProxyFixture house(Mode mode) {
        return HOUSES.get(mode);
    }

    private static WireClient client(Mode mode) throws Exception {
        return house(mode).client();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    /** What a script's answers are, group by group: types, rows and SQLSTATEs. */
    private static String told(WireClient client, int groups, Consumer<MessageWriter> script)
            throws Exception {
        client.send(script);
        StringBuilder told = new StringBuilder();
        for (int i = 0; i < groups; i++) {
            for (WireClient.Message message : client.untilReady()) {
                told.append(message.type());
                String text = message.text();
                switch (message.type()) {
                    case 'D' -> told.append(message.values());
                    case 'C' -> told.append('(').append(text).append(')');
                    case 'E' -> told.append(text.replaceAll("(?s).*\\|C(.....)\\|.*", "($1)"));
                    default -> {}
                }
            }
            told.append(' ');
        }
        return told.toString();
    }

    private static void asPostgreSqlDoes(Mode mode, int groups, Consumer<MessageWriter> script)
            throws Exception {
        try (WireClient there = client(mode);
                WireClient here = house(mode).clientWithoutProxy()) {
            assertThat(told(there, groups, script)).isEqualTo(told(here, groups, script));
        }
    }

    private static MessageWriter run(MessageWriter out, byte[] statement) {
        return out.bind(NONE, statement).execute(NONE);
    }

    // ---- 1

    @Test
    void pitfall01_preparedStatementsAcrossBackends() throws Exception {
        try (WireClient one = client(Mode.TRANSACTION);
                WireClient two = client(Mode.TRANSACTION);
                WireClient blocker = client(Mode.TRANSACTION)) {
            one.send(out -> out.parse(S, bytes("SELECT 1, pg_backend_pid()"), NO_TYPES).sync());
            two.send(out -> out.parse(S, bytes("SELECT 2, pg_backend_pid()"), NO_TYPES).sync());
            one.untilReady();
            two.untilReady();
            List<String> pids = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                // turn by turn one of the two backends is not to be had
                if (i == 2) {
                    blocker.query("BEGIN");
                }
                for (WireClient client : List.of(one, two)) {
                    client.send(out -> run(out, S).sync());
                    List<WireClient.Message> answers = client.untilReady();
                    assertThat(WireClient.types(answers)).isEqualTo("2DCZ");
                    List<String> row = answers.get(1).values();
                    assertThat(row.getFirst()).isEqualTo(client == one ? "1" : "2");
                    pids.add(row.getLast());
                }
            }
            assertThat(new HashSet<>(pids)).hasSizeBetween(1, 2);
            blocker.query("COMMIT");
        }
    }

    @Test
    void pitfall01_closeAndSqlLevelDeallocateShareThePicture() throws Exception {
        List<Consumer<MessageWriter>> groups =
                List.of(
                        out -> out.parse(S, bytes("SELECT 1"), NO_TYPES).sync(),
                        out -> run(out.closeStatement(S), S).sync(),
                        out -> out.parse(S, bytes("SELECT 2"), NO_TYPES).sync(),
                        out -> out.query(bytes("DEALLOCATE s")),
                        out -> run(out, S).sync(),
                        out -> out.query(bytes("PREPARE s AS SELECT 3")),
                        out -> run(out, S).sync(),
                        out -> out.query(bytes("DISCARD ALL")),
                        out -> run(out, S).sync());
        try (WireClient there = client(Mode.TRANSACTION);
                WireClient here = house(Mode.TRANSACTION).clientWithoutProxy()) {
            for (Consumer<MessageWriter> group : groups) {
                assertThat(told(there, 1, group)).isEqualTo(told(here, 1, group));
            }
            // and all of it sent before anything is answered
            Consumer<MessageWriter> atOnce = out -> groups.forEach(group -> group.accept(out));
            for (int i = 0; i < 3; i++) {
                assertThat(told(there, groups.size(), atOnce))
                        .isEqualTo(told(here, groups.size(), atOnce));
            }
        }
    }

    // ---- 2

    @ParameterizedTest
    @EnumSource
    void pitfall02_pipelinesAndErrorsKeepTheirOrder(Mode mode) throws Exception {
        byte[] t = bytes("t");
        asPostgreSqlDoes(
                mode,
                7,
                out -> {
                    out.parse(S, bytes("SELECT 1"), NO_TYPES).sync();
                    // known by now: answers of Quern's own among PostgreSQL's
                    out.closeStatement(S).parse(S, bytes("SELECT 1"), NO_TYPES);
                    run(out, S).parse(t, bytes("SELECT nix FROM nix"), NO_TYPES);
                    run(out, t).closeStatement(S).sync();
                    run(out, S).sync();
                    run(out, t).sync();
                    out.query(bytes("SELECT 5; SELECT 1/0; SELECT 6"));
                    out.query(bytes("SELECT 7"));
                    out.parse(S, bytes("SELECT 8"), NO_TYPES).sync();
                });
    }

    // ---- 3

    @Test
    void pitfall03_settingsDoNotLeak() throws Exception {
        ProxyFixture house = house(Mode.TRANSACTION);
        house.execute("CREATE ROLE leaky");
        // as pg_dump begins
        String dump =
                "SET datestyle = ISO; SET intervalstyle = postgres; SET extra_float_digits = 3;"
                        + " SET statement_timeout = 0; SET lock_timeout = '9s';"
                        + " SELECT pg_catalog.set_config('search_path', '', false)";
        try (WireClient dumping = client(Mode.TRANSACTION);
                WireClient other = client(Mode.TRANSACTION);
                WireClient blocker = client(Mode.TRANSACTION)) {
            blocker.query("BEGIN");
            String before = shown(other);
            dumping.query(dump);
            dumping.query("SET ROLE leaky");
            assertThat(shown(other)).isEqualTo(before);
            assertThat(shown(dumping)).isEqualTo("|9s|leaky");
            dumping.query("BEGIN; SET lock_timeout = '11s'; RESET ROLE; ROLLBACK");
            assertThat(shown(other)).isEqualTo(before);
            assertThat(shown(dumping)).isEqualTo("|9s|leaky");
            dumping.query("BEGIN; SET LOCAL lock_timeout = '12s'; COMMIT; RESET ROLE");
            dumping.query("RESET search_path");
            assertThat(shown(other)).isEqualTo(before);
            assertThat(shown(dumping)).isEqualTo("\"$user\", public|9s|none");
            blocker.query("COMMIT");
        } finally {
            house.execute("DROP ROLE leaky");
        }
    }

    private static String shown(WireClient client) throws Exception {
        return client.value(
                "SELECT pg_catalog.concat_ws('|', pg_catalog.current_setting('search_path'),"
                        + " pg_catalog.current_setting('lock_timeout'),"
                        + " pg_catalog.current_setting('role'))");
    }

    @ParameterizedTest
    @EnumSource
    void pitfall03_resetMeansTheSettingsTheClientConnectedWith(Mode mode) throws Exception {
        List<String> statements =
                List.of(
                        "SET application_name = 'mine'",
                        "RESET ALL",
                        "SHOW application_name",
                        "SET application_name = 'again'; SET DateStyle = 'German'",
                        "BEGIN",
                        "RESET application_name",
                        "SET application_name = 'inside'",
                        "COMMIT",
                        "SHOW application_name",
                        "DISCARD ALL",
                        "SHOW application_name",
                        "SHOW DateStyle");
        try (WireClient there = client(mode);
                WireClient here = house(mode).clientWithoutProxy()) {
            Map<String, String> toldThere = new TreeMap<>();
            Map<String, String> toldHere = new TreeMap<>();
            for (String sql : statements) {
                assertThat(answers(there, sql, toldThere)).isEqualTo(answers(here, sql, toldHere));
            }
            answers(there, "SELECT 1", toldThere);
            assertThat(toldThere).isEqualTo(toldHere);
        }
    }

    /** What answers a query, but for the parameters that are reported. */
    private static List<String> answers(WireClient client, String sql, Map<String, String> told)
            throws Exception {
        List<String> answers = new ArrayList<>();
        for (WireClient.Message message : client.query(sql)) {
            if (message.type() == 'S') {
                String[] parameter = message.text().split("\\|", -1);
                told.put(parameter[0], parameter[1]);
                assertThat(parameter[1]).isNotEqualTo("quern");
            } else {
                answers.add(message.toString());
            }
        }
        return answers;
    }

    // ---- 4

    @ParameterizedTest
    @EnumSource
    void pitfall04_quernsOwnSqlRunsNothingOfTheClients(Mode mode) throws Exception {
        ProxyFixture house = house(mode);
        StringBuilder trap =
                new StringBuilder("CREATE SCHEMA trap; CREATE TABLE trap.calls (c text);");
        for (String function :
                List.of(
                        "set_config(text, text, boolean) RETURNS text",
                        "current_setting(text) RETURNS text",
                        "current_setting(text, boolean) RETURNS text",
                        "unnest(text[]) RETURNS SETOF text",
                        "lower(text) RETURNS text",
                        "pg_backend_pid() RETURNS int",
                        "format(text) RETURNS text")) {
            trap.append("CREATE FUNCTION trap.")
                    .append(function)
                    .append(" LANGUAGE sql AS $$ INSERT INTO trap.calls VALUES ('called');")
                    .append(function.endsWith("int") ? " SELECT 1 $$;" : " SELECT 'x' $$;");
        }
        trap.append(
                "CREATE FUNCTION trap.same(text, text) RETURNS boolean LANGUAGE sql AS $$ INSERT"
                        + " INTO trap.calls VALUES ('='); SELECT true $$;"
                        + "CREATE OPERATOR trap.= (FUNCTION = trap.same, LEFTARG = text, RIGHTARG ="
                        + " text);");
        house.execute(trap.toString());
        try (WireClient hostile = house.client("-c search_path=trap,pg_catalog")) {
            for (String sql :
                    List.of(
                            "SET work_mem = '5MB'",
                            "SET app.x = 'y'",
                            "CREATE TEMP TABLE mine (a int)",
                            "DROP TABLE mine",
                            "SELECT 1",
                            "SET search_path = trap, pg_catalog",
                            "RESET work_mem",
                            "SELECT 2")) {
                assertThat(WireClient.types(hostile.query(sql))).doesNotContain("E");
            }
            assertThat(hostile.value("SELECT pg_catalog.count(*) FROM trap.calls")).isEqualTo("0");
        } finally {
            house.execute("DROP SCHEMA trap CASCADE");
        }
    }

    // ---- 5

    @ParameterizedTest
    @EnumSource(names = {"SESSION", "TRANSACTION"})
    void pitfall05_cancelsHitNobodyElse(Mode mode) throws Exception {
        ProxyFixture house = house(mode);
        try (WireClient target = new WireClient(house.port());
                WireClient other = client(mode)) {
            byte[] key = keyOf(target, house, WireClient.PROTOCOL_3_0);
            AtomicBoolean over = new AtomicBoolean();
            Thread storm =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        while (!over.get()) {
                                            cancel(house.port(), key);
                                        }
                                    });
            int cancelled = 0;
            try {
                for (int i = 0; i < 150; i++) {
                    String types = WireClient.types(target.query("SELECT pg_sleep(0.001)"));
                    cancelled += types.equals("TDCZ") ? 0 : 1;
                    assertThat(types).isIn("TDCZ", "TDEZ", "TEZ", "EZ");
                    assertThat(WireClient.types(other.query("SELECT 1"))).isEqualTo("TDCZ");
                }
            } finally {
                over.set(true);
                storm.join();
            }
            assertThat(cancelled).isPositive();
            assertThat(other.value("SELECT 'well'")).isEqualTo("well");
        }
    }

    @ParameterizedTest
    @EnumSource
    void pitfall05_aCancelThatWasDealtWithHitsNothingLater(Mode mode) throws Exception {
        ProxyFixture house = house(mode);
        try (WireClient target = new WireClient(house.port())) {
            byte[] key = keyOf(target, house, WireClient.PROTOCOL_3_0);
            for (int i = 0; i < 60; i++) {
                // it may be over before the request is there
                target.send(out -> out.query(bytes("SELECT pg_sleep(0.002)")));
                cancel(house.port(), key);
                target.untilReady();
                assertThat(WireClient.types(target.query("SELECT pg_sleep(0.002)")))
                        .isEqualTo("TDCZ");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void pitfall05_whatAClientThatVanishesHadOpenIsRolledBack(Mode mode) throws Exception {
        ProxyFixture house = house(mode);
        house.execute("CREATE TABLE half (id int)");
        try (WireClient client = client(mode)) {
            client.query("BEGIN; LOCK TABLE half; INSERT INTO half VALUES (1)");
            client.send(out -> out.query(bytes("SELECT pg_sleep(60)")));
            client.vanish();
        }
        try (WireClient next = client(mode)) {
            assertThat(next.value("SELECT count(*) FROM half")).isEqualTo("0");
        } finally {
            house.execute("DROP TABLE half");
        }
    }

    private static byte[] keyOf(WireClient client, ProxyFixture house, int protocol)
            throws Exception {
        client.startup(protocol, "user", house.server.user(), "database", house.database);
        client.authenticate(house.server.password());
        return client.untilReady().stream()
                .filter(m -> m.type() == 'K')
                .findFirst()
                .orElseThrow()
                .body()
                .getBytes(ISO_8859_1);
    }

    private static void cancel(int port, byte[] key) {
        try (WireClient cancelling = new WireClient(port)) {
            cancelling.raw(
                    new MessageWriter()
                            .int32(8 + key.length)
                            .int32(80_877_102)
                            .raw(key, 0, key.length)
                            .toByteArray());
            assertThat(cancelling.untilClosed()).isEmpty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- 6

    @ParameterizedTest
    @EnumSource(names = {"SESSION", "TRANSACTION"})
    void pitfall06_protocol32AndLongCancelKeys(Mode mode) throws Exception {
        ProxyFixture house = house(mode);
        try (WireClient client = new WireClient(house.port())) {
            byte[] key = keyOf(client, house, WireClient.PROTOCOL_3_2);
            assertThat(key).hasSize(4 + 32);
            client.send(out -> out.query(bytes("SELECT pg_sleep(60)")));
            house.server.awaitSleeper(house.database);
            byte[] wrong = key.clone();
            wrong[35] ^= 1;
            cancel(house.port(), wrong);
            cancel(house.port(), key);
            assertThat(client.untilReady()).anyMatch(m -> m.text().contains("C57014"));
            assertThat(client.value("SELECT 'on'")).isEqualTo("on");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SESSION", "TRANSACTION"})
    void pitfall06_newerVersionsAndUnknownOptionsAreNegotiated(Mode mode) throws Exception {
        ProxyFixture house = house(mode);
        try (WireClient client = new WireClient(house.port())) {
            client.startup(
                    (3 << 16) + 9,
                    "user",
                    house.server.user(),
                    "database",
                    house.database,
                    "_pq_.unheard_of",
                    "on");
            WireClient.Message negotiated = client.read();
            assertThat(negotiated.type()).isEqualTo('v');
            assertThat(negotiated.body()).isEqualTo("\0\3\0\2\0\0\0\1_pq_.unheard_of\0");
            client.authenticate(house.server.password());
            assertThat(client.untilReady())
                    .anyMatch(m -> m.type() == 'K' && m.body().length() == 36)
                    .last()
                    .hasToString("Z:I");
        }
    }

    // ---- 8

    @Test
    void pitfall08_endlessDistinctStatementsAreBounded() throws Exception {
        try (WireClient client = client(Mode.TRANSACTION)) {
            StringBuilder list = new StringBuilder("1");
            for (int i = 2; i <= 1200; i++) {
                byte[] sql = bytes("SELECT " + i + " WHERE 1 IN (" + list + ")");
                byte[] name = bytes("q" + i);
                if (i % 100 == 0) {
                    list.append(", ").append(i);
                }
                client.send(out -> run(out.parse(name, sql, NO_TYPES), name).sync());
                List<WireClient.Message> answers = client.untilReady();
                assertThat(WireClient.types(answers)).isEqualTo("12DCZ");
                assertThat(answers.get(2).values()).containsExactly(Integer.toString(i));
            }
            assertThat(
                            Integer.parseInt(
                                    client.value("SELECT count(*) FROM pg_prepared_statements")))
                    .isLessThanOrEqualTo(501);
            // the oldest has long been dropped there, and the client need not know
            client.send(out -> run(out, bytes("q2")).sync());
            assertThat(client.untilReady().get(1).values()).containsExactly("2");
        }
    }
}
