package io.quern.optimizer;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;

/**
 * A condition on the literals of one execution under which a variant may act. A rule pins every
 * literal its soundness argument looked at: the unit of {@code date_trunc} to its exact text, a
 * timestamp to a shape that means the same at any moment.
 *
 * <p>Evaluated on event loops, on the statement's own bytes: nothing is allocated.
 */
public sealed interface SlotCheck {

    /** The last token it is about. */
    int last();

    /** A condition on one literal. */
    sealed interface OfOne extends SlotCheck {
        /** The token it is about. */
        int token();

        /** Whether the token, which is the bytes from {@code from} to {@code to}, passes. */
        boolean holds(byte[] sql, int from, int to);

        @Override
        default int last() {
            return token();
        }
    }

    /** The token must read exactly so, byte for byte; ASCII only. */
    record Exactly(int token, String text) implements OfOne {
        public Exactly {
            requireToken(token);
            requireNonNull(text, "text");
            if (!isAscii(text)) {
                throw new IllegalArgumentException("text is not ASCII");
            }
        }

        /** Whether a text is one that such a check can be about. */
        public static boolean isAscii(String text) {
            return text.chars().allMatch(c -> c > 0 && c < 0x80);
        }

        @Override
        public boolean holds(byte[] sql, int from, int to) {
            if (to - from != text.length()) {
                return false;
            }
            for (int i = 0; i < text.length(); i++) {
                if (sql[from + i] != text.charAt(i)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** The token must be a literal of a shape. */
    record Shaped(int token, Shape shape) implements OfOne {
        public Shaped {
            requireToken(token);
            requireNonNull(shape, "shape");
        }

        @Override
        public boolean holds(byte[] sql, int from, int to) {
            return shape.holds(sql, from, to);
        }
    }

    /** Two tokens must read the same, byte for byte, whatever that is. */
    record Alike(int token, int other) implements SlotCheck {
        public Alike {
            requireToken(token);
            requireToken(other);
        }

        @Override
        public int last() {
            return Math.max(token, other);
        }

        /** Whether the tokens, which are the bytes of these two ranges, pass. */
        public static boolean holds(byte[] sql, int from, int to, int otherFrom, int otherTo) {
            return Arrays.equals(sql, from, to, sql, otherFrom, otherTo);
        }
    }

    private static void requireToken(int token) {
        if (token < 0) {
            throw new IllegalArgumentException("token is negative: " + token);
        }
    }

    /** What a literal looks like. */
    enum Shape {
        /**
         * A plain string that is a timestamp of the same meaning under every DateStyle and at any
         * time of preparation: {@code 'yyyy-mm-dd'} with four to six digits for the year, with or
         * without {@code hh:mm}, {@code :ss} and up to six digits of a fraction, or {@code
         * 'infinity'}, {@code '-infinity'}, {@code 'epoch'}. Not so {@code 'today'}, which freezes
         * when a statement is prepared, nor {@code '01/02/2024'}. No time zone and no other form of
         * string.
         */
        ISO_TIMESTAMP {
            @Override
            public boolean holds(byte[] sql, int from, int to) {
                int end = to - 1;
                if (to - from < 3 || sql[from] != '\'' || sql[end] != '\'') {
                    return false;
                }
                return isoTimestamp(sql, from + 1, end)
                        || reads(sql, from + 1, end, "infinity")
                        || reads(sql, from + 1, end, "-infinity")
                        || reads(sql, from + 1, end, "epoch");
            }
        },

        /** {@link #ISO_TIMESTAMP} with a year of four digits: far from both ends of time. */
        FOUR_DIGIT_YEAR {
            @Override
            public boolean holds(byte[] sql, int from, int to) {
                return to - from > 6
                        && sql[from + 5] == '-'
                        && ISO_TIMESTAMP.holds(sql, from, to)
                        && sql[from + 1] != '-';
            }
        },

        /** An integer that is a year: 1 to 9999. */
        YEAR {
            @Override
            public boolean holds(byte[] sql, int from, int to) {
                return within(integer(sql, from, to), 9999);
            }
        },

        /** An integer that is a month: 1 to 12. */
        MONTH {
            @Override
            public boolean holds(byte[] sql, int from, int to) {
                return within(integer(sql, from, to), 12);
            }
        },

        /** An integer that some month has as a day: 1 to 31. */
        DAY {
            @Override
            public boolean holds(byte[] sql, int from, int to) {
                return within(integer(sql, from, to), 31);
            }
        },

        /**
         * A plain string that is a natural number as PostgreSQL writes it, of up to nine digits.
         */
        NATURAL_TEXT {
            @Override
            public boolean holds(byte[] sql, int from, int to) {
                int length = to - from - 2;
                return length >= 1
                        && length <= 9
                        && sql[from] == '\''
                        && sql[to - 1] == '\''
                        && (length == 1 || sql[from + 1] != '0')
                        && integer(sql, from + 1, to - 1) >= 0;
            }
        },

        /** An integer that PostgreSQL reads as {@code integer}: digits up to 2147483647. */
        INT4 {
            @Override
            public boolean holds(byte[] sql, int from, int to) {
                long value = integer(sql, from, to);
                return value >= 0 && value <= Integer.MAX_VALUE;
            }
        },

        /** An integer that PostgreSQL reads as {@code bigint}: beyond those, up to 2^63 - 1. */
        INT8 {
            @Override
            public boolean holds(byte[] sql, int from, int to) {
                return integer(sql, from, to) > Integer.MAX_VALUE;
            }
        },

        /** A decimal number with nothing but zeros behind its point, below 2^31: {@code 777.0}. */
        INTEGRAL {
            @Override
            public boolean holds(byte[] sql, int from, int to) {
                int point = from;
                while (point < to && sql[point] != '.') {
                    point++;
                }
                for (int i = point + 1; i < to; i++) {
                    if (sql[i] != '0') {
                        return false;
                    }
                }
                return point < to && INT4.holds(sql, from, point);
            }
        },

        /** A decimal number: with a point or an exponent. */
        DECIMAL {
            @Override
            public boolean holds(byte[] sql, int from, int to) {
                if (to - from > 1 && sql[from] == '0' && (sql[from + 1] | 0x20) >= 'a') {
                    return false;
                }
                for (int i = from; i < to; i++) {
                    if (sql[i] == '.' || (sql[i] | 0x20) == 'e') {
                        return true;
                    }
                }
                return false;
            }
        },

        /**
         * A plain string that may stand in double quotes within the text of an array as it is: no
         * quote of either kind and no backslash in it.
         */
        QUOTABLE {
            @Override
            public boolean holds(byte[] sql, int from, int to) {
                int end = to - 1;
                if (end <= from || sql[from] != '\'' || sql[end] != '\'') {
                    return false;
                }
                for (int i = from + 1; i < end; i++) {
                    if (sql[i] == '\'' || sql[i] == '"' || sql[i] == '\\') {
                        return false;
                    }
                }
                return true;
            }
        },

        /** A string without a backslash. */
        NO_BACKSLASH {
            @Override
            public boolean holds(byte[] sql, int from, int to) {
                for (int i = from; i < to; i++) {
                    if (sql[i] == '\\') {
                        return false;
                    }
                }
                return true;
            }
        },

        /**
         * A string that means the same whenever a statement is prepared, whatever type it is read
         * as: none of {@code now}, {@code today}, {@code tomorrow} and {@code yesterday} in it as a
         * word, and no backslash that could spell one.
         */
        NO_MOMENT {
            @Override
            public boolean holds(byte[] sql, int from, int to) {
                for (int i = from; i < to; i++) {
                    if (sql[i] == '\\') {
                        return false;
                    }
                    if (!letter(sql, i - 1, from)
                            && (word(sql, i, to, "now")
                                    || word(sql, i, to, "today")
                                    || word(sql, i, to, "tomorrow")
                                    || word(sql, i, to, "yesterday"))) {
                        return false;
                    }
                }
                return true;
            }
        };

        private static boolean within(long value, long most) {
            return value >= 1 && value <= most;
        }

        /** The value of up to 19 digits; -1 for anything else and beyond 2^63 - 1. */
        private static long integer(byte[] sql, int from, int to) {
            if (to <= from || to - from > 19) {
                return -1;
            }
            long value = 0;
            for (int i = from; i < to; i++) {
                if (sql[i] < '0' || sql[i] > '9') {
                    return -1;
                }
                value = value * 10 + (sql[i] - '0');
            }
            return value < 0 ? -1 : value;
        }

        private static boolean letter(byte[] sql, int i, int from) {
            return i > from && (sql[i] | 0x20) >= 'a' && (sql[i] | 0x20) <= 'z';
        }

        private static boolean word(byte[] sql, int from, int to, String word) {
            int end = from + word.length();
            if (end > to || (end < to && letter(sql, end, from))) {
                return false;
            }
            for (int i = 0; i < word.length(); i++) {
                if ((sql[from + i] | 0x20) != word.charAt(i)) {
                    return false;
                }
            }
            return true;
        }

        /** Whether the literal in the bytes from {@code from} to {@code to} has this shape. */
        public abstract boolean holds(byte[] sql, int from, int to);

        private static boolean isoTimestamp(byte[] sql, int from, int end) {
            int i = digits(sql, from, end, 6);
            if (i - from < 4 || (i = pair(sql, i, end, '-')) < 0) {
                return false;
            }
            i = pair(sql, i, end, '-');
            if (i < 0 || i == end) {
                return i == end;
            }
            boolean separated = sql[i] == ' ' || sql[i] == 'T';
            i = separated ? pair(sql, i, end, (char) sql[i]) : -1;
            i = i < 0 ? -1 : pair(sql, i, end, ':');
            if (i < 0 || i == end) {
                return i == end;
            }
            i = pair(sql, i, end, ':');
            if (i < 0 || i == end) {
                return i == end;
            }
            return sql[i] == '.' && i + 1 < end && digits(sql, i + 1, end, 6) == end;
        }

        /** The end of a run of at most so many digits. */
        private static int digits(byte[] sql, int from, int end, int most) {
            int i = from;
            while (i < end && i - from < most && sql[i] >= '0' && sql[i] <= '9') {
                i++;
            }
            return i;
        }

        /** The place after a mark and two digits; -1 if they are not there. */
        private static int pair(byte[] sql, int from, int end, char mark) {
            return from + 3 <= end
                            && sql[from] == mark
                            && digits(sql, from + 1, from + 3, 2) == from + 3
                    ? from + 3
                    : -1;
        }

        private static boolean reads(byte[] sql, int from, int end, String text) {
            if (end - from != text.length()) {
                return false;
            }
            for (int i = 0; i < text.length(); i++) {
                if (sql[from + i] != text.charAt(i)) {
                    return false;
                }
            }
            return true;
        }
    }
}
