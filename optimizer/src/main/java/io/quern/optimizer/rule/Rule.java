package io.quern.optimizer.rule;

import io.quern.optimizer.RuleId;
import io.quern.optimizer.catalog.Resolved;

/**
 * One rewrite: it finds its pattern, asks its guards and says what to edit. Stateless; a pattern
 * that is found but may not be rewritten is a refusal, a pattern that is not found is silence.
 */
public interface Rule {

    /** Its name: the class's simple name. */
    default RuleId id() {
        return new RuleId(getClass().getSimpleName());
    }

    /** The first major version that does it by itself, where the rule retires. */
    default int nativeFrom() {
        return Integer.MAX_VALUE;
    }

    /**
     * Whether it replaces a condition on a row by an equal one on the same row. Only such a rule
     * may act in UPDATE and DELETE, which look at a row again after waiting for its lock.
     */
    default boolean perRow() {
        return false;
    }

    /**
     * Whether each thing it finds is a rewrite of its own: it may contradict the others and the
     * edits of other rules, and only its cost tells whether it is worth anything.
     */
    default boolean alternatives() {
        return false;
    }

    /** Every place of the statement where the rule may act, and why not elsewhere. */
    void find(Resolved statement, Findings findings);
}
