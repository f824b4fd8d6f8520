package io.quern.bench.result;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Locale;

/**
 * What Quern made of the measured suite.
 *
 * @param rows one for each case
 */
public record RewriteResult(Machine machine, int rounds, List<Row> rows) implements Result {
    private static final double MUCH = 10;

    public RewriteResult {
        rows = List.copyOf(rows);
    }

    /**
     * One case; times in milliseconds.
     *
     * @param folklore whether there is nothing to gain
     * @param rules those of the rewrite Quern found; empty if it found none
     * @param found null if none was found
     * @param foundSame whether its rows are the original's
     * @param byHand the form a person wrote, timed beside the original; null if it was not
     * @param reason why nothing was found, if Quern said so
     */
    public record Row(
            String number,
            String name,
            boolean folklore,
            List<String> rules,
            @Nullable Timed found,
            boolean foundSame,
            @Nullable Timed byHand,
            boolean byHandSame,
            String reason) {
        public Row {
            rules = List.copyOf(rules);
        }
    }

    /** Two forms timed in turns. */
    public record Timed(Spread before, Spread after) {
        double gain() {
            return before.median() / Math.max(after.median(), 0.001);
        }
    }

    /** Cases other than folklore with a rewrite by Quern. */
    private long found() {
        return rows.stream().filter(r -> !r.folklore() && r.found() != null).count();
    }

    /** Cases that a rewrite by Quern makes at least ten times faster. */
    private long much() {
        return rows.stream().filter(r -> gain(r.found()) >= MUCH).count();
    }

    /** Rewrites by Quern with other rows. */
    private long different() {
        return rows.stream().filter(r -> r.found() != null && !r.foundSame()).count();
    }

    private static double gain(@Nullable Timed timed) {
        return timed == null ? 0 : timed.gain();
    }

    private String summary() {
        return String.format(
                Locale.ROOT,
                "found %d of %d (goal 35), %d at least ten times faster (goal 25), %d with other"
                        + " rows (goal 0)",
                found(),
                rows.stream().filter(r -> !r.folklore()).count(),
                much(),
                different());
    }

    /** For a terminal. */
    public String text() {
        StringBuilder out = new StringBuilder(machine + "\n" + "\n");
        for (Row row : rows) {
            out.append(
                    String.format(
                            Locale.ROOT,
                            "%-3s %-48s %-28s %-32s %s%n",
                            row.number(),
                            row.name(),
                            "by Quern " + cell(row.found(), row.foundSame()),
                            "by hand " + cell(row.byHand(), row.byHandSame()),
                            row.rules().isEmpty() ? row.reason() : String.join("+", row.rules())));
        }
        return out.append('\n').append(summary()).toString();
    }

    @Override
    public String markdown() {
        StringBuilder out = new StringBuilder(machine.toString());
        out.append(". Median of ")
                .append(rounds)
                .append(" rounds, the forms in turns, parallelism");
        out.append(" and JIT off. By Quern alone: ").append(summary()).append(".\n\n");
        out.append("| | | original, ms | by Quern | | by hand |\n|---|---|---|---|---|---|\n");
        for (Row row : rows) {
            Timed any = row.found() == null ? row.byHand() : row.found();
            out.append(
                    String.format(
                            Locale.ROOT,
                            "| %s | %s | %s | %s | %s | %s |%n",
                            row.number(),
                            row.name(),
                            any == null
                                    ? "–"
                                    : String.format(Locale.ROOT, "%.1f", any.before().median()),
                            cell(row.found(), row.foundSame()),
                            String.join(", ", row.rules()),
                            cell(row.byHand(), row.byHandSame())));
        }
        return out.toString();
    }

    private static String cell(@Nullable Timed timed, boolean same) {
        if (timed == null) {
            return "–";
        }
        String gain = timed.gain() >= MUCH ? "%.0f×" : "%.2f×";
        return String.format(Locale.ROOT, gain, timed.gain()) + (same ? "" : ", other rows");
    }
}
