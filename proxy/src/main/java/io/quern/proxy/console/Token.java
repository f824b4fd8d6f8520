package io.quern.proxy.console;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A token of a command. The console reads so little SQL that a scanner of its own is smaller than
 * the use of the gate's, which works on other things.
 *
 * @param text a word in lower case; a quoted name or a string without its quotes; a parameter's
 *     number
 */
record Token(Kind kind, String text) {

    /** What a token is. */
    enum Kind {
        WORD,
        NAME,
        NUMBER,
        STRING,
        PARAMETER,
        SYMBOL
    }

    /** Whether it is this word, unquoted. */
    boolean is(String word) {
        return kind == Kind.WORD && text.equalsIgnoreCase(word);
    }

    boolean symbol(char c) {
        return kind == Kind.SYMBOL && text.charAt(0) == c;
    }

    /**
     * The tokens of one command, comments and final semicolons left out.
     *
     * @throws Refusal if a quote or comment has no end, or there are several commands
     */
    static List<Token> of(String sql) {
        Scanner scanner = new Scanner(sql);
        List<Token> tokens = new ArrayList<>();
        boolean ended = false;
        for (Token next = scanner.next(); next != null; next = scanner.next()) {
            if (next.symbol(';')) {
                ended = !tokens.isEmpty();
                continue;
            }
            if (ended) {
                throw new Refusal(
                        "42601",
                        "the console takes one command at a time",
                        "Send each command by itself.");
            }
            tokens.add(next);
        }
        return tokens;
    }

    private static final class Scanner {
        private final String sql;
        private int at;

        Scanner(String sql) {
            this.sql = sql;
        }

        @Nullable Token next() {
            skip();
            if (at >= sql.length()) {
                return null;
            }
            char c = sql.charAt(at);
            if (c == '\'' || c == '"') {
                return new Token(c == '"' ? Kind.NAME : Kind.STRING, quoted(c));
            }
            if (c >= '0' && c <= '9') {
                return new Token(Kind.NUMBER, run(at));
            }
            if (c == '$' && at + 1 < sql.length() && Character.isDigit(sql.charAt(at + 1))) {
                return new Token(Kind.PARAMETER, run(++at));
            }
            if (wordy(c)) {
                return new Token(Kind.WORD, run(at).toLowerCase(Locale.ROOT));
            }
            at++;
            return new Token(Kind.SYMBOL, String.valueOf(c));
        }

        private void skip() {
            while (at < sql.length()) {
                if (Character.isWhitespace(sql.charAt(at))) {
                    at++;
                } else if (sql.startsWith("--", at)) {
                    int end = sql.indexOf('\n', at);
                    at = end < 0 ? sql.length() : end + 1;
                } else if (sql.startsWith("/*", at)) {
                    skipComment();
                } else {
                    return;
                }
            }
        }

        /** Comments nest, as PostgreSQL's do. */
        private void skipComment() {
            int depth = 0;
            do {
                if (sql.startsWith("/*", at)) {
                    depth++;
                    at += 2;
                } else if (sql.startsWith("*/", at)) {
                    depth--;
                    at += 2;
                } else if (++at >= sql.length()) {
                    throw Refusal.syntax("a comment has no end");
                }
            } while (depth > 0);
        }

        private String quoted(char quote) {
            StringBuilder text = new StringBuilder();
            for (at++; at < sql.length(); at++) {
                char c = sql.charAt(at);
                if (c != quote) {
                    text.append(c);
                } else if (at + 1 < sql.length() && sql.charAt(at + 1) == quote) {
                    text.append(c);
                    at++;
                } else {
                    at++;
                    return text.toString();
                }
            }
            throw Refusal.syntax("a quote has no end");
        }

        private String run(int from) {
            while (at < sql.length() && (wordy(sql.charAt(at)) || digit(sql.charAt(at)))) {
                at++;
            }
            return sql.substring(from, at);
        }

        private static boolean digit(char c) {
            return c >= '0' && c <= '9';
        }

        private static boolean wordy(char c) {
            return Character.isLetter(c) || c == '_';
        }
    }
}
