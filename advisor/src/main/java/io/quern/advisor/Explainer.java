package io.quern.advisor;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.Statement;
import io.quern.optimizer.plan.Plan;

/** Asks PostgreSQL how it would run a statement, without running it. Blocks on the network. */
public interface Explainer {

    /**
     * A plan.
     *
     * @param text as {@code EXPLAIN} prints it, the literals redacted
     * @param totalCost the root's total cost
     */
    record Explained(String text, double totalCost) {
        public Explained {
            requireNonNull(text, "text");
        }

        /** What of a plan a person sees. */
        public static Explained of(Plan plan) {
            return new Explained(plan.render(), plan.totalCost());
        }
    }

    /**
     * The generic plan of a statement under a {@code search_path}.
     *
     * @throws Refused if PostgreSQL does not accept it, a privilege is missing (the message then
     *     holds the exact GRANT) or it cannot be reached
     */
    Explained explain(String database, String searchPath, Statement statement);
}
