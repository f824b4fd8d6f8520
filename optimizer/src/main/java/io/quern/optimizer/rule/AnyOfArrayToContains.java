package io.quern.optimizer.rule;

import io.quern.optimizer.catalog.ColumnUse;
import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.catalog.SystemCatalog;
import io.quern.optimizer.catalog.Types;
import io.quern.optimizer.guard.CannotFail;
import io.quern.optimizer.guard.SameBytes;

import org.apache.calcite.sql.SqlCall;

import java.util.List;

/**
 * Turns {@code k = ANY (c)} of an array column into {@code c @> ARRAY[k]}, which a GIN index
 * serves.
 *
 * <p>Both look for an element equal to k by the element type's own equality. They differ only in
 * being NULL or false: where k is NULL, or is not found beside a NULL element. The operator is
 * written with its schema, because extensions (intarray) have one of that name for some arrays.
 */
final class AnyOfArrayToContains implements Rule {
    /** From the narrowest. */
    private static final List<Integer> INTEGERS = List.of(Types.INT2, Types.INT4, Types.INT8);

    @Override
    public boolean perRow() {
        return true;
    }

    @Override
    public void find(Resolved statement, Findings findings) {
        for (Level level : statement.levels()) {
            for (Level.Condition condition : level.truths()) {
                if (condition.node() instanceof SqlCall call
                        && call.getOperator().getName().equals("= ANY")
                        && statement
                                .column(call.operand(1))
                                .filter(c -> c.levelsUp() == 0)
                                .isPresent()) {
                    rewrite(statement, call, findings.attempt());
                }
            }
        }
    }

    private static void rewrite(Resolved statement, SqlCall call, Attempt attempt) {
        ColumnUse column = statement.column(call.operand(1)).orElseThrow();
        Expression search = statement.expression(call).orElseThrow();
        int element = element(column, statement);
        if (!comparesElements(search, element)) {
            attempt.refuse(
                    "element-type",
                    "the value is not compared by the equality of the elements of " + column);
            return;
        }
        if (!attempt.requires(new SameBytes(column, search))
                || !attempt.requires(new CannotFail(statement, search.node()))) {
            return;
        }
        attempt.fact("the value is compared as an element of " + column)
                .replace(
                        call,
                        List.of(call.operand(1), " OPERATOR(pg_catalog.@>) ARRAY["),
                        Casts.to(element, call.operand(0), statement),
                        "]")
                .found();
    }

    /** The type of the elements; 0 if it is no true array. */
    private static int element(ColumnUse column, Resolved statement) {
        int array = column.column().typeOid();
        return statement
                .system()
                .type(array)
                .map(SystemCatalog.Type::element)
                .filter(e -> statement.system().type(e).filter(t -> t.array() == array).isPresent())
                .orElse(0);
    }

    private static boolean comparesElements(Expression search, int element) {
        List<Expression> arguments = search.arguments();
        boolean equality =
                search.operator().filter(o -> o.is("=") && o.isEquality()).isPresent()
                        && arguments.size() == 2;
        if (!equality || element == 0) {
            return false;
        }
        int value = arguments.get(0).type();
        String array = arguments.get(1).node().tag();
        boolean texts =
                value == Types.TEXT && element == Types.VARCHAR && array.equals("ARRAYCOERCEEXPR");
        boolean widened =
                INTEGERS.contains(value) && INTEGERS.indexOf(value) <= INTEGERS.indexOf(element);
        return texts || (array.equals("VAR") && (value == element || widened));
    }
}
