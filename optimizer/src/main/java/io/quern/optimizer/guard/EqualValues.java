package io.quern.optimizer.guard;

import io.quern.optimizer.catalog.ColumnUse;
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
 * UNION, or the greatest of them is taken, the plan decides which one is shown.
 */
final class EqualValues {
    private static final Set<Integer> TEXTS = Set.of(Types.TEXT, Types.VARCHAR, Types.BPCHAR);

    private final Resolved statement;

    EqualValues(Resolved statement) {
        this.statement = statement;
    }

    /** A reason if a column of the statement's result may show any of several equal values. */
    Optional<String> doubt() {
        Set<Integer> merged = new HashSet<>();
        for (Level level : statement.levels()) {
            merged(level, merged);
        }
        return statement.query().nodes("targetList").stream()
                        .filter(target -> !target.flag("resjunk"))
                        .map(target -> target.node("expr"))
                        .flatMap(expression -> Optional.ofNullable(expression).stream())
                        .map(
                                expression ->
                                        new Expression(expression, statement.levels().getFirst()))
                        .anyMatch(e -> merged.contains(e.type()))
                ? Optional.of("rows whose values are equal but look different become one")
                : Optional.empty();
    }

    private void merged(Level level, Set<Integer> types) {
        PgNode query = level.query();
        boolean all = merging(query.node("setOperations"));
        Set<Long> keys = new HashSet<>();
        for (String clause : List.of("groupClause", "distinctClause")) {
            query.nodes(clause).forEach(key -> keys.add(key.number("tleSortGroupRef")));
        }
        if (!all && Determined.total(level, keys)) {
            keys.clear();
        }
        for (PgNode target : query.nodes("targetList")) {
            PgNode expression = target.node("expr");
            if (expression != null) {
                if (all || keys.contains(target.number("ressortgroupref"))) {
                    new Expression(expression, level)
                            .column()
                            .filter(EqualValues::vague)
                            .ifPresent(c -> types.add(c.column().typeOid()));
                }
                extremes(expression, level, types);
            }
        }
        if (all) {
            arms(level, types);
        }
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

    private static final int SETOP_UNION = 1;

    /** What the arms of a set operation show. */
    private void arms(Level level, Set<Integer> types) {
        for (PgNode entry : level.query().nodes("rtable")) {
            PgNode arm = entry.node("subquery");
            statement.levels().stream()
                    .filter(inner -> inner.query() == arm)
                    .flatMap(inner -> inner.results().stream())
                    .flatMap(result -> result.column().stream())
                    .filter(EqualValues::vague)
                    .forEach(c -> types.add(c.column().typeOid()));
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
                    .flatMap(argument -> argument.uncast().column().stream())
                    // of floats that are equal, only the two zeros look different
                    .filter(c -> vague(c) && !FLOATS.contains(c.column().typeOid()))
                    .forEach(c -> types.add(call.type()));
        }
        node.children(child -> extremes(child, level, types));
    }

    private static final Set<Integer> FLOATS = Set.of(Types.FLOAT4, Types.FLOAT8);

    private static boolean vague(ColumnUse use) {
        int type = use.column().typeOid();
        return (type == Types.NUMERIC && use.column().modifier() < 0)
                || type == Types.INTERVAL
                || type == Types.JSONB
                || FLOATS.contains(type)
                || (TEXTS.contains(type) && !use.column().deterministicCollation());
    }
}
