package io.quern.optimizer;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A rewrite that passed every static guard.
 *
 * @param rules the rules applied, in order
 * @param sql the whole rewritten statement, with the example's literals
 * @param edits how to make it from any statement of the same skeleton, ascending and disjoint
 * @param checks what must hold for the literals of an execution
 * @param facts the guards that held, one sentence each ({@code "orders.customer_id is NOT NULL"})
 */
public record Candidate(
        List<RuleId> rules,
        String sql,
        List<Edit> edits,
        List<SlotCheck> checks,
        List<String> facts) {
    public Candidate {
        rules = List.copyOf(rules);
        requireNonNull(sql, "sql");
        edits = List.copyOf(edits);
        checks = List.copyOf(checks);
        facts = List.copyOf(facts);
        if (rules.isEmpty() || edits.isEmpty()) {
            throw new IllegalArgumentException("a candidate has at least one rule and one edit");
        }
    }
}
