package io.quern.proxy.session;

import java.util.Arrays;

/**
 * The name of a prepared statement or portal. As on the server only its first 63 bytes count. A
 * name used only to look another up may be {@linkplain #set moved} to other bytes.
 */
final class Name {
    /** NAMEDATALEN - 1. */
    private static final int LONGEST = 63;

    /** The empty name; not to be moved. */
    static final Name UNNAMED = new Name();

    private byte[] bytes;
    private int offset;
    private int length;
    private int hash;

    Name() {
        this(new byte[0], 0, 0);
    }

    private Name(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        set(bytes, offset, length);
    }

    Name set(byte[] newBytes, int newOffset, int newLength) {
        bytes = newBytes;
        offset = newOffset;
        length = Math.min(newLength, LONGEST);
        int sum = 1;
        for (int i = 0; i < length; i++) {
            sum = 31 * sum + bytes[offset + i];
        }
        hash = sum;
        return this;
    }

    /** A name that keeps its bytes. */
    Name keep() {
        if (length == 0) {
            return UNNAMED;
        }
        return new Name(Arrays.copyOfRange(bytes, offset, offset + length), 0, length);
    }

    byte[] bytes() {
        return Arrays.copyOfRange(bytes, offset, offset + length);
    }

    boolean isEmpty() {
        return length == 0;
    }

    boolean startsWith(byte[] prefix) {
        return length >= prefix.length
                && Arrays.equals(bytes, offset, offset + prefix.length, prefix, 0, prefix.length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Name that
                && hash == that.hash
                && Arrays.equals(
                        bytes,
                        offset,
                        offset + length,
                        that.bytes,
                        that.offset,
                        that.offset + that.length);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
