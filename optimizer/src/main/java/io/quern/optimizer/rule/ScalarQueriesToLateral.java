package io.quern.optimizer.rule;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.guard.CannotFail;
import io.quern.optimizer.parse.PostgresSelect;
import io.quern.optimizer.parse.Span;
import io.quern.optimizer.parse.Tree;

import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlNode;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns several subqueries written as values over the same rows into one that is joined:
 *
 * <pre>SELECT c.id, (SELECT min(o.at) FROM o WHERE …), (SELECT max(o.at) FROM o WHERE …) FROM c
 *
 * SELECT c.id, s.v AS min, s.v2 AS max FROM c
 *     LEFT JOIN LATERAL (SELECT min(o.at) AS v, max(o.at) AS v2 FROM o WHERE …) AS s ON true</pre>
 *
 * <p>The same rows are those of the same text from FROM to the end. Either each subquery is an
 * aggregate of all its rows, which is one row whatever there is, or each takes the first row of the
 * same order, of which only a total one passes the guards for all rules: then it is the same row,
 * and a row of NULLs where there is none. So no outer row is lost or doubled. The literals in the
 * texts must be these in every execution, as others might differ from each other.
 */
final class ScalarQueriesToLateral implements Rule {
    /** A subquery and the output it stands in, if that is one without an alias. */
    private record Use(SqlCall call, Level level, Optional<SqlNode> unnamed, boolean output) {}

    @Override
    public void find(Resolved statement, Findings findings) {
        for (Level level : statement.levels()) {
            if (level.select().isEmpty()) {
                continue;
            }
            Map<String, List<Use>> uses = new LinkedHashMap<>();
            level.outputs().forEach(output -> collect(statement, output, true, uses));
            level.where().forEach(where -> collect(statement, where, false, uses));
            for (List<Use> same : uses.values()) {
                if (same.size() > 1) {
                    rewrite(statement, level, same, findings.attempt());
                }
            }
        }
    }

    private static void collect(
            Resolved statement, SqlNode node, boolean output, Map<String, List<Use>> into) {
        boolean bare = output && Tree.same(node, Output.unaliased(node));
        for (SqlCall call : Output.queries(node)) {
            Optional<Level> inner =
                    statement.subquery(call).filter(l -> oneRow(statement, l, call));
            if (inner.isPresent()) {
                into.computeIfAbsent(rows(statement, inner.get()), r -> new ArrayList<>())
                        .add(
                                new Use(
                                        call,
                                        inner.get(),
                                        bare ? Optional.of(node) : Optional.empty(),
                                        output));
            }
        }
    }

    /** Whether it is an aggregate of everything, or the first row of an order. */
    private static boolean oneRow(Resolved statement, Level level, SqlCall call) {
        if (ScalarAggregate.of(statement, call).isPresent()) {
            return true;
        }
        PostgresSelect select = level.select().orElse(null);
        return select != null
                && level.ordered().isPresent()
                && level.whole() == level.ordered().get()
                && select.getFrom() != null
                && !level.ordered().get().orderList.isEmpty()
                && level.limited()
                && !level.grouped()
                && !level.distinct()
                && !level.windowed()
                && !level.query().flag("hasTargetSRFs")
                && level.outputs().size() == 1
                && level.ordered().get().orderList.stream()
                        .allMatch(key -> Output.sortsRows(level, key));
    }

    /** Its text behind the output. */
    private static String rows(Resolved statement, Level level) {
        return statement.tokens().folded(rest(statement, level));
    }

    private static Span rest(Resolved statement, Level level) {
        Span outputs = statement.span(level.select().orElseThrow().getSelectList());
        return new Span(outputs.to(), statement.span(level.whole()).to());
    }

    /** Sees to it that the texts are the same in every execution, literals included. */
    private static void alike(Resolved statement, List<Use> uses, Attempt attempt) {
        Span first = rest(statement, uses.getFirst().level());
        uses.stream().skip(1).forEach(u -> attempt.alike(first, rest(statement, u.level())));
    }

    private static void rewrite(Resolved statement, Level level, List<Use> uses, Attempt attempt) {
        PostgresSelect select = level.select().orElseThrow();
        FromClause from = new FromClause(level);
        if (level.grouped() && uses.stream().anyMatch(Use::output)) {
            attempt.refuse("grouped", "the query around the subqueries groups its rows");
            return;
        }
        if (level.outputs().stream().anyMatch(Output::isStar) && from.star().isEmpty()) {
            attempt.refuse("star", "* shows columns that USING merges");
            return;
        }
        if (!attempt.requires(new CannotFail(statement))) {
            return;
        }
        alike(statement, uses, attempt);
        Fresh fresh = new Fresh(statement);
        String rows = fresh.name("gathered");
        List<Object> outputs = new ArrayList<>();
        for (Use use : uses) {
            String value = fresh.name("value");
            outputs.add(
                    List.of(Output.unaliased(use.level().outputs().getFirst()), " AS " + value));
            attempt.replace(use.call(), rows + "." + value);
            use.unnamed()
                    .ifPresent(
                            output ->
                                    Output.keepName(
                                            statement,
                                            level,
                                            output,
                                            use.level().query(),
                                            attempt));
        }
        List<Object> joined =
                List.of(
                        "LATERAL (SELECT ",
                        Parts.joined(outputs, ", "),
                        " ",
                        rest(statement, uses.getFirst().level()),
                        ") AS " + rows);
        if (select.getFrom() == null) {
            int end = statement.span(select.getSelectList()).to();
            attempt.insert(end, " FROM ", joined);
        } else {
            int end = statement.tree().bracketed(requireNonNull(select.getFrom(), "FROM")).to();
            attempt.insert(end, " LEFT JOIN ", joined, " ON true");
            Output.expandStars(level, from, attempt);
        }
        attempt.fact("the subqueries are of the same rows, and of one row each").found();
    }
}
