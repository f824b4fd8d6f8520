package io.quern.advisor.suggest;

import static java.util.Objects.requireNonNull;

import io.quern.advisor.Describer;
import io.quern.advisor.Evidence;
import io.quern.advisor.Explainer.Explained;
import io.quern.advisor.Proposal;
import io.quern.advisor.Refused;
import io.quern.advisor.Suggestion;
import io.quern.optimizer.Analysis;
import io.quern.optimizer.Candidate;
import io.quern.optimizer.Statement;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Makes suggestions of the rewrites whose guards hold and whose shape PostgreSQL itself calls the
 * same: parameter types and result types.
 */
final class RewriteSuggester {
    static final String NO_LAB = "not tried: the lab is not part of this version";

    private final Optimizer optimizer;
    private final Describer describer;
    private final Plans plans;
    private final RefusalCounts refusals;

    RewriteSuggester(
            Optimizer optimizer, Describer describer, Plans plans, RefusalCounts refusals) {
        this.optimizer = requireNonNull(optimizer, "optimizer");
        this.describer = requireNonNull(describer, "describer");
        this.plans = requireNonNull(plans, "plans");
        this.refusals = requireNonNull(refusals, "refusals");
    }

    /** A rewrite that may be proposed, and the statement it makes of the example. */
    record Found(Suggestion suggestion, Candidate candidate, Statement rewritten) {}

    List<Found> suggest(Subject subject, Instant now) {
        Analysis analysis = optimizer.rewrites(subject.statement(), subject.context());
        analysis.refusals().forEach(refusals::add);
        List<Found> found = new ArrayList<>();
        for (Candidate candidate : analysis.candidates()) {
            Statement rewritten = new Statement(candidate.sql(), subject.shape().parameterTypes());
            if (sameShape(subject, candidate, rewritten)) {
                found.add(
                        new Found(
                                suggestion(subject, candidate, rewritten, now),
                                candidate,
                                rewritten));
            }
        }
        return found;
    }

    private boolean sameShape(Subject subject, Candidate candidate, Statement rewritten) {
        String rule = candidate.rules().getLast().value();
        try {
            Describer.Shape shape =
                    describer.describe(subject.stats().database(), subject.searchPath(), rewritten);
            if (shape.equals(subject.shape())) {
                return true;
            }
            refusals.add(
                    new io.quern.optimizer.Refusal(
                            rule,
                            "shape-differs",
                            "PostgreSQL describes other parameter or result types for the rewrite"));
        } catch (Refused e) {
            refusals.add(
                    new io.quern.optimizer.Refusal(
                            rule, "rewrite-refused", String.valueOf(e.getMessage())));
        }
        return false;
    }

    private Suggestion suggestion(
            Subject subject, Candidate candidate, Statement rewritten, Instant now) {
        List<String> facts = new ArrayList<>(candidate.facts());
        facts.add("PostgreSQL reports the same parameter and result types for both forms");
        List<String> notes = new ArrayList<>();
        Optional<Explained> before = plans.of(subject, subject.statement(), notes);
        Optional<Explained> after = plans.of(subject, rewritten, notes);
        double costBefore = Plans.cost(before);
        double costAfter = Plans.cost(after);
        if (costAfter > costBefore) {
            notes.add(
                    String.format(
                            Locale.ROOT,
                            "the planner estimates the rewrite to cost %.2f times the original as"
                                    + " things stand; an index may change that",
                            costAfter / costBefore));
        }
        Evidence evidence =
                new Evidence(
                        facts,
                        NO_LAB,
                        before.map(Explained::text),
                        after.map(Explained::text),
                        costBefore,
                        costAfter,
                        subject.callsPerHour(),
                        subject.stats().meanMillis(),
                        notes,
                        Optional.empty());
        String sql = subject.statement().sql();
        Proposal proposal =
                new Proposal.Rewrite(
                        candidate.rules(),
                        optimizer.redacted(sql, List.of()),
                        optimizer.redacted(sql, candidate.edits()));
        return new Suggestion(
                0,
                subject.stats().database(),
                subject.stats().template(),
                proposal,
                evidence,
                Suggestion.State.PROPOSED,
                "",
                now,
                now);
    }
}
