package io.quern.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a client leaves in a backend: the next one must find nothing of it. */
class LegaciesIT {
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
