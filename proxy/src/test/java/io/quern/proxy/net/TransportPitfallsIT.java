package io.quern.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.util.internal.PlatformDependent;
import io.quern.proxy.wire.MessageWriter;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * The rest of what {@link PitfallsIT} begins: flow, hostile bytes, COPY and notifications,
 * encryption and logins, plans, rewrites and errors.
 */
@SuppressWarnings("NullAway") // JUnit fills the fields
class TransportPitfallsIT {
    private static final byte[] NONE = {};
    private static final int[] NO_TYPES = {};
    private static final byte[] S = bytes("s");
    private static final long MOST_DIRECT = 24L << 20;
    private static final long MOST_HEAP = 48L << 20;

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

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static void asPostgreSqlDoes(Mode mode, int groups, Consumer<MessageWriter> script)
            throws Exception {
        ProxyFixture house = house(mode);
        try (WireClient there = house.client();
                WireClient here = house.clientWithoutProxy()) {
            there.send(script);
            here.send(script);
            for (int i = 0; i < groups; i++) {
                assertThat(there.untilReady()).isEqualTo(here.untilReady());
            }
        }
    }

    // ---- 7

    private static long heapInUse() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    @ParameterizedTest
    @EnumSource
    void pitfall07_aSlowReaderOfALargeResultCostsNoMemory(Mode mode) throws Exception {
        int rows = 250_000;
        try (WireClient client = house(mode).client()) {
            long direct = PlatformDependent.usedDirectMemory();
            long heap = heapInUse();
            String sql = "SELECT repeat('x', 1000) FROM generate_series(1, " + rows + ")";
            client.send(out -> out.query(bytes(sql)));
            assertThat(client.read().type()).isEqualTo('T');
            for (int i = 0; i < rows; i++) {
                assertThat(client.skip()).isEqualTo('D');
                if (i % 50_000 == 100) {
                    assertThat(heapInUse() - heap).isLessThan(MOST_HEAP);
                }
                if (i % 1000 == 0) {
                    assertThat(PlatformDependent.usedDirectMemory() - direct)
                            .isLessThan(MOST_DIRECT);
                }
            }
            assertThat(client.untilReady()).hasToString("[C:SELECT " + rows + "|, Z:I]");
        }
    }

    @ParameterizedTest
    @EnumSource
    void pitfall07_aHugeBindStreams(Mode mode) throws Exception {
        int size = 200 << 20;
        byte[] chunk = new byte[1 << 16];
        Arrays.fill(chunk, (byte) 'y');
        try (WireClient client = house(mode).client()) {
            client.send(out -> out.parse(S, bytes("SELECT length($1::text)"), NO_TYPES).sync());
            client.untilReady();
            long direct = PlatformDependent.usedDirectMemory();
            long heap = heapInUse();
            // portal, statement, no formats, one value, no result formats
            int body = 1 + 2 + 2 + 2 + 4 + size + 2;
            client.raw(
                    new MessageWriter()
                            .int8('B')
                            .int32(4 + body)
                            .string(NONE)
                            .string(S)
                            .int16(0)
                            .int16(1)
                            .int32(size)
                            .toByteArray());
            for (int sent = 0; sent < size; sent += chunk.length) {
                client.raw(chunk);
                if (sent % (100 << 20) == 50 << 20) {
                    assertThat(heapInUse() - heap).isLessThan(MOST_HEAP);
                }
                if (sent % (1 << 20) == 0) {
                    assertThat(PlatformDependent.usedDirectMemory() - direct)
                            .isLessThan(MOST_DIRECT);
                }
            }
            client.raw(new MessageWriter().int16(0).toByteArray());
            client.send(out -> out.execute(NONE).sync());
            List<WireClient.Message> answers = client.untilReady();
            assertThat(WireClient.types(answers)).isEqualTo("2DCZ");
            assertThat(answers.get(1).values()).containsExactly(Integer.toString(size));
        }
    }

    // ---- 9

    @ParameterizedTest
    @EnumSource
    void pitfall09_hostilePacketsEndTheirSessionOnly(Mode mode) throws Exception {
        List<byte[]> hostile =
                List.of(
                        new byte[] {'Q', 0, 0, 0, 3},
                        new byte[] {'Q', -1, -1, -1, -1},
                        new byte[] {'Q', 0x7F, -1, -1, -1},
                        new byte[] {(byte) 0xF0, 0, 0, 0, 4},
                        new byte[] {'Q', 0, 0, 0, 6, 'h', 'i'},
                        new byte[] {'P', 0, 0, 0, 6, 'h', 0},
                        new byte[] {'B', 0, 0, 0, 6, 'h', 'i'},
                        new byte[] {'D', 0, 0, 0, 5, 'S'},
                        new byte[] {'C', 0, 0, 0, 4},
                        new byte[] {'E', 0, 0, 0, 4});
        ProxyFixture house = house(mode);
        try (WireClient neighbour = house.client()) {
            for (byte[] bytes : hostile) {
                try (WireClient client = house.client()) {
                    client.raw(bytes);
                    assertThat(client.read().text()).contains("FATAL", "C08P01");
                    assertThat(client.readByte()).isEqualTo(-1);
                }
                assertThat(neighbour.value("SELECT 1")).isEqualTo("1");
            }
            for (int length : new int[] {0, 7, 10_001, -1, Integer.MIN_VALUE}) {
                try (WireClient client = new WireClient(house.port())) {
                    client.raw(new MessageWriter().int32(length).toByteArray());
                    assertThat(client.readByte()).isEqualTo(-1);
                }
            }
        }
    }

    // ---- 10

    @ParameterizedTest
    @EnumSource
    void pitfall10_copyFunctionCallAndColumnOrigins(Mode mode) throws Exception {
        ProxyFixture house = house(mode);
        house.execute("CREATE TABLE copied (id int)");
        try {
            try (WireClient there = house.client();
                    WireClient here = house.clientWithoutProxy()) {
                assertThat(copying(there)).isEqualTo(copying(here));
            }
        } finally {
            house.execute("DROP TABLE copied");
        }
    }

    private static List<WireClient.Message> copying(WireClient client) throws IOException {
        List<WireClient.Message> all = new ArrayList<>();
        byte[] lines = bytes("1\n2\n3\n");
        byte[] wrong = bytes("one\n");
        all.addAll(client.query("BEGIN"));
        copyIn(
                client,
                all,
                out -> out.begin((byte) 'd').raw(lines, 0, 6).end().begin((byte) 'c').end());
        all.addAll(client.query("COPY (SELECT id FROM copied ORDER BY id) TO STDOUT"));
        // where a column is from: drivers read it
        all.addAll(client.query("SELECT id FROM copied UNION ALL SELECT 9"));
        all.addAll(client.query("SELECT id FROM copied"));
        all.addAll(client.query("ROLLBACK"));
        // the client thinks better of it
        copyIn(
                client,
                all,
                out ->
                        out.begin((byte) 'd')
                                .raw(lines, 0, 6)
                                .end()
                                .begin((byte) 'f')
                                .string(bytes("no more"))
                                .end());
        // an error before CopyDone
        copyIn(
                client,
                all,
                out ->
                        out.begin((byte) 'd')
                                .raw(wrong, 0, 4)
                                .end()
                                .begin((byte) 'd')
                                .raw(lines, 0, 6)
                                .end()
                                .begin((byte) 'c')
                                .end());
        int absolute = 1397;
        client.send(
                out ->
                        out.begin((byte) 'F')
                                .int32(absolute)
                                .int16(0)
                                .int16(1)
                                .int32(2)
                                .raw(bytes("-7"), 0, 2)
                                .int16(0)
                                .end());
        all.addAll(client.untilReady());
        all.addAll(client.query("SELECT count(*) FROM copied"));
        return all;
    }

    private static void copyIn(
            WireClient client, List<WireClient.Message> all, Consumer<MessageWriter> data)
            throws IOException {
        client.send(out -> out.query(bytes("COPY copied FROM STDIN")));
        assertThat(client.read().type()).isEqualTo('G');
        client.send(data);
        all.addAll(client.untilReady());
    }

    @ParameterizedTest
    @EnumSource
    void pitfall10_notificationsReachWhoListens(Mode mode) throws Exception {
        ProxyFixture house = house(mode);
        try (WireClient listening = house.client();
                WireClient other = house.client()) {
            listening.query("LISTEN news");
            other.query("NOTIFY news, 'it rains'");
            if (mode != Mode.TRANSACTION) {
                assertThat(listening.read().text()).contains("news|it rains|");
                return;
            }
            assertThat(house.proxy.wire().clients())
                    .anyMatch(client -> client.pinned().equals("LISTEN"));
            assertThat(listening.read().text()).contains("news|it rains|");
            listening.query("UNLISTEN *");
            // PostgreSQL is asked, behind the client's back
            await().until(
                            () ->
                                    house.proxy.wire().clients().stream()
                                            .noneMatch(c -> c.pinned().equals("LISTEN")));
        }
    }

    // ---- 11

    @Test
    void pitfall11_encryptionAsksAreAnsweredInAnyOrderAndNothingIsSmuggledIn(
            @TempDir Path authorities, @TempDir Path shown) throws Exception {
        TestAuthority authority = new TestAuthority(authorities);
        install(authority.issue("localhost"), shown);
        TlsSettings tls =
                new TlsSettings(
                        shown.resolve("server.crt"),
                        shown.resolve("server.key"),
                        Optional.empty(),
                        TlsSettings.Mode.ALLOW);
        ProxyFixture.Pooling pooling =
                Mode.TRANSACTION.pooling().behind(DoorSettings.DEFAULTS.withTls(tls));
        byte[] ask = new MessageWriter().int32(8).int32(80_877_103).toByteArray();
        byte[] askGss = new MessageWriter().int32(8).int32(80_877_104).toByteArray();
        try (ProxyFixture house = new ProxyFixture(pooling)) {
            Socket plain = new Socket(InetAddress.getLoopbackAddress(), house.port());
            plain.getOutputStream().write(askGss);
            assertThat(plain.getInputStream().read()).isEqualTo('N');
            plain.getOutputStream().write(ask);
            assertThat(plain.getInputStream().read()).isEqualTo('S');
            SSLSocket secured = secured(plain, house.port());
            X509Certificate before =
                    (X509Certificate) secured.getSession().getPeerCertificates()[0];
            try (WireClient client = new WireClient(secured)) {
                client.startup(house.server.user(), house.database);
                client.authenticate(house.server.password());
                client.untilReady();
                install(authority.issue("localhost"), shown);
                assertThat(house.proxy.reloadCertificate()).isTrue();
                assertThat(client.value("SELECT 'still here'")).isEqualTo("still here");
            }
            try (Socket next = new Socket(InetAddress.getLoopbackAddress(), house.port())) {
                next.getOutputStream().write(ask);
                assertThat(next.getInputStream().read()).isEqualTo('S');
                assertThat(secured(next, house.port()).getSession().getPeerCertificates()[0])
                        .isNotEqualTo(before);
            }
            try (WireClient smuggler = new WireClient(house.port())) {
                smuggler.raw(new MessageWriter().raw(ask, 0, 8).raw(ask, 0, 8).toByteArray());
                assertThat(new String(smuggler.untilClosed(), ISO_8859_1)).contains("C08P01");
            }
        }
    }

    private static void install(Path issued, Path shown) throws IOException {
        for (String file : List.of("server.key", "server.crt")) {
            Files.copy(
                    issued.resolve(file), shown.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static SSLSocket secured(Socket plain, int port) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Trusting()}, null);
        SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(plain, "localhost", port, true);
        socket.startHandshake();
        return socket;
    }

    /** Whose certificate it is, is for other tests. */
    private static final class Trusting implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    // ---- 12

    @ParameterizedTest
    @EnumSource
    void pitfall12_whoPostgreSqlWouldNotLetInStaysOutside(Mode mode) throws Exception {
        ProxyFixture house = house(mode);
        house.execute("CREATE ROLE welcome LOGIN PASSWORD 'right'");
        house.execute("CREATE ROLE expired LOGIN PASSWORD 'right' VALID UNTIL '2001-01-01'");
        house.execute("CREATE ROLE hashed LOGIN");
        try {
            try (WireClient in =
                    WireClient.login(house.port(), "welcome", "right", house.database)) {
                // logged in upstream as itself, by the key its own proof revealed
                assertThat(in.value("SELECT session_user")).isEqualTo("welcome");
            }
            for (String user : List.of("welcome", "expired", "hashed", "nobody")) {
                try (WireClient out = new WireClient(house.port())) {
                    out.startup(user, house.database);
                    String word = user.equals("expired") ? "right" : "wrong";
                    assertThat(refusal(out, word)).contains("FATAL", "C28P01");
                }
            }
        } finally {
            await().until(house::atRest);
            house.proxy.wire().reconnect("");
            house.execute("DROP ROLE welcome, expired, hashed");
        }
    }

    private static String refusal(WireClient client, String password) {
        try {
            client.authenticate(password);
            return "let in";
        } catch (IOException refused) {
            return refused.getMessage();
        }
    }

    // ---- 13

    @Test
    void pitfall13_stalePlansAfterDdlHealByPreparingAgain() throws Exception {
        ProxyFixture house = house(Mode.TRANSACTION);
        house.execute("CREATE TABLE growing (id int); INSERT INTO growing VALUES (1)");
        try (Connection one = house.connect("prepareThreshold=1");
                Connection two = house.connect("prepareThreshold=1");
                Connection blocker = house.connect("")) {
            for (int columns = 1; columns < 4; columns++) {
                // both clients, each on both backends
                for (int round = 0; round < 2; round++) {
                    assertThat(columns(one)).isEqualTo(columns);
                    assertThat(columns(two)).isEqualTo(columns);
                    blocker.setAutoCommit(round == 1);
                    if (round == 0) {
                        columns(blocker);
                    }
                }
                house.execute("ALTER TABLE growing ADD COLUMN c" + columns + " int");
            }
        } finally {
            house.execute("DROP TABLE growing");
        }
    }

    private static int columns(Connection connection) throws SQLException {
        try (PreparedStatement all = connection.prepareStatement("SELECT * FROM growing");
                ResultSet rows = all.executeQuery()) {
            assertThat(rows.next()).isTrue();
            return rows.getMetaData().getColumnCount();
        }
    }

    // ---- 14

    @ParameterizedTest
    @EnumSource
    void pitfall14_rewritesLookLikeTheOriginalAndCanBeTakenBack(Mode mode) throws Exception {
        ProxyFixture house = house(mode);
        String sql = "SELECT $1::int AS n, 'original' AS how";
        String variant = "SELECT $1::int AS n, 'treated!' AS how";
        try (WireClient client = house.client()) {
            client.send(out -> out.parse(S, bytes(sql), NO_TYPES).describeStatement(S).sync());
            List<WireClient.Message> described = client.untilReady();
            house.gate.treat(1, sql, variant, 23);
            await().until(() -> how(client).equals("treated!"));
            client.send(out -> out.describeStatement(S).sync());
            assertThat(client.untilReady()).isEqualTo(described.subList(1, described.size()));
            house.gate.enabled(false);
            assertThat(how(client)).isEqualTo("original");
            house.gate.enabled(true);
            assertThat(how(client)).isEqualTo("treated!");
        } finally {
            house.gate.enabled(false);
            await().until(house::atRest);
            house.gate.enabled(true);
        }
    }

    private static String how(WireClient client) throws IOException {
        client.send(out -> out.bind(NONE, S, new byte[][] {bytes("5")}).execute(NONE).sync());
        List<WireClient.Message> answers = client.untilReady();
        assertThat(WireClient.types(answers)).isEqualTo("2DCZ");
        assertThat(answers.get(1).values().getFirst()).isEqualTo("5");
        return answers.get(1).values().getLast();
    }

    // ---- 15

    @ParameterizedTest
    @EnumSource
    void pitfall15_anErrorAbortsTheTransactionAndNothingRunsTwice(Mode mode) throws Exception {
        ProxyFixture house = house(mode);
        house.execute("CREATE SEQUENCE runs");
        String sql = "SELECT nextval('runs') / 0";
        try {
            try (WireClient client = house.client()) {
                client.query("BEGIN");
                assertThat(client.query(sql)).anyMatch(m -> m.text().contains("C22012"));
                assertThat(client.query("SELECT 1").getFirst().text()).contains("C25P02");
                assertThat(client.query("COMMIT")).hasToString("[C:ROLLBACK|, Z:I]");
                assertThat(client.value("SELECT last_value FROM runs")).isEqualTo("1");
            }
            asPostgreSqlDoes(
                    mode,
                    4,
                    out -> {
                        out.query(bytes("BEGIN"));
                        out.parse(NONE, bytes("SELECT 1/0"), NO_TYPES).bind(NONE, NONE);
                        out.execute(NONE).parse(S, bytes("SELECT 2"), NO_TYPES).sync();
                        out.bind(NONE, S).execute(NONE).sync();
                        out.query(bytes("ROLLBACK"));
                    });
        } finally {
            house.execute("DROP SEQUENCE runs");
        }
    }

    // ---- 16

    @ParameterizedTest
    @EnumSource
    void pitfall16_replicationPassesOrIsRefusedClearly(Mode mode) throws Exception {
        ProxyFixture house = house(mode);
        try (WireClient client = new WireClient(house.port())) {
            client.startup(
                    WireClient.PROTOCOL_3_0,
                    "user",
                    house.server.user(),
                    "database",
                    house.database,
                    "replication",
                    "database");
            if (mode == Mode.PASSING) {
                client.authenticate(house.server.password());
                client.untilReady();
                assertThat(WireClient.types(client.query("IDENTIFY_SYSTEM"))).isEqualTo("TDCZ");
            } else {
                assertThat(client.read().text())
                        .contains("C0A000", "replication connections only pass through");
                assertThat(client.readByte()).isEqualTo(-1);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void pitfall16_noticesParametersAndTheClientsNamePass(Mode mode) throws Exception {
        ProxyFixture house = house(mode);
        asPostgreSqlDoes(
                mode,
                4,
                out ->
                        out.query(bytes("DO $$ BEGIN RAISE NOTICE 'so'; END $$"))
                                .query(bytes("SHOW application_name"))
                                .query(bytes("SET timezone = 'Asia/Tokyo'"))
                                .query(bytes("RESET timezone")));
        try (WireClient client = new WireClient(house.port());
                WireClient other = house.client()) {
            client.startup(
                    WireClient.PROTOCOL_3_0,
                    "user",
                    house.server.user(),
                    "database",
                    house.database,
                    "application_name",
                    "shop",
                    "TimeZone",
                    "Asia/Kathmandu");
            client.authenticate(house.server.password());
            assertThat(client.untilReady().stream().map(WireClient.Message::text))
                    .contains("application_name|shop|", "TimeZone|Asia/Kathmandu|");
            assertThat(client.value("SHOW application_name")).isEqualTo("shop");
            assertThat(other.value("SHOW application_name")).isEmpty();
            assertThat(other.value("SHOW timezone")).isNotEqualTo("Asia/Kathmandu");
        }
    }

    @ParameterizedTest
    @EnumSource
    void pitfall16_goodByesAreAnsweredByClosing(Mode mode) throws Exception {
        ProxyFixture house = house(mode);
        try (WireClient idle = house.client();
                WireClient busy = house.client()) {
            idle.send(MessageWriter::terminate);
            assertThat(idle.untilClosed()).isEmpty();
            busy.send(out -> out.query(bytes("SELECT 'last'")).terminate());
            String last = new String(busy.untilClosed(), ISO_8859_1);
            assertThat(last).contains("last").doesNotContain("FATAL");
        }
    }
}
