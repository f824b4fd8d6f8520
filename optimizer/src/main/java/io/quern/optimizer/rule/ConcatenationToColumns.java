package io.quern.optimizer.rule;

import io.quern.optimizer.SlotCheck;
import io.quern.optimizer.catalog.ColumnUse;
import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.catalog.Types;
import io.quern.optimizer.guard.CannotFail;
import io.quern.optimizer.guard.SameBytes;
import io.quern.optimizer.guard.SteadyValue;
import io.quern.optimizer.parse.Form;
import io.quern.optimizer.parse.Span;

import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Adds to {@code a || '#' || n = v} what it says of each column, a text and an integer, so that an
 * index on them serves: {@code a} is the part of v before the last separator, {@code n} the number
 * behind it. With the integer first it is the first separator.
 *
 * <p>An integer is written with digits and a minus alone. A separator whose last character (the
 * first, if the integer stands first) is none of these cannot begin within the number, so there is
 * one way only to take v apart. The condition itself stays, so a number written otherwise, such as
 * {@code 007}, is no match. For a constant v the planner computes the parts once; a part that is no
 * number, or too long for one, is NULL and never cast.
 */
final class ConcatenationToColumns implements Rule {
    private static final Set<Integer> TEXTS = Set.of(Types.TEXT, Types.VARCHAR);
    private static final String DIGITS = "0123456789-";

    /** What is concatenated: a text and an integer, in either order, and what stands between. */
    private record Parts(
            SqlNode text, SqlNode integer, SqlNode separator, String mark, boolean integerFirst) {

        /** Whether a value has one way only to be taken apart. */
        boolean isUnambiguous() {
            int edge = integerFirst ? 0 : mark.length() - 1;
            return !mark.isEmpty() && DIGITS.indexOf(mark.charAt(edge)) < 0;
        }
    }

    @Override
    public boolean perRow() {
        return true;
    }

    @Override
    public void find(Resolved statement, Findings findings) {
        Conjunction.equalities(
                statement,
                (together, condition, equality) -> {
                    Optional<Parts> parts = parts(equality.left(), statement);
                    if (parts.isPresent() && !done(together, parts.get(), statement)) {
                        rewrite(statement, condition, equality, parts.get(), findings.attempt());
                    }
                });
    }

    private static Optional<Parts> parts(SqlNode node, Resolved statement) {
        List<SqlNode> operands = new ArrayList<>();
        operands(node, operands);
        if (operands.size() != 3) {
            return Optional.empty();
        }
        Optional<String> mark =
                statement.tokens().plainString(statement.span(operands.get(1)).from());
        boolean single = statement.span(operands.get(1)).length() == 1;
        SqlNode left = column(operands.get(0));
        SqlNode right = column(operands.get(2));
        if (mark.isEmpty() || !single) {
            return Optional.empty();
        }
        boolean first = is(left, Types.INTEGERS, statement) && is(right, TEXTS, statement);
        boolean last = is(left, TEXTS, statement) && is(right, Types.INTEGERS, statement);
        return first || last
                ? Optional.of(
                        new Parts(
                                first ? right : left,
                                first ? left : right,
                                operands.get(1),
                                mark.get(),
                                first))
                : Optional.empty();
    }

    private static void operands(SqlNode node, List<SqlNode> into) {
        if (node instanceof SqlCall call && call.getOperator().equals(SqlStdOperatorTable.CONCAT)) {
            operands(call.operand(0), into);
            operands(call.operand(1), into);
        } else {
            into.add(node);
        }
    }

    /** A column below a cast, which is one to text: else there would be no concatenation. */
    private static SqlNode column(SqlNode node) {
        return node instanceof SqlCall call && call.getOperator().equals(Form.CAST)
                ? call.operand(0)
                : node;
    }

    private static boolean is(SqlNode node, Set<Integer> types, Resolved statement) {
        return statement
                .column(node)
                .filter(c -> c.levelsUp() == 0 && types.contains(c.column().typeOid()))
                .isPresent();
    }

    /** Whether the text column is compared beside it already. */
    private static boolean done(Conjunction together, Parts parts, Resolved statement) {
        ColumnUse text = statement.column(parts.text()).orElseThrow();
        return together.parts().stream()
                .flatMap(p -> BtreeComparison.of(p, statement).stream())
                .filter(c -> c.sign() == BtreeComparison.Sign.EQUAL)
                .anyMatch(c -> c.column(statement).filter(text::same).isPresent());
    }

    private static void rewrite(
            Resolved statement,
            SqlNode condition,
            BtreeComparison equality,
            Parts parts,
            Attempt attempt) {
        ColumnUse text = statement.column(parts.text()).orElseThrow();
        ColumnUse integer = statement.column(parts.integer()).orElseThrow();
        if (!equality.operator().is("=", Types.TEXT, Types.TEXT)
                || !concatenates(equality.leftArgument())) {
            attempt.refuse("operator", "the columns are not concatenated and compared as text");
            return;
        }
        if (!attempt.holds(
                        parts.isUnambiguous(), "separator", "the separator may be part of a number")
                || !attempt.requires(new SameBytes(text, equality.expression()))
                || !attempt.requires(new SteadyValue(statement, equality.rightArgument()))
                || !attempt.requires(new CannotFail(statement, equality.expression().node()))) {
            return;
        }
        Span mark = statement.span(parts.separator());
        attempt.check(new SlotCheck.Exactly(mark.from(), statement.tokens().text(mark.from())));
        List<Object> value = Casts.to(Types.TEXT, equality.right(), statement);
        List<Object> number =
                List.of(
                        List.of("pg_catalog.split_part(", value, ", ", parts.separator()),
                        parts.integerFirst() ? ", 1)" : ", -1)");
        List<Object> length =
                List.of(
                        List.of("pg_catalog.length(", number, ") + pg_catalog.length("),
                        List.of(parts.separator(), ")"));
        List<Object> rest =
                parts.integerFirst()
                        ? List.of("pg_catalog.substr(", value, ", ", length, " + 1)")
                        : List.of("pg_catalog.\"left\"(", value, ", -(", length, "))");
        boolean wide = integer.column().typeOid() == Types.INT8;
        attempt.fact("a value can be taken apart into " + text + " and " + integer + " in one way")
                .replace(
                        condition,
                        List.of("(", parts.text(), " = ", rest, " AND ", parts.integer(), " = "),
                        number(number, wide),
                        List.of(" AND ", condition, ")"))
                .found();
    }

    /** Whether it is text: an operator of PostgreSQL's own, no cast of the application's in it. */
    private static boolean concatenates(Expression concatenation) {
        boolean[] fine = {concatenation.type() == Types.TEXT};
        concatenation
                .node()
                .walk(
                        node -> {
                            var part = new Expression(node, concatenation.level());
                            boolean cast = node.is("COERCEVIAIO") || node.is("RELABELTYPE");
                            boolean leaf = node.is("VAR") || node.is("CONST");
                            boolean join = part.operator().filter(o -> o.is("||")).isPresent();
                            fine[0] &= leaf || join || (cast && part.type() == Types.TEXT);
                        });
        return fine[0];
    }

    /** The number that a text is; NULL if it is none or does not fit. */
    private static List<Object> number(List<Object> text, boolean wide) {
        List<Object> cast = List.of(text, "::pg_catalog.int8");
        List<Object> exact =
                List.of(
                        List.of(" WHEN ", text, " ~ '^-?[0-9]{19}$' THEN CASE WHEN ", text),
                        "::pg_catalog.numeric BETWEEN -9223372036854775808 AND 9223372036854775807",
                        List.of(" THEN ", cast, " END"));
        return List.of(
                List.of("CASE WHEN ", text, " ~ '^-?[0-9]{1,18}$' THEN ", cast),
                wide ? exact : List.of(),
                " END");
    }
}
