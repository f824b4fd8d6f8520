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
}
