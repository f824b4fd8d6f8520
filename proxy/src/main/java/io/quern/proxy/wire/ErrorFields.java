package io.quern.proxy.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/** Reads the fields of ErrorResponse and NoticeResponse bodies. */
public final class ErrorFields {
    private ErrorFields() {}

    /** The SQLSTATE; XX000 if the body holds none. */
    public static String sqlState(byte[] body, int offset, int length) {
        String code = field('C', body, offset, length);
        return code == null || code.length() != 5 ? "XX000" : code;
    }

    /** The primary message; empty if the body holds none. */
    public static String message(byte[] body, int offset, int length) {
        int at = find('M', body, offset, length);
        return at < 0
                ? ""
                : new MessageReader().over(body, at + 1, offset + length - at - 1).string();
    }

    /** Whether the server closes the connection after it. */
    public static boolean fatal(byte[] body, int offset, int length) {
        String severity = field('V', body, offset, length);
        if (severity == null) {
            severity = field('S', body, offset, length);
        }
        return "FATAL".equals(severity) || "PANIC".equals(severity);
    }

    /** The body without its position in the statement's text; null if it has none. */
    public static byte @Nullable [] withoutPosition(byte[] body, int offset, int length) {
        int at = find('P', body, offset, length);
        if (at < 0) {
            return null;
        }
        int after = at;
        while (body[after] != 0) {
            after++;
        }
        after++;
        byte[] shorter = new byte[length - (after - at)];
        System.arraycopy(body, offset, shorter, 0, at - offset);
        System.arraycopy(body, after, shorter, at - offset, offset + length - after);
        return shorter;
    }

    /** The body with something else in place of some bytes of its; null if they do not occur. */
    public static byte @Nullable [] replaced(
            byte[] body, int offset, int length, byte[] found, byte[] other) {
        for (int at = offset; at + found.length <= offset + length; at++) {
            if (Arrays.equals(body, at, at + found.length, found, 0, found.length)) {
                int after = at + found.length;
                byte[] made = new byte[length - found.length + other.length];
                System.arraycopy(body, offset, made, 0, at - offset);
                System.arraycopy(other, 0, made, at - offset, other.length);
                System.arraycopy(
                        body, after, made, at - offset + other.length, offset + length - after);
                return made;
            }
        }
        return null;
    }

    /**
     * The body with the position in the statement's text moved to the front; null if it has none.
     *
     * @param by characters; a position that is not behind them is left out
     */
    public static byte @Nullable [] withPositionLess(int by, byte[] body, int offset, int length) {
        byte[] shorter = withoutPosition(body, offset, length);
        String position = field('P', body, offset, length);
        if (shorter == null || position == null || position.length() > 9) {
            return shorter;
        }
        int moved = Integer.parseInt(position) - by;
        if (moved <= 0) {
            return shorter;
        }
        byte[] field = ("P" + moved + "\0").getBytes(ISO_8859_1);
        int at = find('P', body, offset, length) - offset;
        byte[] all = new byte[shorter.length + field.length];
        System.arraycopy(shorter, 0, all, 0, at);
        System.arraycopy(field, 0, all, at, field.length);
        System.arraycopy(shorter, at, all, at + field.length, shorter.length - at);
        return all;
    }

    private static @Nullable String field(char code, byte[] body, int offset, int length) {
        int at = find(code, body, offset, length);
        if (at < 0) {
            return null;
        }
        int end = at + 1;
        while (body[end] != 0) {
            end++;
        }
        return new String(body, at + 1, end - at - 1, ISO_8859_1);
    }

    /** The index of a field's code; -1 if there is no such, terminated field. */
    private static int find(char code, byte[] body, int offset, int length) {
        int end = offset + length;
        int at = offset;
        while (at < end && body[at] != 0) {
            int zero = at + 1;
            while (zero < end && body[zero] != 0) {
                zero++;
            }
            if (zero >= end) {
                return -1;
            }
            if (body[at] == code) {
                return at;
            }
            at = zero + 1;
        }
        return -1;
    }
}
