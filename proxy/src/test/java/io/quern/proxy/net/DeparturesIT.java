package io.quern.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.util.internal.PlatformDependent;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** Clients that vanish, and either side standing still. */
class DeparturesIT {
    private static final long MOST_BYTES = 32L << 20;

    private ProxyFixture house;
    private Connection direct;
    private Statement watch;

    @BeforeEach
    void open() throws SQLException {
        house = new ProxyFixture();
        direct = house.server.connect(house.database);
        watch = direct.createStatement();
    }

    @AfterEach
    void close() throws SQLException {
        await().untilAsserted(() -> assertThat(house.proxy.sessions()).isZero());
        house.close();
        direct.close();
    }

    private WireClient login() throws IOException {
        return WireClient.login(
                house.port(), house.server.user(), house.server.password(), house.database);
    }

    private void awaitBackends(String query, int count) {
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(
                        () -> {
                            try (ResultSet running =
                                    watch.executeQuery(
                                            "SELECT count(*) FROM pg_stat_activity WHERE state ="
                                                    + " 'active' AND pid <> pg_backend_pid() AND query"
                                                    + " LIKE '"
                                                    + query
                                                    + "%'")) {
                                running.next();
                                assertThat(running.getInt(1)).isEqualTo(count);
                            }
                        });
    }

    @Test
    void whatAClientThatVanishedWasRunningIsCancelled() throws Exception {
        try (WireClient client = login()) {
            client.send(out -> out.query("SELECT pg_sleep(300)".getBytes(UTF_8)));
            awaitBackends("SELECT pg_sleep(300)", 1);
        }
        awaitBackends("SELECT pg_sleep(300)", 0);
    }

    @Test
    void whatAClientSentBeforeItSaidGoodbyeIsDone() throws Exception {
        watch.execute("CREATE TABLE done (id int)");
        try (WireClient client = login()) {
            client.send(
                    out ->
                            out.query("INSERT INTO done SELECT 1 FROM pg_sleep(1)".getBytes(UTF_8))
                                    .terminate());
            awaitBackends("INSERT INTO done", 1);
        }
        awaitBackends("INSERT INTO done", 0);
        try (ResultSet rows = watch.executeQuery("SELECT count(*) FROM done")) {
            rows.next();
            assertThat(rows.getInt(1)).isEqualTo(1);
        }
    }

    @Test
    void aReaderThatStopsForAWhileLosesNothingAndCostsNoMemory() throws Exception {
        try (WireClient client = login()) {
            long before = PlatformDependent.usedDirectMemory();
            int rows = 200_000;
            client.send(
                    out ->
                            out.query(
                                    ("SELECT repeat('x', 1000) FROM generate_series(1, "
                                                    + rows
                                                    + ")")
                                            .getBytes(UTF_8)));
            assertThat(client.read().type()).isEqualTo('T');
            await().until(
                            () -> {
                                try (ResultSet waits =
                                        watch.executeQuery(
                                                "SELECT count(*) FROM pg_stat_activity WHERE"
                                                        + " wait_event = 'ClientWrite'")) {
                                    waits.next();
                                    return waits.getInt(1) == 1;
                                }
                            });
            assertThat(PlatformDependent.usedDirectMemory() - before).isLessThan(MOST_BYTES);
            int seen = 0;
            for (char type = client.read().type(); type != 'Z'; type = client.read().type()) {
                seen += type == 'D' ? 1 : 0;
            }
            assertThat(seen).isEqualTo(rows);
        }
    }

    @Test
    void aServerThatStopsReadingStopsTheFloodAndIsLeftInTheEnd() throws Exception {
        watch.execute("CREATE TABLE flooded (line text)");
        watch.execute(
                "CREATE FUNCTION doze() RETURNS trigger LANGUAGE plpgsql AS"
                        + " 'BEGIN PERFORM pg_sleep(300); RETURN NEW; END'");
        watch.execute(
                "CREATE TRIGGER dozes BEFORE INSERT ON flooded FOR EACH ROW EXECUTE FUNCTION"
                        + " doze()");
        long before = PlatformDependent.usedDirectMemory();
        try (WireClient client = login()) {
            client.send(out -> out.query("COPY flooded FROM STDIN".getBytes(UTF_8)));
            assertThat(client.read().type()).isEqualTo('G');
            byte[] line = ("x".repeat(64 * 1024 - 1) + "\n").getBytes(UTF_8);
            Thread flood =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        try {
                                            for (int i = 0; i < 3200; i++) {
                                                client.send(
                                                        out ->
                                                                out.begin((byte) 'd')
                                                                        .raw(line, 0, line.length)
                                                                        .end());
                                            }
                                        } catch (IOException closed) {
                                            // as it must
                                        }
                                    });
            awaitBackends("COPY flooded", 1);
            assertThat(flood.join(Duration.ofSeconds(3))).as("the flood went through").isFalse();
            assertThat(PlatformDependent.usedDirectMemory() - before).isLessThan(MOST_BYTES);
            client.vanish();
        }
        awaitBackends("COPY flooded", 0);
    }
}
