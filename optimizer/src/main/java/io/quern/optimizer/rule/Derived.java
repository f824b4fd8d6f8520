package io.quern.optimizer.rule;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.catalog.ColumnUse;
import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Item;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.guard.CoarseCast;
import io.quern.optimizer.parse.PostgresSelect;
import io.quern.optimizer.parse.Tree;

import org.apache.calcite.sql.JoinConditionType;
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
 * A subquery in FROM and what ties its rows to those of items written before it.
 *
 * @param level the level in whose FROM it stands
 * @param inner the subquery's own level
 * @param ties equalities of a column of the subquery's table with one of an earlier item
 */
record Derived(Resolved statement, Level level, Item item, Level inner, List<Tie> ties) {
    Derived {
        requireNonNull(statement, "statement");
        requireNonNull(level, "level");
        requireNonNull(item, "item");
        requireNonNull(inner, "inner");
        ties = List.copyOf(ties);
    }

    /**
     * An equality that every row of the join passes.
     *
     * @param column the subquery's column, as the subquery sees it
     * @param row what it is compared with, as the level around sees it
     */
    record Tie(ColumnUse column, ColumnUse row, Expression read) {}

    /** Every plain subquery in the FROM clause of a level that an earlier item is joined to. */
    static List<Derived> of(Resolved statement, Level level) {
        List<Derived> found = new ArrayList<>();
        for (Item item : level.items()) {
            Level inner = item.subquery();
            if (level.select().isPresent()
                    && inner != null
                    && inner.select().isPresent()
                    && inner.whole() == inner.select().get()
                    && !inner.query().flag("hasTargetSRFs")
                    && Tree.same(Output.unaliased(item.node()), inner.whole())) {
                List<Tie> ties = new ArrayList<>();
                for (SqlNode condition : conditions(level, item)) {
                    tie(statement, level, item, inner, condition).ifPresent(ties::add);
                }
                if (!ties.isEmpty()) {
                    found.add(new Derived(statement, level, item, inner, ties));
                }
            }
        }
        return found;
    }

    /**
     * The conditions that each row of the subquery passes to be in the join: those of WHERE, where
     * no outer join adds it as NULLs, and those of its own join.
     */
    private static List<SqlNode> conditions(Level level, Item item) {
        List<SqlNode> conditions = new ArrayList<>();
        SqlJoin own = own(level.select().map(PostgresSelect::getFrom).orElse(null), item);
        if (own != null
                && own.getConditionType() == JoinConditionType.ON
                && (own.getJoinType() == JoinType.INNER || own.getJoinType() == JoinType.LEFT)) {
            conditions.addAll(Level.conjuncts(own.getCondition()));
        }
        boolean free =
                own == null
                        || (own.getJoinType() != JoinType.RIGHT
                                && own.getJoinType() != JoinType.FULL);
        if (!item.nullable() && free) {
            conditions.addAll(level.where());
        }
        return conditions;
    }

    /** The join whose right side an item is. */
    private static @Nullable SqlJoin own(@Nullable SqlNode from, Item item) {
        if (from instanceof SqlJoin join) {
            if (Tree.same(join.getRight(), item.node())) {
                return join;
            }
            SqlJoin left = own(join.getLeft(), item);
            return left == null ? own(join.getRight(), item) : left;
        }
        return from instanceof SqlCall call && call.getKind() == SqlKind.AS
                ? own(call.operand(0), item)
                : null;
    }

    private static Optional<Tie> tie(
            Resolved statement, Level level, Item item, Level inner, SqlNode condition) {
        if (!(condition instanceof SqlCall call) || call.getKind() != SqlKind.EQUALS) {
            return Optional.empty();
        }
        Optional<Expression> read =
                statement
                        .expression(call)
                        .filter(e -> e.operator().filter(o -> o.is("=")).isPresent())
                        .filter(e -> e.operator().orElseThrow().isEquality());
        if (read.isEmpty()) {
            return Optional.empty();
        }
        SqlNode left = call.operand(0);
        SqlNode right = call.operand(1);
        Optional<Tie> tie = tie(statement, level, item, inner, left, right, read.get());
        return tie.isPresent() ? tie : tie(statement, level, item, inner, right, left, read.get());
    }

    private static Optional<Tie> tie(
            Resolved statement,
            Level level,
            Item item,
            Level inner,
            SqlNode mine,
            SqlNode other,
            Expression read) {
        Optional<ColumnUse> column =
                statement.expression(mine).flatMap(e -> output(level, item, inner, e));
        Optional<ColumnUse> row =
                statement
                        .column(other)
                        .filter(c -> c.levelsUp() == 0 && c.item().number() < item.number());
        // values that its collation does not tell apart may differ to another one
        boolean collated =
                column.filter(c -> Correlation.ownEquality(c, inner))
                        .filter(
                                c ->
                                        c.column().deterministicCollation()
                                                || c.column().collation() == read.collation())
                        .isPresent();
        // a row of several partitions would be one of them all
        boolean told = !CoarseCast.is(read.against(mine, statement));
        return collated && told && row.isPresent()
                ? Optional.of(new Tie(column.orElseThrow(), row.get(), read))
                : Optional.empty();
    }

    /** Every condition that its rows pass to be in the join. */
    List<SqlNode> conditions() {
        return conditions(level, item);
    }

    /** Whether a name of the level around is the output of this number. */
    boolean shows(SqlNode name, int number) {
        return statement
                .expression(name)
                .filter(e -> e.node().is("VAR") && e.level() == level)
                .filter(e -> e.node().integer("varlevelsup") == 0)
                .filter(e -> e.node().integer("varno") == item.number())
                .filter(e -> e.node().integer("varattno") == number)
                .isPresent();
    }

    /** The column of the subquery's table that an expression of the level around shows. */
    private static Optional<ColumnUse> output(
            Level level, Item item, Level inner, Expression expression) {
        boolean own =
                expression.node().is("VAR")
                        && expression.level() == level
                        && expression.node().integer("varlevelsup") == 0
                        && expression.node().integer("varno") == item.number();
        int number = own ? expression.node().integer("varattno") : 0;
        List<Expression> results = inner.results();
        return number < 1 || number > results.size()
                ? Optional.empty()
                : results.get(number - 1).column().filter(c -> c.levelsUp() == 0);
    }

    /** Says the ties inside the subquery, where its rows are read. */
    void push(List<Tie> some, Attempt attempt) {
        List<String> conditions =
                some.stream().map(t -> Names.of(t.column()) + " = " + Names.of(t.row())).toList();
        attempt.insert(statement.tree().bracketed(inner.whole()).from(), "LATERAL ")
                .where(inner, String.join(" AND ", conditions));
    }

    /** Whether names of what ties refer to the same from inside the subquery. */
    boolean visible(List<Tie> some) {
        return some.stream().allMatch(t -> Names.visible(t.row().item(), inner));
    }
}
