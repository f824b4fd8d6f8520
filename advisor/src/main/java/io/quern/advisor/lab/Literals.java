package io.quern.advisor.lab;

/** Literals as written, and the values they stand for. */
final class Literals {
    private Literals() {}

    /**
     * The value of a literal token, nearly: escapes beyond doubled quotes and backslashes stay as
     * they are, because a value only serves as the seed of others.
     */
    static String value(String token) {
        int quote = token.indexOf('\'');
        if (token.startsWith("$")) {
            int open = token.indexOf('$', 1) + 1;
            return token.substring(open, token.length() - open);
        }
        if (quote < 0) {
            return token.replace("_", "");
        }
        String body = token.substring(quote + 1, Math.max(quote + 1, token.length() - 1));
        String value = body.replace("''", "'");
        return token.startsWith("E") || token.startsWith("e")
                ? value.replace("\\'", "'").replace("\\\\", "\\")
                : value;
    }

    /** A string as a literal; {@code standard_conforming_strings} is on in the lab. */
    static String quote(String value) {
        return "'" + value.replace("'", "''") + "'";
    }
}
