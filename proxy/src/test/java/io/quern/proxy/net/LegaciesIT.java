package io.quern.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

/** What a client leaves in a backend: the next one must find nothing of it. */
class LegaciesIT {
    private static final byte[] APP = "app.tenant".getBytes(US_ASCII);
    private static final byte[] LASTING = {'f'};
    private static final byte[] NUMBER = {'0'};
    private static final byte[] NONE = {};

    private static ProxyFixture house;

    @BeforeAll
    static void start() throws Exception {
        house = ProxyFixture.pooled(true, 1);
        house.execute(
                "CREATE PROCEDURE app_login() LANGUAGE plpgsql AS $$ BEGIN"
                        + " PERFORM set_config('app.tenant', 'x', false); END $$");
        house.execute(
                "CREATE FUNCTION app_log_in() RETURNS void LANGUAGE plpgsql AS $$ BEGIN"
                        + " CALL app_login(); END $$");
        house.execute(
                "CREATE FUNCTION app_run(sql text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN"
                        + " EXECUTE sql; END $$");
    }

    @AfterAll
    static void stop() {
        house.close();
    }

    @AfterEach
    void nobodyStays() {
        Awaitility.await().until(house::atRest);
    }

    @Test
    void aLockIsHeldWhateverElseIsAskedFor() throws Exception {
        try (WireClient holder = house.client()) {
            holder.query("SELECT pg_advisory_lock(78)");
            house.awaitPinned("advisory lock");
            holder.query("SET work_mem = '9MB'");
            assertThat(holder.value("SHOW work_mem")).isEqualTo("9MB");
            house.awaitPinned("advisory lock");
            holder.query("SELECT pg_advisory_unlock(78)");
            house.awaitPinned("");
        }
    }

    @Test
    void aFunctionCalledByNumberMayHaveSetAnything() throws Exception {
        int setConfig = Integer.parseInt(bare("SELECT 'set_config'::regproc::oid"));
        try (WireClient one = house.client()) {
            one.send(
                    out ->
                            out.begin((byte) 'F')
                                    .int32(setConfig)
                                    .int16(0)
                                    .int16(3)
                                    .int32(APP.length)
                                    .raw(APP, 0, APP.length)
                                    .int32(1)
                                    .raw(APP, 0, 1)
                                    .int32(1)
                                    .raw(LASTING, 0, 1)
                                    .int16(0)
                                    .end());
            assertThat(WireClient.types(one.untilReady())).isEqualTo("VZ");
            house.awaitPinned("a function called by its number");
        }
        nobodyStays();
        assertThat(tenant()).isEmpty();
    }

    @Test
    void largeObjectsAreReadFromAnyBackend() throws Exception {
        int create = Integer.parseInt(bare("SELECT 'pg_catalog.lo_create'::regproc::oid"));
        try (WireClient one = house.client()) {
            one.send(
                    out ->
                            out.begin((byte) 'F')
                                    .int32(create)
                                    .int16(0)
                                    .int16(1)
                                    .int32(1)
                                    .raw(NUMBER, 0, 1)
                                    .int16(0)
                                    .end());
            assertThat(WireClient.types(one.untilReady())).isEqualTo("VZ");
            house.awaitPinned("");
        }
    }

    @Test
    void aValueTooLongToCarryStaysWithItsClient() throws Exception {
        try (WireClient one = house.client()) {
            one.query("SELECT length(set_config('app.tenant', repeat('x', 70000), false))");
            house.awaitPinned("a setting too long to carry");
            assertThat(one.value("SELECT length(current_setting('app.tenant'))"))
                    .isEqualTo("70000");
        }
        nobodyStays();
        assertThat(tenant()).isEmpty();
    }

    @Test
    void whatOnlyATransactionHasIsNotCarried() throws Exception {
        try (WireClient one = house.client();
                WireClient two = house.client()) {
            one.query("SET default_transaction_isolation = 'serializable'");
            one.query("BEGIN; SET transaction_isolation = 'repeatable read'; COMMIT");
            assertThat(two.value("SHOW transaction_isolation")).isEqualTo("read committed");
            assertThat(one.value("SHOW transaction_isolation")).isEqualTo("serializable");
            assertThat(two.value("SHOW transaction_isolation")).isEqualTo("read committed");
        }
    }

    /** PostgreSQL reads all of these as the same name, or as one that only it knows. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET app.tenant = 'x'",
                "SET app.\"tenant\" = 'x'",
                "SET \"app\".\"tenant\" = 'x'",
                "SET app . tenant = 'x'",
                "SET app./* of /* the */ shop */tenant = 'x'",
                "SET app -- of the shop\n .tenant = 'x'",
                "SELECT set_config('app.tenant'::text, 'x', false)",
            })
    void aSettingFollowsItsClientHoweverItIsSpelt(String sql) throws Exception {
        try (WireClient one = house.client();
                WireClient two = house.client()) {
            one.query(sql);
            assertThat(tenant(two)).isEmpty();
            assertThat(tenant(one)).isEqualTo("x");
            assertThat(tenant(two)).isEmpty();
        }
    }

    /** What sets a name that is nowhere to be read. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "CALL app_login()",
                "SELECT app_log_in()",
                "DO $$ BEGIN EXECUTE format('SET %I.%I = %L', 'app', 'tenant', 'x'); END $$",
                "SELECT set_config('app'\n'.tenant', 'x', false)",
                "SELECT set_config(E'app\\x2etenant', 'x', false)",
            })
    void aSettingThatCannotBeFoundReachesNobodyElse(String sql) throws Exception {
        try (WireClient one = house.client()) {
            one.query(sql);
            house.awaitPinned("");
            assertThat(tenant()).isEmpty();
        }
        nobodyStays();
        assertThat(tenant()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT set_config('app' || '.tenant', 'x', false)",
                "SELECT set_config('app.tenants'::varchar(10), 'x', false)",
            })
    void aSettingWithAComputedNameStaysWithItsClient(String sql) throws Exception {
        try (WireClient one = house.client()) {
            one.query(sql);
            house.awaitPinned("LOAD, dblink, setseed or a setting with a computed name");
            assertThat(tenant(one)).isEqualTo("x");
        }
        nobodyStays();
        assertThat(tenant()).isEmpty();
    }

    @Test
    void aNameNeedNotBeOfLatinLettersNorShort() throws Exception {
        String far = "a".repeat(60) + "." + "b".repeat(60);
        try (WireClient one = house.client();
                WireClient two = house.client()) {
            for (String name : List.of("app.mieter_ü", far)) {
                one.query("SET " + name + " = 'x'");
                String shown = "SELECT coalesce(current_setting('" + name + "', true), '')";
                assertThat(two.value(shown)).isEmpty();
                assertThat(one.value(shown)).isEqualTo("x");
                assertThat(two.value(shown)).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
                "CREATE DOMAIN pg_temp.d AS int",
                "CREATE TEMP SEQUENCE s",
                "SET search_path = pg_temp, public; CREATE TABLE t (a int)",
                "SET search_path = pg_temp, public; SELECT 1 AS a INTO t",
            })
    void whateverIsTemporaryStaysWithItsClient(String sql) throws Exception {
        try (WireClient one = house.client()) {
            for (String statement : sql.split("; ")) {
                one.query(statement);
            }
            house.awaitPinned("temporary table");
        }
        nobodyStays();
        try (WireClient next = house.client()) {
            assertThat(
                            next.value(
                                    "SELECT count(*) FROM pg_depend WHERE refobjid ="
                                            + " pg_my_temp_schema()"))
                    .isEqualTo("0");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "temporary table|CREATE TEMP TABLE t (a int)",
                "LISTEN|LISTEN news",
                "PREPARE|PREPARE p AS SELECT 1",
                "advisory lock|SELECT pg_advisory_lock(79)",
            })
    void whatAFunctionLeavesStaysWithItsClient(String reason, String sql) throws Exception {
        try (WireClient one = house.client()) {
            one.send(
                    out ->
                            out.parse(NONE, bytes("SELECT app_run($1)"), new int[] {25})
                                    .bind(NONE, NONE, new byte[][] {bytes(sql)})
                                    .execute(NONE)
                                    .sync());
            assertThat(WireClient.types(one.untilReady())).isEqualTo("12DCZ");
            house.awaitPinned(reason);
        }
    }

    @Test
    void settingsThatAFunctionMadeFollowItsClient() throws Exception {
        try (WireClient one = house.client();
                WireClient two = house.client()) {
            one.query("SELECT app_run('SET work_mem = ''7MB''')");
            assertThat(two.value("SHOW work_mem")).isEqualTo("4MB");
            assertThat(one.value("SHOW work_mem")).isEqualTo("7MB");
        }
    }

    /** A connection to elsewhere outlives DISCARD ALL, and may have been made as somebody else. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aConnectionOfDblinkEndsWithItsClient(boolean perTransaction) throws Exception {
        try (ProxyFixture other = ProxyFixture.pooled(perTransaction, 1)) {
            other.execute("CREATE EXTENSION dblink");
            String target =
                    "host=127.0.0.1 port=%d user=%s password=%s dbname=postgres"
                            .formatted(
                                    other.server.port(),
                                    other.server.user(),
                                    other.server.password());
            try (WireClient one = other.client()) {
                one.query("SELECT dblink_connect('mine', '" + target + "')");
                assertThat(one.value("SELECT dblink_get_connections()")).isEqualTo("{mine}");
            }
            Awaitility.await().until(other::atRest);
            try (WireClient next = other.client()) {
                assertThat(next.value("SELECT coalesce(dblink_get_connections(), '{}')"))
                        .isEqualTo("{}");
            }
        }
    }

    @Test
    void whatCannotBeTemporaryLeavesItsClientFree() throws Exception {
        try (WireClient one = house.client()) {
            one.query("CREATE TABLE lasting (a int)");
            house.awaitPinned("");
            one.query("CREATE TEMP TABLE passing (a int)");
            house.awaitPinned("temporary table");
            one.query("DROP TABLE passing");
            house.awaitPinned("");
        }
    }

    @Test
    void anotherAuthorizationAtStartUpIsTheClientsOwn() throws Exception {
        house.execute("CREATE ROLE night_shift");
        try (WireClient one = house.client("-c session_authorization=night_shift")) {
            assertThat(one.value("SELECT session_user")).isEqualTo("night_shift");
            try (WireClient two = house.client()) {
                assertThat(two.value("SELECT session_user")).isEqualTo(house.server.user());
            }
            assertThat(one.value("SELECT session_user")).isEqualTo("night_shift");
        } finally {
            house.execute("DROP ROLE night_shift");
        }
        try (WireClient next = house.client()) {
            assertThat(next.value("SELECT session_user")).isEqualTo(house.server.user());
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(US_ASCII);
    }

    private static String tenant() throws Exception {
        try (WireClient next = house.client()) {
            return tenant(next);
        }
    }

    private static String tenant(WireClient client) throws Exception {
        return client.value("SELECT coalesce(current_setting('app.tenant', true), '')");
    }

    /** A value told past the proxy. */
    private static String bare(String sql) throws Exception {
        try (WireClient direct = house.clientWithoutProxy()) {
            return direct.value(sql);
        }
    }
}
