package io.quern.optimizer.lex;

import java.util.Locale;

/** Writes the normal form of a statement for people to read. */
final class TemplateText {
    private final SqlText sql;
    private final StringBuilder out = new StringBuilder();

    TemplateText(SqlText sql) {
        this.sql = sql;
    }

    String text() {
        int left = -1;
        for (int token = 0; token < sql.count(); token++) {
            if (sql.kept(token)) {
                if (left >= 0 && spaced(left, token)) {
                    out.append(' ');
                }
                out.append(shown(token));
                left = token;
            }
        }
        return out.toString();
    }

    private String shown(int token) {
        String text = sql.text(token);
        return switch (sql.kind(token)) {
            case WORD -> keyword(text) ? upper(text) : lower(text);
            case QUOTED_IDENTIFIER -> bare(text);
            case STRING, NATIONAL_STRING, BIT_STRING, INTEGER, NUMERIC, PARAMETER -> "?";
            case UNICODE_IDENTIFIER, OPERATOR, PUNCTUATION, OTHER -> text;
        };
    }

    /** Without quotes where they change nothing, as in the fingerprint. */
    private static String bare(String quoted) {
        String name = quoted.substring(1, quoted.length() - 1);
        boolean plain = !name.isEmpty() && name.chars().allMatch(c -> c >= 0x80 || folded(c));
        boolean starts = plain && name.charAt(0) != '$' && "0123456789".indexOf(name.charAt(0)) < 0;
        if (!starts || Words.NOT_NAMES.contains(Words.hash(name))) {
            return quoted;
        }
        return Words.CAPITALS.contains(Words.hash(name)) ? upper(name) : name;
    }

    private static boolean folded(int c) {
        return c < 0x80 && Scan.folded((byte) c) == c;
    }

    private boolean spaced(int left, int right) {
        String before = sql.text(left);
        String after = sql.text(right);
        if (before.equals("(")
                || before.equals("[")
                || before.equals(".")
                || before.equals("::")
                || after.equals(")")
                || after.equals("]")
                || after.equals("[")
                || after.equals(",")
                || after.equals(";")
                || after.equals(".")
                || after.equals("::")) {
            return false;
        }
        if (after.equals("(")) {
            return switch (sql.kind(left)) {
                case WORD -> keyword(before) && !Words.CALLED.contains(Words.hash(lower(before)));
                case QUOTED_IDENTIFIER, UNICODE_IDENTIFIER -> false;
                default -> true;
            };
        }
        return true;
    }

    private static boolean keyword(String word) {
        long hash = Words.hash(lower(word));
        return Words.NOT_NAMES.contains(hash) || Words.CAPITALS.contains(hash);
    }

    /** Folds ASCII letters alone, as PostgreSQL does in a multi-byte encoding. */
    private static String lower(String word) {
        var folded = new StringBuilder(word.length());
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            folded.append(c >= 'A' && c <= 'Z' ? (char) (c + 32) : c);
        }
        return folded.toString();
    }

    private static String upper(String keyword) {
        return keyword.toUpperCase(Locale.ROOT);
    }
}
