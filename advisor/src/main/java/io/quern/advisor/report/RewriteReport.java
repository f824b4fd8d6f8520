package io.quern.advisor.report;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;

import io.quern.advisor.Lab;
import io.quern.optimizer.Refusal;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What {@code quern rewrite} says of a file of statements. It holds them as they were given, for
 * whoever gave them.
 *
 * @param entries one for each statement, in order
 */
public record RewriteReport(List<Entry> entries) {
    public RewriteReport {
        entries = List.copyOf(entries);
    }

    /**
     * One statement.
     *
     * @param line where it begins in its file, from 1
     * @param reason why nothing can be said of it; empty if something can
     */
    public record Entry(
            String sql,
            int line,
            Optional<String> fingerprint,
            boolean parsed,
            String reason,
            List<Row> candidates,
            List<Refusal> refusals) {
        public Entry {
            requireNonNull(sql, "sql");
            requireNonNull(fingerprint, "fingerprint");
            requireNonNull(reason, "reason");
            candidates = List.copyOf(candidates);
            refusals = List.copyOf(refusals);
        }
    }

    /**
     * One candidate.
     *
     * @param guards the facts it rests on
     * @param costBefore the planner's; NaN if unknown
     */
    public record Row(
            List<String> rules,
            String sql,
            List<String> guards,
            Verdict lab,
            double costBefore,
            double costAfter) {
        public Row {
            rules = List.copyOf(rules);
            guards = List.copyOf(guards);
        }
    }

    /**
     * The lab's.
     *
     * @param verdict {@code no-counterexample}, {@code counterexample}, {@code unsupported} or
     *     {@code unavailable}
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Verdict(
            String verdict,
            @JsonInclude(JsonInclude.Include.ALWAYS) long databases,
            String reason,
            Optional<String> counterexample) {
        public static Verdict of(Lab.Verdict verdict) {
            return new Verdict(
                    verdict.outcome().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                    verdict.databases(),
                    verdict.reason(),
                    verdict.counterexample().map(Lab.Counterexample::text));
        }
    }

    /** A list with one object for each statement. */
    public String json() {
        return JsonReport.json(entries);
    }

    /** For a terminal. */
    public String text() {
        StringBuilder out = new StringBuilder();
        entries.forEach(entry -> text(entry, out));
        long rewritten = entries.stream().filter(e -> !e.candidates().isEmpty()).count();
        long unread = entries.stream().filter(e -> !e.parsed()).count();
        out.append(
                String.format(
                        Locale.ROOT,
                        "%d statement%s, %d with a rewrite, %d not parsed%n",
                        entries.size(),
                        entries.size() == 1 ? "" : "s",
                        rewritten,
                        unread));
        return out.toString();
    }

    private static void text(Entry entry, StringBuilder out) {
        out.append("line ").append(entry.line());
        entry.fingerprint().ifPresent(f -> out.append("  ").append(f));
        out.append('\n').append(indented(entry.sql(), "  ")).append('\n');
        if (!entry.reason().isEmpty()) {
            out.append(entry.parsed() ? "  not examined: " : "  not parsed: ");
            out.append(entry.reason()).append('\n');
        } else if (entry.candidates().isEmpty()) {
            out.append("  no rewrite\n");
        }
        entry.candidates().forEach(row -> text(row, out));
        entry.refusals().stream()
                .map(r -> "  declined: " + r.by() + ": " + r.reason() + "\n")
                .distinct()
                .forEach(out::append);
        out.append('\n');
    }

    private static void text(Row row, StringBuilder out) {
        out.append("  rewrite by ").append(String.join(", ", row.rules())).append('\n');
        out.append(indented(row.sql(), "      ")).append('\n');
        row.guards().forEach(guard -> out.append("    because ").append(guard).append('\n'));
        out.append("    lab: ").append(row.lab().verdict().replace('-', ' '));
        out.append(", ").append(row.lab().reason()).append('\n');
        row.lab()
                .counterexample()
                .ifPresent(example -> out.append(indented(example, "      ")).append('\n'));
        if (Double.isFinite(row.costBefore()) && Double.isFinite(row.costAfter())) {
            out.append(
                    String.format(
                            Locale.ROOT,
                            "    planner's cost %.2f → %.2f%n",
                            row.costBefore(),
                            row.costAfter()));
        }
    }

    private static String indented(String text, String by) {
        return text.strip().indent(by.length()).stripTrailing();
    }
}
