package io.quern.optimizer.guard;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.PgNode;
import io.quern.optimizer.catalog.SystemCatalog.Function;
import io.quern.optimizer.catalog.SystemCatalog.Operator;
import io.quern.optimizer.catalog.Types;
import io.quern.optimizer.guard.Origins.Origin;
import io.quern.optimizer.guard.Origins.Scope;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * How many digits the values of an expression of type {@code numeric} may have in front of the
 * point. Sums and products fail only beyond 131072 of them ({@code NUMERIC_WEIGHT_MAX}); what is
 * behind the point is rounded. A column's precision and an integer's type bound what they hold, and
 * arithmetic adds to the bounds of its operands. Infinity and NaN fail nowhere in it. Mutable, for
 * one question.
 */
final class Magnitude {
    /** Far enough below. */
    private static final int MOST = 100_000;

    private static final int UNKNOWN = MOST + 1;

    /** How many expressions are looked at: each use of a WITH query looks into it again. */
    private static final int VISITS = 1_000;

    private static final int ROWS_DIGITS = 19;
    private static final int FIELD_DIGITS = 20;
    private static final int EXPR_SUBLINK = 4;

    private final Level level;
    private final List<PgNode> relied;
    private int visits;

    /**
     * @param relied takes the constants whose value counts
     */
    Magnitude(Level level, List<PgNode> relied) {
        this.level = requireNonNull(level, "level");
        this.relied = requireNonNull(relied, "relied");
    }

    /** Whether a numeric expression has a value for whatever its columns hold. */
    boolean bounded(PgNode node) {
        return digits(node, Scope.of(level)) <= MOST;
    }

    private int digits(@Nullable PgNode node, Scope scope) {
        if (node == null || ++visits > VISITS) {
            return UNKNOWN;
        }
        Expression expression = new Expression(node, level);
        int digits =
                switch (expression.type()) {
                    case Types.INT2 -> 5;
                    case Types.INT4 -> 10;
                    case Types.INT8 -> 19;
                    case Types.NUMERIC -> numeric(expression, scope);
                    default -> UNKNOWN;
                };
        return Math.min(digits, UNKNOWN);
    }

    private int numeric(Expression expression, Scope scope) {
        if (expression.typmod() >= 0) {
            return declared(expression.typmod());
        }
        PgNode node = expression.node();
        return switch (node.tag()) {
            case "CONST" -> constant(node);
            case "VAR" -> column(node, scope);
            case "OPEXPR" -> arithmetic(expression, scope);
            case "FUNCEXPR" -> call(expression, scope);
            case "AGGREF", "WINDOWFUNC" -> aggregate(expression, scope);
            case "RELABELTYPE" -> digits(node.node("arg"), scope);
            case "CASEEXPR", "CASE" -> choice(node, scope);
            case "COALESCEEXPR", "COALESCE", "MINMAXEXPR", "MINMAX" ->
                    most(node.nodes("args"), arg -> digits(arg, scope));
            case "SUBLINK" ->
                    node.integer("subLinkType") == EXPR_SUBLINK
                            ? most(Origins.output(node.node("subselect"), 1, scope))
                            : UNKNOWN;
            default -> UNKNOWN;
        };
    }

    /** By {@code numeric_typmod_precision} and {@code numeric_typmod_scale}. */
    private static int declared(int typmod) {
        int precision = ((typmod - 4) >> 16) & 0xffff;
        int scale = (((typmod - 4) & 0x7ff) ^ 1024) - 1024;
        return Math.max(1, precision - scale);
    }

    /** By the weight in the header, which is short or long ({@code NUMERIC_WEIGHT}). */
    private int constant(PgNode node) {
        List<String> datum = node.texts("datum");
        if (node.flag("constisnull")) {
            return 1;
        }
        relied.add(node);
        if (datum.size() < 6) {
            return UNKNOWN;
        }
        int header = word(datum, 4);
        boolean isShort = (header & 0x8000) != 0;
        if ((header & 0xc000) == 0xc000) {
            return 1;
        }
        if (!isShort && datum.size() < 8) {
            return UNKNOWN;
        }
        int weight = isShort ? ((header & 0x7f) ^ 0x40) - 0x40 : (short) word(datum, 6);
        return Math.max(1, (weight + 1) * 4);
    }

    private static int word(List<String> bytes, int at) {
        return (Integer.parseInt(bytes.get(at)) & 0xff)
                | (Integer.parseInt(bytes.get(at + 1)) & 0xff) << 8;
    }

    private int arithmetic(Expression operation, Scope scope) {
        Optional<Operator> operator = operation.operator();
        List<PgNode> operands = operation.node().nodes("args");
        if (operator.isEmpty()) {
            return UNKNOWN;
        }
        if (operator.get().is("+") || operator.get().is("-")) {
            return 1 + most(operands, operand -> digits(operand, scope));
        }
        return operator.get().is("*")
                ? operands.stream().mapToInt(operand -> digits(operand, scope)).sum()
                : UNKNOWN;
    }

    private int call(Expression call, Scope scope) {
        Function function = call.function().orElse(null);
        List<PgNode> arguments = call.node().nodes("args");
        if (function == null || arguments.isEmpty()) {
            return UNKNOWN;
        }
        if (function.is("extract")) {
            return FIELD_DIGITS;
        }
        boolean same = function.is("numeric") && arguments.size() == 1;
        return same || function.is("abs") || function.is("round")
                ? 1 + digits(arguments.getFirst(), scope)
                : UNKNOWN;
    }

    private int aggregate(Expression call, Scope scope) {
        Function function = call.function().orElse(null);
        List<Expression> arguments = call.arguments();
        if (function == null || arguments.size() != 1) {
            return UNKNOWN;
        }
        int digits = digits(arguments.getFirst().node(), scope);
        if (function.is("sum")) {
            return digits + ROWS_DIGITS;
        }
        return function.is("avg") || function.is("min") || function.is("max") ? digits : UNKNOWN;
    }

    private int choice(PgNode node, Scope scope) {
        int results = most(node.nodes("args"), when -> digits(when.node("result"), scope));
        return Math.max(results, digits(node.node("defresult"), scope));
    }

    private static int most(List<PgNode> nodes, ToIntFunction<PgNode> digits) {
        return nodes.stream().mapToInt(digits).max().orElse(UNKNOWN);
    }

    /** Of a column without a precision: what a query computes it from, if it is one. */
    private int column(PgNode column, Scope scope) {
        return most(Origins.of(column, scope));
    }

    private int most(List<Origin> origins) {
        return origins.stream()
                .mapToInt(origin -> digits(origin.expression(), origin.scope()))
                .max()
                .orElse(UNKNOWN);
    }
}
