package io.quern.advisor.report;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Numbers and times as the report's readers see them. */
final class Figures {
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

    private Figures() {}

    /** Milliseconds in the unit that reads best; {@code –} for NaN. */
    static String millis(double millis) {
        if (Double.isNaN(millis)) {
            return "–";
        }
        double size = Math.abs(millis);
        if (size < 1) {
            return String.format(Locale.ROOT, "%.2f ms", millis);
        }
        if (size < 1_000) {
            return String.format(Locale.ROOT, "%.1f ms", millis);
        }
        if (size < 120_000) {
            return String.format(Locale.ROOT, "%.1f s", millis / 1_000);
        }
        if (size < 7_200_000) {
            return String.format(Locale.ROOT, "%.1f min", millis / 60_000);
        }
        return String.format(Locale.ROOT, "%.1f h", millis / 3_600_000);
    }

    static String bytes(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        if (bytes < 1024 * 1024) {
            return String.format(Locale.ROOT, "%.0f kB", bytes / 1024.0);
        }
        if (bytes < 1024L * 1024 * 1024) {
            return String.format(Locale.ROOT, "%.1f MB", bytes / (1024.0 * 1024));
        }
        return String.format(Locale.ROOT, "%.1f GB", bytes / (1024.0 * 1024 * 1024));
    }

    static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    static String cost(double cost) {
        return Double.isNaN(cost) ? "–" : String.format(Locale.ROOT, "%,.1f", cost);
    }

    static String time(Instant instant) {
        return MINUTE.format(instant);
    }

    static String period(Duration duration) {
        return duration.toHours() >= 48
                ? duration.toDays() + " days"
                : duration.toHours() >= 2
                        ? duration.toHours() + " hours"
                        : duration.toMinutes() + " minutes";
    }

    static String saving(AdvisorReport.Saving saving) {
        return millis(saving.millis())
                + " ("
                + millis(saving.lowMillis())
                + " to "
                + millis(saving.highMillis())
                + ") over "
                + count(saving.treated())
                + " executions; mean "
                + millis(saving.controlMeanMillis())
                + " → "
                + millis(saving.treatmentMeanMillis())
                + ", "
                + saving.method();
    }
}
