package io.quern.optimizer.rule;

import io.quern.optimizer.Table;
import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Item;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.guard.CannotFail;
import io.quern.optimizer.guard.NeverNull;
import io.quern.optimizer.parse.Form;
import io.quern.optimizer.parse.Tree;

import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlNode;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Turns a comparison with an aggregate of the rows of the same group in the same table into one
 * with a window aggregate, so that the table is read once:
 *
 * <pre>SELECT r.id FROM readings r
 *     WHERE r.at = (SELECT max(x.at) FROM readings x WHERE x.sensor = r.sensor)
 *
 * SELECT r.id FROM (SELECT x.id, x.at, x.sensor, max(x.at) OVER (PARTITION BY x.sensor) AS v
 *     FROM readings x) AS r WHERE r.at = r.v</pre>
 *
 * <p>A row's partition is the rows that the subquery finds for it, as both sides of the equality
 * are the same column; further conditions of the subquery become the aggregate's FILTER. Only where
 * the column is NULL they differ: then the subquery finds nothing. An aggregate of nothing is NULL
 * and the comparison not true, which a condition says that is added; a count, or what is computed,
 * may be otherwise and needs a column that is never NULL.
 */
final class SelfAggregateToWindow implements Rule {
    private static final Set<String> AGGREGATES =
            Set.of("max", "min", "sum", "avg", "count", "bool_and", "bool_or", "every");

    @Override
    public void find(Resolved statement, Findings findings) {
        for (Level level : statement.levels()) {
            if (level.select().isEmpty()) {
                continue;
            }
            for (Level.Condition condition : level.truths()) {
                if (condition.place() == Level.Place.WHERE
                        && condition.node() instanceof SqlCall call
                        && call.operandCount() == 2) {
                    look(statement, level, call, call.operand(0), findings);
                    look(statement, level, call, call.operand(1), findings);
                }
            }
        }
    }

    private static void look(
            Resolved statement, Level level, SqlCall comparison, SqlNode side, Findings findings) {
        boolean strict =
                statement
                        .expression(comparison)
                        .flatMap(Expression::operator)
                        .filter(o -> o.name().schema().equals("pg_catalog"))
                        .flatMap(o -> statement.system().function(o.function()))
                        .filter(f -> f.strict())
                        .isPresent();
        if (!strict
                || !(side instanceof SqlCall call)
                || !call.getOperator().equals(Form.SCALAR_QUERY)) {
            return;
        }
        Optional<ScalarAggregate> query = ScalarAggregate.of(statement, call);
        if (query.isEmpty() || query.get().level().items().size() != 1) {
            return;
        }
        List<Correlation> keys = new ArrayList<>();
        List<Object> filters = new ArrayList<>();
        for (SqlNode condition : query.get().level().where()) {
            Correlation.of(statement, condition)
                    .ifPresentOrElse(keys::add, () -> filters.add(List.of("(", condition, ")")));
        }
        if (!keys.isEmpty() && keys.stream().allMatch(SelfAggregateToWindow::self)) {
            new Place(statement, level, comparison, query.get(), keys, filters)
                    .rewrite(findings.attempt());
        }
    }

    /** Whether both sides are the same column of two uses of one table. */
    private static boolean self(Correlation key) {
        Item inner = key.inner().item();
        Item outer = key.outer().item();
        return inner.isTable()
                && outer.isTable()
                && !inner.aliased()
                && !outer.aliased()
                && key.inner().table().oid() == key.outer().table().oid()
                && key.inner().column().equals(key.outer().column());
    }

    private record Place(
            Resolved statement,
            Level level,
            SqlCall comparison,
            ScalarAggregate query,
            List<Correlation> keys,
            List<Object> filters) {

        private Item row() {
            return keys.getFirst().outer().item();
        }

        void rewrite(Attempt attempt) {
            FromClause from = new FromClause(level);
            boolean one = keys.stream().allMatch(k -> k.outer().item().equals(row()));
            if (!one || keys.size() != query.outerColumns().size()) {
                attempt.refuse(
                        "correlation", "the subquery is not tied to one row by equalities alone");
                return;
            }
            if (!query.aggregates().stream().allMatch(Place::windowed)) {
                attempt.refuse("aggregate", "the aggregate cannot be one of a window");
                return;
            }
            if (from.natural()) {
                attempt.refuse("from", "NATURAL would join by the column that is added");
                return;
            }
            if (from.wholeRow(row())) {
                attempt.refuse("row", row() + " is used as a whole row");
                return;
            }
            if (level.outputs().stream().anyMatch(Output::isStar) && from.star().isEmpty()) {
                attempt.refuse("star", "* shows columns that USING merges");
                return;
            }
            boolean sure = !nullOfNothing();
            for (Correlation key : keys) {
                if (sure && !attempt.requires(new NeverNull(key.outer()))) {
                    return;
                }
            }
            if (attempt.requires(new CannotFail(statement))) {
                edit(from, attempt);
            }
        }

        private static boolean windowed(AggregateCall call) {
            return !call.sorted() && AGGREGATES.stream().anyMatch(call.function()::is);
        }

        /** Whether the subquery is NULL when it finds nothing. */
        private boolean nullOfNothing() {
            SqlNode output = Output.unaliased(query.level().outputs().getFirst());
            return query.aggregates().size() == 1
                    && Tree.same(query.aggregates().getFirst().whole(), output)
                    && !query.aggregates().getFirst().function().is("count");
        }

        private void edit(FromClause from, Attempt attempt) {
            Fresh fresh = new Fresh(statement);
            Item inner = keys.getFirst().inner().item();
            String row = Names.of(row().alias()) + ".";
            List<String> columns = columns(from);
            List<Object> outputs = new ArrayList<>();
            columns.forEach(c -> outputs.add(Names.of(inner.alias()) + "." + c));
            String by = String.join(", ", keys.stream().map(k -> Names.of(k.inner())).toList());
            Map<AggregateCall, String> values = new LinkedHashMap<>();
            for (AggregateCall aggregate : query.aggregates()) {
                String value = fresh.name("value");
                values.put(aggregate, value);
                List<Object> all = new ArrayList<>(filters);
                aggregate.filter().ifPresent(f -> all.add(List.of("(", f, ")")));
                List<Object> filter =
                        all.isEmpty()
                                ? List.of()
                                : List.of(" FILTER (WHERE ", Parts.joined(all, " AND "), ")");
                String over = " OVER (PARTITION BY " + by + ") AS " + value;
                outputs.add(List.of(aggregate.bare(), filter, over));
            }
            attempt.replace(
                            row().node(),
                            List.of("(SELECT ", Parts.joined(outputs, ", "), " FROM "),
                            inner.node(),
                            ") AS " + Names.of(row().alias()))
                    .replace(
                            query.call(),
                            query.output(statement, a -> row + values.getOrDefault(a, "")));
            String notNull =
                    String.join(
                            "",
                            keys.stream()
                                    .filter(k -> !k.outer().column().notNull())
                                    .map(k -> " AND " + Names.of(k.outer()) + " IS NOT NULL")
                                    .toList());
            if (!notNull.isEmpty()) {
                var whole = statement.tree().bracketed(comparison);
                attempt.insert(whole.from(), "(").insert(whole.to(), notNull + ")");
            }
            Output.expandStars(level, from, row(), columns, attempt);
            attempt.fact("a row's partition is what the subquery finds for it").found();
        }

        /** The columns of the row that are used. */
        private List<String> columns(FromClause from) {
            Table table = keys.getFirst().outer().table();
            List<Integer> used = from.used(row());
            return table.columns().stream()
                    .filter(c -> used.contains(c.position()))
                    .map(c -> Names.of(c.name()))
                    .toList();
        }
    }
}
