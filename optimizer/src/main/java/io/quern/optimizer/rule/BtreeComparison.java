package io.quern.optimizer.rule;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.catalog.ColumnUse;
import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.PgNode;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.catalog.SystemCatalog.Operator;

import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A comparison by an operator of PostgreSQL's own that a B-tree knows, turned as one likes.
 *
 * @param expression the operator's node
 * @param turned whether {@code left} is what is written on the right
 */
record BtreeComparison(
        Expression expression, SqlNode left, SqlNode right, Sign sign, boolean turned) {

    /** Which one, with its strategy in a B-tree. */
    enum Sign {
        LESS("<", 1),
        AT_MOST("<=", 2),
        EQUAL("=", 3),
        AT_LEAST(">=", 4),
        GREATER(">", 5);

        private final String symbol;
        private final int strategy;

        Sign(String symbol, int strategy) {
            this.symbol = symbol;
            this.strategy = strategy;
        }

        String symbol() {
            return symbol;
        }

        int strategy() {
            return strategy;
        }

        boolean strict() {
            return this == LESS || this == GREATER;
        }

        /** Whether it bounds its left side from above. */
        boolean downward() {
            return this == LESS || this == AT_MOST;
        }

        boolean upward() {
            return this == GREATER || this == AT_LEAST;
        }

        Sign turned() {
            return switch (this) {
                case LESS -> GREATER;
                case AT_MOST -> AT_LEAST;
                case EQUAL -> EQUAL;
                case AT_LEAST -> AT_MOST;
                case GREATER -> LESS;
            };
        }
    }

    BtreeComparison {
        requireNonNull(expression, "expression");
        requireNonNull(left, "left");
        requireNonNull(right, "right");
        requireNonNull(sign, "sign");
    }

    /** What a condition compares: one for an operator, two for BETWEEN, none for others. */
    static List<BtreeComparison> of(SqlNode condition, Resolved statement) {
        Optional<Expression> read = statement.expression(condition);
        if (read.isEmpty() || !(condition instanceof SqlCall call)) {
            return List.of();
        }
        if (call.getKind() == SqlKind.BETWEEN && read.get().node().is("BOOLEXPR")) {
            List<PgNode> bounds = read.get().node().nodes("args");
            List<BtreeComparison> both = new ArrayList<>();
            for (int i = 0; i < bounds.size() && bounds.size() == 2; i++) {
                Sign sign = i == 0 ? Sign.AT_LEAST : Sign.AT_MOST;
                Level level = read.get().level();
                known(
                                new Expression(bounds.get(i), level),
                                call.operand(0),
                                call.operand(i + 1),
                                sign)
                        .ifPresent(both::add);
            }
            return both;
        }
        Sign sign =
                switch (call.getKind()) {
                    case LESS_THAN -> Sign.LESS;
                    case LESS_THAN_OR_EQUAL -> Sign.AT_MOST;
                    case EQUALS -> Sign.EQUAL;
                    case GREATER_THAN_OR_EQUAL -> Sign.AT_LEAST;
                    case GREATER_THAN -> Sign.GREATER;
                    default -> null;
                };
        return sign == null || call.operandCount() != 2
                ? List.of()
                : known(read.get(), call.operand(0), call.operand(1), sign).stream().toList();
    }

    private static Optional<BtreeComparison> known(
            Expression expression, SqlNode left, SqlNode right, Sign sign) {
        return expression.operator().filter(o -> o.is(sign.symbol())).isPresent()
                        && expression.arguments().size() == 2
                ? Optional.of(new BtreeComparison(expression, left, right, sign, false))
                : Optional.empty();
    }

    /** The same with its sides changed. */
    BtreeComparison flipped() {
        return new BtreeComparison(
                expression, /* left= */ right, /* right= */ left, sign.turned(), !turned);
    }

    Operator operator() {
        return expression.operator().orElseThrow();
    }

    /** The left side as the operator takes it, casts that nobody wrote included. */
    Expression leftArgument() {
        return expression.arguments().get(turned ? 1 : 0);
    }

    /** The right side as the operator takes it, casts that nobody wrote included. */
    Expression rightArgument() {
        return expression.arguments().get(turned ? 0 : 1);
    }

    /** The column of this level that the left side is. */
    Optional<ColumnUse> column(Resolved statement) {
        return statement.column(left).filter(c -> c.levelsUp() == 0);
    }

    /** Whether a B-tree family has the operator with its own meaning. */
    boolean in(long family) {
        Sign written = turned ? sign.turned() : sign;
        return operator().families().getOrDefault(family, 0) == written.strategy();
    }
}
