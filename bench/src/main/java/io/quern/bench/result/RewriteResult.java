package io.quern.bench.result;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * What Quern made of the measured suite.
 *
 * @param rows one for each case
 */
public record RewriteResult(Machine machine, int rounds, List<Row> rows) implements Result {
    private static final double MUCH = 10;

    /** Nothing lost: a tenth is within what two runs of the same plan differ by. */
    private static final double EVEN = 0.9;

    public RewriteResult {
        requireNonNull(machine, "machine");
        rows = List.copyOf(rows);
    }

    /**
     * One case.
     *
     * @param folklore whether there is nothing to gain
     * @param original null if the case failed
     * @param rules those of the rewrite Quern found; empty if it found none
     * @param found null if none was found
     * @param byHand the form a person wrote; null if it did not take part
     * @param reason why nothing was found, if Quern said so
     * @param failure what kept the case from being run; else empty
     */
    public record Row(
            String number,
            String name,
            boolean folklore,
            @Nullable Time original,
            List<String> rules,
            @Nullable Form found,
            @Nullable Form byHand,
            String reason,
            String failure) {
        public Row {
            rules = List.copyOf(rules);
        }

        /** A case that could not be run. */
        public static Row failed(String number, String name, boolean folklore, String failure) {
            return new Row(number, name, folklore, null, List.of(), null, null, "", failure);
        }

        /** How many times faster than the original, at least; 0 if that is not known. */
        private double gain(@Nullable Form form) {
            return original == null || form == null || form.time().stopped()
                    ? 0
                    : original.over(form.time());
        }

        private boolean slower(@Nullable Form form) {
            return original != null
                    && form != null
                    && !original.stopped()
                    && original.over(form.time()) < EVEN;
        }

        private String cell(@Nullable Form form) {
            return original == null || form == null ? "–" : form.cell(original);
        }

        private String remark() {
            return !failure.isEmpty()
                    ? "failed: " + failure.lines().findFirst().orElse("")
                    : rules.isEmpty() ? reason : String.join("+", rules);
        }
    }

    /**
     * How long a form takes, in milliseconds.
     *
     * @param stopped whether it was stopped then: it takes longer
     */
    public record Time(Spread millis, boolean stopped) {
        /** How many times as long as another. */
        double over(Time other) {
            return millis.median() / Math.max(other.millis.median(), 0.001);
        }

        static String cell(@Nullable Time time) {
            return time == null
                    ? "–"
                    : String.format(
                            Locale.ROOT,
                            time.stopped() ? "> %.0f" : "%.1f",
                            time.millis().median());
        }
    }

    /** A form other than the original, and its rows. */
    public record Form(Time time, Rows rows) {
        /** The gain over an original, with its bounds. */
        String cell(Time original) {
            if (original.stopped() && time.stopped()) {
                return "both too long";
            }
            double gain = original.over(time);
            String bound = original.stopped() ? "> " : time.stopped() ? "< " : "";
            String format = gain >= MUCH ? "%s%.0f×%s" : "%s%.2f×%s";
            return String.format(Locale.ROOT, format, bound, gain, rows.remark);
        }
    }

    /** Whether a form returned the original's rows. */
    public enum Rows {
        SAME(""),
        OTHER(", other rows"),
        /** One of the two takes too long. */
        NOT_COMPARED(", rows not compared");

        private final String remark;

        Rows(String remark) {
            this.remark = remark;
        }
    }

    /** Whether every case was run and no form has other rows than its original. */
    public boolean sound() {
        return rows.stream().allMatch(r -> r.failure().isEmpty())
                && different(Row::found) + different(Row::byHand) == 0;
    }

    private long different(Function<Row, @Nullable Form> side) {
        return rows.stream()
                .map(side)
                .filter(form -> form != null && form.rows() == Rows.OTHER)
                .count();
    }

    /** Cases other than folklore that a side makes at least ten times faster. */
    private long much(Function<Row, @Nullable Form> side) {
        return rows.stream().filter(r -> !r.folklore() && r.gain(side.apply(r)) >= MUCH).count();
    }

    private String summary() {
        long failed = rows.stream().filter(r -> !r.failure().isEmpty()).count();
        return String.format(
                        Locale.ROOT,
                        "found %d of %d (goal 35), %d at least ten times faster (goal 25), %d slower"
                                + " (goal 0), %d with other rows (goal 0)",
                        rows.stream().filter(r -> !r.folklore() && r.found() != null).count(),
                        rows.stream().filter(r -> !r.folklore()).count(),
                        much(Row::found),
                        rows.stream().filter(r -> r.slower(r.found())).count(),
                        different(Row::found))
                + byHand()
                + (failed == 0 ? "" : "; " + failed + " failed");
    }

    private String byHand() {
        return rows.stream().allMatch(r -> r.byHand() == null)
                ? ""
                : String.format(
                        Locale.ROOT,
                        "; by hand %d at least ten times faster, %d with other rows",
                        much(Row::byHand),
                        different(Row::byHand));
    }

    /** For a terminal. */
    public String text() {
        StringBuilder out = new StringBuilder(machine + "\n" + "\n");
        out.append(line("", "", "original, ms", "by Quern", "by hand", ""));
        for (Row row : rows) {
            out.append(
                    line(
                            row.number(),
                            row.name(),
                            Time.cell(row.original()),
                            row.cell(row.found()),
                            row.cell(row.byHand()),
                            row.remark()));
        }
        return out.append('\n').append(summary()).toString();
    }

    private static String line(
            String number, String name, String millis, String found, String byHand, String remark) {
        return String.format(
                                Locale.ROOT,
                                "%-3s %-49s %12s  %-26s %-26s %s",
                                number,
                                name,
                                millis,
                                found,
                                byHand,
                                remark)
                        .stripTrailing()
                + "\n";
    }

    @Override
    public String markdown() {
        StringBuilder out = new StringBuilder(machine.toString());
        out.append(". Median of ")
                .append(rounds)
                .append(" rounds, the forms in turns, parallelism");
        out.append(" and JIT off; parsing, planning and execution, without the rows' way to the");
        out.append(" client. By Quern alone: ").append(summary()).append(".\n\n");
        out.append("| | | original, ms | by Quern | | by hand |\n|---|---|---|---|---|---|\n");
        for (Row row : rows) {
            out.append(
                    String.format(
                            Locale.ROOT,
                            "| %s | %s | %s | %s | %s | %s |%n",
                            row.number(),
                            row.name(),
                            Time.cell(row.original()),
                            row.cell(row.found()),
                            row.remark().replace("|", "\\|"),
                            row.cell(row.byHand())));
        }
        return out.toString();
    }
}
