package io.quern.optimizer.rule;

import io.quern.optimizer.catalog.ColumnUse;
import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.guard.CannotFail;
import io.quern.optimizer.guard.SteadyValue;

import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;

/**
 * Turns {@code c IS NOT DISTINCT FROM k}, which no index serves and no hash join uses, into an
 * equality. Where either side is a column that is never NULL that is all; where k is the same for
 * every row, NULL is asked for beside it:
 *
 * <pre>c = k OR c IS NULL AND k IS NULL</pre>
 *
 * <p>For a value that is not NULL the planner folds the second side away; where it does not know
 * the value yet, an index on c serves both. PostgreSQL looks up {@code =} for IS DISTINCT as for
 * the operator itself, so both are the same.
 */
final class NotDistinctToEquals implements Rule {
    @Override
    public boolean perRow() {
        return true;
    }

    @Override
    public void find(Resolved statement, Findings findings) {
        for (Level level : statement.levels()) {
            for (Level.Condition condition : level.truths()) {
                SqlCall call = notDistinct(condition.node());
                Expression read = call == null ? null : distinct(statement, call).orElse(null);
                if (call != null && read != null) {
                    rewrite(statement, condition.node(), call, read, findings);
                }
            }
        }
    }

    /** The test with both sides, {@code NOT (a IS DISTINCT FROM b)} included. */
    private static @Nullable SqlCall notDistinct(SqlNode node) {
        if (!(node instanceof SqlCall call)) {
            return null;
        }
        if (call.getKind() == SqlKind.IS_NOT_DISTINCT_FROM) {
            return call;
        }
        return call.getKind() == SqlKind.NOT
                        && call.operand(0) instanceof SqlCall inner
                        && inner.getKind() == SqlKind.IS_DISTINCT_FROM
                ? inner
                : null;
    }

    /** How PostgreSQL compares the sides; a test against NULL is none. */
    private static Optional<Expression> distinct(Resolved statement, SqlCall call) {
        return statement
                .expression(call)
                .map(e -> e.node().is("BOOLEXPR") ? e.arguments().getFirst() : e)
                .filter(e -> e.node().is("DISTINCTEXPR") && e.arguments().size() == 2);
    }

    private static void rewrite(
            Resolved statement, SqlNode whole, SqlCall call, Expression read, Findings findings) {
        SqlNode left = call.operand(0);
        SqlNode right = call.operand(1);
        Optional<ColumnUse> first = statement.column(left);
        Optional<ColumnUse> second = statement.column(right);
        if (first.isEmpty() && second.isEmpty()) {
            return;
        }
        Attempt attempt = findings.attempt();
        boolean never =
                first.filter(ColumnUse::neverNull).isPresent()
                        || second.filter(ColumnUse::neverNull).isPresent();
        boolean turned = first.isEmpty() || first.get().levelsUp() > 0;
        Expression value = read.arguments().get(turned ? 0 : 1);
        if ((!never && !attempt.requires(new SteadyValue(statement, value)))
                || !attempt.requires(new CannotFail(statement))) {
            return;
        }
        if (never) {
            attempt.fact("one side is never NULL")
                    .replace(
                            whole,
                            new Value(statement, left).copy(),
                            " = ",
                            new Value(statement, right).copy())
                    .found();
            return;
        }
        SqlNode column = turned ? right : left;
        List<Object> k = new Value(statement, turned ? left : right).as(value.type());
        attempt.fact("the two sides of the OR are the two ways not to be distinct")
                .replace(
                        whole,
                        List.of("(", column, " = ", k, " OR "),
                        List.of(column, " IS NULL AND ", k, " IS NULL)"))
                .found();
    }
}
