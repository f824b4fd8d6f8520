package io.quern.optimizer.lex;

import io.quern.optimizer.Edit;
import io.quern.optimizer.Fingerprint;
import io.quern.optimizer.Template;

import java.util.List;

/**
 * A statement's text with its tokens: the slow-path view, for rules, templates and redaction.
 * Immutable. Token numbers agree with {@link Lexer}'s over the same text; offsets here are in
 * chars.
 */
public final class SqlText {
    private SqlText() {}

    /**
     * Lexes a statement.
     *
     * @throws IllegalArgumentException if it cannot be lexed (an unterminated literal or comment)
     */
    public static SqlText of(String sql) {
        throw new UnsupportedOperationException(sql);
    }

    public String sql() {
        throw new UnsupportedOperationException();
    }

    public int count() {
        throw new UnsupportedOperationException();
    }

    /** Offset of the first char of a token. */
    public int start(int token) {
        throw new UnsupportedOperationException();
    }

    /** Offset after the last char of a token. */
    public int end(int token) {
        throw new UnsupportedOperationException();
    }

    /** The token that contains the char at an offset, else the first one after it. */
    public int tokenAt(int offset) {
        throw new UnsupportedOperationException();
    }

    public Fingerprint fingerprint() {
        throw new UnsupportedOperationException();
    }

    /**
     * The normalised text: upper-case keywords, single spaces, no comments, {@code ?} for slots.
     */
    public Template template() {
        throw new UnsupportedOperationException();
    }

    /** The text with edits applied (ascending, disjoint). */
    public String apply(List<Edit> edits) {
        throw new UnsupportedOperationException();
    }

    /** {@link #apply}, with every literal of the source replaced by {@code ?}. */
    public String redacted(List<Edit> edits) {
        throw new UnsupportedOperationException();
    }
}
