package io.quern.optimizer.rule;

import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.PgNode;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.catalog.Types;
import io.quern.optimizer.guard.CannotFail;
import io.quern.optimizer.guard.SteadyValue;
import io.quern.optimizer.parse.Form;
import io.quern.optimizer.parse.Span;

import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Turns a join to the first rows of each group into one that reads only the first rows of the group
 * of the row it is joined to:
 *
 * <pre>c JOIN (SELECT k, …, row_number() OVER (PARTITION BY k ORDER BY at, id) AS n FROM o) s
 *     ON s.k = c.id AND s.n &lt;= 3
 *
 * c JOIN LATERAL (SELECT k, …, row_number() OVER (ORDER BY at, id) AS n FROM o
 *     WHERE o.k = c.id ORDER BY at, id LIMIT GREATEST(3, 0)) s ON s.k = c.id AND s.n &lt;= 3</pre>
 *
 * <p>The columns that are joined are those that the rows are partitioned by, so what the new
 * condition lets through is one partition, whole, and is numbered as before; the order is total by
 * the guards for all rules. Rows behind the limit have higher numbers, which the join's condition,
 * which stays, does not let through: so the limit may be k for {@code <}, {@code <=} and {@code =},
 * and whatever k an execution brings: of less than none there are none, and of NULL too.
 */
final class NumberedJoinToLateral implements Rule {
    @Override
    public void find(Resolved statement, Findings findings) {
        for (Level level : statement.levels()) {
            for (Derived derived : Derived.of(statement, level)) {
                Level inner = derived.inner();
                List<SqlCall> windows = new ArrayList<>();
                inner.outputs().forEach(output -> windows(output, windows));
                if (windows.size() == 1 && !inner.grouped() && !inner.distinct()) {
                    look(derived, windows.getFirst(), findings);
                }
            }
        }
    }

    private static void windows(SqlNode node, List<SqlCall> into) {
        if (node instanceof SqlCall call && call.getOperator().equals(Form.OVER)) {
            into.add(call);
        } else {
            Written.children(node).forEach(child -> windows(child, into));
        }
    }

    private static void look(Derived derived, SqlCall window, Findings findings) {
        Resolved statement = derived.statement();
        Optional<Expression> read =
                statement
                        .expression(window)
                        .filter(e -> e.node().is("WINDOWFUNC"))
                        .filter(e -> e.function().filter(f -> f.is("row_number")).isPresent());
        if (read.isEmpty()) {
            return;
        }
        int number = 0;
        List<Expression> results = derived.inner().results();
        for (int i = 0; i < results.size(); i++) {
            if (results.get(i).node() == read.get().node()) {
                number = i + 1;
            }
        }
        SqlNode bound = number == 0 ? null : bound(derived, number);
        if (bound != null) {
            rewrite(derived, window, read.get(), bound, findings.attempt());
        }
    }

    /** What the number is compared with, by a condition that lets no higher number through. */
    private static @Nullable SqlNode bound(Derived derived, int number) {
        for (SqlNode condition : derived.conditions()) {
            if (condition instanceof SqlCall call && call.operandCount() == 2) {
                SqlNode left = call.operand(0);
                SqlNode right = call.operand(1);
                boolean below =
                        call.getKind() == SqlKind.LESS_THAN
                                || call.getKind() == SqlKind.LESS_THAN_OR_EQUAL
                                || call.getKind() == SqlKind.EQUALS;
                boolean above =
                        call.getKind() == SqlKind.GREATER_THAN
                                || call.getKind() == SqlKind.GREATER_THAN_OR_EQUAL
                                || call.getKind() == SqlKind.EQUALS;
                if (below && derived.shows(left, number)) {
                    return right;
                }
                if (above && derived.shows(right, number)) {
                    return left;
                }
            }
        }
        return null;
    }

    private static void rewrite(
            Derived derived, SqlCall window, Expression read, SqlNode bound, Attempt attempt) {
        Resolved statement = derived.statement();
        Level inner = derived.inner();
        if (!(window.operand(1) instanceof SqlCall definition)
                || !definition.getOperator().equals(Form.WINDOW)
                || definition.getOperandList().get(1) != null
                || definition.getOperandList().get(4) != null
                || !(definition.getOperandList().get(2) instanceof SqlNodeList partition)
                || !(definition.getOperandList().get(3) instanceof SqlNodeList order)) {
            attempt.refuse("window", "the window is not plainly partitioned and ordered");
            return;
        }
        if (!order.stream().allMatch(key -> Output.sortsRows(inner, key))) {
            attempt.refuse("order", "behind the subquery its order would mean something else");
            return;
        }
        Set<String> keys = keys(inner, read);
        List<Derived.Tie> ties =
                derived.ties().stream().filter(t -> keys.contains(Names.of(t.column()))).toList();
        Set<String> tied = ties.stream().map(t -> Names.of(t.column())).collect(Collectors.toSet());
        if (keys.size() != partition.size() || !tied.equals(keys)) {
            attempt.refuse("keys", "the join is not on the columns of the partition");
            return;
        }
        Optional<Expression> value = statement.expression(bound);
        if (value.isEmpty()
                || !Types.INTEGERS.contains(value.get().type())
                || !fixed(value.get())) {
            attempt.refuse("bound", "the number is not compared with an integer of no row");
            return;
        }
        if (!attempt.requires(new SteadyValue(statement, value.get()))
                || !attempt.holds(
                        derived.visible(ties),
                        "captured",
                        "a name of the join means something else inside the subquery")
                || !attempt.requires(new CannotFail(statement, List.of(read.node())))) {
            return;
        }
        derived.push(ties, attempt);
        // the words PARTITION BY stand before the list
        int from = statement.span(partition).from() - 2;
        attempt.replace(new Span(from, statement.span(partition).to()));
        attempt.insert(
                statement.tree().bracketed(inner.whole()).to() - 1,
                List.of(" ORDER BY ", order),
                List.of(" LIMIT GREATEST((", bound, ")::pg_catalog.int8, 0)"));
        attempt.fact("the first rows of one partition are read in its order").found();
    }

    /** Whether it names no column: those of a level further out may mean others inside. */
    private static boolean fixed(Expression value) {
        boolean[] column = {false};
        value.node().walk(node -> column[0] |= node.is("VAR"));
        return !column[0];
    }

    /** The columns that the rows are partitioned by. */
    private static Set<String> keys(Level inner, Expression call) {
        Set<Long> references =
                inner.query().nodes("windowClause").stream()
                        .filter(w -> w.number("winref") == call.node().number("winref"))
                        .flatMap(w -> w.nodes("partitionClause").stream())
                        .map(key -> key.number("tleSortGroupRef"))
                        .collect(Collectors.toSet());
        return inner.query().nodes("targetList").stream()
                .filter(target -> references.contains(target.number("ressortgroupref")))
                .flatMap(target -> column(target, inner).stream())
                .collect(Collectors.toSet());
    }

    private static Optional<String> column(PgNode target, Level inner) {
        PgNode expression = target.node("expr");
        return expression == null
                ? Optional.empty()
                : new Expression(expression, inner)
                        .column()
                        .filter(c -> c.levelsUp() == 0)
                        .map(Names::of);
    }
}
