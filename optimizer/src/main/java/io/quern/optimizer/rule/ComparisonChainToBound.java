package io.quern.optimizer.rule;

import io.quern.optimizer.catalog.ColumnUse;
import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.catalog.Types;
import io.quern.optimizer.guard.CannotFail;
import io.quern.optimizer.guard.SteadyValue;

import org.apache.calcite.sql.JoinType;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Adds what follows from a chain of comparisons: of {@code a > b AND b >= k} that {@code a > k}, of
 * {@code a = b AND b > k} that {@code a > k}. PostgreSQL follows equalities to a constant only.
 *
 * <p>All comparisons are of one B-tree family, type and collation, where they are transitive. What
 * is added holds wherever the chain does; every link stands in WHERE or in the ON of an inner join,
 * so that no row is left without it.
 */
final class ComparisonChainToBound implements Rule {

    /** A column that a bound reaches, as it is written somewhere. */
    private record Reached(ColumnUse column, SqlNode node, boolean strict, boolean follows) {}

    /** What a level says of its rows: of two columns, or of one and a value. */
    private record Known(List<BtreeComparison> links, List<BtreeComparison> bounds) {}

    @Override
    public void find(Resolved statement, Findings findings) {
        for (Level level : statement.levels()) {
            if (level.select().filter(s -> s.getFrom() != null).isPresent()) {
                Known known = known(level, statement);
                for (BtreeComparison bound : known.bounds()) {
                    if (bound.sign() == BtreeComparison.Sign.EQUAL) {
                        derive(statement, level, known, bound, true, findings);
                        derive(statement, level, known, bound, false, findings);
                    } else {
                        boolean upward = bound.sign().upward();
                        derive(statement, level, known, bound, upward, findings);
                    }
                }
            }
        }
    }

    private static Known known(Level level, Resolved statement) {
        Known known = new Known(new ArrayList<>(), new ArrayList<>());
        boolean renamed = renamesJoin(level.select().orElseThrow().getFrom());
        for (Level.Condition condition : level.conditions()) {
            boolean where = condition.place() == Level.Place.WHERE;
            boolean inner = condition.join() != null && isInner(condition.join()) && !renamed;
            if (!where && !inner) {
                continue;
            }
            for (BtreeComparison c : BtreeComparison.of(condition.node(), statement)) {
                BtreeComparison turned = c.column(statement).isPresent() ? c : c.flipped();
                if (turned.column(statement).isEmpty()
                        || (!where && !everywhere(turned, statement))) {
                    continue;
                }
                if (turned.flipped().column(statement).isPresent()) {
                    known.links().add(turned);
                } else if (!readsColumns(turned.rightArgument(), !where)) {
                    known.bounds().add(turned);
                }
            }
        }
        return known;
    }

    private static boolean isInner(SqlJoin join) {
        return join.getJoinType() == JoinType.INNER
                || join.getJoinType() == JoinType.COMMA
                || join.getJoinType() == JoinType.CROSS;
    }

    /** Whether a join has a name of its own, behind which names mean something else. */
    private static boolean renamesJoin(@Nullable SqlNode from) {
        if (from instanceof SqlJoin join) {
            return renamesJoin(join.getLeft()) || renamesJoin(join.getRight());
        }
        return from instanceof SqlCall call
                && call.getKind() == SqlKind.AS
                && call.operandCount() > 0
                && call.operand(0) instanceof SqlJoin;
    }

    /** Whether no outer join around it can add rows for which it does not hold. */
    private static boolean everywhere(BtreeComparison comparison, Resolved statement) {
        Optional<ColumnUse> right = comparison.flipped().column(statement);
        return !comparison.column(statement).orElseThrow().item().nullable()
                && right.filter(c -> c.item().nullable()).isEmpty();
    }

    /** Whether a value is read from rows, of this level or, if it matters, of those around it. */
    private static boolean readsColumns(Expression value, boolean outer) {
        boolean[] reads = {false};
        value.node().walk(n -> reads[0] |= n.is("VAR") && (outer || n.integer("varlevelsup") == 0));
        return reads[0];
    }

    /** Follows a bound from column to column, upward (larger columns) or downward. */
    private static void derive(
            Resolved statement,
            Level level,
            Known known,
            BtreeComparison bound,
            boolean upward,
            Findings findings) {
        List<Reached> reached = new ArrayList<>();
        boolean equality = bound.sign() == BtreeComparison.Sign.EQUAL;
        reached.add(
                new Reached(
                        bound.column(statement).orElseThrow(),
                        bound.left(),
                        bound.sign().strict(),
                        !equality));
        for (int i = 0; i < reached.size(); i++) {
            for (BtreeComparison link : known.links()) {
                step(reached.get(i), link, upward, statement, bound, reached);
                step(reached.get(i), link.flipped(), upward, statement, bound, reached);
            }
        }
        List<Object> conditions = new ArrayList<>();
        for (Reached one : reached.subList(1, reached.size())) {
            BtreeComparison.Sign sign = sign(upward, one.strict());
            if (one.follows() && !isKnown(known, one, sign, bound, statement)) {
                int type = bound.rightArgument().type();
                conditions.add(conditions.isEmpty() ? "" : " AND ");
                conditions.addAll(List.of(one.node(), " " + sign.symbol() + " "));
                conditions.addAll(Casts.to(type, bound.right(), statement));
            }
        }
        if (conditions.isEmpty()) {
            return;
        }
        Attempt attempt = findings.attempt();
        if (attempt.requires(new SteadyValue(statement, bound.rightArgument()))
                && attempt.requires(new CannotFail(statement))) {
            attempt.fact("the comparisons are of one B-tree family, where they are transitive")
                    .where(level, conditions)
                    .found();
        }
    }

    private static BtreeComparison.Sign sign(boolean upward, boolean strict) {
        if (upward) {
            return strict ? BtreeComparison.Sign.GREATER : BtreeComparison.Sign.AT_LEAST;
        }
        return strict ? BtreeComparison.Sign.LESS : BtreeComparison.Sign.AT_MOST;
    }

    /** The column on a link's left, if its right is the column that is bounded. */
    private static void step(
            Reached from,
            BtreeComparison link,
            boolean upward,
            Resolved statement,
            BtreeComparison bound,
            List<Reached> into) {
        boolean leads = link.sign() == BtreeComparison.Sign.EQUAL || link.sign().upward() == upward;
        ColumnUse right = link.flipped().column(statement).orElseThrow();
        ColumnUse left = link.column(statement).orElseThrow();
        if (leads
                && right.same(from.column())
                && into.stream().noneMatch(r -> r.column().same(left))
                && alike(link, bound, left)) {
            boolean inequality = link.sign() != BtreeComparison.Sign.EQUAL;
            into.add(
                    new Reached(
                            left,
                            link.left(),
                            from.strict() || link.sign().strict(),
                            from.follows() || inequality));
        }
    }

    /** Whether the bound compares the new column as it does its own, and as the link does. */
    private static boolean alike(BtreeComparison link, BtreeComparison bound, ColumnUse column) {
        int type = bound.leftArgument().type();
        long collation = bound.expression().collation();
        boolean typed =
                link.leftArgument().type() == type
                        && link.rightArgument().type() == type
                        && (column.column().typeOid() == type
                                || (type == Types.TEXT
                                        && column.column().typeOid() == Types.VARCHAR));
        boolean collated =
                link.expression().collation() == collation
                        && (collation == 0 || column.column().collation() == collation);
        return typed
                && collated
                && bound.operator().families().keySet().stream()
                        .anyMatch(family -> bound.in(family) && link.in(family));
    }

    /** Whether the statement says it already. */
    private static boolean isKnown(
            Known known,
            Reached one,
            BtreeComparison.Sign sign,
            BtreeComparison bound,
            Resolved statement) {
        return known.bounds().stream()
                .filter(b -> b.column(statement).filter(one.column()::same).isPresent())
                .filter(b -> b.sign() == sign || b.sign() == BtreeComparison.Sign.EQUAL)
                .anyMatch(b -> name(b, statement).equals(name(bound, statement)));
    }

    /** What tells the value of a bound from others, casts aside. */
    private static String name(BtreeComparison bound, Resolved statement) {
        Expression value = bound.rightArgument();
        while (isCast(value)) {
            value = value.argument().orElseThrow();
        }
        int token = statement.token(value.node());
        return switch (value.node().tag()) {
            case "CONST" -> value.type() + " " + value.node().texts("datum");
            case "PARAM" -> "$" + value.node().number("paramid");
            default -> token < 0 ? "" : statement.tokens().text(token);
        };
    }

    private static boolean isCast(Expression value) {
        return value.argument().isPresent()
                && (value.node().is("RELABELTYPE")
                        || value.node().is("COERCEVIAIO")
                        || (value.node().is("FUNCEXPR")
                                && !value.node().text("funcformat").equals("0")));
    }
}
