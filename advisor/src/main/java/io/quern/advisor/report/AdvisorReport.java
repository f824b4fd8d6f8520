package io.quern.advisor.report;

import static java.util.Objects.requireNonNull;

import io.quern.advisor.AuditEntry;
import io.quern.advisor.Evidence;
import io.quern.advisor.Execution;
import io.quern.advisor.HistoryRow;
import io.quern.advisor.Proposal;
import io.quern.advisor.Store;
import io.quern.advisor.Suggestion;
import io.quern.advisor.TrialResult;
import io.quern.optimizer.Fingerprint;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What Quern found, did and measured in a period. It holds what the store holds: no literal of any
 * statement, no secret. Durations are milliseconds; NaN is unknown.
 *
 * @param templates the templates that cost most in total, most first
 * @param changes every suggestion, those that act first
 * @param audit the newest audit rows of the period first
 * @param unreadable buckets whose histogram could not be read: percentiles lack them
 */
public record AdvisorReport(
        Instant from,
        Instant to,
        boolean killed,
        List<TopTemplate> templates,
        List<Change> changes,
        List<AuditEntry> audit,
        int unreadable) {

    private static final int AUDIT_ROWS = 1_000;

    /** A template's executions in the period, all variants together. */
    public record TopTemplate(
            String database,
            String fingerprint,
            String text,
            long calls,
            long errors,
            double totalMillis,
            double meanMillis,
            double medianMillis,
            double p95Millis) {}

    /**
     * A suggestion and what became of it.
     *
     * @param before the statement, or empty for an index
     * @param after the rewritten statement, or the index's DDL
     * @param undo how to undo it by hand, or empty
     * @param saving what it saved; null where nothing was measured
     * @param cost what it costs, a sentence; empty for a rewrite
     */
    public record Change(
            long id,
            String database,
            String kind,
            Suggestion.State state,
            String reason,
            String fingerprint,
            String template,
            String before,
            String after,
            String undo,
            String cost,
            Evidence evidence,
            @Nullable Saving saving,
            Instant createdAt,
            Instant changedAt) {}

    /**
     * Measured milliseconds saved: (mean of control − mean of treatment) × treated executions, with
     * a 95 % interval. Negative where the change cost time.
     *
     * @param method how the two were compared
     */
    public record Saving(
            double millis,
            double lowMillis,
            double highMillis,
            long treated,
            double controlMeanMillis,
            double treatmentMeanMillis,
            String method) {}

    public AdvisorReport {
        requireNonNull(from, "from");
        requireNonNull(to, "to");
        templates = List.copyOf(templates);
        changes = List.copyOf(changes);
        audit = List.copyOf(audit);
    }

    /** The length of the period. */
    public Duration period() {
        return Duration.between(from, to);
    }

    /** The changes in a state. */
    public List<Change> in(Suggestion.State state) {
        return changes.stream().filter(c -> c.state() == state).toList();
    }

    /** The sum of all savings measured, the costs of bad trials taken off. */
    public double savedMillis() {
        double sum = 0;
        for (Change change : changes) {
            Saving saving = change.saving();
            sum += saving == null ? 0 : saving.millis();
        }
        return sum;
    }

    /**
     * Reads the store.
     *
     * @param top how many templates to list
     * @throws io.quern.advisor.StoreUnavailable if it cannot be read
     */
    public static AdvisorReport of(Store store, Instant from, Instant to, int top) {
        Map<TemplateKey, Latencies> templates = new LinkedHashMap<>();
        Map<TemplateKey, String> texts = new LinkedHashMap<>();
        Map<ArmKey, Latencies> arms = new LinkedHashMap<>();
        for (HistoryRow row : store.history(from)) {
            TemplateKey key = new TemplateKey(row.database(), row.template().fingerprint());
            texts.putIfAbsent(key, row.template().text());
            templates.computeIfAbsent(key, k -> new Latencies()).add(row);
            if (row.suggestion() > 0) {
                arms.computeIfAbsent(new ArmKey(row.suggestion(), row.arm()), k -> new Latencies())
                        .add(row);
            }
        }
        List<AuditEntry> audit =
                store.audit(AUDIT_ROWS).stream().filter(a -> !a.at().isBefore(from)).toList();
        List<Change> changes = new ArrayList<>();
        for (Suggestion suggestion : store.suggestions()) {
            changes.add(change(suggestion, saving(suggestion, arms)));
        }
        changes.sort(
                Comparator.comparingInt((Change c) -> order(c.state()))
                        .thenComparing(Comparator.comparingLong(Change::id).reversed()));
        return new AdvisorReport(
                from,
                to,
                store.killed(),
                top(templates, texts, top),
                changes,
                audit,
                templates.values().stream().mapToInt(Latencies::unreadable).sum());
    }

    private record TemplateKey(String database, Fingerprint fingerprint) {}

    private record ArmKey(long suggestion, Execution.Arm arm) {}

    private static int order(Suggestion.State state) {
        return switch (state) {
            case ON -> 0;
            case TRIAL -> 1;
            case APPROVED -> 2;
            case PROPOSED -> 3;
            case RETIRED -> 4;
            case REJECTED -> 5;
        };
    }

    private static List<TopTemplate> top(
            Map<TemplateKey, Latencies> templates, Map<TemplateKey, String> texts, int top) {
        return templates.entrySet().stream()
                .sorted(
                        Comparator.comparingDouble(
                                        (Map.Entry<TemplateKey, Latencies> e) ->
                                                e.getValue().totalMillis())
                                .reversed())
                .limit(top)
                .map(
                        e -> {
                            Latencies l = e.getValue();
                            return new TopTemplate(
                                    e.getKey().database(),
                                    e.getKey().fingerprint().toString(),
                                    texts.getOrDefault(e.getKey(), ""),
                                    l.count(),
                                    l.errors(),
                                    l.totalMillis(),
                                    l.meanMillis(),
                                    l.percentileMillis(50),
                                    l.percentileMillis(95));
                        })
                .toList();
    }

    private static Change change(Suggestion s, @Nullable Saving saving) {
        String before =
                switch (s.proposal()) {
                    case Proposal.Rewrite rewrite -> rewrite.before();
                    case Proposal.NewIndex index -> "";
                };
        String after =
                switch (s.proposal()) {
                    case Proposal.Rewrite rewrite -> rewrite.after();
                    case Proposal.NewIndex index -> index.ddl();
                };
        String undo =
                switch (s.proposal()) {
                    case Proposal.Rewrite rewrite -> "";
                    case Proposal.NewIndex index -> index.undo();
                };
        String cost =
                switch (s.proposal()) {
                    case Proposal.Rewrite rewrite -> "";
                    case Proposal.NewIndex index ->
                            "about " + Figures.bytes(index.bytes()) + " of disk and its upkeep";
                };
        return new Change(
                s.id(),
                s.database(),
                s.proposal().kind(),
                s.state(),
                s.reason(),
                s.template().fingerprint().toString(),
                s.template().text(),
                before,
                after,
                undo,
                cost,
                s.evidence(),
                saving,
                s.createdAt(),
                s.changedAt());
    }

    private static @Nullable Saving saving(Suggestion suggestion, Map<ArmKey, Latencies> arms) {
        Latencies control = arms.get(new ArmKey(suggestion.id(), Execution.Arm.CONTROL));
        Latencies treatment = arms.get(new ArmKey(suggestion.id(), Execution.Arm.TREATMENT));
        if (control != null && treatment != null && control.count() > 1 && treatment.count() > 1) {
            return measured(control, treatment);
        }
        return suggestion.evidence().trial().map(AdvisorReport::ofTrial).orElse(null);
    }

    /**
     * The difference of two means with Welch's standard error; at these counts the normal quantile
     * serves.
     */
    private static Saving measured(Latencies control, Latencies treatment) {
        double difference = control.meanMillis() - treatment.meanMillis();
        double error = Math.sqrt(control.varianceOfMean() + treatment.varianceOfMean());
        long n = treatment.count();
        return new Saving(
                difference * n,
                (difference - 1.96 * error) * n,
                (difference + 1.96 * error) * n,
                n,
                control.meanMillis(),
                treatment.meanMillis(),
                "concurrent, at random, in this period");
    }

    /** What the trial alone measured, where the history has no two arms to compare. */
    private static @Nullable Saving ofTrial(TrialResult trial) {
        double treated = trial.treatment().meanMillis();
        long n = trial.treatment().count();
        if (n == 0 || trial.control().count() == 0) {
            return null;
        }
        return new Saving(
                (trial.control().meanMillis() - treated) * n,
                treated * (trial.speedupLow() - 1) * n,
                treated * (trial.speedupHigh() - 1) * n,
                n,
                trial.control().meanMillis(),
                treated,
                trial.method() + ", in its trial");
    }
}
