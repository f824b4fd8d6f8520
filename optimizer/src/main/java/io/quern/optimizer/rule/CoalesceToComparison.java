package io.quern.optimizer.rule;

import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.catalog.SystemCatalog;
import io.quern.optimizer.catalog.Types;
import io.quern.optimizer.guard.SameBytes;
import io.quern.optimizer.guard.SteadyValue;

import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlNode;

import java.util.List;
import java.util.Optional;

/**
 * Turns {@code coalesce(c, d) = k} into
 *
 * <pre>c = k OR c IS NULL AND d = k</pre>
 *
 * which is the same for any d and k, NULL included. For values that differ the planner folds {@code
 * d = k} and all of its side away; where it does not know them yet, an index on c serves both
 * sides.
 *
 * <p>Both comparisons are made by the operator of the first, as the types of d and k are written.
 */
final class CoalesceToComparison implements ComparisonRule {
    @Override
    public boolean sees(Resolved statement, Comparison comparison) {
        Optional<Expression> coalesce = statement.expression(comparison.subject());
        return coalesce.filter(e -> e.node().is("COALESCEEXPR") || e.node().is("COALESCE"))
                        .filter(e -> e.arguments().size() == 2)
                        .filter(e -> e.arguments().getFirst().uncast().column().isPresent())
                        .isPresent()
                && comparison.subject() instanceof SqlCall call
                && call.operandCount() == 2
                && statement.column(call.operand(0)).isPresent();
    }

    @Override
    public List<Object> write(Resolved statement, Comparison comparison, Attempt attempt) {
        SqlCall call = (SqlCall) comparison.subject();
        Expression coalesce = statement.expression(call).orElseThrow();
        SqlNode c = call.operand(0);
        Expression column = coalesce.arguments().getFirst();
        Expression otherwise = coalesce.arguments().getLast();
        if (!attempt.requires(new SteadyValue(statement, otherwise))) {
            return List.of();
        }
        int left = comparison.left().type();
        int right = comparison.right().type();
        boolean widened =
                Types.INTEGERS.contains(left) && Types.INTEGERS.contains(column.uncast().type());
        if ((column.isImplicitCast() && !column.node().is("RELABELTYPE") && !widened)
                || !builtIn(statement, comparison, left, right)) {
            attempt.refuse("value-type", "the column is compared as another type");
            return List.of();
        }
        boolean sorts = !comparison.operator().equals("=") && comparison.read().collation() != 0;
        if (!attempt.requires(new SameBytes(statement.column(c).orElseThrow(), comparison.read()))
                || !attempt.holds(
                        !sorts || comparison.read().collation() == DEFAULT_COLLATION,
                        "collation",
                        "without the column the default is compared by another collation")) {
            return List.of();
        }
        String operator = " " + comparison.operator() + " ";
        List<Object> k = new Value(statement, comparison.value()).as(right);
        List<Object> d = new Value(statement, call.operand(1)).as(left);
        attempt.fact("the two sides of the OR are the two answers of coalesce");
        return List.of(
                List.of("(", c, operator, k, " OR ", c, " IS NULL AND "),
                List.of(d, operator, k, ")"));
    }

    private static final long DEFAULT_COLLATION = 100;

    private static boolean builtIn(Resolved statement, Comparison comparison, int left, int right) {
        return comparison.compares(left, right)
                && List.of(left, right).stream()
                        .allMatch(
                                type ->
                                        statement
                                                .system()
                                                .type(type)
                                                .map(SystemCatalog.Type::name)
                                                .filter(n -> n.schema().equals("pg_catalog"))
                                                .isPresent());
    }
}
