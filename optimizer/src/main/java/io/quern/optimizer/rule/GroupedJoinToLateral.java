package io.quern.optimizer.rule;

import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.PgNode;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.guard.CannotFail;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Turns a join to a grouped subquery into one that makes only the groups of the row it is joined
 * to:
 *
 * <pre>c JOIN (SELECT k, count(*) AS n FROM o GROUP BY k) s ON s.k = c.id
 *
 * c JOIN LATERAL (SELECT k, count(*) AS n FROM o WHERE o.k = c.id GROUP BY k) s ON s.k = c.id</pre>
 *
 * <p>The joined columns are among the group keys, so all rows of a group pass the new condition or
 * none does, and the groups that pass are those that the join, which stays, lets through. GROUP BY
 * stays too: where there is nothing there is no group. A grouping set without the column shows NULL
 * for it, which equals nothing. The same holds of SELECT DISTINCT.
 */
final class GroupedJoinToLateral implements Rule {
    @Override
    public void find(Resolved statement, Findings findings) {
        for (Level level : statement.levels()) {
            for (Derived derived : Derived.of(statement, level)) {
                boolean groups = !derived.inner().query().nodes("groupClause").isEmpty();
                if (groups || derived.inner().distinct()) {
                    rewrite(derived, findings.attempt());
                }
            }
        }
    }

    private static void rewrite(Derived derived, Attempt attempt) {
        Level inner = derived.inner();
        if (inner.windowed() || inner.query().flag("hasDistinctOn")) {
            attempt.refuse("window", "the subquery's rows depend on those of other groups");
            return;
        }
        Set<String> keys = keys(inner);
        List<Derived.Tie> ties =
                derived.ties().stream().filter(t -> keys.contains(Names.of(t.column()))).toList();
        if (ties.isEmpty()) {
            attempt.refuse("keys", "the join is not on the columns that are grouped by");
            return;
        }
        if (attempt.holds(
                        derived.visible(ties),
                        "captured",
                        "a name of the join means something else inside the subquery")
                && attempt.requires(new CannotFail(derived.statement()))) {
            derived.push(ties, attempt);
            attempt.fact("the rows of a group pass the join's condition together").found();
        }
    }

    /** The columns that groups have in common; of DISTINCT, all that it shows. */
    private static Set<String> keys(Level inner) {
        Set<String> keys = new HashSet<>();
        List<PgNode> clause = inner.query().nodes("groupClause");
        boolean distinct = clause.isEmpty();
        for (PgNode target : inner.query().nodes("targetList")) {
            PgNode expression = target.node("expr");
            boolean key =
                    clause.stream()
                            .anyMatch(
                                    g ->
                                            g.number("tleSortGroupRef")
                                                    == target.number("ressortgroupref"));
            if (expression != null && (distinct || key)) {
                new Expression(expression, inner).column().ifPresent(c -> keys.add(Names.of(c)));
            }
        }
        return keys;
    }
}
