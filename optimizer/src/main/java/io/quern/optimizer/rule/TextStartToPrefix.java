package io.quern.optimizer.rule;

import io.quern.optimizer.SlotCheck;
import io.quern.optimizer.catalog.ColumnUse;
import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.catalog.SystemCatalog.Function;
import io.quern.optimizer.catalog.Types;
import io.quern.optimizer.guard.CannotFail;
import io.quern.optimizer.guard.SameBytes;
import io.quern.optimizer.guard.SteadyValue;

import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlNode;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Adds {@code c ^@ v} to {@code left(c, n) = v} and to {@code substr(c, 1, n) = v}: c starts with
 * v. An index of pattern operators or of collation C serves it, and unlike LIKE it has no character
 * that must be escaped.
 *
 * <p>Whatever n is, negative too, what is left of c is a beginning of it. So the new condition
 * follows from the old one for every v and every n, and the old one, which stays, says the rest.
 */
final class TextStartToPrefix implements Rule {
    private static final Set<Integer> TEXTS = Set.of(Types.TEXT, Types.VARCHAR);

    @Override
    public boolean perRow() {
        return true;
    }

    @Override
    public void find(Resolved statement, Findings findings) {
        Conjunction.equalities(
                statement,
                (together, condition, equality) ->
                        look(statement, together, condition, equality, findings));
    }

    private static void look(
            Resolved statement,
            Conjunction together,
            SqlNode condition,
            BtreeComparison equality,
            Findings findings) {
        Optional<Expression> call = statement.expression(equality.left());
        Optional<Function> function = call.flatMap(Expression::function);
        boolean left = function.filter(f -> f.is("left")).isPresent();
        boolean part =
                function.filter(f -> f.is("substr") || f.is("substring"))
                        .filter(f -> f.arguments().size() == 3)
                        .isPresent();
        if (!(left || part) || !(equality.left() instanceof SqlCall written)) {
            return;
        }
        Optional<ColumnUse> column =
                written.operandCount() > 0
                        ? statement.column(written.operand(0))
                        : Optional.empty();
        boolean done =
                together.parts().stream()
                        .anyMatch(p -> column.isPresent() && starts(p, column.get(), statement));
        if (column.isPresent() && !done) {
            rewrite(
                    statement,
                    condition,
                    equality,
                    part ? call.get().arguments().get(1) : null,
                    findings.attempt());
        }
    }

    /** Whether a condition is one that this rule adds. */
    private static boolean starts(SqlNode condition, ColumnUse column, Resolved statement) {
        return condition instanceof SqlCall call
                && call.getOperator().getName().equals("^@")
                && call.operandCount() == 2
                && statement.column(call.operand(0)).filter(column::same).isPresent();
    }

    private static void rewrite(
            Resolved statement,
            SqlNode condition,
            BtreeComparison equality,
            @Nullable Expression start,
            Attempt attempt) {
        SqlNode c = ((SqlCall) equality.left()).operand(0);
        ColumnUse column = statement.column(c).orElseThrow();
        if (!TEXTS.contains(column.column().typeOid())
                || !equality.operator().is("=", Types.TEXT, Types.TEXT)) {
            attempt.refuse("column-type", column + " is not compared as text");
            return;
        }
        if (start != null) {
            int place = statement.token(start.node());
            boolean first = start.integer().filter(n -> n == 1).isPresent() && place >= 0;
            if (!attempt.holds(
                    first, "start", "the part does not begin with the first character")) {
                return;
            }
            if (first) {
                attempt.check(new SlotCheck.Exactly(place, statement.tokens().text(place)));
            }
        }
        if (!attempt.requires(new SameBytes(column, equality.expression()))
                || !attempt.requires(new SteadyValue(statement, equality.rightArgument()))
                || !attempt.requires(new CannotFail(statement, equality.expression().node()))) {
            return;
        }
        attempt.fact("what is left of " + column + " is a beginning of it, whatever its length")
                .replace(
                        condition,
                        List.of("(", c, " ^@ "),
                        Casts.to(Types.TEXT, equality.right(), statement),
                        List.of(" AND ", condition, ")"))
                .found();
    }
}
