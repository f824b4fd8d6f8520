package io.quern.advisor.suggest;

import static java.util.Objects.requireNonNull;

import io.quern.advisor.Declined.Refuted;
import io.quern.advisor.Evidence;
import io.quern.advisor.Explainer.Explained;
import io.quern.advisor.Lab;
import io.quern.advisor.Proposal;
import io.quern.advisor.Suggestion;
import io.quern.optimizer.Analysis;
import io.quern.optimizer.Candidate;
import io.quern.optimizer.Refusal;
import io.quern.optimizer.Statement;
import io.quern.optimizer.rewrite.Rewriter;

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
    private final Optimizer optimizer;
    private final Judge judge;
    private final Plans plans;
    private final RefusalCounts refusals;
    private final RefutedRewrites refuted;

    RewriteSuggester(
            Optimizer optimizer,
            Judge judge,
            Plans plans,
            RefusalCounts refusals,
            RefutedRewrites refuted) {
        this.optimizer = requireNonNull(optimizer, "optimizer");
        this.judge = requireNonNull(judge, "judge");
        this.plans = requireNonNull(plans, "plans");
        this.refusals = requireNonNull(refusals, "refusals");
        this.refuted = requireNonNull(refuted, "refuted");
    }

    /** A rewrite that may be proposed, and the statement it makes of the example. */
    record Found(Suggestion suggestion, Candidate candidate, Statement rewritten) {}

    /**
     * The rewrites of a subject that PostgreSQL describes alike and the lab did not refute.
     *
     * @throws LabUnavailable if the lab could not try: nothing is shown to a person before it did
     */
    List<Found> suggest(Subject subject, Instant now) {
        Analysis analysis =
                optimizer.rewrites(
                        subject.statement(), subject.context(), (s, c) -> plans.cost(subject, s));
        for (Refusal refusal : analysis.refusals()) {
            if (refusal.code().equals(Rewriter.UNAVAILABLE)) {
                throw new LabUnavailable(refusal.reason());
            }
            refusals.add(refusal);
        }
        List<Found> found = new ArrayList<>();
        for (Candidate candidate : analysis.candidates()) {
            judge.judge(
                            subject.context(),
                            subject.searchPath(),
                            subject.statement(),
                            subject.shape(),
                            candidate,
                            refusals::add)
                    .flatMap(judged -> found(subject, judged, now))
                    .ifPresent(found::add);
        }
        return found;
    }

    private Optional<Found> found(Subject subject, Judge.Judged judged, Instant now) {
        String reason = judged.verdict().reason();
        Optional<String> verdict =
                switch (judged.verdict().outcome()) {
                    case NO_COUNTEREXAMPLE -> Optional.of(reason);
                    case UNSUPPORTED -> Optional.of("not tried: " + reason);
                    case UNAVAILABLE -> throw new LabUnavailable(reason);
                    case COUNTEREXAMPLE -> {
                        refuted.add(refuted(subject, judged, now));
                        yield Optional.empty();
                    }
                };
        return verdict.map(
                v ->
                        new Found(
                                suggestion(subject, judged.candidate(), judged.rewritten(), v, now),
                                judged.candidate(),
                                judged.rewritten()));
    }

    private Suggestion suggestion(
            Subject subject,
            Candidate candidate,
            Statement rewritten,
            String verdict,
            Instant now) {
        List<String> facts = new ArrayList<>(candidate.facts());
        facts.add("PostgreSQL reports the same parameter and result types for both forms");
        List<String> notes = new ArrayList<>();
        Plans.Compared plan = plans.ofRewrite(subject, rewritten, notes);
        double costBefore = Plans.cost(plan.before());
        double costAfter = Plans.cost(plan.after());
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
                        verdict,
                        plan.before().map(Explained::text),
                        plan.after().map(Explained::text),
                        costBefore,
                        costAfter,
                        subject.callsPerHour(),
                        subject.stats().meanMillis(),
                        notes,
                        Optional.empty());
        return Suggestion.proposed(
                subject.stats().database(),
                subject.stats().template(),
                proposal(subject, candidate),
                evidence,
                now);
    }

    private Proposal.Rewrite proposal(Subject subject, Candidate candidate) {
        String sql = subject.statement().sql();
        return new Proposal.Rewrite(
                candidate.rules(),
                optimizer.redacted(sql, List.of()),
                optimizer.redacted(sql, candidate.edits()));
    }

    private Refuted refuted(Subject subject, Judge.Judged judged, Instant now) {
        Proposal.Rewrite change = proposal(subject, judged.candidate());
        return new Refuted(
                subject.stats().database(),
                subject.stats().template(),
                change.rules(),
                change.before(),
                change.after(),
                judged.verdict().reason(),
                judged.verdict().counterexample().map(Lab.Counterexample::outline).orElse(""),
                1,
                now);
    }
}
