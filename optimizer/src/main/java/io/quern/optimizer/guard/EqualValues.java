package io.quern.optimizer.guard;

import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.PgNode;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.catalog.Types;

import org.jspecify.annotations.Nullable;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Values that are equal and look different: 2 and 2.00, 0 and -0, a day and 24 hours, {@code 'a'}
 * and {@code 'A'} of some collations. Where rows with such are made one, by DISTINCT, GROUP BY or
 * UNION, in the statement or in a view, or the greatest of them is taken, the plan decides which
 * one is shown.
 */
final class EqualValues {
    private static final Set<Integer> TEXTS = Set.of(Types.TEXT, Types.VARCHAR, Types.BPCHAR);

    private static final Set<Integer> FLOATS = Set.of(Types.FLOAT4, Types.FLOAT8);
    private static final int SETOP_UNION = 1;

    private static final Set<Integer> MANY_FORMS =
            Set.of(
                    Types.NUMERIC,
                    Types.BPCHAR,
                    Types.FLOAT4,
                    Types.FLOAT8,
                    Types.INTERVAL,
                    Types.JSONB);

    private final Resolved statement;

    EqualValues(Resolved statement) {
        this.statement = statement;
    }

    /** A reason if a column of the statement's result may show any of several equal values. */
    Optional<String> doubt() {
        Set<Integer> merged = new HashSet<>();
        for (Resolved query : statement.whole()) {
            query.levels().forEach(level -> merged(query, level, merged));
        }
        return statement.levels().getFirst().results().stream()
                        .anyMatch(output -> shows(output, merged))
                ? Optional.of("rows whose values are equal but look different become one")
                : Optional.empty();
    }

    /** Whether it is such a value, shows something of a column that is, or is text of one. */
    private static boolean shows(Expression output, Set<Integer> merged) {
        boolean text = TEXTS.contains(output.type());
        boolean[] any = {merged.contains(output.type())};
        output.node()
                .walk(
                        node ->
                                any[0] |=
                                        (text || node.is("VAR"))
                                                && merged.contains(
                                                        new Expression(node, output.level())
                                                                .type()));
        return any[0];
    }

    private static void merged(Resolved query, Level level, Set<Integer> types) {
        PgNode tree = level.query();
        boolean all = merging(tree.node("setOperations"));
        Set<Long> keys = new HashSet<>();
        for (String clause : List.of("groupClause", "distinctClause")) {
            tree.nodes(clause).forEach(key -> keys.add(key.number("tleSortGroupRef")));
        }
        if (!all && Determined.total(level, keys)) {
            keys.clear();
        }
        for (PgNode target : tree.nodes("targetList")) {
            PgNode expression = target.node("expr");
            if (expression != null) {
                if (all ? unlike(expression, level) : isKey(target, keys, expression, level)) {
                    types.add(new Expression(expression, level).type());
                }
                extremes(expression, level, types);
            }
        }
        if (all) {
            arms(query, level, types);
        }
    }

    private static boolean isKey(PgNode target, Set<Long> keys, PgNode expression, Level level) {
        return keys.contains(target.number("ressortgroupref"))
                && !new OneForm(level).of(expression);
    }

    /** Whether arms may write their values each in its own way. */
    private static boolean unlike(PgNode output, Level level) {
        var expression = new Expression(output, level);
        return expression.typmod() < 0 && MANY_FORMS.contains(expression.type());
    }

    /** Whether a set operation makes equal rows one, or takes one away for another. */
    private static boolean merging(@Nullable PgNode operation) {
        boolean union = operation != null && operation.integer("op") == SETOP_UNION;
        return operation != null
                && operation.is("SETOPERATIONSTMT")
                && (!union
                        || !operation.flag("all")
                        || merging(operation.node("larg"))
                        || merging(operation.node("rarg")));
    }

    /** What the arms of a set operation show. */
    private static void arms(Resolved query, Level level, Set<Integer> types) {
        for (PgNode entry : level.query().nodes("rtable")) {
            PgNode arm = entry.node("subquery");
            query.levels().stream()
                    .filter(inner -> inner.query() == arm)
                    .flatMap(inner -> inner.results().stream())
                    .filter(result -> !new OneForm(result.level()).of(result.node()))
                    .forEach(result -> types.add(result.type()));
        }
    }

    private static void extremes(PgNode node, Level level, Set<Integer> types) {
        if (node.is("QUERY")) {
            return;
        }
        if (node.is("AGGREF") || node.is("WINDOWFUNC")) {
            var call = new Expression(node, level);
            boolean extreme = call.function().filter(f -> f.is("min") || f.is("max")).isPresent();
            call.arguments().stream()
                    .filter(argument -> extreme)
                    // of floats that are equal, only the two zeros look different
                    .filter(argument -> !FLOATS.contains(argument.type()))
                    .filter(argument -> !new OneForm(level).of(argument.node()))
                    .forEach(argument -> types.add(call.type()));
        }
        node.children(child -> extremes(child, level, types));
    }
}
