package io.quern.bench.result;

import static java.util.Objects.requireNonNull;

import io.quern.bench.result.RewriteResult.Form;
import io.quern.bench.result.RewriteResult.Rows;
import io.quern.bench.result.RewriteResult.Time;

import org.jspecify.annotations.Nullable;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What Quern made of TPC-H and TPC-DS.
 *
 * @param scale of the data, in the specifications' sense: about as many gigabytes
 * @param rows one for each statement
 */
public record TpcResult(Machine machine, double scale, int rounds, List<Row> rows)
        implements Result {
    public TpcResult {
        requireNonNull(machine, "machine");
        rows = List.copyOf(rows);
    }

    /**
     * One statement.
     *
     * @param number such as {@code h01} or {@code ds99}
     * @param original null if it was not run, because there is no rewrite to compare with
     * @param cost the planner's for the original; 0 where it was not asked
     * @param rewrites all that Quern found
     * @param refusals which rules saw their pattern and declined, as {@code Rule: code}
     * @param failure what kept it from being read or run; else empty
     */
    public record Row(
            String number,
            boolean parsed,
            boolean resolved,
            @Nullable Time original,
            double cost,
            List<Rewrite> rewrites,
            List<String> refusals,
            String failure) {
        public Row {
            rewrites = List.copyOf(rewrites);
            refusals = List.copyOf(refusals);
        }

        /** A statement without rewrites, or of which nothing more is known. */
        public static Row read(
                String number,
                boolean parsed,
                boolean resolved,
                List<String> refusals,
                String failure) {
            return new Row(number, parsed, resolved, null, 0, List.of(), refusals, failure);
        }

        /** The rewrite that the planner thinks best, if it does better than the original. */
        private Optional<Rewrite> chosen() {
            return rewrites.stream()
                    .filter(c -> c.cost() < cost)
                    .min(Comparator.comparingDouble(Rewrite::cost));
        }

        private String gain() {
            return original == null ? "–" : chosen().map(c -> c.form().cell(original)).orElse("–");
        }

        private String remark() {
            if (!failure.isEmpty()) {
                return (parsed ? resolved ? "failed: " : "not resolved: " : "not parsed: ")
                        + failure.lines().findFirst().orElse("");
            }
            return rewrites.isEmpty()
                    ? String.join(", ", refusals)
                    : chosen().map(c -> String.join("+", c.rules()))
                            .orElse("none that the planner prefers");
        }
    }

    /**
     * A rewrite.
     *
     * @param cost the planner's
     */
    public record Rewrite(List<String> rules, double cost, Form form) {
        public Rewrite {
            rules = List.copyOf(rules);
        }
    }

    /** Whether every statement was read and every rewrite has the original's rows. */
    public boolean sound() {
        return rows.stream().allMatch(r -> r.parsed() && r.resolved() && r.failure().isEmpty())
                && count(Rows.OTHER) == 0;
    }

    private long count(Rows what) {
        return rows.stream()
                .flatMap(r -> r.rewrites().stream())
                .filter(c -> c.form().rows() == what)
                .count();
    }

    private String summary() {
        long all = rows.stream().mapToLong(r -> r.rewrites().size()).sum();
        return String.format(
                Locale.ROOT,
                "%d statements, %d parsed, %d resolved; rewrites for %s of TPC-H's (goal 12) and"
                        + " %s of TPC-DS's; of %d rewrites %d with the original's rows, %d not"
                        + " compared, %d with other rows (goal 0)%s",
                rows.size(),
                rows.stream().filter(Row::parsed).count(),
                rows.stream().filter(Row::resolved).count(),
                rewritten("h"),
                rewritten("ds"),
                all,
                count(Rows.SAME),
                count(Rows.NOT_COMPARED),
                count(Rows.OTHER),
                failed());
    }

    private String rewritten(String suite) {
        List<Row> its = rows.stream().filter(r -> r.number().startsWith(suite)).toList();
        return its.stream().filter(r -> !r.rewrites().isEmpty()).count() + " of " + its.size();
    }

    private String failed() {
        long failed = rows.stream().filter(r -> !r.failure().isEmpty()).count();
        return failed == 0 ? "" : "; " + failed + " failed";
    }

    /** How many statements a rule declined for a reason, the most frequent first. */
    private String refusals() {
        Map<String, Long> counts =
                rows.stream()
                        .flatMap(r -> r.refusals().stream().distinct())
                        .collect(
                                Collectors.groupingBy(
                                        Function.identity(), TreeMap::new, Collectors.counting()));
        return counts.isEmpty()
                ? ""
                : counts.entrySet().stream()
                        .sorted(
                                Map.Entry.<String, Long>comparingByValue()
                                        .reversed()
                                        .thenComparing(Map.Entry.comparingByKey()))
                        .map(e -> e.getKey() + " " + e.getValue())
                        .collect(Collectors.joining(", ", "declined: ", ""));
    }

    /** For a terminal. */
    public String text() {
        StringBuilder out = new StringBuilder(machine + "\n\n");
        out.append(line("", "original, ms", "by Quern", ""));
        for (Row row : rows) {
            out.append(line(row.number(), Time.cell(row.original()), row.gain(), row.remark()));
        }
        return out.append('\n')
                .append(summary())
                .append('\n')
                .append(refusals())
                .toString()
                .strip();
    }

    private static String line(String number, String millis, String gain, String remark) {
        return String.format(Locale.ROOT, "%-5s %12s  %-26s %s", number, millis, gain, remark)
                        .stripTrailing()
                + "\n";
    }

    /** The statements that a rewrite was found for. */
    @Override
    public String markdown() {
        StringBuilder out = new StringBuilder(machine.toString());
        out.append(
                String.format(
                        Locale.ROOT,
                        ". Scale %s, median of %d rounds, the forms in turns, parallelism and JIT"
                                + " off. %s.%n%n",
                        scale,
                        rounds,
                        summary()));
        out.append("| | original, ms | by Quern | |\n|---|---|---|---|\n");
        for (Row row : rows) {
            if (!row.rewrites().isEmpty() || !row.failure().isEmpty()) {
                out.append(
                        String.format(
                                Locale.ROOT,
                                "| %s | %s | %s | %s |%n",
                                row.number(),
                                Time.cell(row.original()),
                                row.gain(),
                                row.remark().replace("|", "\\|")));
            }
        }
        return out.toString();
    }
}
