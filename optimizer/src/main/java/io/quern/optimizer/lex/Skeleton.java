package io.quern.optimizer.lex;

/**
 * What a text is but for the values of its literals: two texts with equal skeletons are the same
 * sequence of tokens, the kind of each literal included (a string, a bit string, a number
 * PostgreSQL reads as integer, bigint or numeric), so that token numbers mean the same in both.
 * Keywords such as NULL and TRUE are no literals. It is a concatenation of self-delimiting records:
 * a byte from 0x20 up is a token of that one character; a tag below stands for a literal, or is
 * followed by the token's bytes (folded, if a word) and a zero. Statements hold no zero byte.
 *
 * <p>A buffer to be used again, for one thread.
 */
final class Skeleton {
    static final byte WORD = 1;
    static final byte QUOTED = 2;
    static final byte UNICODE = 3;
    static final byte SYMBOL = 4;
    static final byte PARAMETER = 5;
    static final byte STRING = 6;
    static final byte NATIONAL = 7;
    static final byte BITS = 8;
    static final byte ESCAPE = 9;
    static final byte INT4 = 10;
    static final byte INT4_EDGE = 11;
    static final byte INT8 = 12;
    static final byte INT8_EDGE = 13;
    static final byte NUMERIC = 14;
    static final byte NEW_SPELLING = 15;
    static final byte JUNK = 16;

    private byte[] bytes = new byte[1024];
    private int length;

    /** What stands for a string, which may be of bits or national. */
    static byte tag(TokenKind string) {
        return switch (string) {
            case NATIONAL_STRING -> NATIONAL;
            case BIT_STRING -> BITS;
            default -> STRING;
        };
    }

    /** Forgets all and makes room for a text of so many bytes. */
    void begin(int text) {
        length = 0;
        if (bytes.length < 3 * text + 16) {
            bytes = new byte[Math.max(3 * text + 16, 2 * bytes.length)];
        }
    }

    /** The buffer, of which the first {@link #length} bytes count. */
    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    void put(byte c) {
        bytes[length++] = c;
    }

    /** The bytes of a text from {@code from} to {@code to} and a zero. */
    void put(byte[] text, int from, int to) {
        System.arraycopy(text, from, bytes, length, to - from);
        endAt(length + to - from);
    }

    /** Closes a record whose bytes are in the buffer already. */
    void endAt(int next) {
        bytes[next] = 0;
        length = next + 1;
    }
}
