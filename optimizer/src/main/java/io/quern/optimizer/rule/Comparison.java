package io.quern.optimizer.rule;

import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Resolved;

import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;

import java.util.List;
import java.util.Optional;

/**
 * An expression compared with a value, read with the expression on the left whichever way round it
 * is written. BETWEEN is two of them.
 *
 * @param operator {@code =}, {@code <}, {@code <=}, {@code >} or {@code >=}
 * @param left the expression as PostgreSQL compares it, casts that nobody wrote included
 * @param right the value likewise
 * @param read the comparison as PostgreSQL reads it, not turned round
 */
record Comparison(
        SqlNode subject,
        String operator,
        SqlNode value,
        Expression left,
        Expression right,
        Expression read) {

    /** The ways to read a condition: either side as the subject, BETWEEN in one. */
    static List<List<Comparison>> readings(Resolved statement, SqlNode condition) {
        Optional<Expression> read = statement.expression(condition);
        if (!(condition instanceof SqlCall call) || read.isEmpty()) {
            return List.of();
        }
        List<Expression> arguments = read.get().arguments();
        if (arguments.size() != 2) {
            return List.of();
        }
        if (call.getOperator().equals(SqlStdOperatorTable.BETWEEN)) {
            return between(call, arguments.get(0), arguments.get(1));
        }
        String operator = operator(call);
        if (operator.isEmpty() || !read.get().node().is("OPEXPR")) {
            return List.of();
        }
        var plain =
                new Comparison(
                        call.operand(0),
                        operator,
                        call.operand(1),
                        arguments.get(0),
                        arguments.get(1),
                        read.get());
        return List.of(List.of(plain), List.of(plain.turned()));
    }

    private static List<List<Comparison>> between(SqlCall call, Expression low, Expression high) {
        List<Expression> lows = low.arguments();
        List<Expression> highs = high.arguments();
        if (!low.node().is("OPEXPR") || lows.size() != 2 || highs.size() != 2) {
            return List.of();
        }
        SqlNode subject = call.operand(0);
        return List.of(
                List.of(
                        new Comparison(
                                subject, ">=", call.operand(1), lows.get(0), lows.get(1), low),
                        new Comparison(
                                subject, "<=", call.operand(2), highs.get(0), highs.get(1), high)));
    }

    private static String operator(SqlCall call) {
        return switch (call.getKind()) {
            case EQUALS -> "=";
            case LESS_THAN -> "<";
            case LESS_THAN_OR_EQUAL -> "<=";
            case GREATER_THAN -> ">";
            case GREATER_THAN_OR_EQUAL -> ">=";
            default -> "";
        };
    }

    private Comparison turned() {
        String other =
                switch (operator) {
                    case "<" -> ">";
                    case "<=" -> ">=";
                    case ">" -> "<";
                    case ">=" -> "<=";
                    default -> operator;
                };
        return new Comparison(value, other, subject, right, left, read);
    }

    /** Whether PostgreSQL's own operator for these two types compares them. */
    boolean compares(int leftType, int rightType) {
        return left.type() == leftType
                && right.type() == rightType
                && read.operator().filter(o -> o.name().schema().equals("pg_catalog")).isPresent();
    }

    /** Whether it bounds the subject from below; equality bounds from both sides. */
    boolean below() {
        return !operator.startsWith("<");
    }

    /** Whether it bounds the subject from above. */
    boolean above() {
        return !operator.startsWith(">");
    }

    /** What is written, as one comparison. */
    List<Object> written() {
        return List.of(subject, " " + operator + " ", value);
    }
}
