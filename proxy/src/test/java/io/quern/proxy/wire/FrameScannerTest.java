package io.quern.proxy.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

class FrameScannerTest {

    /**
     * Looks at 'Q' whole, at 3 bytes of 'B', drops 'x', cuts two bytes off 'c', passes the rest.
     */
    private static final class Sink implements FrameScanner.Sink {
        final List<String> seen = new ArrayList<>();
        final ByteArrayOutputStream forwarded = new ByteArrayOutputStream();

        @Override
        public int begin(byte type, int bodyLength) {
            return switch (type) {
                case 'Q' -> bodyLength;
                case 'B', 'c' -> Math.min(3, bodyLength);
                case 'x' -> FrameScanner.DROP;
                default -> 0;
            };
        }

        @Override
        public int look(byte type, byte[] bytes, int offset, int length, int bodyLength) {
            seen.add((char) type + new String(bytes, offset, length, ISO_8859_1));
            return type == 'c' ? Math.min(2, length) : FrameScanner.PASS;
        }

        @Override
        public void forward(ByteBuf bytes) {
            byte[] copy = new byte[bytes.readableBytes()];
            bytes.readBytes(copy);
            bytes.release();
            forwarded.writeBytes(copy);
        }
    }

    private static byte[] frames(String... typesAndBodies) {
        MessageWriter out = new MessageWriter();
        for (String frame : typesAndBodies) {
            byte[] body = frame.substring(1).getBytes(ISO_8859_1);
            out.begin((byte) frame.charAt(0)).raw(body, 0, body.length).end();
        }
        return out.toByteArray();
    }

    private static Sink scan(byte[] bytes, int... cuts) {
        Sink sink = new Sink();
        FrameScanner scanner = new FrameScanner(sink);
        int from = 0;
        for (int i = 0; i <= cuts.length; i++) {
            int to = i < cuts.length ? cuts[i] : bytes.length;
            ByteBuf buffer = Unpooled.copiedBuffer(bytes, from, to - from);
            scanner.scan(buffer);
            assertThat(buffer.refCnt()).isEqualTo(1);
            buffer.release();
            from = to;
        }
        assertThat(scanner.betweenFrames()).isTrue();
        return sink;
    }

    private static final byte[] STREAM =
            frames("Qselect", "S", "Babcdef", "xsecret", "dlonger body", "cdown", "H", "x", "B12");
    private static final byte[] EXPECTED =
            concat(
                    frames("Qselect", "S", "Babcdef", "dlonger body"),
                    "wn".getBytes(ISO_8859_1),
                    frames("H", "B12"));

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    @Test
    void aHugeFrameLeavesNoMemoryBehind() {
        FrameScanner scanner = new FrameScanner(new Sink());
        ByteBuf huge = Unpooled.wrappedBuffer(frames("Q" + "x".repeat(500_000)));
        scanner.scan(huge);
        assertThat(scanner.kept()).isLessThan(64 * 1024);
    }

    @Test
    void wholeStreamsAreForwardedLookedAtAndDropped() {
        Sink sink = scan(STREAM);
        assertThat(sink.forwarded.toByteArray()).isEqualTo(EXPECTED);
        assertThat(sink.seen).containsExactly("Qselect", "Babc", "cdow", "B12");
    }

    @Test
    void byteByByteIsTheSame() {
        int[] cuts = new int[STREAM.length - 1];
        for (int i = 0; i < cuts.length; i++) {
            cuts[i] = i + 1;
        }
        assertThat(scan(STREAM, cuts).forwarded.toByteArray()).isEqualTo(EXPECTED);
    }

    @Property
    void anySplitIsTheSame(@ForAll long seed) {
        Random random = new Random(seed);
        int[] cuts = random.ints(6, 0, STREAM.length + 1).sorted().toArray();
        Sink sink = scan(STREAM, cuts);
        assertThat(sink.forwarded.toByteArray()).isEqualTo(EXPECTED);
        assertThat(sink.seen).containsExactly("Qselect", "Babc", "cdow", "B12");
    }

    @Property
    void garbageIsPassedOrRefusedAndNeverAllocatedFor(@ForAll @Size(max = 200) byte[] garbage) {
        Sink sink = new Sink();
        FrameScanner scanner = new FrameScanner(sink);
        ByteBuf buffer = Unpooled.copiedBuffer(garbage);
        try {
            scanner.scan(buffer);
        } catch (ProtocolViolation expected) {
            assertThat(expected).hasMessageStartingWith("invalid message");
        } finally {
            buffer.release();
        }
        assertThat(sink.forwarded.size()).isLessThanOrEqualTo(garbage.length);
    }

    @Test
    void hostileLengthsAndTypesAreRefused() {
        for (int length : new int[] {3, 0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            ByteBuf buffer = Unpooled.buffer().writeByte('Q').writeInt(length);
            assertThatThrownBy(() -> new FrameScanner(new Sink()).scan(buffer))
                    .isInstanceOf(ProtocolViolation.class);
        }
        ByteBuf high = Unpooled.buffer().writeByte(0x80).writeInt(4);
        assertThatThrownBy(() -> new FrameScanner(new Sink()).scan(high))
                .isInstanceOf(ProtocolViolation.class);
    }

    @Test
    void bytesEmittedStandInFrontOfTheFrameLookedAt() {
        List<FrameScanner> holder = new ArrayList<>();
        Sink sink = new Sink();
        FrameScanner.Sink emitting =
                new FrameScanner.Sink() {
                    @Override
                    public int begin(byte type, int bodyLength) {
                        return sink.begin(type, bodyLength);
                    }

                    @Override
                    public int look(byte type, byte[] b, int offset, int length, int bodyLength) {
                        holder.getFirst().emit(Unpooled.copiedBuffer(frames("Zin front")));
                        return type == 'Q' ? length : FrameScanner.PASS;
                    }

                    @Override
                    public void forward(ByteBuf bytes) {
                        sink.forward(bytes);
                    }
                };
        holder.add(new FrameScanner(emitting));
        holder.getFirst().scan(Unpooled.copiedBuffer(frames("S", "Qgone", "Bstays", "S")));
        assertThat(sink.forwarded.toByteArray())
                .isEqualTo(frames("S", "Zin front", "Zin front", "Bstays", "S"));
    }
}
