package io.quern.optimizer.lex;

/**
 * Finds where tokens end, by the rules of PostgreSQL's {@code scan.l}. Offsets are array indexes;
 * -1 means that the text ends inside what was begun. Every method looks at each byte a bounded
 * number of times.
 */
final class Scan {
    /** The folded byte where an identifier may hold the byte, else 0. */
    private static final byte[] FOLDED = new byte[256];

    private static final boolean[] OPERATOR = new boolean[256];

    /** An operator may end in + or - only if it also holds one of these. */
    private static final boolean[] ADMITS_SIGN = new boolean[256];

    static {
        for (int c = 0; c < 256; c++) {
            if (c >= 'A' && c <= 'Z') {
                FOLDED[c] = (byte) (c + 32);
            } else if ((c >= 'a' && c <= 'z')
                    || (c >= '0' && c <= '9')
                    || c == '_'
                    || c == '$'
                    || c >= 0x80) {
                FOLDED[c] = (byte) c;
            }
        }
        for (char c : "~!@#^&|`?+-*/%<>=".toCharArray()) {
            OPERATOR[c] = true;
        }
        for (char c : "~!@#^&|`?%".toCharArray()) {
            ADMITS_SIGN[c] = true;
        }
    }

    private Scan() {}

    /** The lower-case form of a byte an identifier may hold after its first; 0 for any other. */
    static byte folded(byte c) {
        return FOLDED[c & 0xff];
    }

    static boolean startsWord(byte c) {
        return FOLDED[c & 0xff] != 0 && !digit(c) && c != '$';
    }

    static boolean digit(byte c) {
        return c >= '0' && c <= '9';
    }

    static boolean operator(byte c) {
        return OPERATOR[c & 0xff];
    }

    private static boolean space(byte c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }

    private static boolean newline(byte c) {
        return c == '\n' || c == '\r';
    }

    /** The end of the white space and comments at {@code i}. */
    static int gap(byte[] b, int from, int end) {
        int i = from;
        while (i < end) {
            byte c = b[i];
            if (space(c)) {
                i++;
            } else if (c == '-' && i + 1 < end && b[i + 1] == '-') {
                i = lineComment(b, i, end);
            } else if (c == '/' && i + 1 < end && b[i + 1] == '*') {
                i = blockComment(b, i, end);
                if (i < 0) {
                    return -1;
                }
            } else {
                return i;
            }
        }
        return i;
    }

    private static int lineComment(byte[] b, int from, int end) {
        int i = from;
        while (i < end && !newline(b[i])) {
            i++;
        }
        return i;
    }

    /** Block comments nest. */
    private static int blockComment(byte[] b, int from, int end) {
        int depth = 1;
        int i = from + 2;
        while (i + 1 < end) {
            if (b[i] == '*' && b[i + 1] == '/') {
                i += 2;
                if (--depth == 0) {
                    return i;
                }
            } else if (b[i] == '/' && b[i + 1] == '*') {
                i += 2;
                depth++;
            } else {
                i++;
            }
        }
        return -1;
    }

    /**
     * The end of a string.
     *
     * @param quote where its first quote is
     * @param escapes whether a backslash escapes
     * @param doubling whether two quotes stand for one: not so in bit strings
     */
    static int string(byte[] b, int quote, int end, boolean escapes, boolean doubling) {
        int i = quote + 1;
        while (i < end) {
            byte c = b[i];
            if (c == '\'') {
                if (doubling && i + 1 < end && b[i + 1] == '\'') {
                    i += 2;
                } else {
                    int next = continuation(b, i + 1, end);
                    if (next < 0) {
                        return i + 1;
                    }
                    i = next;
                }
            } else {
                i += escapes && c == '\\' ? 2 : 1;
            }
        }
        return -1;
    }

    /**
     * Where a string goes on after its closing quote: behind the next quote, if only white space
     * with a line break (line comments may stand in it) lies between; else -1.
     */
    private static int continuation(byte[] b, int from, int end) {
        boolean broken = false;
        int i = from;
        while (i < end) {
            byte c = b[i];
            if (space(c)) {
                broken |= newline(c);
                i++;
            } else if (c == '-' && i + 1 < end && b[i + 1] == '-') {
                i = lineComment(b, i, end);
            } else {
                return c == '\'' && broken ? i + 1 : -1;
            }
        }
        return -1;
    }

    /** The end of the quoted identifier whose first quote is at {@code quote}. */
    static int quotedIdentifier(byte[] b, int quote, int end) {
        for (int i = quote + 1; i < end; i++) {
            if (b[i] == '"') {
                if (i + 1 < end && b[i + 1] == '"') {
                    i++;
                } else {
                    return i + 1;
                }
            }
        }
        return -1;
    }

    /** The end of the opening delimiter {@code $tag$} at {@code i}; 0 if there is none. */
    static int dollarTag(byte[] b, int from, int end) {
        int i = from + 1;
        if (i < end && startsWord(b[i])) {
            while (i < end && b[i] != '$' && folded(b[i]) != 0) {
                i++;
            }
        }
        return i < end && b[i] == '$' ? i + 1 : 0;
    }

    /** The end of the dollar-quoted string at {@code from} whose text begins at {@code body}. */
    static int dollarQuoted(byte[] b, int from, int body, int end) {
        int length = body - from;
        for (int i = body; i + length <= end; i++) {
            if (b[i] == '$' && sameTag(b, from, i, length)) {
                return i + length;
            }
        }
        return -1;
    }

    private static boolean sameTag(byte[] b, int x, int y, int length) {
        for (int k = 1; k < length; k++) {
            if (b[x + k] != b[y + k]) {
                return false;
            }
        }
        return true;
    }

    /**
     * The end of an operator: it stops before a comment, and gives back trailing signs unless it
     * holds a character no standard operator does, so that {@code a=-1} is {@code a = -1}.
     */
    static int operator(byte[] b, int from, int end) {
        int i = from;
        boolean admitsSign = false;
        while (i < end && operator(b[i]) && !(i > from && startsComment(b, i, end))) {
            admitsSign |= ADMITS_SIGN[b[i] & 0xff];
            i++;
        }
        if (!admitsSign) {
            while (i > from + 1 && (b[i - 1] == '+' || b[i - 1] == '-')) {
                i--;
            }
        }
        return i;
    }

    private static boolean startsComment(byte[] b, int i, int end) {
        return i + 1 < end
                && ((b[i] == '-' && b[i + 1] == '-') || (b[i] == '/' && b[i + 1] == '*'));
    }

    /** The end of a run of digits of a radix, single underscores allowed between them. */
    static int digits(byte[] b, int from, int end, int radix) {
        int i = from;
        while (i < end) {
            if (value(b[i]) < radix) {
                i++;
            } else if (b[i] == '_' && i > from && i + 1 < end && value(b[i + 1]) < radix) {
                i += 2;
            } else {
                break;
            }
        }
        return i;
    }

    /** The value of a hexadecimal digit; 99 for any other byte. */
    static int value(byte c) {
        if (digit(c)) {
            return c - '0';
        }
        int lower = c | 0x20;
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : 99;
    }

    /** Where the quote is, if a letter begins E'', B'', X'', N'', U&'' or U&""; else -1. */
    static int literalQuote(byte[] b, int i, int end) {
        return switch (b[i] | 0x20) {
            case 'e', 'b', 'x', 'n' -> i + 1 < end && b[i + 1] == '\'' ? i + 1 : -1;
            case 'u' ->
                    i + 2 < end && b[i + 1] == '&' && (b[i + 2] == '\'' || b[i + 2] == '"')
                            ? i + 2
                            : -1;
            default -> -1;
        };
    }

    /** Where the fraction of a number ends whose digits before the point end at {@code i}. */
    static int fraction(byte[] b, int i, int end) {
        boolean point = i < end && b[i] == '.' && !(i + 1 < end && b[i + 1] == '.');
        return point ? digits(b, i + 1, end, 10) : i;
    }

    /** Where a number's power of ten ends, if one begins at {@code i}; else there. */
    static int exponent(byte[] b, int i, int end) {
        if (i >= end || (b[i] | 0x20) != 'e') {
            return i;
        }
        int power = i + 1 < end && (b[i + 1] == '+' || b[i + 1] == '-') ? i + 2 : i + 1;
        int last = digits(b, power, end, 10);
        return last > power ? last : i;
    }

    /** Whether the bytes are exactly these ASCII characters, after folding if that is asked for. */
    static boolean reads(byte[] b, int from, int to, String ascii, boolean fold) {
        if (to - from != ascii.length()) {
            return false;
        }
        for (int i = 0; i < ascii.length(); i++) {
            byte c = fold ? folded(b[from + i]) : b[from + i];
            if (c != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
