package io.quern.optimizer.guard;

import io.quern.optimizer.catalog.ColumnUse;
import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Item;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.PgNode;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.catalog.Types;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The statement's rows, and those of the views in it, follow from tables alone. Where they depend
 * on the order in which a plan delivers rows (a LIMIT among ties, {@code array_agg}, a sum of
 * floats), another plan gives another answer, rightly so for PostgreSQL and visibly so for the
 * client.
 */
public record Determined(Resolved statement) implements Guard {
    private static final Set<String> ORDERED =
            Set.of(
                    "array_agg",
                    "string_agg",
                    "json_agg",
                    "json_agg_strict",
                    "jsonb_agg",
                    "jsonb_agg_strict",
                    "json_object_agg",
                    "jsonb_object_agg",
                    "xmlagg",
                    "any_value",
                    "mode");

    /** Aggregates whose answer is the same whatever the order, for any type they take. */
    private static final Set<String> FREE =
            Set.of(
                    "count",
                    "min",
                    "max",
                    "bool_and",
                    "bool_or",
                    "every",
                    "bit_and",
                    "bit_or",
                    "bit_xor",
                    "percentile_disc",
                    "rank",
                    "dense_rank",
                    "range_agg",
                    "regr_count");

    /** Window functions that tell rows apart which their order does not. */
    private static final Set<String> NUMBERING =
            Set.of("row_number", "ntile", "lag", "lead", "first_value", "last_value", "nth_value");

    /** A database's own collation is deterministic, and so are C and POSIX. */
    private static final Set<Long> BYTEWISE = Set.of(100L, 950L, 951L);

    @Override
    public String code() {
        return "undetermined";
    }

    @Override
    public Optional<String> doubt() {
        for (Resolved query : statement.whole()) {
            Optional<String> reason = doubt(query);
            if (reason.isPresent()) {
                return reason;
            }
        }
        return new EqualValues(statement).doubt();
    }

    private static Optional<String> doubt(Resolved query) {
        for (Level level : query.levels()) {
            if (level.query().flag("hasDistinctOn")) {
                return Optional.of("DISTINCT ON takes one row of several");
            }
            if (level.limited() && !anyRowWillDo(query, level) && !ordered(level, "sortClause")) {
                return Optional.of("LIMIT takes some rows of an order that may have ties");
            }
            Optional<String> reason = functions(level);
            if (reason.isPresent()) {
                return reason;
            }
        }
        boolean[] sampled = {false};
        query.query().walk(node -> sampled[0] |= node.node("tablesample") != null);
        return sampled[0] ? Optional.of("TABLESAMPLE takes some rows") : Optional.empty();
    }

    /** Inside EXISTS it does not matter which rows there are; one row has no order. */
    private static boolean anyRowWillDo(Resolved query, Level level) {
        boolean single =
                level.query().flag("hasAggs") && level.query().nodes("groupClause").isEmpty();
        boolean[] exists = {false};
        query.query()
                .walk(
                        node ->
                                exists[0] |=
                                        node.is("SUBLINK")
                                                && node.integer("subLinkType") == 0
                                                && node.node("subselect") == level.query());
        return single || (exists[0] && level.query().node("limitOffset") == null);
    }

    private static Optional<String> functions(Level level) {
        List<String> reasons = new ArrayList<>();
        level.query().children(child -> look(child, level, reasons));
        return reasons.stream().findFirst();
    }

    private static void look(PgNode node, Level level, List<String> reasons) {
        if (node.is("QUERY")) {
            return;
        }
        var expression = new Expression(node, level);
        if (node.is("AGGREF") || node.is("WINDOWFUNC")) {
            String name = expression.function().map(f -> f.name().name()).orElse("");
            boolean builtIn =
                    expression
                            .function()
                            .filter(f -> f.name().schema().equals("pg_catalog"))
                            .isPresent();
            boolean window = node.is("WINDOWFUNC") && !window(level, node);
            if (!builtIn) {
                reasons.add("the aggregate " + name + " may depend on the order of its rows");
            } else if (ORDERED.contains(name) && node.is("AGGREF")) {
                reasons.add(name + " depends on the order of its rows");
            } else if (window) {
                reasons.add(name + " depends on the order of rows that its window leaves open");
            } else if (node.is("AGGREF") && !FREE.contains(name) && floats(expression)) {
                reasons.add("the last digits of " + name + " depend on the order");
            }
        }
        node.children(child -> look(child, level, reasons));
    }

    private static boolean floats(Expression call) {
        return call.arguments().stream()
                .anyMatch(a -> a.type() == Types.FLOAT4 || a.type() == Types.FLOAT8);
    }

    /** Whether a window function's answer follows from its window. */
    private static boolean window(Level level, PgNode call) {
        String name = new Expression(call, level).function().map(f -> f.name().name()).orElse("");
        PgNode window =
                level.query().nodes("windowClause").stream()
                        .filter(w -> w.number("winref") == call.number("winref"))
                        .findFirst()
                        .orElse(null);
        if (window == null) {
            return false;
        }
        boolean rows = (window.integer("frameOptions") & FRAMEOPTION_ROWS) != 0;
        boolean open = NUMBERING.contains(name) || ORDERED.contains(name) || rows;
        boolean sums = !FREE.contains(name) && floats(new Expression(call, level));
        if (!open && !sums) {
            return true;
        }
        Set<Long> keys = references(window.nodes("partitionClause"));
        keys.addAll(references(window.nodes("orderClause")));
        return total(level, keys);
    }

    private static final int FRAMEOPTION_ROWS = 0x00004;

    private static Set<Long> references(List<PgNode> clause) {
        Set<Long> references = new HashSet<>();
        clause.forEach(key -> references.add(key.number("tleSortGroupRef")));
        return references;
    }

    private static boolean ordered(Level level, String clause) {
        Set<Long> sorted = references(level.query().nodes(clause));
        if (showsAll(level, sorted)) {
            return true;
        }
        if (level.query().node("setOperations") != null) {
            return false;
        }
        if (!level.query().nodes("groupingSets").isEmpty()) {
            return false;
        }
        Set<Long> groups = references(level.query().nodes("groupClause"));
        if (!groups.isEmpty()) {
            return sorted.containsAll(groups);
        }
        if (level.distinct()) {
            return sorted.containsAll(references(level.query().nodes("distinctClause")));
        }
        return total(level, sorted);
    }

    /**
     * Whether rows that tie are the very same: every output is sorted by, and is of a type whose
     * equal values are identical, which 1.0 and 1.00 are not, nor 0 and -0 of floats.
     */
    private static boolean showsAll(Level level, Set<Long> sorted) {
        return level.query().nodes("targetList").stream()
                .filter(target -> !target.flag("resjunk"))
                .allMatch(
                        target ->
                                sorted.contains(target.number("ressortgroupref"))
                                        && identical(target.node("expr")));
    }

    private static boolean identical(@Nullable PgNode output) {
        if (output == null || !output.is("VAR")) {
            return false;
        }
        long collation = output.number("varcollid");
        return collation == 0
                ? Types.IDENTICAL.contains(output.integer("vartype"))
                : BYTEWISE.contains(collation)
                        && (output.integer("vartype") == Types.TEXT
                                || output.integer("vartype") == Types.VARCHAR);
    }

    /** Whether the columns that are sorted by hold a key of every FROM item. */
    static boolean total(Level level, Set<Long> sorted) {
        List<ColumnUse> columns = new ArrayList<>();
        for (PgNode target : level.query().nodes("targetList")) {
            PgNode expression = target.node("expr");
            if (expression != null && sorted.contains(target.number("ressortgroupref"))) {
                new Expression(expression, level).column().ifPresent(columns::add);
            }
        }
        List<Item> items = level.items();
        return !items.isEmpty()
                && !level.query().flag("hasTargetSRFs")
                && items.stream().allMatch(item -> Keys.covered(item, columns));
    }
}
