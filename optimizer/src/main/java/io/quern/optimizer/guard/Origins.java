package io.quern.optimizer.guard;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.PgNode;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a column stands for: the expressions of the queries in FROM and WITH that it is an output
 * of, through merged columns and grouping keys.
 */
final class Origins {
    /** How far queries in queries are followed. */
    private static final int DEEP = 50;

    private static final int RTE_SUBQUERY = 1;
    private static final int RTE_JOIN = 2;
    private static final int RTE_CTE = 6;
    private static final int RTE_GROUP = 9;

    private Origins() {}

    /** Where a column is looked up. */
    record Scope(PgNode query, @Nullable Scope outer, int depth) {
        static Scope of(Level level) {
            Scope outer = level.outer().map(Scope::of).orElse(null);
            return new Scope(level.query(), outer, outer == null ? 0 : outer.depth + 1);
        }

        private Scope inside(PgNode subquery) {
            return new Scope(subquery, this, depth + 1);
        }

        private Optional<Scope> up(int levels) {
            Scope scope = this;
            for (int i = 0; i < levels && scope != null; i++) {
                scope = scope.outer;
            }
            return Optional.ofNullable(scope);
        }
    }

    /** An expression, and where it is evaluated. */
    record Origin(PgNode expression, Scope scope) {
        Origin {
            requireNonNull(expression, "expression");
            requireNonNull(scope, "scope");
        }
    }

    /** What a {@code VAR} stands for, any of them; empty if it is a table's own, or unknown. */
    static List<Origin> of(PgNode column, Scope from) {
        Scope scope = from.up(column.integer("varlevelsup")).orElse(null);
        int number = column.integer("varno");
        int attribute = column.integer("varattno");
        if (scope == null || number < 1 || attribute < 1) {
            return List.of();
        }
        List<PgNode> entries = scope.query.nodes("rtable");
        if (number > entries.size()) {
            return List.of();
        }
        PgNode entry = entries.get(number - 1);
        return switch (entry.integer("rtekind")) {
            case RTE_SUBQUERY -> output(entry.node("subquery"), attribute, scope);
            case RTE_CTE -> commonTable(entry, attribute, scope);
            case RTE_JOIN -> alias(entry.nodes("joinaliasvars"), attribute, scope);
            case RTE_GROUP -> alias(entry.nodes("groupexprs"), attribute, scope);
            default -> List.of();
        };
    }

    private static List<Origin> alias(List<PgNode> aliases, int attribute, Scope scope) {
        return attribute > aliases.size()
                ? List.of()
                : List.of(new Origin(aliases.get(attribute - 1), scope));
    }

    private static List<Origin> commonTable(PgNode entry, int attribute, Scope from) {
        Scope scope = from.up(entry.integer("ctelevelsup")).orElse(null);
        return scope == null
                ? List.of()
                : scope.query.nodes("cteList").stream()
                        .filter(cte -> cte.text("ctename").equals(entry.text("ctename")))
                        .filter(cte -> !cte.flag("cterecursive"))
                        .findFirst()
                        .map(cte -> output(cte.node("ctequery"), attribute, scope))
                        .orElse(List.of());
    }

    /** A query's output; of a set operation, those of all its arms, or none if one is unknown. */
    static List<Origin> output(@Nullable PgNode query, int attribute, Scope around) {
        if (query == null || around.depth >= DEEP) {
            return List.of();
        }
        Scope scope = around.inside(query);
        if (query.node("setOperations") != null) {
            List<Origin> all = new ArrayList<>();
            for (PgNode entry : query.nodes("rtable")) {
                List<Origin> arm = output(entry.node("subquery"), attribute, scope);
                if (arm.isEmpty()) {
                    return List.of();
                }
                all.addAll(arm);
            }
            return all;
        }
        List<PgNode> targets = query.nodes("targetList");
        PgNode expression =
                attribute > targets.size() ? null : targets.get(attribute - 1).node("expr");
        return expression == null ? List.of() : List.of(new Origin(expression, scope));
    }
}
