package io.quern.optimizer.rule;

import io.quern.optimizer.Edit;
import io.quern.optimizer.Refusal;
import io.quern.optimizer.RuleId;
import io.quern.optimizer.SlotCheck;
import io.quern.optimizer.catalog.Subject;

import java.util.List;

/**
 * One rewrite: it finds its pattern, asks its guards and says what to edit. Stateless; a pattern
 * that is found but may not be rewritten is a refusal, a pattern that is not found is silence.
 */
public interface Rule {

    /** Its name: the class's simple name. */
    default RuleId id() {
        return new RuleId(getClass().getSimpleName());
    }

    /** Every place of the statement where the rule may act, and why not elsewhere. */
    Findings find(Subject subject);

    /** What a rule found. */
    record Findings(List<Match> matches, List<Refusal> refusals) {
        public Findings {
            matches = List.copyOf(matches);
            refusals = List.copyOf(refusals);
        }
    }

    /**
     * One place where every guard holds.
     *
     * @param edits ascending and disjoint
     * @param checks what must hold of the literals of each execution
     * @param facts the guards that held, a sentence each
     */
    record Match(List<Edit> edits, List<SlotCheck> checks, List<String> facts) {
        public Match {
            edits = List.copyOf(edits);
            checks = List.copyOf(checks);
            facts = List.copyOf(facts);
        }
    }
}
