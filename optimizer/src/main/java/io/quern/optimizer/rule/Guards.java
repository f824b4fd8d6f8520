package io.quern.optimizer.rule;

import io.quern.optimizer.Refusal;
import io.quern.optimizer.RuleId;
import io.quern.optimizer.catalog.Subject;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The checks of one pattern, in order: what held becomes a fact, the first that failed a refusal.
 * Mutable, for one thread; a test may waive a guard to show that the rule is wrong without it.
 */
final class Guards {
    private final RuleId rule;
    private final Set<String> waived;
    private final List<String> facts = new ArrayList<>();
    private final List<Refusal> refusals;

    Guards(RuleId rule, Set<String> waived, List<Refusal> refusals) {
        this.rule = rule;
        this.waived = Set.copyOf(waived);
        this.refusals = refusals;
    }

    /** Whether a guard holds; if not, its reason is recorded. */
    boolean holds(boolean held, String code, String reason) {
        if (held || waived.contains(code)) {
            return true;
        }
        refusals.add(new Refusal(rule.value(), code, reason));
        return false;
    }

    /** Records a failed guard that nothing can waive, because no edit could be made without it. */
    void refuse(String code, String reason) {
        refusals.add(new Refusal(rule.value(), code, reason));
    }

    void fact(String sentence) {
        facts.add(sentence);
    }

    List<String> facts() {
        return facts;
    }

    /** The guards for all rules. */
    boolean statement(Subject subject) {
        return holds(subject.tree().isSelect(), "not-select", "the statement is not a plain SELECT")
                && holds(
                        !subject.tree().locking(),
                        "locking",
                        "a locking clause decides which rows are locked by the shape of the query")
                && rowSecurity(subject)
                && functions(subject)
                && Determinacy.doubt(subject)
                        .map(reason -> holds(false, "undetermined", reason))
                        .orElse(true)
                && holds(
                        io.quern.optimizer.catalog.SearchPath.catalogFirst(
                                subject.context().searchPath()),
                        "search-path",
                        "search_path puts schemas before pg_catalog: built-in functions and"
                                + " operators may be shadowed");
    }

    private boolean rowSecurity(Subject subject) {
        for (Subject.Level level : subject.levels()) {
            for (var item : level.scope().items()) {
                if (item.table().isPresent()
                        && !holds(
                                !item.table().get().rowSecurity(),
                                "row-security",
                                item.table().get().name() + " has row-level security")) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean functions(Subject subject) {
        return Functions.firstUnknown(subject.tokens())
                .map(
                        name ->
                                holds(
                                        false,
                                        "function",
                                        "the function "
                                                + name
                                                + " is not known to be free of side"
                                                + " effects"))
                .orElse(true);
    }
}
