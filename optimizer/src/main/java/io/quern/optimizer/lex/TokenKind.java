package io.quern.optimizer.lex;

/** What a token is, as PostgreSQL's scanner ({@code scan.l}) sees it. */
public enum TokenKind {
    /** A keyword or an unquoted identifier. */
    WORD,
    /** {@code "name"}. */
    QUOTED_IDENTIFIER,
    /** <code>U&amp;"name"</code>: what it names depends on its escapes. */
    UNICODE_IDENTIFIER,
    /** A plain, E, U&amp; or dollar-quoted string, continuation lines included. */
    STRING,
    /** {@code N'text'}: of type {@code bpchar} where a plain string is still unknown. */
    NATIONAL_STRING,
    /** {@code B'01'} or {@code X'1F'}. */
    BIT_STRING,
    /** Decimal digits, or a 0x, 0o or 0b integer. */
    INTEGER,
    /** A number with a point or an exponent. */
    NUMERIC,
    /** {@code $1}. */
    PARAMETER,
    /** A run of operator characters. */
    OPERATOR,
    /** One of {@code , ( ) [ ] . ; : :: := ..}. */
    PUNCTUATION,
    /** A byte no statement can hold there: a lone {@code $}, a brace, a backslash. */
    OTHER;

    /** Whether its value is the user's data: it is replaced by {@code ?} wherever SQL is shown. */
    public boolean literal() {
        return switch (this) {
            case STRING, NATIONAL_STRING, BIT_STRING, INTEGER, NUMERIC -> true;
            case WORD,
                    QUOTED_IDENTIFIER,
                    UNICODE_IDENTIFIER,
                    PARAMETER,
                    OPERATOR,
                    PUNCTUATION,
                    OTHER ->
                    false;
        };
    }
}
