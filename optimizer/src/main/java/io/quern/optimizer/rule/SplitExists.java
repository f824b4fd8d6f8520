package io.quern.optimizer.rule;

import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.guard.CannotFail;
import io.quern.optimizer.parse.Form;
import io.quern.optimizer.parse.PostgresSelect;
import io.quern.optimizer.parse.Span;

import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Turns {@code EXISTS (SELECT … WHERE r AND (p OR q))} into {@code (EXISTS (SELECT 1 … WHERE r AND
 * (p)) OR EXISTS (SELECT 1 … WHERE r AND (q)))}: each half has a condition that an index serves, or
 * that hashing does, where an OR across columns leaves a scan for every row.
 *
 * <p>Sound because {@code p OR q} is true for a row exactly if p is or q is, NULL or not, and
 * because EXISTS is never NULL. It is looked for where alternatives name the outer row, as without
 * that PostgreSQL asks the subquery only once anyway.
 */
final class SplitExists implements Rule {
    /** More alternatives than these are more text than they are worth. */
    private static final int MOST = 8;

    @Override
    public void find(Resolved statement, Findings findings) {
        for (Level level : statement.levels()) {
            for (Level.Condition condition : level.truths()) {
                SqlNode node = condition.node();
                while (node.getKind() == SqlKind.NOT) {
                    node = ((SqlCall) node).operand(0);
                }
                if (node instanceof SqlCall call && call.getOperator().equals(Form.EXISTS)) {
                    look(statement, call, findings);
                }
            }
        }
    }

    private static void look(Resolved statement, SqlCall exists, Findings findings) {
        Optional<Level> inner = statement.subquery(exists);
        if (inner.isEmpty() || inner.get().select().isEmpty()) {
            return;
        }
        for (SqlNode conjunct : inner.get().where()) {
            List<SqlNode> alternatives = Level.flattened(conjunct, SqlKind.OR);
            if (alternatives.size() > 1
                    && alternatives.size() <= MOST
                    && alternatives.stream().anyMatch(a -> correlated(statement, a))) {
                rewrite(statement, exists, inner.get(), conjunct, alternatives, findings.attempt());
                return;
            }
        }
    }

    /** Whether it is, or has among its conjuncts, a comparison with the outer row. */
    private static boolean correlated(Resolved statement, SqlNode alternative) {
        return Level.conjuncts(alternative).stream()
                .flatMap(c -> statement.expression(c).stream())
                .anyMatch(SplitExists::outer);
    }

    private static boolean outer(Expression expression) {
        boolean[] outer = {false};
        expression
                .node()
                .walk(node -> outer[0] |= node.is("VAR") && node.integer("varlevelsup") > 0);
        return outer[0];
    }

    private static void rewrite(
            Resolved statement,
            SqlCall exists,
            Level inner,
            SqlNode conjunct,
            List<SqlNode> alternatives,
            Attempt attempt) {
        PostgresSelect select = inner.select().orElseThrow();
        boolean once =
                !inner.limited() && !inner.windowed() && !inner.query().flag("hasTargetSRFs");
        if (!attempt.holds(
                        once && !inner.grouped(),
                        "subquery",
                        "the subquery of EXISTS limits, groups or computes rows")
                || !attempt.requires(new CannotFail(statement))) {
            return;
        }
        Span whole = statement.span(inner.whole());
        Span list = statement.span(select.getSelectList());
        Span condition = statement.tree().bracketed(conjunct);
        List<Object> parts = new ArrayList<>();
        for (SqlNode alternative : alternatives) {
            parts.add(parts.isEmpty() ? "(EXISTS (" : " OR EXISTS (");
            parts.add(new Span(whole.from(), list.from()));
            parts.add(" 1 ");
            parts.add(new Span(list.to(), condition.from()));
            parts.add(" (");
            parts.add(alternative);
            parts.add(") ");
            parts.add(new Span(condition.to(), whole.to()));
            parts.add(")");
        }
        parts.add(")");
        attempt.fact("an OR of EXISTS says the same as EXISTS of an OR")
                .replace(exists, parts)
                .found();
    }
}
