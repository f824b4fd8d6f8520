package io.quern.advisor;

import io.quern.optimizer.Statement;

/** Asks PostgreSQL how it would run a statement, without running it. Blocks on the network. */
public interface Explainer {

    /**
     * A generic plan.
     *
     * @param text as {@code EXPLAIN} prints it, the literals redacted
     * @param totalCost the root's total cost
     */
    record Explained(String text, double totalCost) {}

    /**
     * The generic plan of a statement under a {@code search_path}.
     *
     * @throws Refused if PostgreSQL does not accept it, a privilege is missing (the message then
     *     holds the exact GRANT) or it cannot be reached
     */
    Explained explain(String database, String searchPath, Statement statement);
}
