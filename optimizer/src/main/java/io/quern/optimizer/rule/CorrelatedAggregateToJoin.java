package io.quern.optimizer.rule;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.catalog.ColumnUse;
import io.quern.optimizer.catalog.Item;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.guard.CannotFail;
import io.quern.optimizer.parse.Tree;

import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlNode;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns a correlated subquery that aggregates into a join with all its groups, made in one pass:
 *
 * <pre>SELECT c.id, (SELECT sum(o.total) FROM o WHERE o.k = c.id) FROM c
 *
 * SELECT c.id, s.v AS sum FROM c
 *     LEFT JOIN (SELECT o.k AS k, sum(o.total) AS v FROM o GROUP BY o.k) AS s ON s.k = c.id</pre>
 *
 * <p>The group keys are exactly the columns that are compared, by an equality that is theirs, so an
 * outer row finds one group or none and is neither lost nor doubled. Where there is none, every
 * aggregate is NULL, as it is of no rows, but for count, which is 0. A NULL on either side finds
 * nothing before and after. What is computed from the aggregates is computed from the group's.
 *
 * <p>Conditions of the outer query on a compared column are said again inside, so that no groups
 * are made that no row asks for.
 */
final class CorrelatedAggregateToJoin implements Rule {
    @Override
    public void find(Resolved statement, Findings findings) {
        for (Level level : statement.levels()) {
            if (level.select().isEmpty() || level.items().isEmpty()) {
                continue;
            }
            level.outputs().forEach(output -> look(statement, level, output, true, findings));
            level.where().forEach(where -> look(statement, level, where, false, findings));
        }
    }

    private static void look(
            Resolved statement, Level level, SqlNode in, boolean output, Findings findings) {
        for (SqlCall call : Output.queries(in)) {
            Optional<ScalarAggregate> query = ScalarAggregate.of(statement, call);
            if (query.isPresent() && !query.get().outerColumns().isEmpty()) {
                SqlNode unnamed = output && Tree.same(in, Output.unaliased(in)) ? in : null;
                Attempt attempt = findings.attempt();
                if (output && level.grouped()) {
                    attempt.refuse("grouped", "the query around the subquery groups its rows");
                } else {
                    new Place(statement, level, query.get(), unnamed).rewrite(attempt);
                }
            }
        }
    }

    /**
     * A subquery in its place.
     *
     * @param unnamed the output it is in, if that has no alias
     */
    private record Place(
            Resolved statement, Level level, ScalarAggregate query, @Nullable SqlNode unnamed) {

        void rewrite(Attempt attempt) {
            List<Correlation> keys = new ArrayList<>();
            List<Object> rest = new ArrayList<>();
            for (SqlNode condition : query.level().where()) {
                Correlation.of(statement, condition)
                        .ifPresentOrElse(keys::add, () -> rest.add(List.of("(", condition, ")")));
            }
            if (keys.isEmpty() || keys.size() != query.outerColumns().size()) {
                attempt.refuse(
                        "correlation", "the subquery is not tied by equalities of columns alone");
                return;
            }
            FromClause from = new FromClause(level);
            boolean one = keys.stream().allMatch(k -> k.outer().item().equals(item(keys)));
            if (from.natural() || (!one && from.listed())) {
                attempt.refuse("from", "the FROM clause has no place for another join");
                return;
            }
            boolean star = level.outputs().stream().anyMatch(Output::isStar);
            if (star && from.star().isEmpty()) {
                attempt.refuse("star", "* shows columns that USING merges");
                return;
            }
            if (attempt.holds(
                            keys.stream().allMatch(Correlation::uncast),
                            "cast",
                            "a cast could make one outer value equal to several groups")
                    && attempt.holds(
                            keys.stream().allMatch(Correlation::collated),
                            "collation",
                            "values that the comparison finds equal may be different groups")
                    && attempt.requires(new CannotFail(statement))) {
                edit(attempt, from, keys, rest, one);
            }
        }

        private static Item item(List<Correlation> keys) {
            return keys.getFirst().outer().item();
        }

        private void edit(
                Attempt attempt,
                FromClause from,
                List<Correlation> keys,
                List<Object> conditions,
                boolean one) {
            Fresh fresh = new Fresh(statement);
            String groups = fresh.name("grouped");
            List<Object> outputs = new ArrayList<>();
            List<String> by = new ArrayList<>();
            List<String> on = new ArrayList<>();
            Map<String, Integer> known = new LinkedHashMap<>();
            for (Correlation key : keys) {
                String column = Names.of(key.inner());
                String name = fresh.name("key");
                if (known.putIfAbsent(column, 1) == null) {
                    by.add(column);
                }
                outputs.add(column + " AS " + name);
                on.add(groups + "." + name + " = " + Names.of(key.outer()));
                conditions.addAll(
                        CopiedFilter.of(statement, level, here(key), key.inner(), column));
            }
            Map<AggregateCall, String> values = new LinkedHashMap<>();
            for (AggregateCall aggregate : query.aggregates()) {
                String name = fresh.name("value");
                values.put(aggregate, name);
                outputs.add(List.of(aggregate.whole(), " AS " + name));
            }
            List<Object> join = new ArrayList<>();
            join.add(" LEFT JOIN (SELECT ");
            join.add(Parts.joined(outputs, ", "));
            join.add(" FROM ");
            join.add(requireNonNull(query.select().getFrom(), "FROM"));
            if (!conditions.isEmpty()) {
                join.add(" WHERE ");
                join.add(Parts.joined(conditions, " AND "));
            }
            join.add(" GROUP BY " + String.join(", ", by));
            join.add(") AS " + groups + " ON " + String.join(" AND ", on));
            SqlNode after =
                    one
                            ? item(keys).node()
                            : requireNonNull(level.select().orElseThrow().getFrom(), "FROM");
            attempt.insert(statement.tree().bracketed(after).to(), join);
            attempt.replace(
                    query.call(),
                    query.output(
                            statement, a -> value(a, groups + "." + values.getOrDefault(a, ""))));
            Output.keepName(statement, level, unnamed, query.level().query(), attempt);
            Output.expandStars(level, from, attempt);
            attempt.fact("a row finds one group or none: the group keys are what is compared")
                    .found();
        }

        /** The outer column as its own level sees it. */
        private static ColumnUse here(Correlation key) {
            ColumnUse outer = key.outer();
            return new ColumnUse(outer.item(), outer.table(), outer.column(), 0);
        }

        private static String value(AggregateCall aggregate, String column) {
            return aggregate.function().is("count") ? "COALESCE(" + column + ", 0)" : column;
        }
    }
}
