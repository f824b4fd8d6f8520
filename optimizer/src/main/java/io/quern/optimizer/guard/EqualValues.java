package io.quern.optimizer.guard;

import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.PgNode;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.catalog.SystemCatalog;
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

    /** Types of PostgreSQL's own, besides those in {@link Types}, whose equal values are alike. */
    private static final Set<Integer> ALIKE =
            Set.of(
                    17, 18, 19, 26, 27, 28, 650, 774, 790, 829, 869, 1083, 1266, 1560, 1562, 3220,
                    3614, 3904, 3908, 3910, 3912, 3926, 4451, 4533, 4534, 4535, 4536, 5069);

    private static final Set<Integer> EXACT =
            Set.of(
                    Types.BOOL,
                    Types.INT2,
                    Types.INT4,
                    Types.INT8,
                    Types.DATE,
                    Types.TIMESTAMP,
                    Types.TIMESTAMPTZ,
                    Types.UUID);

    private static final long FIRST_NORMAL_OID = 16_384;
    private static final int SETOP_UNION = 1;

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
        return !merged.isEmpty()
                        && statement.levels().getFirst().results().stream()
                                .anyMatch(output -> shows(output, merged))
                ? Optional.of("rows whose values are equal but look different become one")
                : Optional.empty();
    }

    /** Whether any of such values goes into an output. */
    private static boolean shows(Expression output, Set<Integer> merged) {
        boolean[] found = {merged.contains(output.type())};
        output.node()
                .walk(
                        node ->
                                found[0] |=
                                        node.is("VAR") && merged.contains(node.integer("vartype")));
        return found[0];
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
                if (all || keys.contains(target.number("ressortgroupref"))) {
                    add(new Expression(expression, level), types);
                }
                extremes(expression, level, types);
            }
        }
        if (all) {
            arms(query, level, types);
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

    /** What the arms of a set operation show. */
    private static void arms(Resolved query, Level level, Set<Integer> types) {
        for (PgNode entry : level.query().nodes("rtable")) {
            PgNode arm = entry.node("subquery");
            query.levels().stream()
                    .filter(inner -> inner.query() == arm)
                    .flatMap(inner -> inner.results().stream())
                    .forEach(result -> add(result, types));
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
                    // of floats that are equal, only the two zeros look different
                    .filter(argument -> extreme && !FLOATS.contains(argument.uncast().type()))
                    .filter(argument -> holdsVague(argument))
                    .forEach(argument -> types.add(call.type()));
        }
        node.children(child -> extremes(child, level, types));
    }

    private static void add(Expression expression, Set<Integer> types) {
        if (holdsVague(expression)) {
            types.add(expression.type());
        }
    }

    /** Whether a column in it, or a query's value, has values that are equal and look different. */
    private static boolean holdsVague(Expression expression) {
        return holdsVague(expression.node(), expression.level());
    }

    private static boolean holdsVague(PgNode node, Level level) {
        if (node.is("QUERY")) {
            return false;
        }
        boolean[] found = {
            (node.is("VAR") || node.is("SUBLINK")) && vague(new Expression(node, level))
        };
        node.children(child -> found[0] |= holdsVague(child, level));
        return found[0];
    }

    private static boolean vague(Expression column) {
        int type = column.type();
        SystemCatalog.Type known = column.level().system().type(type).orElse(null);
        while (known != null && (known.kind() == 'd' || known.element() != 0)) {
            type = known.kind() == 'd' ? known.base() : known.element();
            known = column.level().system().type(type).orElse(null);
        }
        if (TEXTS.contains(type)) {
            long collation = column.node().number("varcollid");
            return collation >= FIRST_NORMAL_OID
                    && column.column().filter(c -> c.column().deterministicCollation()).isEmpty();
        }
        if (type == Types.NUMERIC) {
            return column.typmod() < 0;
        }
        return !EXACT.contains(type)
                && !ALIKE.contains(type)
                && (known == null || known.kind() != 'e');
    }
}
