package io.quern.optimizer;

import java.util.List;

/**
 * What the optimizer says of one statement.
 *
 * @param parsed whether the grammar accepted it; if not, the refusals say why
 * @param candidates every rewrite whose guards held
 * @param refusals every rule that recognised its pattern and declined, with its reason
 */
public record Analysis(boolean parsed, List<Candidate> candidates, List<Refusal> refusals) {
    public Analysis {
        candidates = List.copyOf(candidates);
        refusals = List.copyOf(refusals);
    }
}
