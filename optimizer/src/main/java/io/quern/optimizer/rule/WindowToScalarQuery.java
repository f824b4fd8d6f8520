package io.quern.optimizer.rule;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.catalog.ColumnUse;
import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Item;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.PgNode;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.guard.CannotFail;
import io.quern.optimizer.guard.NeverNull;
import io.quern.optimizer.parse.Form;
import io.quern.optimizer.parse.PostgresSelect;

import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlNode;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Turns a window aggregate of a subquery whose rows are filtered afterwards into a subquery of its
 * own, so that only the partitions of the rows that stay are looked at:
 *
 * <pre>
 * SELECT … FROM (SELECT id, total / sum(total) OVER (PARTITION BY k) FROM orders) s WHERE id = 42
 *
 * SELECT … FROM (SELECT id, total / (SELECT sum(x.total) FROM orders AS x WHERE x.k = orders.k)
 *     FROM orders) s WHERE id = 42</pre>
 *
 * <p>A filter cannot go below a window unless it is on what all windows are partitioned by; once
 * the window is gone it can. The aggregate without an order or a frame is of the whole partition:
 * the rows with the same values in the partition's columns, which are never NULL, among those that
 * the subquery's WHERE lets through, and that is said again.
 */
final class WindowToScalarQuery implements Rule {
    private static final Set<String> AGGREGATES =
            Set.of("max", "min", "sum", "avg", "count", "bool_and", "bool_or", "every");

    /** {@code FRAMEOPTION_DEFAULTS} of {@code parsenodes.h}: no frame was written. */
    private static final int NO_FRAME = 1058;

    @Override
    public void find(Resolved statement, Findings findings) {
        for (Level level : statement.levels()) {
            for (Item item : level.items()) {
                Level inner = item.subquery();
                if (inner != null && totals(inner)) {
                    look(statement, level, item, inner, findings);
                }
            }
        }
    }

    private static boolean totals(Level inner) {
        return inner.select().isPresent()
                && inner.whole() == inner.select().get()
                && inner.windowed()
                && !inner.grouped()
                && !inner.distinct()
                && !inner.query().flag("hasTargetSRFs")
                && inner.items().size() == 1;
    }

    private static void look(
            Resolved statement, Level level, Item item, Level inner, Findings findings) {
        List<PgNode> windows = new ArrayList<>();
        inner.query()
                .nodes("targetList")
                .forEach(
                        target ->
                                target.walk(
                                        node -> {
                                            if (node.is("WINDOWFUNC")) {
                                                windows.add(node);
                                            }
                                        }));
        Set<String> shared = new HashSet<>();
        for (PgNode window : windows) {
            List<ColumnUse> by = partition(inner, window);
            Set<String> names = new HashSet<>();
            by.forEach(column -> names.add(column.column().name()));
            if (shared.isEmpty()) {
                shared.addAll(names);
            }
            shared.retainAll(names);
        }
        Set<Integer> asked = conditions(level, item);
        boolean filtered =
                asked.stream()
                        .flatMap(n -> result(inner, n).stream())
                        .anyMatch(e -> !windowed(e) && !named(e, shared));
        if (filtered && !windows.isEmpty()) {
            new Place(statement, inner, windows, asked).rewrite(findings.attempt());
        }
    }

    private static boolean windowed(Expression result) {
        boolean[] found = {false};
        result.node().walk(node -> found[0] |= node.is("WINDOWFUNC"));
        return found[0];
    }

    private static boolean named(Expression result, Set<String> columns) {
        return result.column().filter(c -> columns.contains(c.column().name())).isPresent();
    }

    private static Optional<Expression> result(Level inner, int number) {
        return number >= 1 && number <= inner.results().size()
                ? Optional.of(inner.results().get(number - 1))
                : Optional.empty();
    }

    /** The columns of an item that conditions look at, those of queries inside too. */
    private static Set<Integer> conditions(Level level, Item item) {
        Set<Integer> columns = new LinkedHashSet<>();
        conditions(level.query().node("jointree"), 0, item, columns);
        conditions(level.query().node("havingQual"), 0, item, columns);
        return columns;
    }

    private static void conditions(@Nullable PgNode node, int depth, Item item, Set<Integer> into) {
        if (node == null) {
            return;
        }
        if (node.is("VAR")
                && node.integer("varlevelsup") == depth
                && node.integer("varno") == item.number()) {
            into.add(node.integer("varattno"));
        }
        node.children(
                child -> conditions(child, child.is("QUERY") ? depth + 1 : depth, item, into));
    }

    /** The columns a window is partitioned by; what is no column is left out. */
    private static List<ColumnUse> partition(Level inner, PgNode call) {
        List<ColumnUse> columns = new ArrayList<>();
        keys(inner, call).forEach(key -> key.column().ifPresent(columns::add));
        return columns;
    }

    private static List<Expression> keys(Level inner, PgNode call) {
        List<Expression> keys = new ArrayList<>();
        for (PgNode key : window(inner, call).nodes("partitionClause")) {
            inner.query().nodes("targetList").stream()
                    .filter(t -> t.number("ressortgroupref") == key.number("tleSortGroupRef"))
                    .map(target -> new Expression(requireNonNull(target.node("expr")), inner))
                    .forEach(keys::add);
        }
        return keys;
    }

    private static PgNode window(Level inner, PgNode call) {
        return inner.query().nodes("windowClause").stream()
                .filter(w -> w.number("winref") == call.number("winref"))
                .findFirst()
                .orElseThrow();
    }

    /**
     * A subquery with windows.
     *
     * @param asked its columns that conditions around it look at
     */
    private record Place(
            Resolved statement, Level inner, List<PgNode> windows, Set<Integer> asked) {

        void rewrite(Attempt attempt) {
            Optional<SqlNode> table = table();
            List<SqlCall> calls = new ArrayList<>();
            inner.outputs().forEach(output -> collect(output, calls));
            if (table.isEmpty() || calls.size() != windows.size()) {
                attempt.refuse("table", "the windows are not of one table's rows");
                return;
            }
            if (!windows.stream().allMatch(this::whole)) {
                attempt.refuse("window", "a window function is not a total of its partition");
                return;
            }
            for (PgNode window : windows) {
                for (ColumnUse key : partition(inner, window)) {
                    if (!attempt.requires(new NeverNull(key))) {
                        return;
                    }
                }
            }
            if (attempt.requires(new CannotFail(statement, unasked()))) {
                edit(table.get(), calls, attempt);
            }
        }

        /** The table as it is named, without its alias. */
        private Optional<SqlNode> table() {
            Item item = inner.items().getFirst();
            SqlNode named = Output.unaliased(item.node());
            return item.isTable() && !item.aliased() && named instanceof SqlIdentifier
                    ? Optional.of(named)
                    : Optional.empty();
        }

        private static void collect(SqlNode node, List<SqlCall> into) {
            if (node instanceof SqlCall call && call.getOperator().equals(Form.OVER)) {
                into.add(call);
            } else {
                Written.children(node).forEach(child -> collect(child, into));
            }
        }

        /** Whether it is an aggregate of all rows of a partition, which columns tell apart. */
        private boolean whole(PgNode call) {
            PgNode window = window(inner, call);
            return call.flag("winagg")
                    && new Expression(call, inner)
                            .function()
                            .filter(f -> AGGREGATES.stream().anyMatch(f::is))
                            .isPresent()
                    && window.nodes("orderClause").isEmpty()
                    && window.integer("frameOptions") == NO_FRAME
                    && partition(inner, call).size() == window.nodes("partitionClause").size();
        }

        /** Outputs that no condition looks at: they are computed for no more rows than before. */
        private List<PgNode> unasked() {
            List<PgNode> unasked = new ArrayList<>();
            List<Expression> results = inner.results();
            for (int i = 0; i < results.size(); i++) {
                if (!asked.contains(i + 1)) {
                    unasked.add(results.get(i).node());
                }
            }
            return unasked;
        }

        private void edit(SqlNode table, List<SqlCall> calls, Attempt attempt) {
            PostgresSelect select = inner.select().orElseThrow();
            Fresh fresh = new Fresh(statement);
            for (SqlCall call : calls) {
                String alias = fresh.name("total");
                PgNode read = statement.expression(call).orElseThrow().node();
                List<Object> conditions = new ArrayList<>();
                for (ColumnUse key : partition(inner, read)) {
                    conditions.add(renamed(key, alias) + " = " + Names.of(key));
                }
                Optional<List<Object>> value = copied(call.operand(0), alias);
                Optional<List<Object>> where =
                        select.getWhere() == null
                                ? Optional.of(List.of())
                                : copied(requireNonNull(select.getWhere()), alias);
                if (value.isEmpty() || where.isEmpty()) {
                    attempt.refuse("names", "what the window is of cannot be said elsewhere");
                    return;
                }
                if (!where.get().isEmpty()) {
                    conditions.add(List.of("(", where.get(), ")"));
                }
                attempt.replace(
                        call,
                        List.of("(SELECT ", value.get(), " FROM ", table, " AS " + alias),
                        conditions.isEmpty() ? "" : " WHERE ",
                        Parts.joined(conditions, " AND "),
                        ")");
            }
            attempt.fact("a partition without an order is the rows with the same values").found();
        }

        /** A text with columns of the copy; empty if not all of them can be said there. */
        private Optional<List<Object>> copied(SqlNode node, String alias) {
            boolean[] visible = {true};
            Optional<List<Object>> text =
                    Written.renamed(
                            statement,
                            node,
                            c -> {
                                visible[0] &= visible(c);
                                return renamed(c, alias);
                            });
            return text.filter(t -> visible[0]);
        }

        /** A column of the copy; one of a level further out stays what it is. */
        private String renamed(ColumnUse column, String alias) {
            return column.item().equals(inner.items().getFirst())
                    ? alias + "." + Names.of(column.column().name())
                    : Names.of(column);
        }

        /** Whether a column means the same where the copy stands. */
        private boolean visible(ColumnUse column) {
            return column.levelsUp() == 0 || Names.visible(column.item(), inner);
        }
    }
}
