package io.quern.optimizer.search;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.Resolved;

import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.plan.hep.HepPlanner;
import org.apache.calcite.plan.hep.HepProgram;
import org.apache.calcite.plan.hep.HepProgramBuilder;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rel.rules.CoreRules;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlNode;

import java.util.ArrayList;
import java.util.List;

/**
 * The rows of a query level without the derived tables between them and the tables, and what
 * expressions of the level become in their terms.
 *
 * @param values one for each expression asked for, in order
 * @param nested whether a derived table was there
 */
record Flatten(Rows rows, List<Term> values, List<Leaf> leaves, boolean nested) {
    Flatten {
        requireNonNull(rows, "rows");
        values = List.copyOf(values);
        leaves = List.copyOf(leaves);
    }

    /** Calcite's rules that pull projections up; none moves a condition across an outer join. */
    private static final HepProgram PROGRAM =
            new HepProgramBuilder()
                    .addRuleCollection(
                            List.of(
                                    CoreRules.JOIN_PROJECT_BOTH_TRANSPOSE,
                                    CoreRules.JOIN_PROJECT_LEFT_TRANSPOSE,
                                    CoreRules.JOIN_PROJECT_RIGHT_TRANSPOSE,
                                    CoreRules.FILTER_PROJECT_TRANSPOSE,
                                    CoreRules.PROJECT_MERGE,
                                    CoreRules.PROJECT_REMOVE))
                    .build();

    static Flatten of(Resolved statement, Level level, List<SqlNode> expressions) throws Unfit {
        HepPlanner planner = new HepPlanner(PROGRAM);
        Lift lift = new Lift(statement, planner);
        planner.setRoot(lift.values(level, expressions));
        RelNode best = planner.findBestExp();
        Project values = best instanceof Project project ? project : null;
        Read read = read(values == null ? best : values.getInput());
        List<Term> terms = new ArrayList<>();
        if (values == null) {
            terms.addAll(read.fields());
        } else {
            for (RexNode value : values.getProjects()) {
                terms.add(term(value, read.fields()));
            }
        }
        boolean nested = lift.leaves().stream().anyMatch(leaf -> leaf.level() != level);
        return new Flatten(read.rows(), terms, lift.leaves(), nested);
    }

    private record Read(Rows rows, List<Term> fields) {}

    private static Read read(RelNode node) throws Unfit {
        return switch (node) {
            case TableScan scan -> {
                Leaf leaf = (Leaf) scan.getTable();
                List<Term> fields = new ArrayList<>();
                for (int i = 0; i < scan.getRowType().getFieldCount(); i++) {
                    fields.add(new Term.Column(leaf, i));
                }
                yield new Read(new Rows.Base(leaf), fields);
            }
            case Filter filter -> {
                Read below = read(filter.getInput());
                List<Term.Text> conditions = conditions(filter.getCondition(), below.fields());
                yield new Read(inner(List.of(below.rows()), conditions), below.fields());
            }
            case Join join -> {
                Read left = read(join.getLeft());
                Read right = read(join.getRight());
                List<Term> fields = new ArrayList<>(left.fields());
                fields.addAll(right.fields());
                List<Term.Text> conditions = conditions(join.getCondition(), fields);
                yield new Read(
                        join.getJoinType() == JoinRelType.INNER
                                ? inner(List.of(left.rows(), right.rows()), conditions)
                                : new Rows.Outer(
                                        join.getJoinType(),
                                        inner(List.of(left.rows()), List.of()),
                                        inner(List.of(right.rows()), List.of()),
                                        conditions),
                        fields);
            }
            default -> throw new Unfit("unread", "a subquery in it stays one");
        };
    }

    private static Rows inner(List<Rows> sides, List<Term.Text> more) {
        List<Rows> parts = new ArrayList<>();
        List<Term.Text> conditions = new ArrayList<>();
        for (Rows side : sides) {
            if (side instanceof Rows.Inner inner) {
                parts.addAll(inner.parts());
                conditions.addAll(inner.conditions());
            } else {
                parts.add(side);
            }
        }
        conditions.addAll(more);
        return new Rows.Inner(parts, conditions);
    }

    private static List<Term.Text> conditions(RexNode condition, List<Term> fields) throws Unfit {
        List<Term.Text> terms = new ArrayList<>();
        for (RexNode conjunct : RelOptUtil.conjunctions(condition)) {
            if (!conjunct.isAlwaysTrue()) {
                if (!(term(conjunct, fields) instanceof Term.Text text)) {
                    throw new Unfit("unread", "a condition in it could not be read");
                }
                terms.add(text);
            }
        }
        return terms;
    }

    private static Term term(RexNode node, List<Term> fields) throws Unfit {
        if (node instanceof RexInputRef ref) {
            return fields.get(ref.getIndex());
        }
        if (node instanceof RexCall call && call.getOperator() instanceof Opaque source) {
            List<Term> operands = new ArrayList<>();
            for (RexNode operand : call.getOperands()) {
                operands.add(term(operand, fields));
            }
            return new Term.Text(source, operands);
        }
        throw new Unfit("unread", "an expression in it could not be read");
    }
}
