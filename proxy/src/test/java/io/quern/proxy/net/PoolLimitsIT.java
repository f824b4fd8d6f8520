package io.quern.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quern.proxy.backend.PoolSettings;
import io.quern.proxy.console.Operations;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** How many backends there are, and for how long, while clients come and go. */
class PoolLimitsIT {
    private static final String PID = "SELECT pg_backend_pid()";
    private static final Duration NEVER = Duration.ZERO;
    private static final Duration SOON = Duration.ofMillis(200);

    private ProxyFixture house;

    @BeforeEach
    void open() {
        house = ProxyFixture.pooled(true, 4);
    }

    @AfterEach
    void close() {
        house.close();
    }

    private void limit(int size, int minimum, Duration idle, Duration lifetime) {
        PoolSettings d = PoolSettings.DEFAULT;
        house.proxy.pools(
                new PoolSettings(
                        size,
                        minimum,
                        d.queueTimeout(),
                        idle,
                        lifetime,
                        d.checkAfter(),
                        d.loginTimeout(),
                        d.discardTimeout(),
                        d.parameters(),
                        d.statements()));
    }

    private List<Integer> backends() {
        return house.proxy.wire().servers().stream().map(Operations.Server::processId).toList();
    }

    /** Has a transaction open in each of so many clients at once, and ends them. */
    private void use(int clients) throws IOException {
        if (clients == 0) {
            return;
        }
        try (WireClient client = house.client()) {
            client.query("BEGIN");
            use(clients - 1);
            client.query("COMMIT");
        }
    }

    @Test
    void idleBackendsAreClosedDownToTheMinimum() throws Exception {
        limit(4, 1, SOON, NEVER);
        use(3);
        assertThat(backends()).hasSizeBetween(1, 3);
        await().until(() -> backends().size() == 1);
        try (WireClient client = house.client()) {
            String pid = client.value(PID);
            // much longer than it may idle
            client.query("SELECT pg_sleep(0.5)");
            assertThat(client.value(PID)).as("somebody used it").isEqualTo(pid);
        }
    }

    @Test
    void aMinimumIsKeptWhateverBecomesOfBackends() throws Exception {
        use(1);
        assertThat(backends()).hasSize(1);
        limit(4, 3, NEVER, NEVER);
        await().until(() -> backends().size() == 3);
        List<Integer> before = backends();
        house.proxy.wire().reconnect("");
        await().until(
                        () ->
                                backends().size() == 3
                                        && backends().stream().noneMatch(before::contains));
        try (WireClient client = house.client()) {
            client.query(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname ="
                            + " current_database() AND pid <> pg_backend_pid()");
        }
        await().until(() -> backends().size() == 3);
    }

    @Test
    void anOldBackendIsReplacedBetweenTransactionsOnly() throws Exception {
        limit(4, 0, NEVER, SOON);
        try (WireClient client = house.client()) {
            client.query("BEGIN");
            String pid = client.value(PID);
            client.query("SELECT pg_sleep(0.3)");
            assertThat(client.value(PID)).isEqualTo(pid);
            client.query("COMMIT");
            assertThat(client.value(PID)).isNotEqualTo(pid);
        }
    }

    @Test
    void whoWaitsIsServedWhenThePoolGrows() throws Exception {
        limit(1, 0, NEVER, NEVER);
        try (WireClient first = house.client();
                WireClient second = house.client()) {
            first.query("BEGIN");
            second.send(out -> out.query("SELECT 1".getBytes(UTF_8)));
            await().until(() -> house.proxy.wire().pools().getFirst().clientsWaiting() == 1);
            limit(2, 0, NEVER, NEVER);
            assertThat(WireClient.types(second.untilReady())).isEqualTo("TDCZ");
            first.query("COMMIT");
        }
    }
}
