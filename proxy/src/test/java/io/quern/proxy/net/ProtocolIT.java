package io.quern.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.quern.proxy.wire.MessageWriter;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Corners of the protocol that drivers seldom touch. */
class ProtocolIT {
    private static final int PROTOCOL_3_2 = 196_610;
    private static final byte[] NONE = {};
    private static final int[] NO_TYPES = {};

    private ProxyFixture house;

    @BeforeEach
    void open() {
        house = new ProxyFixture();
    }

    @AfterEach
    void close() {
        assertThat(house.proxy.mishaps().values()).containsOnly(0L);
        house.close();
    }

    private WireClient login() throws IOException {
        return WireClient.login(
                house.port(), house.server.user(), house.server.password(), house.database);
    }

    private WireClient start(int protocol, String... words) throws IOException {
        MessageWriter body = new MessageWriter().int32(protocol);
        for (String word : List.of("user", house.server.user(), "database", house.database)) {
            body.string(word.getBytes(UTF_8));
        }
        for (String word : words) {
            body.string(word.getBytes(UTF_8));
        }
        body.int8(0);
        WireClient client = new WireClient(house.port());
        client.raw(
                new MessageWriter()
                        .int32(body.length() + 4)
                        .raw(body.bytes(), 0, body.length())
                        .toByteArray());
        return client;
    }

    private int version() throws SQLException {
        try (Connection direct = house.server.connect(house.database);
                Statement statement = direct.createStatement();
                ResultSet shown = statement.executeQuery("SHOW server_version_num")) {
            shown.next();
            return shown.getInt(1) / 10_000;
        }
    }

    @Test
    void newerProtocolsAndUnknownOptionsAreTheServersToNegotiate() throws Exception {
        try (WireClient client = start(PROTOCOL_3_2, "_pq_.unheard_of", "on")) {
            WireClient.Message negotiated = client.read();
            assertThat(negotiated.type()).isEqualTo('v');
            assertThat(negotiated.text()).contains("_pq_.unheard_of");
            client.authenticate(house.server.password());
            WireClient.Message key =
                    client.untilReady().stream()
                            .filter(m -> m.type() == 'K')
                            .findFirst()
                            .orElseThrow();
            assertThat(key.body().length()).isEqualTo(version() >= 18 ? 36 : 8);
            client.send(out -> out.query("SELECT pg_sleep(60)".getBytes(UTF_8)));
            house.server.awaitSleeper(house.database);
            byte[] secret = key.body().getBytes(ISO_8859_1);
            try (WireClient cancelling = new WireClient(house.port())) {
                cancelling.raw(
                        new MessageWriter()
                                .int32(8 + secret.length)
                                .int32(80_877_102)
                                .raw(secret, 0, secret.length)
                                .toByteArray());
                assertThat(cancelling.untilClosed()).isEmpty();
            }
            assertThat(client.untilReady()).anyMatch(m -> m.text().contains("C57014"));
        }
    }

    @Test
    void functionCallsAreAnswered() throws Exception {
        try (WireClient client = login()) {
            int absolute = 1397;
            client.send(
                    out ->
                            out.begin((byte) 'F')
                                    .int32(absolute)
                                    .int16(0)
                                    .int16(1)
                                    .int32(2)
                                    .raw("-7".getBytes(UTF_8), 0, 2)
                                    .int16(0)
                                    .end());
            List<WireClient.Message> answers = client.untilReady();
            assertThat(WireClient.types(answers)).isEqualTo("VZ");
            assertThat(answers.getFirst().text()).endsWith("7");
            assertThat(WireClient.types(client.query("SELECT 1"))).isEqualTo("TDCZ");
        }
    }

    @Test
    void aReplicationConnectionPasses() throws Exception {
        try (WireClient client = start(196_608, "replication", "database")) {
            client.authenticate(house.server.password());
            client.untilReady();
            List<WireClient.Message> answers = client.query("IDENTIFY_SYSTEM");
            assertThat(WireClient.types(answers)).isEqualTo("TDCZ");
            assertThat(answers.get(1).text()).contains(house.database);
        }
    }

    @Test
    void aClientThatDoesNotLogInIsTurnedAway() throws Exception {
        try (WireClient silent = new WireClient(house.port());
                WireClient hesitant = start(196_608)) {
            assertThat(silent.read().text()).contains("FATAL", "C57014");
            assertThat(hesitant.read().type()).isEqualTo('R');
            assertThat(hesitant.read().text()).contains("FATAL", "C57014");
        }
    }

    @Test
    void flushDrivesThePipelineAndEmptyThingsAreAnswered() throws Exception {
        house.gate.treat(1, "SELECT 1 AS x", "SELECT 1 AS x LIMIT 1");
        try (WireClient client = login()) {
            byte[] s = "s".getBytes(UTF_8);
            client.send(out -> out.parse(s, "SELECT 1 AS x".getBytes(UTF_8), NO_TYPES).sync());
            client.untilReady();
            for (int i = 0; i < 5; i++) {
                client.send(
                        out ->
                                out.bind(NONE, s)
                                        .begin((byte) 'D')
                                        .int8('P')
                                        .string(NONE)
                                        .end()
                                        .execute(NONE)
                                        .begin((byte) 'H')
                                        .end());
                for (char type : "2TDC".toCharArray()) {
                    assertThat(client.read().type()).isEqualTo(type);
                }
                client.send(MessageWriter::sync);
                assertThat(client.read().type()).isEqualTo('Z');
            }
            assertThat(house.recorder.executions().getLast().suggestion()).isEqualTo(1);
            client.send(
                    out ->
                            out.parse(NONE, NONE, NO_TYPES)
                                    .bind(NONE, NONE)
                                    .execute(NONE)
                                    .parse(NONE, "SELECT".getBytes(UTF_8), NO_TYPES)
                                    .bind(NONE, NONE)
                                    .execute(NONE)
                                    .sync()
                                    .query(NONE)
                                    .query("SELECT; SELECT".getBytes(UTF_8)));
            assertThat(WireClient.types(client.untilReady())).isEqualTo("12I12DCZ");
            assertThat(WireClient.types(client.untilReady())).isEqualTo("IZ");
            assertThat(WireClient.types(client.untilReady())).isEqualTo("TDCTDCZ");
        }
    }
}
