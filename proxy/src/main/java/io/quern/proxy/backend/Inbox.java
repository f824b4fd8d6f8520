package io.quern.proxy.backend;

import io.netty.buffer.ByteBuf;
import io.quern.proxy.wire.Backend;
import io.quern.proxy.wire.FrameScanner;
import io.quern.proxy.wire.ProtocolViolation;

import java.util.BitSet;

/**
 * Reads what a server says to Quern itself, while no client is served. Bodies are handed on of the
 * few messages that Quern has use for, and of errors as much as is needed; all else is only named.
 */
final class Inbox implements FrameScanner.Sink {
    /** The longest body read, in bytes. */
    private static final int LONGEST = 65_535;

    private static final byte[] NOTHING = {};

    /** The types whose bodies are read whole. */
    private static final BitSet READ = new BitSet();

    static {
        READ.set(Backend.AUTHENTICATION);
        READ.set(Backend.BACKEND_KEY_DATA);
        READ.set(Backend.PARAMETER_STATUS);
        READ.set(Backend.READY_FOR_QUERY);
    }

    /** Takes messages. */
    @FunctionalInterface
    interface Reader {
        /**
         * A message came. The bytes are only valid during the call.
         *
         * @throws ProtocolViolation if it has no place here
         */
        void message(byte type, byte[] bytes, int offset, int length);
    }

    private final Reader reader;
    private final FrameScanner scanner = new FrameScanner(this);
    private long received;
    private long framed;

    Inbox(Reader reader) {
        this.reader = reader;
    }

    /**
     * Reads and releases a buffer.
     *
     * @throws ProtocolViolation at what no correct server sends
     */
    void read(ByteBuf bytes) {
        try {
            received += bytes.readableBytes();
            scanner.scan(bytes);
        } finally {
            bytes.release();
        }
    }

    /** Whether what came so far ends with a whole message. */
    boolean whole() {
        return received == framed;
    }

    @Override
    public int begin(byte type, int bodyLength) {
        framed += 5L + bodyLength;
        boolean error = type == Backend.ERROR_RESPONSE;
        if (!error && !READ.get(type)) {
            reader.message(type, NOTHING, 0, 0);
            return FrameScanner.DROP;
        }
        if (bodyLength < 1 || (bodyLength > LONGEST && !error)) {
            throw new ProtocolViolation("a message of the upstream has a wrong length");
        }
        return Math.min(bodyLength, LONGEST);
    }

    @Override
    public int look(byte type, byte[] bytes, int offset, int length, int bodyLength) {
        reader.message(type, bytes, offset, length);
        return length;
    }

    /** The rest of an error too long to be read. */
    @Override
    public void forward(ByteBuf bytes) {
        bytes.release();
    }
}
