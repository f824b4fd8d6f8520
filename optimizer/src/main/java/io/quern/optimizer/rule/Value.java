package io.quern.optimizer.rule;

import io.quern.optimizer.SlotCheck;
import io.quern.optimizer.SlotCheck.Shape;
import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.guard.Moments;
import io.quern.optimizer.parse.Constant;
import io.quern.optimizer.parse.Form;

import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlSyntax;

import java.util.List;
import java.util.Optional;

/** A value of the statement as a rule copies it to another place. */
record Value(Resolved statement, SqlNode node) {

    /** What is written, in brackets where an operator could take it apart. */
    List<Object> copy() {
        boolean loose =
                node instanceof SqlCall call
                        && call.getOperator().getSyntax() != SqlSyntax.FUNCTION
                        && statement.tree().bracketed(node).equals(statement.span(node));
        return loose ? List.of("(", node, ")") : List.of(node);
    }

    /** The same as a value of a type, whatever stands beside it. */
    List<Object> as(int type) {
        boolean untyped = node instanceof SqlLiteral && !isNumber();
        boolean same = read().filter(e -> e.type() == type).isPresent();
        return same && !untyped ? copy() : Casts.to(type, node, statement);
    }

    private Optional<Expression> read() {
        return statement.expression(node);
    }

    /**
     * Whether it is a number as a literal, without a cast: its type is the same in all executions.
     */
    boolean isNumber() {
        return node instanceof Constant c && c.kind() == Constant.Kind.NUMBER;
    }

    /** The number of the literal it is, alone or with its type; empty if it is none. */
    Optional<Integer> literal() {
        SqlNode inner = node;
        if (node instanceof SqlCall call && call.getOperator().equals(Form.TYPED_LITERAL)) {
            inner = call.operand(1);
        } else if (node instanceof SqlCall call && call.getOperator().equals(Form.CAST)) {
            inner = call.operand(0);
        }
        return inner instanceof Constant && read().filter(Expression::isConstant).isPresent()
                ? Optional.of(statement.span(inner).from())
                : Optional.empty();
    }

    /**
     * Whether it is a literal of a shape, in every execution.
     *
     * @param attempt notes what must hold of it
     */
    boolean isShaped(Shape shape, Attempt attempt) {
        Optional<SlotCheck> check =
                literal()
                        .<SlotCheck>map(token -> new SlotCheck.Shaped(token, shape))
                        .filter(statement.tokens()::holds);
        check.ifPresent(attempt::check);
        return check.isPresent();
    }

    /** Whether it is a moment of our times, by a literal or a clock: far from both ends of time. */
    boolean isOfOurTimes(Attempt attempt) {
        return read().filter(Moments::isClock).isPresent()
                || isShaped(Shape.FOUR_DIGIT_YEAR, attempt);
    }
}
