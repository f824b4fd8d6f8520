package io.quern.optimizer.rule;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.Edit;
import io.quern.optimizer.Refusal;
import io.quern.optimizer.RuleId;
import io.quern.optimizer.SlotCheck;
import io.quern.optimizer.catalog.Resolved;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What one rule finds in one statement. Mutable, for one thread. */
public final class Findings {

    /**
     * One place where every guard holds.
     *
     * @param edits ascending and disjoint
     * @param checks what must hold of the literals of each execution
     * @param facts the guards that held, a sentence each
     * @param choice which of several ways it is, for a rule that has alternatives; else empty
     */
    public record Match(
            List<Edit> edits, List<SlotCheck> checks, List<String> facts, String choice) {
        public Match {
            requireNonNull(choice, "choice");
            edits = List.copyOf(edits);
            checks = List.copyOf(checks);
            facts = List.copyOf(facts);
        }
    }

    private final RuleId rule;
    private final Resolved statement;
    private final Set<String> waived;
    private final List<Match> matches = new ArrayList<>();
    private final List<Refusal> refusals = new ArrayList<>();

    /**
     * @param waived the codes of guards that are not asked: what a test needs to show that a rule
     *     is wrong without them
     */
    public Findings(RuleId rule, Resolved statement, Set<String> waived) {
        this.rule = requireNonNull(rule, "rule");
        this.statement = requireNonNull(statement, "statement");
        this.waived = Set.copyOf(waived);
    }

    /** Begins with a place where the pattern is. */
    public Attempt attempt() {
        return new Attempt(this, statement);
    }

    /** For a place of which not every reason counts: what it finds is not among this yet. */
    public Findings trial() {
        return new Findings(rule, statement, waived);
    }

    /** Takes over what was found on trial. */
    public void adopt(Findings trial) {
        matches.addAll(trial.matches);
        trial.refusals.stream().filter(r -> !refusals.contains(r)).forEach(refusals::add);
    }

    public List<Match> matches() {
        return List.copyOf(matches);
    }

    public List<Refusal> refusals() {
        return List.copyOf(refusals);
    }

    boolean waives(String code) {
        return waived.contains(code);
    }

    void refuse(String code, String reason) {
        refusals.add(new Refusal(rule.value(), code, reason));
    }

    void add(Match match) {
        matches.add(match);
    }
}
