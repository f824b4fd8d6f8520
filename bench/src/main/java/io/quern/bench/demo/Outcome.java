package io.quern.bench.demo;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.quern.advisor.Proposal;
import io.quern.advisor.Suggestion;
import io.quern.advisor.TrialResult;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Locale;

/**
 * One line of the demo's result: what a change did to one template, as the proxy measured it.
 * Durations are milliseconds.
 *
 * @param change {@code rewrite} or {@code index}
 * @param statement the shop's name of the statement, or its template
 * @param after what the change is: the rewritten text, redacted, or the DDL
 * @param factor how many times lower the median became
 * @param identical whether the results were found identical; null if that was not looked at
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
record Outcome(
        String change,
        String statement,
        String state,
        String after,
        double beforeMedianMillis,
        double afterMedianMillis,
        double factor,
        long executionsBefore,
        long executionsAfter,
        double speedup,
        double speedupLow,
        double speedupHigh,
        String method,
        @Nullable Boolean identical,
        String proof) {

    static Outcome of(Suggestion suggestion, String statement, @Nullable Proof proof) {
        TrialResult trial =
                suggestion
                        .evidence()
                        .trial()
                        .orElseThrow(() -> new IllegalArgumentException("no trial was run"));
        return new Outcome(
                suggestion.proposal().kind(),
                statement,
                suggestion.state().name().toLowerCase(Locale.ROOT),
                switch (suggestion.proposal()) {
                    case Proposal.Rewrite rewrite -> rewrite.after();
                    case Proposal.NewIndex index -> index.ddl();
                },
                trial.control().medianMillis(),
                trial.treatment().medianMillis(),
                Autopilot.gain(suggestion),
                trial.control().count(),
                trial.treatment().count(),
                trial.speedup(),
                trial.speedupLow(),
                trial.speedupHigh(),
                trial.method(),
                proof == null ? null : proof.identical(),
                proof == null ? "not compared" : proof.detail());
    }

    static String json(List<Outcome> outcomes) {
        try {
            return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(outcomes);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record of numbers and texts", e);
        }
    }

    static String text(List<Outcome> outcomes) {
        if (outcomes.isEmpty()) {
            return "No change was tried.";
        }
        StringBuilder table = new StringBuilder();
        table.append(
                String.format(
                        Locale.ROOT,
                        "%-8s %-28s %-8s %10s %10s %8s %15s  %s%n",
                        "change",
                        "statement",
                        "state",
                        "before",
                        "after",
                        "faster",
                        "executions",
                        "results"));
        for (Outcome o : outcomes) {
            table.append(
                    String.format(
                            Locale.ROOT,
                            "%-8s %-28s %-8s %7.2f ms %7.2f ms %7.1fx %15s  %s%n",
                            o.change,
                            Autopilot.shortened(o.statement),
                            o.state,
                            o.beforeMedianMillis,
                            o.afterMedianMillis,
                            o.factor,
                            o.executionsBefore + " / " + o.executionsAfter,
                            o.identical == null ? "-" : o.identical ? "identical" : "NOT PROVEN"));
            table.append(
                    String.format(
                            Locale.ROOT,
                            "         %s; mean speed-up %.1f (%s)%n",
                            o.method,
                            o.speedup,
                            interval(o.speedupLow, o.speedupHigh)));
            table.append(
                    String.format(Locale.ROOT, "         %s%n         %s%n", o.proof, o.after));
        }
        return table.append("Medians are the proxy's own measurement of live statements.")
                .toString();
    }

    private static String interval(double low, double high) {
        return Double.isFinite(high)
                ? String.format(Locale.ROOT, "%.1f to %.1f", low, high)
                : String.format(Locale.ROOT, "at least %.1f", low);
    }
}
