package io.quern.optimizer.rule;

import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.PgNode;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.guard.CannotFail;
import io.quern.optimizer.guard.SteadyValue;

import org.apache.calcite.sql.SqlNode;

import java.util.ArrayList;
import java.util.List;

/**
 * A rule that turns comparisons of an expression of a column with a value into conditions on the
 * column itself, which an index can serve. The value does not differ from row to row, and the new
 * condition is as true as the old one for each row.
 */
interface ComparisonRule extends Rule {

    /** Whether the left side is the rule's pattern. */
    boolean sees(Resolved statement, Comparison comparison);

    /** What to write instead; nothing after a refusal. */
    List<Object> write(Resolved statement, Comparison comparison, Attempt attempt);

    @Override
    default boolean perRow() {
        return true;
    }

    @Override
    default void find(Resolved statement, Findings findings) {
        for (Level level : statement.levels()) {
            for (Level.Condition condition : level.truths()) {
                for (List<Comparison> reading : Comparison.readings(statement, condition.node())) {
                    if (reading.stream().allMatch(c -> sees(statement, c))) {
                        rewrite(statement, condition.node(), reading, findings.attempt());
                    }
                }
            }
        }
    }

    private void rewrite(
            Resolved statement, SqlNode condition, List<Comparison> reading, Attempt attempt) {
        List<Object> written = new ArrayList<>();
        for (Comparison comparison : reading) {
            if (!attempt.requires(new SteadyValue(statement, comparison.right()))) {
                return;
            }
            List<Object> parts = write(statement, comparison, attempt);
            if (parts.isEmpty()) {
                return;
            }
            written.add(written.isEmpty() ? "" : " AND ");
            written.add(parts);
        }
        PgNode replaced = statement.expression(condition).orElseThrow().node();
        if (attempt.requires(new CannotFail(statement, replaced))) {
            attempt.replace(condition, "(", written, ")").found();
        }
    }
}
