package io.quern.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.util.internal.PlatformDependent;
import io.quern.advisor.Watcher;
import io.quern.proxy.backend.SslMode;
import io.quern.proxy.tuning.ScriptedGate;
import io.quern.proxy.wire.MessageWriter;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

/** Hostile, slow and dying peers. */
class FaultsIT {
    private static final int[] NO_TYPES = {};
    private ProxyFixture house;

    @BeforeEach
    void open() {
        house = new ProxyFixture();
    }

    @AfterEach
    void close() {
        await().untilAsserted(() -> assertThat(house.proxy.sessions()).isZero());
        house.close();
    }

    private WireClient login() throws IOException {
        return login(house.port());
    }

    private WireClient login(int port) throws IOException {
        return WireClient.login(port, house.server.user(), house.server.password(), house.database);
    }

    @Test
    void encryptionIsDeclinedAndPlainGoesOn() throws Exception {
        try (WireClient client = new WireClient(house.port())) {
            client.raw(new MessageWriter().int32(8).int32(80_877_104).toByteArray());
            assertThat(client.readByte()).isEqualTo('N');
            client.raw(new MessageWriter().int32(8).int32(80_877_103).toByteArray());
            assertThat(client.readByte()).isEqualTo('N');
            client.startup(house.server.user(), house.database);
            client.authenticate(house.server.password());
            assertThat(client.untilReady().getLast().type()).isEqualTo('Z');
        }
    }

    @Test
    void hostileStartupPacketsEndTheConnection() throws Exception {
        for (int length : new int[] {0, 7, 10_001, -1}) {
            try (WireClient client = new WireClient(house.port())) {
                client.raw(new MessageWriter().int32(length).toByteArray());
                assertThat(client.readByte()).isEqualTo(-1);
            }
        }
    }

    @Test
    void hostileMessagesEndTheSessionWithAProtocolError() throws Exception {
        List<byte[]> hostile =
                List.of(
                        new byte[] {'Q', 0, 0, 0, 3},
                        new byte[] {'Q', -1, -1, -1, -1},
                        new byte[] {'Q', 0x7F, -1, -1, -1},
                        new byte[] {(byte) 0xF0, 0, 0, 0, 4},
                        new byte[] {'Q', 0, 0, 0, 6, 'h', 'i'},
                        new byte[] {'P', 0, 0, 0, 6, 'h', 0},
                        new byte[] {'B', 0, 0, 0, 6, 'h', 'i'},
                        new byte[] {'E', 0, 0, 0, 4});
        for (byte[] bytes : hostile) {
            try (WireClient client = login()) {
                client.raw(bytes);
                assertThat(client.read().text()).contains("FATAL", "C08P01");
                assertThat(client.readByte()).isEqualTo(-1);
            }
        }
    }

    @Test
    void messagesBeforeAuthenticationAreRefused() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ProxyServer proxy = before(silent.getLocalPort());
                WireClient client = new WireClient(proxy.port())) {
            client.startup("u", "d");
            try (Socket upstream = silent.accept()) {
                client.send(out -> out.query("SELECT 1".getBytes(UTF_8)));
                assertThat(client.read().text()).contains("C08P01");
                assertThat(upstream.getInputStream().readAllBytes()).isNotEmpty();
            }
        }
    }

    @Test
    void pipelinesAndErrorsKeepTheirOrder() throws Exception {
        try (WireClient client = login()) {
            byte[] s = "s".getBytes(UTF_8);
            byte[] none = {};
            client.send(
                    out ->
                            out.parse(s, "SELECT 1".getBytes(UTF_8), NO_TYPES)
                                    .bind(none, s)
                                    .execute(none)
                                    .sync()
                                    .parse(s, "SELECT 2".getBytes(UTF_8), NO_TYPES)
                                    .bind(none, s)
                                    .execute(none)
                                    .sync()
                                    .bind(none, s)
                                    .execute(none)
                                    .closeStatement(s)
                                    .sync()
                                    .query("SELECT 3".getBytes(UTF_8)));
            StringBuilder types = new StringBuilder();
            for (int i = 0; i < 4; i++) {
                types.append(WireClient.types(client.untilReady())).append(' ');
            }
            assertThat(types.toString()).isEqualTo("12DCZ EZ 2DC3Z TDCZ ");
        }
        assertThat(house.proxy.mishaps().values()).containsOnly(0L);
    }

    @Test
    void aLargeResultToASlowReaderKeepsMemoryBounded() throws Exception {
        try (WireClient client = login()) {
            long before = PlatformDependent.usedDirectMemory();
            client.send(
                    out ->
                            out.query(
                                    "SELECT repeat('x', 1000) FROM generate_series(1, 50000)"
                                            .getBytes(UTF_8)));
            assertThat(client.read().type()).isEqualTo('T');
            long most = 0;
            int rows = 0;
            while (true) {
                char type = client.read().type();
                if (type == 'Z') {
                    break;
                }
                rows += type == 'D' ? 1 : 0;
                most = Math.max(most, PlatformDependent.usedDirectMemory() - before);
            }
            assertThat(rows).isEqualTo(50_000);
            assertThat(most).isLessThan(24L << 20);
        }
    }

    @Test
    void anUpstreamKilledInTheMiddleIsTold() throws Exception {
        try (WireClient client = login()) {
            String pid = client.query("SELECT 'pid' || pg_backend_pid()").get(1).text();
            client.send(out -> out.query("SELECT pg_sleep(30)".getBytes(UTF_8)));
            try (Connection direct = house.server.connect(house.database);
                    Statement statement = direct.createStatement()) {
                statement.execute(
                        "SELECT pg_terminate_backend("
                                + pid.substring(pid.indexOf("pid") + 3)
                                + ")");
            }
            List<WireClient.Message> last = client.untilReady();
            assertThat(last.getLast().text()).contains("FATAL", "C57P01");
        }
    }

    @Test
    void anUpstreamThatVanishesIsExplained() throws Exception {
        try (ServerSocket upstream = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ProxyServer proxy = before(upstream.getLocalPort());
                WireClient client = new WireClient(proxy.port())) {
            client.startup("u", "d");
            try (Socket accepted = upstream.accept()) {
                MessageWriter hello = new MessageWriter();
                hello.begin((byte) 'R').int32(0).end().begin((byte) 'Z').int8('I').end();
                accepted.getOutputStream().write(hello.toByteArray());
                client.untilReady();
            }
            assertThat(client.read().text()).contains("FATAL", "C08006");
            assertThat(client.readByte()).isEqualTo(-1);
        }
    }

    @Test
    void anUnreachableUpstreamIsOneClearLine() throws Exception {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        try (ProxyServer proxy = before(free);
                WireClient client = new WireClient(proxy.port())) {
            client.startup("u", "d");
            assertThat(client.read().text())
                    .contains("FATAL", "C08001", "cannot reach the upstream 127.0.0.1:" + free);
        }
    }

    @Test
    void aUsedPortIsOneClearLine() throws Exception {
        ProxySettings settings =
                new ProxySettings(
                        "127.0.0.1",
                        house.port(),
                        ProxyFixture.upstream("127.0.0.1", 1, SslMode.DISABLE),
                        Duration.ofSeconds(1),
                        1);
        try (ProxyServer second =
                new ProxyServer(settings, new ScriptedGate(), Watcher.BLIND, Signals.NONE)) {
            assertThatThrownBy(second::start)
                    .hasMessage(
                            "cannot listen on 127.0.0.1:" + house.port() + ": the port is in use");
        }
    }

    @Test
    void tlsThatTheUpstreamLacksIsAsSslmodeSays() throws Exception {
        try (ProxyServer demanding =
                        ProxyFixture.start(
                                ProxyFixture.upstream(
                                        house.server.host(), house.server.port(), SslMode.REQUIRE),
                                house.gate,
                                house.recorder);
                WireClient client = new WireClient(demanding.port())) {
            client.startup("u", "d");
            assertThat(client.read().text()).contains("C08001", "does not offer TLS");
        }
        try (ProxyServer preferring =
                        ProxyFixture.start(
                                ProxyFixture.upstream(
                                        house.server.host(), house.server.port(), SslMode.PREFER),
                                house.gate,
                                house.recorder);
                WireClient client = login(preferring.port())) {
            assertThat(WireClient.types(client.query("SELECT 1"))).isEqualTo("TDCZ");
        }
    }

    @Test
    void aClientThatLeavesTakesItsBackendAlong() throws Exception {
        try (WireClient client = login()) {
            client.query("SET application_name = 'leaving'");
        }
        try (Connection direct = house.server.connect(house.database);
                Statement statement = direct.createStatement()) {
            await().untilAsserted(
                            () -> {
                                try (ResultSet left =
                                        statement.executeQuery(
                                                "SELECT count(*) FROM pg_stat_activity WHERE"
                                                        + " application_name = 'leaving'")) {
                                    left.next();
                                    assertThat(left.getInt(1)).isZero();
                                }
                            });
        }
    }

    private ProxyServer before(int port) {
        return ProxyFixture.start(
                ProxyFixture.upstream("127.0.0.1", port, SslMode.DISABLE),
                house.gate,
                house.recorder);
    }
}
