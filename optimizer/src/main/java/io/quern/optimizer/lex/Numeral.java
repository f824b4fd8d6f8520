package io.quern.optimizer.lex;

/** Which type PostgreSQL gives to a constant written in digits. */
final class Numeral {
    private Numeral() {}

    /** The radix that the letter behind a zero stands for; 10 for any that stands for none. */
    static int radix(byte letter) {
        return switch (letter | 0x20) {
            case 'x' -> 16;
            case 'o' -> 8;
            case 'b' -> 2;
            default -> 10;
        };
    }

    /** The {@link Skeleton}'s tag for digits, underscores among them passed over. */
    static byte tag(byte[] b, int from, int to, int radix) {
        long limit = limit(radix);
        long value = 0;
        boolean overflow = false;
        for (int d = from; d < to; d++) {
            if (b[d] != '_') {
                overflow |= Long.compareUnsigned(value, limit) >= 0;
                value = value * radix + Scan.value(b[d]);
            }
        }
        return overflow ? Skeleton.NUMERIC : width(value);
    }

    /** Whether only PostgreSQL 16 and later read it so. */
    static boolean isNewlySpelt(byte[] b, int from, int to, int radix) {
        boolean newly = radix != 10;
        for (int d = from; d < to; d++) {
            newly |= b[d] == '_';
        }
        return newly;
    }

    /** What an unsigned number of 64 bits may be at most before another digit is put behind it. */
    private static long limit(int radix) {
        return switch (radix) {
            case 16 -> -1L >>> 4;
            case 8 -> -1L >>> 3;
            case 2 -> -1L >>> 1;
            default -> 1_844_674_407_370_955_161L;
        };
    }

    /** The type a constant gets; a sign before it shifts the two edges. */
    private static byte width(long value) {
        if (value < 0) {
            return value == Long.MIN_VALUE ? Skeleton.INT8_EDGE : Skeleton.NUMERIC;
        }
        if (value <= Integer.MAX_VALUE) {
            return Skeleton.INT4;
        }
        return value == 1L + Integer.MAX_VALUE ? Skeleton.INT4_EDGE : Skeleton.INT8;
    }
}
