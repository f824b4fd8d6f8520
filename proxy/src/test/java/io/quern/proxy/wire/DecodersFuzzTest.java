package io.quern.proxy.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Every decoder of the wire against bytes that no honest peer sends, and against any split. */
@SuppressWarnings({"ArrayRecordComponent", "ReferenceEquality"})
class DecodersFuzzTest {

    // ---- FrameScanner

    /**
     * What is to be done with one frame.
     *
     * @param wanted of {@link FrameScanner.Sink#begin}, once it has been told to wait often enough
     * @param verdict of {@link FrameScanner.Sink#look}, the same
     */
    private record Plan(
            byte type,
            byte[] body,
            int beginWaits,
            int wanted,
            int lookWaits,
            int verdict,
            byte[] atBegin,
            byte[] atLook) {

        static Plan random(Random random) {
            byte[] body =
                    new byte[random.nextInt(3) == 0 ? random.nextInt(600) : random.nextInt(9)];
            random.nextBytes(body);
            int wanted =
                    switch (random.nextInt(4)) {
                        case 0 -> 0;
                        case 1 -> FrameScanner.DROP;
                        default -> body.length == 0 ? 0 : 1 + random.nextInt(body.length);
                    };
            int verdict = random.nextBoolean() ? FrameScanner.PASS : random.nextInt(wanted + 2);
            return new Plan(
                    (byte) (1 + random.nextInt(127)),
                    body,
                    random.nextInt(3) == 0 ? random.nextInt(3) : 0,
                    wanted,
                    random.nextInt(3) == 0 ? random.nextInt(3) : 0,
                    Math.min(verdict, Math.max(0, wanted)),
                    emitted(random),
                    emitted(random));
        }

        private static byte[] emitted(Random random) {
            byte[] bytes = new byte[random.nextInt(4) == 0 ? 1 + random.nextInt(5) : 0];
            random.nextBytes(bytes);
            return bytes;
        }

        byte[] frame() {
            return new MessageWriter().begin(type).raw(body, 0, body.length).end().toByteArray();
        }

        /** What goes on, with what is put in front of it. */
        void expect(ByteArrayOutputStream out) {
            out.writeBytes(atBegin);
            if (wanted > 0) {
                for (int i = 0; i <= lookWaits; i++) {
                    out.writeBytes(atLook);
                }
            }
            if (wanted == 0 || (wanted > 0 && verdict == FrameScanner.PASS)) {
                out.writeBytes(frame());
            } else if (wanted > 0) {
                out.write(body, verdict, body.length - verdict);
            }
        }
    }

    private static final class Planned implements FrameScanner.Sink {
        final FrameScanner scanner = new FrameScanner(this);
        final ByteArrayOutputStream forwarded = new ByteArrayOutputStream();
        private final List<Plan> plans;
        private int at;
        private int asked;

        Planned(List<Plan> plans) {
            this.plans = plans;
        }

        boolean done() {
            return at == plans.size();
        }

        private void emit(byte[] bytes) {
            if (bytes.length > 0) {
                scanner.emit(Unpooled.copiedBuffer(bytes));
            }
        }

        private void decided() {
            at++;
            asked = 0;
        }

        @Override
        public int begin(byte type, int bodyLength) {
            Plan plan = plans.get(at);
            assertThat(type).isEqualTo(plan.type);
            assertThat(bodyLength).isEqualTo(plan.body.length);
            if (asked++ < plan.beginWaits) {
                return FrameScanner.WAIT;
            }
            emit(plan.atBegin);
            asked = 0;
            if (plan.wanted <= 0) {
                decided();
            }
            return plan.wanted;
        }

        @Override
        public int look(byte type, byte[] bytes, int offset, int length, int bodyLength) {
            Plan plan = plans.get(at);
            assertThat(type).isEqualTo(plan.type);
            assertThat(bodyLength).isEqualTo(plan.body.length);
            assertThat(new String(bytes, offset, length, ISO_8859_1))
                    .isEqualTo(new String(plan.body, 0, plan.wanted, ISO_8859_1));
            emit(plan.atLook);
            if (asked++ < plan.lookWaits) {
                return FrameScanner.WAIT;
            }
            decided();
            return plan.verdict;
        }

        @Override
        public void forward(ByteBuf bytes) {
            forwarded.writeBytes(copied(bytes));
            bytes.release();
        }
    }

    private static byte[] copied(ByteBuf bytes) {
        byte[] copy = new byte[bytes.readableBytes()];
        bytes.getBytes(bytes.readerIndex(), copy);
        return copy;
    }

    @Property
    void whateverIsDecidedAndHoweverItComesTheBytesAreThese(@ForAll long seed) {
        Random random = new Random(seed);
        List<Plan> plans = new ArrayList<>();
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        for (int i = 1 + random.nextInt(12); i > 0; i--) {
            Plan plan = Plan.random(random);
            plans.add(plan);
            stream.writeBytes(plan.frame());
            plan.expect(expected);
        }
        Planned sink = new Planned(plans);
        byte[] bytes = stream.toByteArray();
        int most = 1 + random.nextInt(random.nextBoolean() ? 8 : 500);
        ByteBuf unread = Unpooled.EMPTY_BUFFER;
        int fed = 0;
        while (!sink.done() || fed < bytes.length || unread.isReadable()) {
            int count = Math.min(bytes.length - fed, random.nextInt(most + 1));
            byte[] left = copied(unread);
            unread.release();
            unread = Unpooled.buffer(left.length + count).writeBytes(left);
            unread.writeBytes(bytes, fed, count);
            fed += count;
            if (unread.isReadable() || sink.scanner.waiting()) {
                sink.scanner.scan(unread);
                assertThat(unread.isReadable())
                        .isEqualTo(sink.scanner.waiting() && unread.isReadable());
            }
        }
        unread.release();
        assertThat(sink.scanner.empty()).isTrue();
        assertThat(sink.scanner.betweenFrames()).isTrue();
        assertThat(sink.forwarded.toByteArray()).isEqualTo(expected.toByteArray());
    }

    // ---- packets and bodies

    /** Runs a decoder; the only thing it may throw is a violation of the protocol. */
    private static void survives(Runnable decoder) {
        assertThatCode(
                        () -> {
                            try {
                                decoder.run();
                            } catch (ProtocolViolation refused) {
                                assertThat(refused.getMessage()).isNotBlank();
                            }
                        })
                .doesNotThrowAnyException();
    }

    @Property
    void startupPacketsAreDecodedOrRefused(@ForAll @Size(max = 300) byte[] rest) {
        for (int code : new int[] {196_608, 196_610, 80_877_102, 80_877_103, 80_877_104, 42}) {
            MessageWriter out = new MessageWriter().int32(8 + rest.length).int32(code);
            byte[] packet = out.raw(rest, 0, rest.length).toByteArray();
            survives(() -> StartupPacket.decode(packet));
        }
        survives(() -> StartupPacket.decode(rest));
    }

    @Property
    void aStartupPacketIsReadAsItWasWritten(@ForAll long seed) {
        Random random = new Random(seed);
        Map<String, String> parameters = new LinkedHashMap<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            parameters.put("n" + random.nextInt(), "v" + random.nextInt());
        }
        parameters.put("database", "elsewhere");
        StartupPacket.Startup startup = new StartupPacket.Startup(random.nextInt(3), parameters);
        assertThat(StartupPacket.decode(startup.withDatabase("elsewhere"))).isEqualTo(startup);
        byte[] damaged = startup.withDatabase("elsewhere");
        damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
        survives(() -> StartupPacket.decode(damaged));
    }

    @Property
    void messageReadersStayInsideTheirMessage(
            @ForAll @Size(max = 60) byte[] body, @ForAll long seed) {
        Random random = new Random(seed);
        int offset = random.nextInt(body.length + 1);
        int length = random.nextInt(body.length - offset + 1);
        MessageReader in = new MessageReader().over(body, offset, length);
        survives(
                () -> {
                    while (true) {
                        switch (random.nextInt(6)) {
                            case 0 -> in.int8();
                            case 1 -> in.int16();
                            case 2 -> in.int32();
                            case 3 -> in.skipString();
                            case 4 -> in.string();
                            default -> assertThat(in.stringLength()).isLessThan(length);
                        }
                        if (in.remaining() == 0) {
                            return;
                        }
                    }
                });
        assertThat(in.position()).isBetween(offset, offset + length);
        assertThat(in.remaining()).isBetween(0, length);
    }

    @Property
    void errorFieldsOfAnyBytesAreSomething(@ForAll @Size(max = 80) byte[] noise) {
        byte[] framed = new byte[noise.length + 2];
        framed[0] = 'P';
        System.arraycopy(noise, 0, framed, 1, noise.length);
        // also as part of an array with other things around it
        for (byte[] body : List.of(noise, framed)) {
            int offset = body == framed ? 1 : 0;
            int length = body.length - 2 * offset;
            assertThat(ErrorFields.sqlState(body, offset, Math.max(0, length))).hasSize(5);
            assertThat(ErrorFields.message(body, offset, Math.max(0, length))).isNotNull();
            ErrorFields.fatal(body, offset, Math.max(0, length));
            byte[] shorter = ErrorFields.withoutPosition(body, offset, Math.max(0, length));
            assertThat(shorter == null || shorter.length < length).isTrue();
        }
    }

    @Property
    void errorFieldsAreReadAsTheyWereWritten(@ForAll long seed) {
        Random random = new Random(seed);
        MessageWriter body = new MessageWriter();
        MessageWriter without = new MessageWriter();
        List<String> fields =
                new ArrayList<>(List.of("SFEHLER", "VPANIC", "C57P01", "Mwhy", "P17", "Rmain"));
        Collections.shuffle(fields, random);
        for (String field : fields) {
            body.string(field.getBytes(ISO_8859_1));
            if (!field.equals("P17")) {
                without.string(field.getBytes(ISO_8859_1));
            }
        }
        byte[] bytes = body.int8(0).toByteArray();
        assertThat(ErrorFields.sqlState(bytes, 0, bytes.length)).isEqualTo("57P01");
        assertThat(ErrorFields.message(bytes, 0, bytes.length)).isEqualTo("why");
        assertThat(ErrorFields.fatal(bytes, 0, bytes.length)).isTrue();
        assertThat(ErrorFields.withoutPosition(bytes, 0, bytes.length))
                .isEqualTo(without.int8(0).toByteArray());
    }

    @Property
    void commandTagsOfAnyBytesTellSomething(@ForAll @Size(max = 40) byte[] tag) {
        assertThat(CommandTag.rows(tag, 0, tag.length)).isNotNegative();
        assertThat(CommandTag.effect(tag, 0, tag.length)).isNotNull();
        CommandTag.dropsAllStatements(tag, 0, tag.length);
        CommandTag.select(tag, 0, tag.length);
    }

    @Example
    void rowCountsOfRealTags() {
        for (String tag : List.of("INSERT 0 12\0", "SELECT 12\0", "COPY 12\0", "SELECT 12")) {
            byte[] bytes = tag.getBytes(ISO_8859_1);
            assertThat(CommandTag.rows(bytes, 0, bytes.length)).as(tag).isEqualTo(12);
        }
    }
}
