package io.quern.optimizer.search;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;

import io.quern.optimizer.catalog.Item;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.PgNode;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.parse.PostgresSelect;
import io.quern.optimizer.parse.Span;
import io.quern.optimizer.parse.Tree;

import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.RelOptPlanner;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rel.logical.LogicalJoin;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rel.logical.LogicalTableScan;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rel.type.RelDataTypeSystem;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.JoinConditionType;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.type.SqlTypeFactoryImpl;
import org.apache.calcite.sql.type.SqlTypeName;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Lifts the rows of a query level into Calcite's algebra. Scalar expressions become {@link Opaque}
 * calls and all values are of one type, so that Calcite moves what it does not understand and can
 * know nothing that PostgreSQL does not. Mutable, for one level and thread.
 */
final class Lift {
    private final Resolved statement;
    private final RexBuilder rex;
    private final RelOptCluster cluster;
    private final RelDataType any;
    private final RelDataType truth;
    private final List<Leaf> leaves = new ArrayList<>();
    private int expressions;

    Lift(Resolved statement, RelOptPlanner planner) {
        this.statement = requireNonNull(statement, "statement");
        RelDataTypeFactory types = new SqlTypeFactoryImpl(RelDataTypeSystem.DEFAULT);
        this.any = types.createTypeWithNullability(types.createSqlType(SqlTypeName.ANY), true);
        this.truth =
                types.createTypeWithNullability(types.createSqlType(SqlTypeName.BOOLEAN), true);
        this.rex = new RexBuilder(types);
        this.cluster = RelOptCluster.create(planner, rex);
    }

    /**
     * Rows and where in them each item's columns begin.
     *
     * @param offsets by the item's number
     */
    private record Frame(RelNode rows, Map<Integer, Integer> offsets) {}

    /** The leaves, in the order of the text. */
    List<Leaf> leaves() {
        return leaves;
    }

    /** The values of expressions for each row of a level. */
    RelNode values(Level level, List<SqlNode> expressions) throws Unfit {
        Frame frame = rows(level);
        List<RexNode> values = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (SqlNode expression : expressions) {
            names.add("v" + values.size());
            values.add(value(expression, level, frame));
        }
        return LogicalProject.create(
                frame.rows(), ImmutableList.of(), values, names, ImmutableSet.of());
    }

    private Frame rows(Level level) throws Unfit {
        PostgresSelect select = level.select().orElseThrow();
        SqlNode from = select.getFrom();
        if (from == null) {
            throw new Unfit("unread", "a subquery in it has no FROM");
        }
        Frame frame = rows(from, level, true);
        List<RexNode> conditions = conditions(select.getWhere(), level, frame, true);
        return conditions.isEmpty()
                ? frame
                : new Frame(
                        LogicalFilter.create(
                                frame.rows(), RexUtil.composeConjunction(rex, conditions)),
                        frame.offsets());
    }

    /**
     * @param inner whether every row must be in the result, so that what makes a derived table's
     *     rows may as well be said outside
     */
    private Frame rows(SqlNode from, Level level, boolean inner) throws Unfit {
        if (!(from instanceof SqlJoin join)) {
            return leaf(from, level, inner);
        }
        if (join.isNatural()
                || (join.getCondition() != null
                        && join.getConditionType() != JoinConditionType.ON)) {
            throw new Unfit("merged-columns", "a join by USING or NATURAL merges columns");
        }
        JoinRelType type =
                switch (join.getJoinType()) {
                    case INNER, COMMA, CROSS -> JoinRelType.INNER;
                    case LEFT -> JoinRelType.LEFT;
                    case RIGHT -> JoinRelType.RIGHT;
                    case FULL -> JoinRelType.FULL;
                    default -> throw new Unfit("unread", "a join in it is of an unknown form");
                };
        boolean deeper = inner && type == JoinRelType.INNER;
        Frame left = rows(join.getLeft(), level, deeper);
        Frame right = rows(join.getRight(), level, deeper);
        int width = left.rows().getRowType().getFieldCount();
        Map<Integer, Integer> offsets = new HashMap<>(left.offsets());
        right.offsets().forEach((item, offset) -> offsets.put(item, offset + width));
        RelNode product = join(left.rows(), right.rows(), rex.makeLiteral(true), JoinRelType.INNER);
        List<RexNode> conditions =
                conditions(join.getCondition(), level, new Frame(product, offsets), false);
        RexNode on =
                conditions.isEmpty()
                        ? rex.makeLiteral(true)
                        : RexUtil.composeConjunction(rex, conditions);
        return new Frame(join(left.rows(), right.rows(), on, type), offsets);
    }

    private static RelNode join(RelNode left, RelNode right, RexNode on, JoinRelType type) {
        return LogicalJoin.create(left, right, ImmutableList.of(), on, ImmutableSet.of(), type);
    }

    private Frame leaf(SqlNode node, Level level, boolean inner) throws Unfit {
        Item item =
                level.items().stream()
                        .filter(i -> Tree.same(i.node(), node))
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        new Unfit(
                                                "joined-alias",
                                                "a join in it has a name of its own"));
        PgNode entry = level.query().nodes("rtable").get(item.number() - 1);
        if (entry.flag("lateral")) {
            throw new Unfit("lateral", item + " depends on rows before it");
        }
        Level inside = item.subquery();
        if (inside != null && inner && isPlain(inside)) {
            Frame rows = rows(inside);
            return new Frame(derived(inside, rows), Map.of(item.number(), 0));
        }
        List<String> columns = Scope.columns(level, item);
        RelDataTypeFactory.Builder type = rex.getTypeFactory().builder();
        for (int i = 0; i < columns.size(); i++) {
            type.add("c" + i, any);
        }
        var leaf = new Leaf(item, level, columns, leaves.size(), type.build());
        leaves.add(leaf);
        return new Frame(
                LogicalTableScan.create(cluster, leaf, ImmutableList.of()),
                Map.of(item.number(), 0));
    }

    /** Whether its rows are what its FROM and WHERE make, so that it may as well not be there. */
    static boolean isPlain(Level inside) {
        return inside.plain()
                && inside.select()
                        .filter(s -> inside.whole() == s && s.getFrom() != null)
                        .isPresent();
    }

    private RelNode derived(Level inside, Frame rows) throws Unfit {
        List<RexNode> outputs = new ArrayList<>();
        List<String> names = new ArrayList<>();
        List<PgNode> targets =
                inside.query().nodes("targetList").stream()
                        .filter(t -> !t.flag("resjunk"))
                        .toList();
        List<SqlNode> written = inside.outputs();
        for (int i = 0; i < targets.size(); i++) {
            PgNode expression = requireNonNull(targets.get(i).node("expr"), "expr");
            names.add("o" + i);
            if (expression.is("VAR")) {
                Scope.Field field = new Scope(statement, inside).field(expression, 0);
                outputs.add(ref(field, rows));
            } else if (written.size() == targets.size()) {
                outputs.add(value(unaliased(written.get(i)), inside, rows));
            } else {
                throw new Unfit("star", "a subquery in it has a star among expressions");
            }
        }
        return LogicalProject.create(
                rows.rows(), ImmutableList.of(), outputs, names, ImmutableSet.of());
    }

    /** An output without its alias. */
    static SqlNode unaliased(SqlNode output) {
        return output instanceof SqlCall call && call.getKind() == SqlKind.AS
                ? call.operand(0)
                : output;
    }

    private List<RexNode> conditions(
            @Nullable SqlNode condition, Level level, Frame frame, boolean where) throws Unfit {
        List<RexNode> all = new ArrayList<>();
        for (SqlNode conjunct : Level.conjuncts(condition)) {
            all.add(call(conjunct, level, frame, where, truth));
        }
        return all;
    }

    private RexNode value(SqlNode node, Level level, Frame frame) throws Unfit {
        return node instanceof SqlIdentifier name
                ? ref(new Scope(statement, level).field(name), frame)
                : call(node, level, frame, false, any);
    }

    private RexNode ref(Scope.Field field, Frame frame) throws Unfit {
        Integer offset = frame.offsets().get(field.item().number());
        if (offset == null) {
            throw new Unfit("unread", "a name in it is no plain column");
        }
        return rex.makeInputRef(frame.rows(), offset + field.field());
    }

    private RexNode call(SqlNode node, Level level, Frame frame, boolean where, RelDataType type)
            throws Unfit {
        var mentions = new Mentions(statement, level);
        mentions.look(node);
        List<SqlIdentifier> names = mentions.names();
        names.sort(Comparator.comparingInt(n -> statement.span(n).from()));
        List<RexNode> operands = new ArrayList<>();
        List<Span> holes = new ArrayList<>();
        for (SqlIdentifier name : names) {
            operands.add(ref(new Scope(statement, level).field(name), frame));
            holes.add(statement.span(name));
        }
        for (Scope.Field field : mentions.inQueries()) {
            operands.add(ref(field, frame));
        }
        var operator = new Opaque(node, level, expressions++, holes, mentions.holdsQuery(), where);
        return rex.makeCall(type, operator, operands);
    }
}
