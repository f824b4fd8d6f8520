package io.quern.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslHandler;
import io.quern.advisor.Watcher;
import io.quern.proxy.auth.Rules;
import io.quern.proxy.backend.UpstreamFailure;
import io.quern.proxy.tuning.ScriptedGate;
import io.quern.proxy.wire.MessageWriter;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** What a client may say before it is let in, byte for byte. */
class DoorwayTest {
    private static final int V3 = 196_608;
    private static final byte[] SSL = packet(80_877_103);
    private static final byte[] GSS = packet(80_877_104);
    private static final byte[] STARTUP = startup(V3, "user", "me", "database", "shop");

    private static ClientTls tls;
    private static ClientTls onlyTls;

    private final FakeEntrance entrance = new FakeEntrance();
    private final UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(false);
    private final List<EmbeddedChannel> channels = new ArrayList<>();

    @BeforeAll
    static void certify(@TempDir Path temp) throws Exception {
        TestAuthority authority = new TestAuthority(temp);
        Path issued = authority.issue("localhost");
        tls = tls(issued, TlsSettings.Mode.ALLOW);
        onlyTls = tls(issued, TlsSettings.Mode.REQUIRE);
    }

    @AfterAll
    static void forget() {
        tls.close();
        onlyTls.close();
    }

    private static ClientTls tls(Path issued, TlsSettings.Mode mode) throws Exception {
        return new ClientTls(
                new TlsSettings(
                        issued.resolve("server.crt"),
                        issued.resolve("server.key"),
                        Optional.empty(),
                        mode),
                Duration.ofSeconds(5));
    }

    @AfterEach
    void nothingIsKept() {
        channels.forEach(EmbeddedChannel::finishAndReleaseAll);
        assertThat(memory.metric().usedHeapMemory()).isZero();
    }

    private House house(Optional<ClientTls> offered, int most) {
        try {
            return House.of(
                    ProxyFixture.nowhere(EmbeddedChannel::new),
                    Duration.ofSeconds(60),
                    new ScriptedGate(),
                    Watcher.BLIND,
                    Signals.NONE,
                    offered,
                    new Headcount(most),
                    Rules::none);
        } catch (UpstreamFailure impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private EmbeddedChannel knock(House house) {
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.config().setAllocator(memory);
        channel.freezeTime();
        channel.pipeline().addLast(new Doorway(house, entrance));
        channel.pipeline().fireChannelActive();
        channels.add(channel);
        return channel;
    }

    private EmbeddedChannel knock() {
        return knock(house(Optional.empty(), 100));
    }

    private void send(EmbeddedChannel channel, byte... bytes) {
        channel.writeInbound(memory.heapBuffer(bytes.length).writeBytes(bytes));
    }

    private static String answered(EmbeddedChannel channel) {
        StringBuilder all = new StringBuilder();
        for (ByteBuf bytes = channel.readOutbound(); bytes != null; ) {
            all.append(bytes.toString(ISO_8859_1).replace('\0', '|'));
            bytes.release();
            bytes = channel.readOutbound();
        }
        return all.toString();
    }

    private static void refused(EmbeddedChannel channel, String sqlState, String message) {
        assertThat(answered(channel))
                .startsWith("E")
                .endsWith("SFATAL|VFATAL|C" + sqlState + "|M" + message + "||");
        assertThat(channel.isOpen()).isFalse();
    }

    private static void silent(EmbeddedChannel channel) {
        Object answer = channel.readOutbound();
        assertThat(answer).isNull();
        assertThat(channel.isOpen()).isFalse();
    }

    private static byte[] packet(int code, int... rest) {
        MessageWriter out = new MessageWriter().int32(8 + 4 * rest.length).int32(code);
        for (int word : rest) {
            out.int32(word);
        }
        return out.toByteArray();
    }

    private static byte[] startup(int version, String... words) {
        MessageWriter body = new MessageWriter().int32(version);
        for (String word : words) {
            body.string(word.getBytes(UTF_8));
        }
        body.int8(0);
        return new MessageWriter()
                .int32(body.length() + 4)
                .raw(body.bytes(), 0, body.length())
                .toByteArray();
    }

    private static byte[] cancel(int keyLength) {
        byte[] key = new byte[keyLength];
        return new MessageWriter()
                .int32(12 + keyLength)
                .int32(80_877_102)
                .int32(4711)
                .raw(key, 0, keyLength)
                .toByteArray();
    }

    // ---- sessions

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 1000})
    void aStartupPacketArrivesWholeHoweverItWasCut(int size) {
        EmbeddedChannel channel = knock();
        for (int at = 0; at < STARTUP.length; at += size) {
            assertThat(entrance.arrivals).isEmpty();
            int count = Math.min(size, STARTUP.length - at);
            byte[] piece = new byte[count];
            System.arraycopy(STARTUP, at, piece, 0, count);
            send(channel, piece);
        }
        Arrival arrival = entrance.arrivals.getFirst();
        assertThat(arrival.packet()).isEqualTo(STARTUP);
        assertThat(arrival.startup().user()).isEqualTo("me");
        assertThat(arrival.startup().database()).isEqualTo("shop");
        assertThat(arrival.peer().tls()).isFalse();
        assertThat(channel.config().isAutoRead()).isFalse();
        assertThat(answered(channel)).isEmpty();
    }

    @Test
    void whatFollowsTheStartupPacketIsHandedOverWithTheConnection() {
        EmbeddedChannel channel = knock();
        byte[] both =
                ByteBuffer.allocate(STARTUP.length + 2)
                        .put(STARTUP)
                        .put("hi".getBytes(UTF_8))
                        .array();
        send(channel, both);
        send(channel, (byte) '!');
        ByteBuf rest =
                entrance.arrivals
                        .getFirst()
                        .handOver(new ChannelInboundHandlerAdapter(), (state, message) -> {});
        assertThat(rest.toString(UTF_8)).isEqualTo("hi!");
        rest.release();
        assertThat(channel.pipeline().get(Doorway.class)).isNull();
    }

    @Test
    void anArrivalCanStillBeRefused() {
        EmbeddedChannel channel = knock();
        send(channel, STARTUP);
        entrance.arrivals.getFirst().refuse("08001", "no way");
        refused(channel, "08001", "no way");
    }

    @ParameterizedTest
    @CsvSource({"131072,2.0", "262144,4.0", "65536,1.0", "-1,65535.65535"})
    void versionsThatNobodySpeaksAreRefusedAsPostgresDoes(int version, String shown) {
        EmbeddedChannel channel = knock();
        send(channel, startup(version, "user", "me"));
        refused(
                channel,
                "0A000",
                "unsupported frontend protocol " + shown + ": server supports 3.0 to 3.2");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 9999})
    void minorVersionsAreForWhoeverServesTheClient(int minor) {
        send(knock(), startup(V3 + minor, "user", "me"));
        assertThat(entrance.arrivals.getFirst().startup().minor()).isEqualTo(minor);
    }

    @Test
    void somebodyWithoutANameIsRefused() {
        EmbeddedChannel channel = knock();
        send(channel, startup(V3, "database", "shop"));
        refused(channel, "28000", "no PostgreSQL user name specified in startup packet");
    }

    @Test
    void aPacketWithoutItsEndIsRefused() {
        EmbeddedChannel channel = knock();
        send(channel, startup(V3, "user", "me", "", "x"));
        refused(
                channel,
                "08P01",
                "invalid startup packet layout: expected terminator as last byte");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7, 10_001, -1, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void lengthsOutOfRangeEndTheConnectionWithoutAWord(int length) {
        EmbeddedChannel channel = knock();
        send(channel, new MessageWriter().int32(length).toByteArray());
        silent(channel);
    }

    @Test
    void whoSaysTerminateFirstLeavesWithoutAWord() {
        EmbeddedChannel channel = knock();
        send(channel, new byte[] {'X', 0, 0, 0, 4});
        silent(channel);
    }

    @Test
    void theHouseTakesOnlySoManyClients() {
        House house = house(Optional.empty(), 1);
        EmbeddedChannel first = knock(house);
        send(first, STARTUP);
        EmbeddedChannel second = knock(house);
        send(second, STARTUP);
        refused(second, "53300", "sorry, too many clients already");
        assertThat(entrance.arrivals).hasSize(1);

        EmbeddedChannel cancelling = knock(house);
        send(cancelling, cancel(4));
        assertThat(entrance.cancels).hasSize(1);

        var _ = first.close();
        EmbeddedChannel third = knock(house);
        send(third, STARTUP);
        assertThat(entrance.arrivals).hasSize(2);
        assertThat(house.clients().present()).isEqualTo(1);
    }

    @Test
    void aCrowdAtTheDoorIsTurnedAwayUnread() {
        EmbeddedChannel channel = new EmbeddedChannel(new FullHouse());
        refused(channel, "53300", "sorry, too many clients already");
        EmbeddedChannel another = new EmbeddedChannel(new FullHouse());
        refused(another, "53300", "sorry, too many clients already");
    }

    // ---- cancelling

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 32, 256})
    void aCancelRequestGoesOnAndTheConnectionIsClosedWithoutAWord(int keyLength) {
        EmbeddedChannel channel = knock();
        send(channel, cancel(keyLength));
        assertThat(entrance.cancels.getFirst().process()).isEqualTo(4711);
        assertThat(entrance.cancels.getFirst().key().remaining()).isEqualTo(keyLength);
        assertThat(channel.isOpen()).isTrue();
        entrance.cancelling.getFirst().setSuccess(null);
        channel.runPendingTasks();
        assertThat(channel.isOpen()).isFalse();
        assertThat(answered(channel)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 257, 9000})
    void aCancelKeyIsNeitherEmptyNorEndless(int keyLength) {
        EmbeddedChannel channel = knock();
        send(channel, cancel(keyLength));
        refused(channel, "08P01", "invalid length of query cancel key");
        assertThat(entrance.cancels).isEmpty();
    }

    // ---- encryption

    @Test
    void withoutACertificateBothKindsOfEncryptionAreDeclined() {
        for (List<byte[]> order : List.of(List.of(SSL, GSS), List.of(GSS, SSL))) {
            EmbeddedChannel channel = knock();
            order.forEach(request -> send(channel, request));
            assertThat(answered(channel)).isEqualTo("NN");
            send(channel, STARTUP);
            assertThat(entrance.arrivals).isNotEmpty();
            entrance.arrivals.clear();
        }
    }

    @ParameterizedTest
    @CsvSource({"80877103,1234.5679", "80877104,1234.5680"})
    void encryptionIsAskedForOnlyOnce(int code, String shown) {
        EmbeddedChannel channel = knock();
        send(channel, packet(code));
        assertThat(answered(channel)).isEqualTo("N");
        send(channel, packet(code));
        refused(
                channel,
                "0A000",
                "unsupported frontend protocol " + shown + ": server supports 3.0 to 3.2");
    }

    @Test
    void withACertificateTlsIsAgreedToEvenAfterGssapiWasDeclined() {
        EmbeddedChannel channel = knock(house(Optional.of(tls), 100));
        send(channel, GSS);
        send(channel, SSL);
        assertThat(answered(channel)).isEqualTo("NS");
        assertThat(channel.pipeline().get(SslHandler.class)).isNotNull();
    }

    @Test
    void plainBytesBehindARequestForTlsAreAnAttack() {
        EmbeddedChannel channel = knock(house(Optional.of(tls), 100));
        send(channel, ByteBuffer.allocate(8 + STARTUP.length).put(SSL).put(STARTUP).array());
        refused(channel, "08P01", "received unencrypted data after SSL request");
        assertThat(entrance.arrivals).isEmpty();
    }

    @Test
    void plainBytesAfterTheAgreementAreNotReadAsAPacket() {
        EmbeddedChannel channel = knock(house(Optional.of(tls), 100));
        send(channel, SSL);
        assertThat(answered(channel)).isEqualTo("S");
        send(channel, STARTUP);
        assertThat(entrance.arrivals).isEmpty();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void tlsAtOnceWithoutACertificateEndsTheConnection() {
        EmbeddedChannel channel = knock();
        send(channel, new byte[] {0x16, 3, 1, 0, 5});
        assertThat(answered(channel)).isEmpty();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void whoDemandsTlsTurnsPlainClientsAwayButTakesTheirCancelRequests() {
        House house = house(Optional.of(onlyTls), 100);
        EmbeddedChannel channel = knock(house);
        send(channel, STARTUP);
        refused(channel, "28000", "Quern serves no client without TLS: use sslmode=require");
        assertThat(house.clients().present()).isZero();

        send(knock(house), cancel(4));
        assertThat(entrance.cancels).hasSize(1);
    }

    // ---- time

    @Test
    void aClientThatTricklesIsCutOffInTime() {
        EmbeddedChannel channel = knock();
        for (int i = 0; i < 5; i++) {
            send(channel, STARTUP[i]);
            channel.advanceTimeBy(11, TimeUnit.SECONDS);
            channel.runScheduledPendingTasks();
        }
        assertThat(channel.isOpen()).isTrue();
        channel.advanceTimeBy(6, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        refused(channel, "57014", "canceling authentication due to timeout");
    }

    @Test
    void aClientThatDoesNotGetOnWithTlsIsCutOffInTime() {
        EmbeddedChannel channel = knock(house(Optional.of(tls), 100));
        send(channel, SSL);
        assertThat(answered(channel)).isEqualTo("S");
        channel.advanceTimeBy(61, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void theTimeForALoginGoesOnUntilItIsSettled() {
        List<String> told = new ArrayList<>();
        for (boolean settled : new boolean[] {true, false}) {
            EmbeddedChannel channel = knock();
            send(channel, STARTUP);
            Arrival arrival = entrance.arrivals.getLast();
            arrival.handOver(new ChannelInboundHandlerAdapter(), (state, m) -> told.add(state))
                    .release();
            if (settled) {
                arrival.settled();
            }
            channel.advanceTimeBy(61, TimeUnit.SECONDS);
            channel.runScheduledPendingTasks();
            assertThat(told).hasSize(settled ? 0 : 1);
        }
        assertThat(told).containsExactly("57014");
    }

    // ---- anything

    /** Whatever comes: at most one error, then the end; nothing is kept, and time ends it all. */
    @Property(tries = 2000)
    void garbageIsRefusedOnceOrWaitedForInVain(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 400) int size) {
        Random random = new Random(seed);
        UnpooledByteBufAllocator own = new UnpooledByteBufAllocator(false);
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.config().setAllocator(own);
        channel.freezeTime();
        channel.pipeline().addLast(new Doorway(house(Optional.empty(), 100), entrance));
        channel.pipeline().fireChannelActive();
        ByteBuf all = Unpooled.buffer();
        while (all.readableBytes() < size) {
            all.writeBytes(piece(random));
        }
        while (all.isReadable() && channel.isOpen()) {
            int count = Math.min(all.readableBytes(), 1 + random.nextInt(20));
            channel.writeInbound(own.heapBuffer(count).writeBytes(all, count));
        }
        channel.advanceTimeBy(61, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        entrance.cancelling.forEach(promise -> promise.trySuccess(null));
        channel.runPendingTasks();
        String answers = answered(channel);
        assertThat(answers)
                .matches("(?s)N{0,2}(E.{4}SFATAL\\|VFATAL\\|C[0-9A-Z]{5}\\|M[^|]+\\|\\|)?");
        assertThat(channel.isOpen()).isFalse();
        channel.finishAndReleaseAll();
        assertThat(own.metric().usedHeapMemory()).isZero();
    }

    private static byte[] piece(Random random) {
        byte[] noise = new byte[1 + random.nextInt(16)];
        random.nextBytes(noise);
        return switch (random.nextInt(7)) {
            case 0 -> SSL;
            case 1 -> GSS;
            case 2 -> STARTUP;
            case 3 -> cancel(random.nextInt(300));
            case 4 -> packet(V3 + random.nextInt(3), random.nextInt(), random.nextInt());
            case 5 -> new byte[] {0, 0, 0, (byte) random.nextInt(64)};
            default -> noise;
        };
    }
}
