package io.quern.proxy.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import java.util.Arrays;

/**
 * Cuts a stream of bytes into typed frames (type byte, int32 length, body) without gathering them:
 * bytes that are only passing through are handed on as slices of the buffers they came in, however
 * the stream was split. Only the first bytes of a frame that its {@link Sink} asks to look at are
 * ever copied or held back.
 *
 * <p>Every length is checked before anything is allocated for it. Not thread-safe: one scanner
 * belongs to one direction of one connection.
 */
public final class FrameScanner {

    /** From {@link Sink#look}: the frame goes on as it came. */
    public static final int PASS = -1;

    /** From {@link Sink#begin}: the frame is swallowed whole, unseen. */
    public static final int DROP = -1;

    /** The frame, and all behind it, cannot be dealt with yet. */
    public static final int WAIT = -2;

    /** The longest body, in bytes: PostgreSQL itself allocates no more. */
    public static final int MAXIMUM_BODY = 0x3FFF_FFFF - 4;

    private static final int HEADER = 5;
    private static final int SMALLEST = 256;
    private static final byte[] NOTHING = {};

    /** What a connection may keep for frames to look at: one huge statement must not stay. */
    private static final int KEPT = 32 * 1024;

    /** Decides about frames and takes the bytes that go on. */
    public interface Sink {

        /**
         * A frame begins.
         *
         * @return how many bytes of its body to look at, 0 to pass it unseen, {@link #DROP}, or
         *     {@link #WAIT}: nothing more is read until {@link FrameScanner#scan} is called again,
         *     which asks again
         */
        int begin(byte type, int bodyLength);

        /**
         * The bytes asked for are there. They are only valid during the call.
         *
         * @return {@link #PASS}, or how many bytes of the body are swallowed together with the
         *     header, at most {@code length}; the rest of the body goes on. {@link #WAIT}: nothing
         *     more is read until {@link FrameScanner#scan} is called again, which asks again
         */
        int look(byte type, byte[] bytes, int offset, int length, int bodyLength);

        /** Takes ownership of bytes that go on. */
        void forward(ByteBuf bytes);
    }

    private final Sink sink;
    private final byte[] header = new byte[HEADER];
    private int headerCount;
    private int remaining;
    private boolean dropping;
    private byte[] held = NOTHING;
    private int heldCount;
    private int heldWanted;
    private int heldBody;
    private ByteBuf in;
    private int run;
    private int frameStart;
    private boolean detached;
    private boolean scanning;
    private boolean waiting;

    public FrameScanner(Sink sink) {
        this.sink = sink;
        this.in = Unpooled.EMPTY_BUFFER;
    }

    /**
     * Whether the bytes handed on so far end with a whole frame, so that another may be put behind
     * them.
     */
    public boolean betweenFrames() {
        return remaining == 0 || dropping;
    }

    /**
     * Reads all of a buffer, which stays the caller's to release; or up to a frame that must {@link
     * #WAIT}: what is behind that one stays unread, to be given again, before anything newer.
     *
     * @throws ProtocolViolation at a frame that no correct peer sends; the scanner is then unusable
     */
    public void scan(ByteBuf buffer) {
        in = buffer;
        scanning = true;
        run = buffer.readerIndex();
        try {
            if (waiting) {
                again();
            }
            while (!waiting && buffer.isReadable()) {
                step();
            }
            flush(buffer.readerIndex());
            if (held.length > KEPT && heldWanted == 0 && !waiting) {
                held = NOTHING;
            }
        } finally {
            scanning = false;
            in = Unpooled.EMPTY_BUFFER;
        }
    }

    /** Whether a correct peer may send a frame with this header. */
    public static boolean plausible(byte type, int length) {
        return type > 0 && length >= 4 && length - 4 <= MAXIMUM_BODY;
    }

    /** Whether a frame was told to wait: the next scan asks for it again. */
    public boolean waiting() {
        return waiting;
    }

    /** Whether no part of a frame is held or under way. */
    public boolean empty() {
        return remaining == 0 && headerCount == 0 && heldWanted == 0 && !waiting;
    }

    /** Whether a buffer is being read just now. */
    public boolean scanning() {
        return scanning;
    }

    /** Puts bytes in front of the frame being looked at; takes ownership. */
    public void emit(ByteBuf bytes) {
        flush(frameStart);
        sink.forward(bytes);
    }

    private void step() {
        if (remaining > 0) {
            body();
        } else if (heldWanted > 0) {
            gather();
        } else if (headerCount > 0 || in.readableBytes() < HEADER) {
            gatherHeader();
        } else {
            frameStart = in.readerIndex();
            detached = false;
            byte type = in.getByte(frameStart);
            int length = in.getInt(frameStart + 1);
            in.skipBytes(HEADER);
            frame(type, length);
        }
    }

    /** Asks again about the frame that had to wait. */
    private void again() {
        waiting = false;
        frameStart = run;
        if (heldCount == 0) {
            detached = true;
            frame(header[0], MessageReader.int32(header, 1));
        } else {
            lookAtHeld();
        }
    }

    private void body() {
        int count = Math.min(remaining, in.readableBytes());
        if (dropping) {
            flush(in.readerIndex());
            in.skipBytes(count);
            run = in.readerIndex();
        } else {
            in.skipBytes(count);
        }
        remaining -= count;
    }

    private void gatherHeader() {
        flush(in.readerIndex());
        int count = Math.min(HEADER - headerCount, in.readableBytes());
        in.readBytes(header, headerCount, count);
        headerCount += count;
        run = in.readerIndex();
        if (headerCount == HEADER) {
            headerCount = 0;
            detached = true;
            frameStart = run;
            frame(header[0], MessageReader.int32(header, 1));
        }
    }

    private void frame(byte type, int length) {
        if (type <= 0) {
            throw new ProtocolViolation("invalid message type");
        }
        if (length < 4 || length - 4 > MAXIMUM_BODY) {
            throw new ProtocolViolation("invalid message length");
        }
        int bodyLength = length - 4;
        int wanted = sink.begin(type, bodyLength);
        if (wanted == DROP) {
            flush(frameStart);
            run = in.readerIndex();
            remaining = bodyLength;
            dropping = true;
            return;
        }
        if (wanted == WAIT) {
            flush(frameStart);
            run = in.readerIndex();
            header(header, type, length);
            heldCount = 0;
            waiting = true;
            return;
        }
        dropping = false;
        if (wanted == 0) {
            pass(type, length);
            remaining = bodyLength;
        } else if (in.readableBytes() >= wanted) {
            look(type, length, wanted);
        } else {
            hold(type, length, wanted);
        }
    }

    /** Lets the header go on with the run, or by itself if it came in pieces. */
    private void pass(byte type, int length) {
        if (detached) {
            sink.forward(in.alloc().buffer(HEADER).writeByte(type).writeInt(length));
        }
    }

    private void look(byte type, int length, int wanted) {
        int at = in.readerIndex();
        room(wanted);
        in.getBytes(at, held, 0, wanted);
        int verdict = sink.look(type, held, 0, wanted, length - 4);
        if (verdict == PASS) {
            pass(type, length);
            remaining = length - 4;
        } else if (verdict == WAIT) {
            flush(frameStart);
            room(HEADER + wanted);
            System.arraycopy(held, 0, held, HEADER, wanted);
            header(held, type, length);
            in.skipBytes(wanted);
            run = in.readerIndex();
            heldCount = HEADER + wanted;
            heldBody = length - 4;
            waiting = true;
        } else {
            flush(frameStart);
            in.skipBytes(verdict);
            run = in.readerIndex();
            remaining = length - 4 - verdict;
        }
    }

    private void hold(byte type, int length, int wanted) {
        flush(frameStart);
        run = in.readerIndex();
        room(HEADER);
        header(held, type, length);
        heldCount = HEADER;
        heldWanted = HEADER + wanted;
        heldBody = length - 4;
    }

    private static void header(byte[] into, byte type, int length) {
        into[0] = type;
        into[1] = (byte) (length >>> 24);
        into[2] = (byte) (length >>> 16);
        into[3] = (byte) (length >>> 8);
        into[4] = (byte) length;
    }

    /** Memory grows with the bytes that really came, never with the length that was announced. */
    private void gather() {
        int count = Math.min(heldWanted - heldCount, in.readableBytes());
        room(heldCount + count);
        in.readBytes(held, heldCount, count);
        heldCount += count;
        run = in.readerIndex();
        frameStart = run;
        if (heldCount < heldWanted) {
            return;
        }
        heldWanted = 0;
        lookAtHeld();
    }

    private void lookAtHeld() {
        int looked = heldCount - HEADER;
        int verdict = sink.look(held[0], held, HEADER, looked, heldBody);
        waiting = verdict == WAIT;
        if (waiting) {
            return;
        }
        int from = verdict == PASS ? 0 : HEADER + verdict;
        if (from < heldCount) {
            int left = heldCount - from;
            sink.forward(in.alloc().buffer(left).writeBytes(held, from, left));
        }
        remaining = heldBody - looked;
    }

    private void flush(int end) {
        if (end > run) {
            sink.forward(in.retainedSlice(run, end - run));
        }
        run = Math.max(run, end);
    }

    /** Bytes kept for frames to look at. */
    int kept() {
        return held.length;
    }

    private void room(int count) {
        if (held.length < count) {
            held = Arrays.copyOf(held, Math.max(SMALLEST, Math.max(count, held.length * 2)));
        }
    }
}
