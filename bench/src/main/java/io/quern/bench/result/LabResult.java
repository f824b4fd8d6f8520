package io.quern.bench.result;

import com.fasterxml.jackson.annotation.JsonIgnore;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How alike the planner twin and the server plan whose twin it is.
 *
 * @param scale of TPC-H and TPC-DS
 * @param runs a scene under a condition each
 * @param sizes of indexes, as the twin expected them and as they were
 * @param speeds what-ifs a minute, by what was asked
 * @param refutation how well the lab refutes; null if that was not measured
 * @param notes what was not measured, and why
 */
public record LabResult(
        Machine machine,
        double scale,
        List<Run> runs,
        List<Size> sizes,
        Map<String, Double> speeds,
        @Nullable Refutation refutation,
        List<String> notes)
        implements Result {
    /** What a total cost may be off by. */
    public static final double COST = 0.02;

    /** What a size may be off by. */
    public static final double BYTES = 0.15;

    private static final double MOST = 0.95;
    private static final double MOST_SIZES = 0.90;

    public LabResult {
        runs = List.copyOf(runs);
        sizes = List.copyOf(sizes);
        speeds = Map.copyOf(speeds);
        notes = List.copyOf(notes);
    }

    /**
     * The statements of one scene under one condition.
     *
     * @param postgres the major version of both
     * @param condition such as {@code with 12 indexes}
     * @param plans of all statements
     */
    public record Run(int postgres, String scene, String condition, List<Pair> plans) {
        public Run {
            plans = List.copyOf(plans);
        }

        private double alike() {
            return share(plans.stream().filter(Pair::sameShape).count());
        }

        private double near() {
            return share(plans.stream().filter(p -> p.off() <= COST).count());
        }

        private double share(long count) {
            return plans.isEmpty() ? 1 : (double) count / plans.size();
        }

        private double worst() {
            return plans.stream().mapToDouble(Pair::off).max().orElse(0);
        }
    }

    /**
     * One statement's plans.
     *
     * @param sameShape whether both have the same nodes over the same relations and indexes
     * @param upstream total cost; negative if it could not be planned
     * @param twin likewise
     */
    public record Pair(String statement, boolean sameShape, double upstream, double twin) {
        /** How far apart the costs are, of the upstream's. */
        double off() {
            return upstream < 0 || twin < 0
                    ? Double.POSITIVE_INFINITY
                    : Math.abs(twin - upstream) / Math.max(upstream, 0.01);
        }
    }

    /** An index's size in bytes. */
    public record Size(int postgres, String index, long expected, long real) {
        double off() {
            return Math.abs(expected - real) / (double) Math.max(1, real);
        }
    }

    /**
     * What rules make of the statements on their pages.
     *
     * @param mutants how many are wrong, because a guard was not asked
     * @param right how many are what the rules make
     * @param doubtful how many more a guard is there to prevent that may be right all the same
     * @param exposed which of these were refuted, too
     */
    public record Rewrites(int mutants, int right, int doubtful, List<String> exposed) {
        public Rewrites {
            exposed = List.copyOf(exposed);
        }
    }

    /**
     * Pairs of statements that the lab was given.
     *
     * @param wrong how many made by hand differ on some database
     * @param right how many of them never do
     * @param rewrites those that the rules made
     * @param mistaken what it said of those it took for the other kind
     * @param seconds that each refutation of a wrong one took
     * @param databases generated and compared each second, for a statement over three tables
     */
    public record Refutation(
            int wrong,
            int right,
            Rewrites rewrites,
            List<String> mistaken,
            List<Double> seconds,
            double databases) {
        /** Databases a second. */
        private static final double SPEED = 500;

        /** Seconds that a refutation may take. */
        private static final double PATIENCE = 5;

        public Refutation {
            mistaken = List.copyOf(mistaken);
            seconds = seconds.stream().sorted().toList();
        }

        private boolean sound() {
            return mistaken.isEmpty() && longest() <= PATIENCE && databases >= SPEED;
        }

        private double longest() {
            return seconds.isEmpty() ? 0 : seconds.getLast();
        }

        private double median() {
            return seconds.isEmpty() ? 0 : seconds.get(seconds.size() / 2);
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "The lab was given %d wrong pairs of statements, %d by hand and %d that rules"
                            + " made because a guard was not asked, and %d right ones, %d by hand and %d"
                            + " that rules made: it refuted %d of the wrong (goal 99 %%) and took %d in all"
                            + " for the other kind (goal no right one). A wrong one took it %.2f s in the"
                            + " median and %.1f s at most (goal 5 s). Of %d more that guards prevent and"
                            + " that may be right it refuted %d. %.0f databases a second for a statement"
                            + " over three tables (goal 500).",
                    wrong + rewrites.mutants(),
                    wrong,
                    rewrites.mutants(),
                    right + rewrites.right(),
                    right,
                    rewrites.right(),
                    seconds.size(),
                    mistaken.size(),
                    median(),
                    longest(),
                    rewrites.doubtful(),
                    rewrites.exposed().size(),
                    databases);
        }
    }

    /** Whether all goals are met. */
    @JsonIgnore
    public boolean sound() {
        return (refutation == null || refutation.sound())
                && runs.stream().allMatch(r -> r.alike() >= MOST && r.near() >= MOST)
                && nearSizes() >= MOST_SIZES;
    }

    private double nearSizes() {
        return sizes.isEmpty()
                ? 1
                : (double) sizes.stream().filter(s -> s.off() <= BYTES).count() / sizes.size();
    }

    private List<List<String>> table() {
        List<List<String>> table = new ArrayList<>();
        for (Run run : runs) {
            table.add(
                    List.of(
                            Integer.toString(run.postgres()),
                            run.scene(),
                            run.condition(),
                            Integer.toString(run.plans().size()),
                            percent(run.alike()),
                            percent(run.near()),
                            percent(run.worst())));
        }
        return table;
    }

    private static String percent(double share) {
        return Double.isInfinite(share) ? "–" : String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    private String summary() {
        return String.format(
                Locale.ROOT,
                "Sizes of %d indexes: %s within 15 %% (goal 90 %%). What-ifs a minute: %s.%s",
                sizes.size(),
                percent(nearSizes()),
                new TreeMap<>(speeds)
                        .entrySet().stream()
                                .map(
                                        e ->
                                                String.format(
                                                        Locale.ROOT,
                                                        "%s %.0f",
                                                        e.getKey(),
                                                        e.getValue()))
                                .collect(Collectors.joining(", ")),
                notes.isEmpty() ? "" : " Not measured: " + String.join("; ", notes) + ".");
    }

    /** For a terminal, with every statement and index that misses. */
    public String text() {
        StringBuilder out = new StringBuilder(machine + "\n\n");
        if (!runs.isEmpty()) {
            String format = "%-4s%-20s%-26s%11s%12s%13s%10s%n";
            out.append(
                    format.formatted("", "", "", "statements", "same shape", "cost ±2 %", "worst"));
            table().forEach(row -> out.append(format.formatted(row.toArray())));
            out.append('\n').append(summary()).append('\n');
        }
        if (refutation != null) {
            out.append(refutation).append('\n');
            refutation.mistaken().forEach(what -> out.append(what).append('\n'));
            refutation
                    .rewrites()
                    .exposed()
                    .forEach(what -> out.append("refuted too: ").append(what).append('\n'));
        }
        for (Run run : runs) {
            for (Pair pair : run.plans()) {
                if (!pair.sameShape() || pair.off() > COST) {
                    out.append(
                            String.format(
                                    Locale.ROOT,
                                    "%d %s, %s: %s: %s, %.2f → %.2f%n",
                                    run.postgres(),
                                    run.scene(),
                                    run.condition(),
                                    pair.statement(),
                                    pair.sameShape() ? "same shape" : "another shape",
                                    pair.upstream(),
                                    pair.twin()));
                }
            }
        }
        for (Size size : sizes) {
            if (size.off() > BYTES) {
                out.append(
                        String.format(
                                Locale.ROOT,
                                "%d %s: %d kB expected, %d kB%n",
                                size.postgres(),
                                size.index(),
                                size.expected() / 1024,
                                size.real() / 1024));
            }
        }
        return out.toString().strip();
    }

    @Override
    public String markdown() {
        StringBuilder out = new StringBuilder(machine + ".");
        if (refutation != null) {
            out.append(' ').append(refutation);
        }
        if (runs.isEmpty()) {
            return out.append('\n').toString();
        }
        out.append(
                String.format(
                        Locale.ROOT,
                        " Scale %s. The share of statements with the same nodes over the same relations"
                                + " and indexes (goal 95 %%) and with total cost within 2 %% (goal 95 %%)."
                                + " Imagined indexes are compared with real ones right after CREATE INDEX,"
                                + " without ANALYZE. %s%n%n",
                        scale,
                        summary()));
        out.append("| PostgreSQL | | | statements | same shape | cost ±2 % | worst |\n");
        out.append("|---|---|---|---|---|---|---|\n");
        table().forEach(row -> out.append("| ").append(String.join(" | ", row)).append(" |\n"));
        return out.toString();
    }
}
