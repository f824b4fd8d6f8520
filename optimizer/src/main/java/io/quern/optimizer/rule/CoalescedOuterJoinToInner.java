package io.quern.optimizer.rule;

import io.quern.optimizer.catalog.ColumnUse;
import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.guard.CannotFail;
import io.quern.optimizer.guard.SameBytes;
import io.quern.optimizer.guard.SteadyValue;

import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlNode;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Turns {@code coalesce(r.c, d) = k}, where an outer join may leave r.c NULL, into
 *
 * <pre>r.c = k OR r.c IS NULL AND d = k</pre>
 *
 * so for every comparison. Both say the same of every row, whatever d and k are. Where d = k is
 * false, the planner drops it, sees that no row without a match can pass, and makes the outer join
 * an inner one that may start at an index on c.
 */
final class CoalescedOuterJoinToInner implements Rule {
    /** None and the database's own: what constants are compared by. */
    private static final Set<Long> PLAIN = Set.of(0L, 100L);

    @Override
    public boolean perRow() {
        return true;
    }

    @Override
    public void find(Resolved statement, Findings findings) {
        for (Level level : statement.levels()) {
            for (SqlNode condition : level.where()) {
                if (condition instanceof SqlCall call && call.operandCount() == 2) {
                    BtreeComparison.of(condition, statement).stream()
                            .map(c -> coalesced(c, statement) ? c : c.flipped())
                            .filter(c -> coalesced(c, statement))
                            .forEach(c -> rewrite(statement, condition, c, findings.attempt()));
                }
            }
        }
    }

    /** Whether the left side is coalesce of a column that an outer join may leave NULL. */
    private static boolean coalesced(BtreeComparison comparison, Resolved statement) {
        if (!(comparison.left() instanceof SqlCall call) || call.operandCount() != 2) {
            return false;
        }
        Optional<Expression> read = statement.expression(call);
        boolean coalesce =
                read.filter(e -> e.node().is("COALESCEEXPR") || e.node().is("COALESCE"))
                        .isPresent();
        return coalesce
                && statement
                        .column(call.operand(0))
                        .filter(c -> c.levelsUp() == 0 && c.item().nullable())
                        .isPresent();
    }

    private static void rewrite(
            Resolved statement, SqlNode condition, BtreeComparison comparison, Attempt attempt) {
        SqlCall call = (SqlCall) comparison.left();
        SqlNode c = call.operand(0);
        ColumnUse column = statement.column(c).orElseThrow();
        Expression coalesce = statement.expression(call).orElseThrow();
        List<Expression> arguments = coalesce.arguments();
        if (arguments.size() != 2 || !arguments.getFirst().node().is("VAR")) {
            attempt.refuse("column-type", column + " is compared as another type");
            return;
        }
        boolean equality = comparison.sign() == BtreeComparison.Sign.EQUAL;
        boolean collated =
                equality
                        ? attempt.requires(new SameBytes(column, comparison.expression()))
                        : attempt.holds(
                                PLAIN.contains(comparison.expression().collation()),
                                "order",
                                column + " is ordered by a collation of its own");
        if (!collated
                || !attempt.requires(new SteadyValue(statement, arguments.getLast()))
                || !attempt.requires(new SteadyValue(statement, comparison.rightArgument()))
                || !attempt.requires(new CannotFail(statement, comparison.expression().node()))) {
            return;
        }
        String symbol = " " + comparison.sign().symbol() + " ";
        int right = comparison.rightArgument().type();
        attempt.fact("a row without a match passes only if the value in place of NULL does")
                .replace(
                        condition,
                        List.of("(", c, symbol, comparison.right(), " OR ", c, " IS NULL AND "),
                        Casts.to(coalesce.type(), call.operand(1), statement),
                        List.of(symbol, Casts.to(right, comparison.right(), statement), ")"))
                .found();
    }
}
