package io.quern.advisor;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.Context;
import io.quern.optimizer.Statement;

import java.util.Optional;

/**
 * Tries to refute that two statements are equivalent, on generated databases. Blocks for as long as
 * its budget lasts.
 */
public interface Lab {

    /** How an attempt at refutation ended. */
    enum Outcome {
        /** None was found: evidence, not a proof. */
        NO_COUNTEREXAMPLE,
        /** The two returned different results. */
        COUNTEREXAMPLE,
        /** These statements or their tables are beyond this lab; the reason says why. */
        UNSUPPORTED,
        /** The lab itself is not to be had now; worth another try later. */
        UNAVAILABLE
    }

    /**
     * A database on which the two return different results.
     *
     * @param text as INSERTs, with the two results: made-up data and literals of the statement, for
     *     whoever has the statement, not for the store or the page
     * @param outline the same with names in place of values, equal values under the same name
     */
    record Counterexample(String text, String outline) {
        public Counterexample {
            requireNonNull(text, "text");
            requireNonNull(outline, "outline");
        }

        /** Without any value. */
        @Override
        public String toString() {
            return outline;
        }
    }

    /**
     * What came of it.
     *
     * @param databases how many generated databases both statements were run on
     * @param reason one sentence for a person
     * @param counterexample the smallest database found
     */
    record Verdict(
            Outcome outcome,
            long databases,
            String reason,
            Optional<Counterexample> counterexample) {
        public Verdict {
            requireNonNull(outcome, "outcome");
            requireNonNull(reason, "reason");
            requireNonNull(counterexample, "counterexample");
        }
    }

    /**
     * Hunts a counterexample. Never throws for anything the statements contain; a lab that cannot
     * be started is {@link Outcome#UNAVAILABLE} with the reason.
     *
     * @param before the original, with its resolved parameter types
     * @param after the rewrite, with the same parameters
     */
    Verdict refute(Context context, Statement before, Statement after);
}
