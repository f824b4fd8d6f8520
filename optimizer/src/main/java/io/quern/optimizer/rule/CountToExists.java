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
 * Turns {@code (SELECT count(*) FROM …) > 0} into {@code EXISTS (SELECT 1 FROM …)}, which stops at
 * the first row and which PostgreSQL can plan as a semi join, where it never flattens an aggregate.
 *
 * <p>The same holds of {@code <> 0} and {@code >= 1}, and of {@code = 0}, {@code <= 0} and {@code <
 * 1} with NOT EXISTS, from either side. A count is never NULL and neither is EXISTS, so it does not
 * matter where the condition stands. {@code count(x)} counts rows where x is not NULL, and {@code
 * count(DISTINCT x)} is 0 for the same rows, so both add that condition; a FILTER is added as it
 * is.
 */
final class CountToExists implements Rule {
    @Override
    public void find(Resolved statement, Findings findings) {
        for (Level level : statement.levels()) {
            for (Level.Condition condition : level.truths()) {
                SqlNode node = condition.node();
                while (node.getKind() == SqlKind.NOT) {
                    node = ((SqlCall) node).operand(0);
                }
                if (node instanceof SqlCall comparison && comparison.operandCount() == 2) {
                    SqlNode left = comparison.operand(0);
                    SqlNode right = comparison.operand(1);
                    look(statement, comparison, left, comparison.getKind(), right, findings);
                    look(statement, comparison, right, mirrored(comparison), left, findings);
                }
            }
        }
    }

    private static SqlKind mirrored(SqlCall comparison) {
        return comparison.getKind().reverse();
    }

    private static void look(
            Resolved statement,
            SqlCall comparison,
            SqlNode side,
            SqlKind kind,
            SqlNode value,
            Findings findings) {
        if (!(side instanceof SqlCall query) || !query.getOperator().equals(Form.SCALAR_QUERY)) {
            return;
        }
        Optional<Level> inner = statement.subquery(query).filter(l -> count(statement, l));
        Optional<Long> bound = statement.expression(value).flatMap(Expression::integer);
        if (inner.isEmpty() || bound.isEmpty()) {
            return;
        }
        Optional<Boolean> exists = exists(kind, bound.get());
        if (exists.isPresent()) {
            rewrite(statement, comparison, inner.get(), value, exists.get(), findings.attempt());
        }
    }

    /** Whether a count compared so tells that rows exist, or that none do; empty for neither. */
    private static Optional<Boolean> exists(SqlKind kind, long bound) {
        if (bound == 0) {
            return switch (kind) {
                case GREATER_THAN, NOT_EQUALS -> Optional.of(true);
                case EQUALS, LESS_THAN_OR_EQUAL -> Optional.of(false);
                default -> Optional.empty();
            };
        }
        return bound != 1
                ? Optional.empty()
                : switch (kind) {
                    case GREATER_THAN_OR_EQUAL -> Optional.of(true);
                    case LESS_THAN -> Optional.of(false);
                    default -> Optional.empty();
                };
    }

    private static boolean count(Resolved statement, Level inner) {
        return inner.select().isPresent()
                && inner.query().flag("hasAggs")
                && inner.outputs().size() == 1
                && AggregateCall.of(statement, inner, inner.outputs().getFirst())
                        .filter(call -> call.function().is("count"))
                        .isPresent();
    }

    private static void rewrite(
            Resolved statement,
            SqlCall comparison,
            Level inner,
            SqlNode value,
            boolean exists,
            Attempt attempt) {
        PostgresSelect select = inner.select().orElseThrow();
        AggregateCall call =
                AggregateCall.of(statement, inner, inner.outputs().getFirst()).orElseThrow();
        if (select.getFrom() == null
                || inner.ordered().isPresent()
                || !select.getWindowList().isEmpty()) {
            attempt.refuse("subquery", "the subquery that counts is not a plain SELECT");
            return;
        }
        boolean single = select.getGroup() == null && select.getHaving() == null;
        if (!attempt.holds(single, "grouped", "the subquery counts in groups")
                || !attempt.requires(new CannotFail(statement))) {
            return;
        }
        attempt.pin(value).fact("a count is never NULL, and not 0 if and only if a row exists");
        List<Object> counted = new ArrayList<>();
        call.argument().ifPresent(x -> counted.addAll(List.of("(", x, ") IS NOT NULL")));
        call.filter()
                .ifPresent(
                        f -> counted.addAll(List.of(counted.isEmpty() ? "(" : " AND (", f, ")")));
        if (!counted.isEmpty()) {
            attempt.where(inner, counted);
        }
        Span whole = statement.tree().bracketed(comparison);
        Span query = statement.span(inner.whole());
        attempt.replace(
                        new Span(whole.from(), query.from() - 1),
                        exists ? "EXISTS " : "NOT EXISTS ")
                .replace(statement.span(select.getSelectList()), "1");
        if (query.to() + 1 < whole.to()) {
            attempt.replace(new Span(query.to() + 1, whole.to()));
        }
        attempt.found();
    }
}
