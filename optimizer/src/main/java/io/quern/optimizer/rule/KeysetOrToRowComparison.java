package io.quern.optimizer.rule;

import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.guard.CannotFail;
import io.quern.optimizer.guard.SteadyValue;

import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Turns {@code a > x OR (a = x AND b > y)}, a page after a key as it is written by hand, into
 * {@code (a, b) > (x, y)}, which an index on both columns serves from the right place on. Any
 * number of columns, the ORs side by side or one within the other.
 *
 * <p>PostgreSQL compares rows from left to right up to the first pair that is not equal or has a
 * NULL, by the B-tree family of the operator: where the equality is of that family too, both
 * conditions are true for the same rows, NULLs included.
 *
 * <p>The x is written twice. Where that is not the same parameter, the row comparison stands for
 * the case that both are equal and the original for the other; the planner drops what does not
 * apply:
 *
 * <pre>(x = x' AND (a, b) > (x, y)) OR ((x = x') IS NOT TRUE AND (the original))</pre>
 */
final class KeysetOrToRowComparison implements Rule {

    /**
     * One column of the key.
     *
     * @param order how it goes on from the value
     * @param ties the equalities of the conditions behind it
     */
    private record Part(BtreeComparison order, List<BtreeComparison> ties) {}

    @Override
    public boolean perRow() {
        return true;
    }

    @Override
    public void find(Resolved statement, Findings findings) {
        for (Level level : statement.levels()) {
            for (Level.Condition condition : level.conditions()) {
                if (condition.node().getKind() == SqlKind.OR) {
                    var keyset = new ArrayList<Part>();
                    if (read(arms(condition.node()), statement, keyset) && keyset.size() > 1) {
                        rewrite(statement, condition.node(), keyset, findings.attempt());
                    }
                }
            }
        }
    }

    private static List<List<SqlNode>> arms(SqlNode or) {
        return Level.flattened(or, SqlKind.OR).stream().map(Level::conjuncts).toList();
    }

    /** Reads the keyset that these alternatives are; whether they are one. */
    private static boolean read(List<List<SqlNode>> arms, Resolved statement, List<Part> into) {
        if (arms.size() == 1 && arms.getFirst().size() == 1) {
            SqlNode only = arms.getFirst().getFirst();
            if (only.getKind() == SqlKind.OR) {
                return read(arms(only), statement, into);
            }
            Optional<BtreeComparison> last = comparison(only, statement);
            last.ifPresent(order -> into.add(new Part(order, List.of())));
            return last.filter(c -> c.sign() != BtreeComparison.Sign.EQUAL).isPresent();
        }
        List<List<SqlNode>> rest = new ArrayList<>();
        BtreeComparison order = null;
        for (List<SqlNode> arm : arms) {
            Optional<BtreeComparison> single =
                    arm.size() == 1 ? comparison(arm.getFirst(), statement) : Optional.empty();
            if (single.isPresent() && order == null) {
                order = single.get();
            } else {
                rest.add(arm);
            }
        }
        if (order == null || !order.sign().strict()) {
            return false;
        }
        List<BtreeComparison> ties = new ArrayList<>();
        List<List<SqlNode>> behind = new ArrayList<>();
        for (List<SqlNode> arm : rest) {
            List<SqlNode> others = new ArrayList<>(arm);
            Optional<BtreeComparison> tie = tie(order, others, statement);
            if (tie.isEmpty() || others.isEmpty()) {
                return false;
            }
            ties.add(tie.get());
            behind.add(others);
        }
        into.add(new Part(order, ties));
        return !behind.isEmpty() && read(behind, statement, into);
    }

    /** Takes the equality of the same column out of the conditions. */
    private static Optional<BtreeComparison> tie(
            BtreeComparison order, List<SqlNode> conditions, Resolved statement) {
        for (SqlNode condition : conditions) {
            Optional<BtreeComparison> tie =
                    comparison(condition, statement)
                            .filter(c -> c.sign() == BtreeComparison.Sign.EQUAL)
                            .filter(
                                    c ->
                                            c.column(statement)
                                                    .filter(
                                                            order.column(statement).orElseThrow()
                                                                    ::same)
                                                    .isPresent());
            if (tie.isPresent()) {
                conditions.remove(condition);
                return tie;
            }
        }
        return Optional.empty();
    }

    /** A column on the left, on the right what is no column of the same level. */
    private static Optional<BtreeComparison> comparison(SqlNode condition, Resolved statement) {
        if (!(condition instanceof SqlCall call) || call.getKind() == SqlKind.BETWEEN) {
            return Optional.empty();
        }
        return BtreeComparison.of(condition, statement).stream()
                .map(c -> c.column(statement).isPresent() ? c : c.flipped())
                .filter(
                        c ->
                                c.column(statement).isPresent()
                                        && c.flipped().column(statement).isEmpty())
                .findFirst();
    }

    private static void rewrite(
            Resolved statement, SqlNode or, List<Part> keyset, Attempt attempt) {
        BtreeComparison.Sign last = keyset.getLast().order().sign();
        if (!keyset.stream().allMatch(p -> p.order().sign().upward() == last.upward())) {
            attempt.refuse("direction", "the columns of the key go in different directions");
            return;
        }
        if (!keyset.stream().allMatch(KeysetOrToRowComparison::oneFamily)) {
            attempt.refuse(
                    "operator", "a column is compared by operators of no common B-tree family");
            return;
        }
        for (Part part : keyset) {
            List<BtreeComparison> all = new ArrayList<>(part.ties());
            all.add(part.order());
            for (BtreeComparison comparison : all) {
                if (!attempt.requires(new SteadyValue(statement, comparison.rightArgument()))) {
                    return;
                }
            }
        }
        if (!attempt.requires(new CannotFail(statement))) {
            return;
        }
        attempt.fact("the columns are compared in one direction by B-tree operators");
        List<Object> columns = new ArrayList<>();
        List<Object> values = new ArrayList<>();
        List<Object> same = new ArrayList<>();
        for (Part part : keyset) {
            String comma = columns.isEmpty() ? "" : ", ";
            columns.addAll(List.of(comma, part.order().left()));
            values.addAll(List.of(comma, part.order().right()));
            for (BtreeComparison tie : part.ties()) {
                if (!same(part.order().right(), tie.right())) {
                    int type = tie.rightArgument().type();
                    same.add(same.isEmpty() ? "" : " AND ");
                    same.add(Casts.to(type, part.order().right(), statement));
                    same.add(" = ");
                    same.add(Casts.to(type, tie.right(), statement));
                }
            }
        }
        List<Object> row = List.of("(", columns, ") " + last.symbol() + " (", values, ")");
        if (same.isEmpty()) {
            attempt.replace(or, row);
        } else {
            attempt.replace(
                    or,
                    List.of("(", same, " AND ", row, " OR (", same, ") IS NOT TRUE AND (", or),
                    "))");
        }
        attempt.found();
    }

    /** Whether a B-tree family calls the order what it is, and the equalities equality. */
    private static boolean oneFamily(Part part) {
        return part.order().operator().families().keySet().stream()
                .anyMatch(
                        family ->
                                part.order().in(family)
                                        && part.ties().stream()
                                                .allMatch(
                                                        t ->
                                                                t.in(family)
                                                                        && sameTypes(
                                                                                part.order(), t)));
    }

    private static boolean sameTypes(BtreeComparison one, BtreeComparison other) {
        return one.leftArgument().type() == other.leftArgument().type()
                && one.rightArgument().type() == other.rightArgument().type()
                && one.expression().collation() == other.expression().collation();
    }

    private static boolean same(SqlNode one, SqlNode other) {
        return one instanceof SqlDynamicParam p
                && other instanceof SqlDynamicParam q
                && p.getIndex() == q.getIndex();
    }
}
