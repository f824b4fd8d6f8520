package io.quern.optimizer.rule;

import io.quern.optimizer.catalog.ColumnUse;
import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.catalog.Types;
import io.quern.optimizer.guard.CannotFail;
import io.quern.optimizer.guard.SameBytes;
import io.quern.optimizer.guard.SteadyValue;
import io.quern.optimizer.parse.Constant;

import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;

import java.util.List;
import java.util.Optional;

/**
 * Adds {@code c @> {"k": v}} to {@code c->>'k' = v}, which a GIN index on the document serves; so
 * with a path, {@code c->'a'->>'k' = v}.
 *
 * <p>The field is the string v, or it is a number, a boolean, an object or an array that reads like
 * v; JSON's null is no text at all. So what is added says both, by what v looks like:
 *
 * <pre>
 * c @> {"k": "v"} OR CASE WHEN v reads like a number THEN c @> {"k": v::numeric}
 *     WHEN v IN ('true', 'false') THEN c @> {"k": v::boolean}
 *     ELSE v reads like a number too long, an object or an array END
 * </pre>
 *
 * It follows from the old condition whatever v is, and the old one stays, because containment takes
 * 1.0 for 1. Of a constant v the planner keeps what applies; in the last case it keeps nothing.
 */
final class JsonFieldToContainment implements Rule {
    @Override
    public boolean perRow() {
        return true;
    }

    @Override
    public void find(Resolved statement, Findings findings) {
        Conjunction.equalities(
                statement,
                (together, condition, equality) -> {
                    if (isAccess(equality.left(), "->>", statement)
                            && document((SqlCall) equality.left(), statement).isPresent()) {
                        SqlNode field = equality.left();
                        SqlNode document = document((SqlCall) field, statement).orElseThrow();
                        ColumnUse column = statement.column(document).orElseThrow();
                        boolean done =
                                together.parts().stream()
                                        .anyMatch(p -> contains(p, column, statement));
                        if (!done) {
                            rewrite(statement, condition, equality, document, findings.attempt());
                        }
                    }
                });
    }

    /** Whether it is a field of a document, by a key that is written. */
    private static boolean isAccess(SqlNode node, String operator, Resolved statement) {
        return node instanceof SqlCall call
                && call.operandCount() == 2
                && call.getOperator().getName().equals(operator)
                && call.operand(1) instanceof Constant key
                && key.kind() == Constant.Kind.STRING
                && statement
                        .expression(call)
                        .flatMap(Expression::operator)
                        .filter(o -> o.is(operator, Types.JSONB, Types.TEXT))
                        .isPresent();
    }

    /** The column that the path starts at. */
    private static Optional<SqlNode> document(SqlCall access, Resolved statement) {
        SqlNode from = access.operand(0);
        while (isAccess(from, "->", statement)) {
            from = ((SqlCall) from).operand(0);
        }
        return statement.column(from).filter(c -> c.levelsUp() == 0).isPresent()
                ? Optional.of(from)
                : Optional.empty();
    }

    /** Whether a condition is one that this rule adds. */
    private static boolean contains(SqlNode condition, ColumnUse column, Resolved statement) {
        return condition.getKind() == SqlKind.OR
                && Level.flattened(condition, SqlKind.OR).getFirst() instanceof SqlCall first
                && first.getOperator().getName().equals("@>")
                && statement.column(first.operand(0)).filter(column::same).isPresent();
    }

    private static void rewrite(
            Resolved statement,
            SqlNode condition,
            BtreeComparison equality,
            SqlNode document,
            Attempt attempt) {
        ColumnUse column = statement.column(document).orElseThrow();
        if (!equality.operator().is("=", Types.TEXT, Types.TEXT)) {
            attempt.refuse("operator", "a field of " + column + " is not compared as text");
            return;
        }
        if (!attempt.requires(new SameBytes(column, equality.expression()))
                || !attempt.requires(new SteadyValue(statement, equality.rightArgument()))
                || !attempt.requires(new CannotFail(statement, equality.expression().node()))) {
            return;
        }
        SqlCall access = (SqlCall) equality.left();
        List<Object> value = Casts.to(Types.TEXT, equality.right(), statement);
        String number = " ~ '^-?[0-9]{1,100}(\\.[0-9]{1,100})?$'";
        String structure = " ~ '^(-?[0-9]+(\\.[0-9]+)?$|[{[])'";
        attempt.fact("what is not the string itself reads like a number, a boolean or a structure")
                .replace(
                        condition,
                        List.of("((", contained(document, access, value)),
                        List.of(" OR CASE WHEN ", value, number + " THEN "),
                        contained(document, access, List.of(value, "::pg_catalog.numeric")),
                        List.of(" WHEN ", value, " IN ('true', 'false') THEN "),
                        contained(document, access, List.of(value, "::pg_catalog.bool")),
                        List.of(" ELSE ", value, structure + " END) AND ", condition, ")"))
                .found();
    }

    /** That a document has a value at a path. */
    private static List<Object> contained(SqlNode document, SqlCall access, List<Object> value) {
        List<Object> built = value;
        SqlNode step = access;
        while (step instanceof SqlCall call) {
            built =
                    List.of(
                            List.of("pg_catalog.jsonb_build_object((", call.operand(1)),
                            List.of(")::pg_catalog.text, ", built, ")"));
            step = call.operand(0);
        }
        return List.of(document, " @> ", built);
    }
}
