package io.quern.proxy.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

/** A cursor over the body of one message; reused, never retains the bytes of the last one. */
public final class MessageReader {
    private byte[] bytes = new byte[0];
    private int position;
    private int end;

    /** Puts the cursor at the start of a body. */
    public MessageReader over(byte[] body, int offset, int length) {
        bytes = body;
        position = offset;
        end = offset + length;
        return this;
    }

    /** The index, in the array given, of the next byte to read. */
    public int position() {
        return position;
    }

    public int remaining() {
        return end - position;
    }

    public byte int8() {
        need(1);
        return bytes[position++];
    }

    public int int16() {
        need(2);
        int value = (bytes[position] & 0xFF) << 8 | (bytes[position + 1] & 0xFF);
        position += 2;
        return value;
    }

    public int int32() {
        need(4);
        int value = int32(bytes, position);
        position += 4;
        return value;
    }

    /**
     * Skips a zero-terminated string.
     *
     * @return its length without the zero
     * @throws ProtocolViolation if there is no zero
     */
    public int skipString() {
        int length = stringLength();
        if (length < 0) {
            throw new ProtocolViolation("a string has no end");
        }
        position += length + 1;
        return length;
    }

    /** The length of the string at the cursor without its zero; -1 if there is no zero. */
    public int stringLength() {
        for (int i = position; i < end; i++) {
            if (bytes[i] == 0) {
                return i - position;
            }
        }
        return -1;
    }

    /** Reads a zero-terminated string. */
    public String string() {
        int start = position;
        int length = skipString();
        return new String(bytes, start, length, UTF_8);
    }

    static int int32(byte[] bytes, int at) {
        return bytes[at] << 24
                | (bytes[at + 1] & 0xFF) << 16
                | (bytes[at + 2] & 0xFF) << 8
                | (bytes[at + 3] & 0xFF);
    }

    private void need(int count) {
        if (end - position < count) {
            throw new ProtocolViolation("a message is shorter than its fields");
        }
    }
}
