package io.quern.proxy.tuning;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * A statement's bytes as text, and how far it can be trusted. Whoever reads the text later lexes it
 * as UTF-8 with standard-conforming strings; where the session may mean something else, that reader
 * could take the inside of a literal for a name and show it.
 *
 * @param exact whether a later reader sees the very tokens the session meant
 * @param showable whether a later reader at least finds the same literals
 */
record SeenText(String text, boolean exact, boolean showable) {

    /** Longer texts are not searched. */
    private static final int MAX_SEARCHED = 4 * 1024 * 1024;

    static SeenText of(byte[] sql, int offset, int length, boolean conforming) {
        boolean backslash = false;
        for (int i = offset; i < offset + length && !backslash; i++) {
            backslash = sql[i] == '\\';
        }
        try {
            String text =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(sql, offset, length))
                            .toString();
            boolean clear = conforming || !backslash;
            return new SeenText(text, clear, clear);
        } catch (CharacterCodingException e) {
            // another encoding; in some, a backslash may be half a character
            String text = new String(sql, offset, length, StandardCharsets.ISO_8859_1);
            return new SeenText(text, false, !backslash);
        }
    }

    /** Whether "temp" occurs anywhere in any case; true if the text is too long to search. */
    static boolean mentionsTemporary(byte[] sql, int offset, int length) {
        if (length > MAX_SEARCHED) {
            return true;
        }
        for (int i = offset; i + 4 <= offset + length; i++) {
            if ((sql[i] | 0x20) == 't'
                    && (sql[i + 1] | 0x20) == 'e'
                    && (sql[i + 2] | 0x20) == 'm'
                    && (sql[i + 3] | 0x20) == 'p') {
                return true;
            }
        }
        return false;
    }
}
