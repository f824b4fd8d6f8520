package io.quern.advisor.suggest;

import static java.util.Objects.requireNonNull;

import io.quern.advisor.Explainer;
import io.quern.advisor.Explainer.Explained;
import io.quern.advisor.Refused;
import io.quern.optimizer.Statement;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Plans as evidence: one that cannot be had is a note and a count, not a failure. */
final class Plans {
    private final Explainer explainer;
    private final RefusalCounts refusals;

    Plans(Explainer explainer, RefusalCounts refusals) {
        this.explainer = requireNonNull(explainer, "explainer");
        this.refusals = requireNonNull(refusals, "refusals");
    }

    Optional<Explained> of(Subject subject, Statement statement, List<String> notes) {
        try {
            return Optional.of(
                    explainer.explain(subject.stats().database(), subject.searchPath(), statement));
        } catch (Refused e) {
            String reason = String.valueOf(e.getMessage());
            refusals.add("no-plan", reason);
            if (!notes.contains("no plan: " + reason)) {
                notes.add("no plan: " + reason);
            }
            return Optional.empty();
        }
    }

    /** A cost as the optimizer takes it. */
    static OptionalDouble known(double cost) {
        return Double.isNaN(cost) ? OptionalDouble.empty() : OptionalDouble.of(cost);
    }

    static double cost(Optional<Explained> plan) {
        return plan.map(Explained::totalCost).orElse(Double.NaN);
    }
}
