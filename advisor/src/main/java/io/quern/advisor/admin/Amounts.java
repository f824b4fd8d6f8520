package io.quern.advisor.admin;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** How amounts read: three significant digits, the unit that suits them, a dash if unknown. */
final class Amounts {
    private static final String UNKNOWN = "–";
    private static final char THIN_SPACE = '\u202f';
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private Amounts() {}

    /** {@code 640 µs}, {@code 41.3 ms}, {@code 1.24 s}, {@code 3.5 min}, {@code 12.1 h}. */
    static String millis(double millis) {
        if (!Double.isFinite(millis)) {
            return UNKNOWN;
        }
        double size = Math.abs(millis);
        if (size < 0.9995) {
            return size == 0 ? "0 ms" : digits(millis * 1000) + " µs";
        } else if (size < 999.5) {
            return digits(millis) + " ms";
        } else if (size < 120_000) {
            return digits(millis / 1000) + " s";
        }
        return size < 7_200_000 ? digits(millis / 60_000) + " min" : digits(millis / 3.6e6) + " h";
    }

    /** {@code ×12.3}. */
    static String factor(double factor) {
        return Double.isFinite(factor) ? "×" + digits(factor) : UNKNOWN;
    }

    /** {@code 12 345}, with thin spaces. */
    static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count).replace(',', THIN_SPACE);
    }

    /** A cost or a rate: {@code 18 400}, {@code 3.21}. */
    static String number(double number) {
        return Double.isFinite(number) ? digits(number) : UNKNOWN;
    }

    /** {@code 8.2 MB}, in powers of 1024 as PostgreSQL's pg_size_pretty has it. */
    static String bytes(long bytes) {
        String[] units = {"bytes", "kB", "MB", "GB", "TB"};
        double size = bytes;
        int unit = 0;
        while (size >= 1000 && unit < units.length - 1) {
            size /= 1024;
            unit++;
        }
        return digits(size) + " " + units[unit];
    }

    /** {@code 12.5 %}. */
    static String percent(double part, double whole) {
        return whole > 0 ? digits(100 * part / whole) + " %" : UNKNOWN;
    }

    /** {@code just now}, {@code 5 min ago}, {@code 3 h ago}, {@code 12 d ago}. */
    static String ago(Instant then, Instant now) {
        Duration age = Duration.between(then, now);
        if (age.toMinutes() < 1) {
            return "just now";
        } else if (age.toMinutes() < 60) {
            return age.toMinutes() + " min ago";
        }
        return age.toHours() < 48 ? age.toHours() + " h ago" : age.toDays() + " d ago";
    }

    /** {@code 2026-11-22 15:04:05 UTC}. */
    static String stamp(Instant instant) {
        return STAMP.format(instant);
    }

    private static String digits(double value) {
        double size = Math.abs(value);
        if (size >= 99.95 || size == Math.rint(size)) {
            return count(Math.round(value));
        }
        return String.format(Locale.ROOT, size >= 9.995 ? "%.1f" : "%.2f", value);
    }
}
