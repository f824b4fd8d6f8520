package io.quern.optimizer.rule;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.PgNode;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.parse.PostgresSelect;
import io.quern.optimizer.parse.Span;
import io.quern.optimizer.parse.Tree;

import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlNode;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A subquery written as a value that aggregates all of its rows: one row, whatever there is.
 *
 * @param call where it is written
 * @param aggregates the aggregates in its output, in the order of the text
 */
record ScalarAggregate(
        SqlCall call, Level level, PostgresSelect select, List<AggregateCall> aggregates) {
    ScalarAggregate {
        requireNonNull(call, "call");
        requireNonNull(level, "level");
        requireNonNull(select, "select");
        aggregates = List.copyOf(aggregates);
    }

    /** What a call is if it is one that is written without anything that rearranges its rows. */
    static Optional<ScalarAggregate> of(Resolved statement, SqlCall call) {
        Optional<Level> inner = statement.subquery(call);
        if (inner.isEmpty() || inner.get().select().isEmpty()) {
            return Optional.empty();
        }
        Level level = inner.get();
        PostgresSelect select = level.select().orElseThrow();
        boolean plain =
                level.whole() == select
                        && select.getFrom() != null
                        && select.getGroup() == null
                        && select.getHaving() == null
                        && !select.isDistinct()
                        && !level.windowed()
                        && !level.query().flag("hasTargetSRFs")
                        && level.query().flag("hasAggs")
                        && level.outputs().size() == 1;
        if (!plain) {
            return Optional.empty();
        }
        List<AggregateCall> aggregates = new ArrayList<>();
        collect(statement, level, Output.unaliased(level.outputs().getFirst()), aggregates);
        aggregates.sort(Comparator.comparingInt(a -> statement.span(a.whole()).from()));
        int[] read = {0};
        level.query()
                .nodes("targetList")
                .forEach(target -> target.walk(node -> read[0] += node.is("AGGREF") ? 1 : 0));
        return aggregates.size() == read[0]
                ? Optional.of(new ScalarAggregate(call, level, select, aggregates))
                : Optional.empty();
    }

    private static void collect(
            Resolved statement, Level level, SqlNode node, List<AggregateCall> into) {
        Optional<AggregateCall> call = AggregateCall.of(statement, level, node);
        if (call.isPresent()) {
            into.add(call.get());
        } else {
            Written.children(node).forEach(child -> collect(statement, level, child, into));
        }
    }

    /** Its output with something else written for each aggregate. */
    List<Object> output(Resolved statement, Function<AggregateCall, String> name) {
        SqlNode output = Output.unaliased(level.outputs().getFirst());
        Span span = statement.tree().bracketed(output);
        List<Object> parts = new ArrayList<>();
        boolean bare = aggregates.size() == 1 && Tree.same(aggregates.getFirst().whole(), output);
        parts.add(bare ? "" : "(");
        int at = span.from();
        for (AggregateCall aggregate : aggregates) {
            Span written = statement.span(aggregate.whole());
            parts.add(new Span(at, written.from()));
            parts.add(name.apply(aggregate));
            at = written.to();
        }
        parts.add(new Span(at, span.to()));
        parts.add(bare ? "" : ")");
        return parts;
    }

    /** Uses of columns of levels around it, wherever in it they stand. */
    List<Expression> outerColumns() {
        List<Expression> found = new ArrayList<>();
        collect(level.query(), 0, found);
        return found;
    }

    private void collect(PgNode node, int depth, List<Expression> into) {
        if (node.is("VAR") && node.integer("varlevelsup") > depth) {
            into.add(new Expression(node, level));
        }
        node.children(child -> collect(child, child.is("QUERY") ? depth + 1 : depth, into));
    }
}
