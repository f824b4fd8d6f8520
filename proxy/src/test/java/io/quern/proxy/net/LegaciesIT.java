package io.quern.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a client leaves in a backend: the next one must find nothing of it. */
class LegaciesIT {
    private static final byte[] APP = "app.tenant".getBytes(US_ASCII);
    private static final byte[] LASTING = {'f'};
    private static final byte[] NUMBER = {'0'};

    private static ProxyFixture house;

    @BeforeAll
    static void start() {
        house = ProxyFixture.pooled(true, 1);
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
            pinned("advisory lock");
            holder.query("SET work_mem = '9MB'");
            assertThat(holder.value("SHOW work_mem")).isEqualTo("9MB");
            pinned("advisory lock");
            holder.query("SELECT pg_advisory_unlock(78)");
            pinned("");
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
            pinned("a function called by its number");
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
            pinned("");
        }
    }

    @Test
    void aValueTooLongToCarryStaysWithItsClient() throws Exception {
        try (WireClient one = house.client()) {
            one.query("SELECT length(set_config('app.tenant', repeat('x', 70000), false))");
            pinned("a setting too long to carry");
            assertThat(one.value("SELECT length(current_setting('app.tenant'))")).isEqualTo("70000");
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

    /** PostgreSQL is asked when the client has its answer. */
    private static void pinned(String reason) {
        Awaitility.await()
                .untilAsserted(
                        () ->
                                assertThat(house.proxy.wire().clients())
                                        .singleElement()
                                        .satisfies(c -> assertThat(c.pinned()).isEqualTo(reason)));
    }
}
