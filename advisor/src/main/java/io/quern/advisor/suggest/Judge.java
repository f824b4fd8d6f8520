package io.quern.advisor.suggest;

import static java.util.Objects.requireNonNull;

import io.quern.advisor.Describer;
import io.quern.advisor.Lab;
import io.quern.advisor.Refused;
import io.quern.optimizer.Candidate;
import io.quern.optimizer.Context;
import io.quern.optimizer.Refusal;
import io.quern.optimizer.Statement;

import java.util.Optional;
import java.util.function.Consumer;

/**
 * What stands between a candidate and a person: PostgreSQL must describe both forms alike, and the
 * lab must have tried to refute that they are equal. Thread-safe; blocks on network and lab.
 */
final class Judge {
    private final Describer describer;
    private final Lab lab;

    Judge(Describer describer, Lab lab) {
        this.describer = requireNonNull(describer, "describer");
        this.lab = requireNonNull(lab, "lab");
    }

    /**
     * A candidate of the right shape and what the lab says of it.
     *
     * @param rewritten the example rewritten, with its resolved parameter types
     */
    record Judged(Candidate candidate, Statement rewritten, Lab.Verdict verdict) {}

    /**
     * @param path the effective schemas as a setting
     * @param original with its resolved parameter types
     * @param shape what PostgreSQL says of the original
     * @param refusals takes the reason if there is no judgement
     */
    Optional<Judged> judge(
            Context context,
            String path,
            Statement original,
            Describer.Shape shape,
            Candidate candidate,
            Consumer<Refusal> refusals) {
        Statement rewritten = new Statement(candidate.sql(), shape.parameterTypes());
        String rule = candidate.rules().getLast().value();
        try {
            if (!describer.describe(context.catalog().database(), path, rewritten).equals(shape)) {
                refusals.accept(
                        new Refusal(
                                rule,
                                "shape-differs",
                                "PostgreSQL describes other parameter or result types for the"
                                        + " rewrite"));
                return Optional.empty();
            }
        } catch (Refused e) {
            refusals.accept(new Refusal(rule, "rewrite-refused", String.valueOf(e.getMessage())));
            return Optional.empty();
        }
        Lab.Verdict verdict = lab.refute(context, original, rewritten);
        if (verdict.outcome() == Lab.Outcome.COUNTEREXAMPLE) {
            refusals.accept(
                    new Refusal(
                            rule,
                            "counterexample",
                            "the lab found a database on which the rewrite returns other rows"));
        }
        return Optional.of(new Judged(candidate, rewritten, verdict));
    }
}
