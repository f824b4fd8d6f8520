package io.quern.optimizer.rule;

import io.quern.optimizer.Piece;
import io.quern.optimizer.SlotCheck;
import io.quern.optimizer.SlotCheck.Shape;
import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.catalog.SystemCatalog;
import io.quern.optimizer.catalog.Types;
import io.quern.optimizer.parse.Constant;
import io.quern.optimizer.parse.Span;

import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Turns {@code c IN (1, 2, 3, …)} with many literals into {@code c = ANY ('{1,2,3,…}')}, and NOT IN
 * into {@code <> ALL}: one literal for PostgreSQL to scan and analyse instead of thousands.
 *
 * <p>PostgreSQL makes of both the same operator over a constant array, whose type is written as it
 * resolved it. Whole numbers are taken, whose digits mean the same within the text of an array, and
 * plain strings, which stand there in double quotes and are read by the same input function as
 * alone. So none is NULL.
 */
final class LiteralListToArray implements Rule {
    /** Below, the time to read the list does not matter. */
    private static final int FEWEST = 50;

    /** What PostgreSQL reads whole numbers as. */
    private static final Set<Integer> NUMBERS = Set.of(Types.INT4, Types.INT8, Types.NUMERIC);

    /** What strings may be read as: types whose text within an array is their text alone. */
    private static final Set<Integer> STRINGS =
            Set.of(
                    Types.INT2,
                    Types.INT4,
                    Types.INT8,
                    Types.NUMERIC,
                    Types.NAME,
                    Types.TEXT,
                    Types.VARCHAR,
                    Types.BPCHAR,
                    Types.UUID,
                    Types.DATE,
                    Types.TIMESTAMP,
                    Types.TIMESTAMPTZ);

    @Override
    public boolean perRow() {
        return true;
    }

    @Override
    public void find(Resolved statement, Findings findings) {
        for (Level level : statement.levels()) {
            for (Level.Condition condition : level.truths()) {
                if (condition.node() instanceof SqlCall call
                        && (call.getKind() == SqlKind.IN || call.getKind() == SqlKind.NOT_IN)
                        && call.operand(1) instanceof SqlNodeList list
                        && list.size() >= FEWEST) {
                    rewrite(statement, call, list, findings.attempt());
                }
            }
        }
    }

    private static void rewrite(
            Resolved statement, SqlCall call, SqlNodeList list, Attempt attempt) {
        Optional<List<SlotCheck.Shaped>> checks = literals(list, statement);
        if (checks.isEmpty()) {
            attempt.refuse(
                    "literals", "the list holds something else than whole numbers and plain texts");
            return;
        }
        int array = arrayType(statement.expression(call));
        int element = statement.system().type(array).map(SystemCatalog.Type::element).orElse(0);
        boolean strings = checks.get().stream().allMatch(c -> c.shape() == Shape.QUOTABLE);
        if (!(strings ? STRINGS : NUMBERS).contains(element)) {
            attempt.refuse("element-type", "the list is compared as a type not known to be safe");
            return;
        }
        checks.get().forEach(attempt::check);
        Span literals = statement.span(list);
        Span behind =
                new Span(
                        statement.tree().bracketed(call.operand(0)).to(),
                        statement.span(call).to());
        attempt.fact("the list holds whole numbers or plain texts only")
                .replace(
                        behind,
                        call.getKind() == SqlKind.IN ? " = ANY (" : " <> ALL (",
                        new Piece.ArrayText(literals.from(), literals.to()),
                        "::" + Casts.name(array, statement) + ")")
                .found();
    }

    /** The type of the array that PostgreSQL makes of the list; 0 if it makes none. */
    private static int arrayType(Optional<Expression> search) {
        return search.filter(e -> e.node().is("SCALARARRAYOPEXPR"))
                .map(Expression::arguments)
                .filter(arguments -> arguments.size() == 2)
                .map(arguments -> arguments.get(1).uncast().node().integer("array_typeid"))
                .orElse(0);
    }

    /** What keeps every element a literal of its kind; empty if one is none. */
    private static Optional<List<SlotCheck.Shaped>> literals(SqlNodeList list, Resolved statement) {
        List<SlotCheck.Shaped> checks = new ArrayList<>(list.size());
        for (SqlNode node : list) {
            boolean minus = node.getKind() == SqlKind.MINUS_PREFIX;
            SqlNode literal = minus ? ((SqlCall) node).operand(0) : node;
            Span span = statement.tree().bracketed(node);
            int token = span.to() - 1;
            boolean alone = span.length() == (minus ? 2 : 1);
            Optional<Shape> shape = shape(token, statement);
            boolean signed = minus && !shape.equals(Optional.of(Shape.INT4));
            if (!(literal instanceof Constant) || !alone || shape.isEmpty() || signed) {
                return Optional.empty();
            }
            checks.add(new SlotCheck.Shaped(token, shape.get()));
        }
        return Optional.of(checks);
    }

    private static Optional<Shape> shape(int token, Resolved statement) {
        byte[] text = statement.tokens().text(token).getBytes(StandardCharsets.UTF_8);
        return List.of(Shape.INT4, Shape.INT8, Shape.QUOTABLE).stream()
                .filter(s -> s.holds(text, 0, text.length))
                .findFirst();
    }
}
