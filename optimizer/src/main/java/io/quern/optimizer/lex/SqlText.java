package io.quern.optimizer.lex;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.Edit;
import io.quern.optimizer.Fingerprint;
import io.quern.optimizer.Template;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A statement's text with its tokens: the slow-path view, for rules, templates and redaction.
 * Immutable. Token numbers agree with {@link Lexer}'s over the same text in UTF-8, plain strings
 * without escapes; offsets here are in chars.
 */
public final class SqlText {
    private final String sql;
    private final Lexer lexer;
    private final int[] starts;
    private final int[] ends;

    private SqlText(String sql, Lexer lexer, int[] starts, int[] ends) {
        this.sql = sql;
        this.lexer = lexer;
        this.starts = starts;
        this.ends = ends;
    }

    /**
     * Lexes a statement.
     *
     * @throws IllegalArgumentException if it cannot be lexed (an unterminated literal or comment, a
     *     zero char, a lone surrogate)
     */
    public static SqlText of(String sql) {
        byte[] bytes = utf8(requireNonNull(sql, "sql"));
        var lexer = new Lexer();
        if (!lexer.lex(bytes, 0, bytes.length, true)) {
            throw new IllegalArgumentException("cannot be lexed: " + unreadable(sql));
        }
        int[] starts = new int[lexer.count()];
        int[] ends = new int[lexer.count()];
        int at = 0;
        int chars = 0;
        for (int token = 0; token < starts.length; token++) {
            chars += chars(bytes, at, lexer.start(token));
            starts[token] = chars;
            chars += chars(bytes, lexer.start(token), lexer.end(token));
            ends[token] = chars;
            at = lexer.end(token);
        }
        return new SqlText(sql, lexer, starts, ends);
    }

    /** Any text, SQL or not, fit to be shown: of what cannot be lexed only the length is told. */
    public static String redact(String text) {
        try {
            return of(text).redacted(List.of());
        } catch (IllegalArgumentException e) {
            return unreadable(text);
        }
    }

    private static String unreadable(String text) {
        return "[unreadable SQL, " + text.length() + " characters]";
    }

    private static byte[] utf8(String sql) {
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(sql));
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("cannot be lexed: " + unreadable(sql), e);
        }
    }

    /** How many chars UTF-8 bytes stand for. */
    private static int chars(byte[] utf8, int from, int to) {
        int chars = 0;
        for (int i = from; i < to; i++) {
            int c = utf8[i] & 0xff;
            if (c < 0x80 || c >= 0xc0) {
                chars += c >= 0xf0 ? 2 : 1;
            }
        }
        return chars;
    }

    public String sql() {
        return sql;
    }

    /** The number of tokens. */
    public int count() {
        return starts.length;
    }

    public TokenKind kind(int token) {
        return lexer.kind(token);
    }

    /** Whether a token is this word, unquoted, in any case. {@code folded} is lower-case ASCII. */
    public boolean is(int token, String folded) {
        return lexer.is(token, folded);
    }

    /** A token as it was written. */
    public String text(int token) {
        return sql.substring(start(token), end(token));
    }

    /** Offset of the first char of a token. */
    public int start(int token) {
        return starts[token];
    }

    /** Offset after the last char of a token. */
    public int end(int token) {
        return ends[token];
    }

    /**
     * The token that contains the char at an offset, else the first one after it; {@link #count} if
     * there is none.
     */
    public int tokenAt(int offset) {
        int low = 0;
        int high = count();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ends[middle] > offset) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    public Fingerprint fingerprint() {
        return new Fingerprint(lexer.fingerprint());
    }

    /** Whether it holds exactly one statement. */
    public boolean single() {
        return lexer.statements() == 1;
    }

    /**
     * The normalised text: upper-case keywords, single spaces, no comments, {@code ?} for slots.
     */
    public Template template() {
        return new Template(fingerprint(), new TemplateText(this).text());
    }

    boolean kept(int token) {
        return lexer.kept(token);
    }

    /**
     * The text with edits applied (ascending, disjoint). What lies outside them stays as it is; a
     * space is put where new text would otherwise grow together with old.
     *
     * @throws IllegalArgumentException if the edits do not ascend or reach beyond the tokens
     */
    public String apply(List<Edit> edits) {
        return new String(lexer.splice(edits), StandardCharsets.UTF_8);
    }

    /**
     * {@link #apply}, with every literal of the source replaced by {@code ?} and its comments taken
     * out. What the edits add stays as the rule wrote it.
     */
    public String redacted(List<Edit> edits) {
        return new String(lexer.spliceRedacted(edits), StandardCharsets.UTF_8);
    }

    /** Redacted. */
    @Override
    public String toString() {
        return redacted(List.of());
    }
}
