package io.quern.proxy.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/**
 * A cursor over the attributes of a SCRAM message: {@code letter=value}, separated by commas (RFC
 * 5802, section 7).
 */
final class ScramText {
    private final String text;
    private int position;

    private ScramText(String text) {
        this.text = text;
    }

    /**
     * @throws ScramRefusal if it is empty, not UTF-8 or holds a zero
     */
    static ScramText of(byte[] message) throws ScramRefusal {
        if (message.length == 0) {
            throw ScramRefusal.malformed("the message is empty");
        }
        try {
            String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(message)).toString();
            if (text.indexOf('\0') >= 0) {
                throw ScramRefusal.malformed("message length does not match input length");
            }
            return new ScramText(text);
        } catch (CharacterCodingException notText) {
            throw ScramRefusal.malformed("the message is not UTF-8");
        }
    }

    /** The next character, or a zero at the end. */
    char peek() {
        return position < text.length() ? text.charAt(position) : '\0';
    }

    int position() {
        return position;
    }

    /** What was read since a position. */
    String since(int start) {
        return text.substring(start, position);
    }

    /** Everything from a position on. */
    String from(int start) {
        return text.substring(start);
    }

    boolean atEnd() {
        return position == text.length();
    }

    void skip(char expected) throws ScramRefusal {
        if (peek() != expected || atEnd()) {
            throw ScramRefusal.malformed("'" + expected + "' expected");
        }
        position++;
    }

    /** The value of the attribute that must come next, without the comma behind it. */
    String attribute(char letter) throws ScramRefusal {
        if (atEnd() || peek() != letter) {
            throw ScramRefusal.malformed("expected attribute '" + letter + "'");
        }
        position++;
        skip('=');
        int start = position;
        int comma = text.indexOf(',', start);
        position = comma < 0 ? text.length() : comma;
        return since(start);
    }

    /** Whether an attribute of any letter comes next. */
    boolean letterNext() {
        char c = peek();
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    }
}
