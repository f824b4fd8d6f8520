package io.quern.optimizer.rule;

import io.quern.optimizer.Index;
import io.quern.optimizer.Table;
import io.quern.optimizer.catalog.Scope;
import io.quern.optimizer.catalog.Subject;
import io.quern.optimizer.parse.Block;
import io.quern.optimizer.parse.Span;
import io.quern.optimizer.parse.Tokens;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a statement's rows follow from its tables alone. Where they depend on the order in which
 * a plan delivers rows (a LIMIT among ties, {@code array_agg}, a sum of floats), another plan gives
 * another answer, rightly so for PostgreSQL and visibly so for the client.
 */
final class Determinacy {
    private static final Set<String> ORDERED =
            Set.of(
                    "array_agg",
                    "string_agg",
                    "json_agg",
                    "jsonb_agg",
                    "json_object_agg",
                    "jsonb_object_agg",
                    "json_arrayagg",
                    "json_objectagg",
                    "xmlagg",
                    "any_value",
                    "mode",
                    "row_number",
                    "ntile",
                    "lag",
                    "lead",
                    "first_value",
                    "last_value",
                    "nth_value");
    private static final Set<String> SUMS =
            Set.of(
                    "sum",
                    "avg",
                    "stddev",
                    "stddev_pop",
                    "stddev_samp",
                    "var_pop",
                    "var_samp",
                    "variance",
                    "corr");
    private static final Set<String> FLOATS =
            Set.of("float", "float4", "float8", "real", "double", "random");
    private static final int FLOAT4 = 700;
    private static final int FLOAT8 = 701;

    private Determinacy() {}

    /** Why the rows may depend on the plan; empty if they do not. */
    static Optional<String> doubt(Subject subject) {
        for (Subject.Level level : subject.levels()) {
            if (level.block().distinctOn()) {
                return Optional.of("DISTINCT ON takes one row of several");
            }
            if (level.block().limited() && !totallyOrdered(subject, level)) {
                return Optional.of("LIMIT takes some rows of an order that may have ties");
            }
        }
        Tokens t = subject.tokens();
        for (int i = 0; i + 1 < t.count(); i++) {
            if (t.symbol(i + 1, "(") && t.word(i, ORDERED)) {
                return Optional.of(t.folded(i) + " depends on the order of its rows");
            }
            boolean sums = t.word(i, SUMS);
            if (sums && t.symbol(i + 1, "(") && mentionsFloat(subject, i + 2, t.partner(i + 1))) {
                return Optional.of("the last digits of " + t.folded(i) + " depend on the order");
            }
        }
        return Optional.empty();
    }

    /** Whether a float may be among the arguments: any column named so that is one counts. */
    private static boolean mentionsFloat(Subject subject, int from, int to) {
        Tokens t = subject.tokens();
        for (int i = from; i < to; i++) {
            Optional<String> name = t.attribute(i);
            if (t.word(i, FLOATS)
                    || name.filter(n -> subject.levels().stream().anyMatch(l -> isFloat(l, n)))
                            .isPresent()) {
                return true;
            }
        }
        return false;
    }

    private static boolean isFloat(Subject.Level level, String name) {
        return level.scope().items().stream()
                .flatMap(item -> item.table().stream())
                .flatMap(table -> table.column(name).stream())
                .anyMatch(c -> c.typeOid() == FLOAT4 || c.typeOid() == FLOAT8);
    }

    /** Whether the sort keys of a query over one table hold a key of that table. */
    private static boolean totallyOrdered(Subject subject, Subject.Level level) {
        Block block = level.block();
        List<Scope.Item> items = level.scope().items();
        if (block.distinct() || block.grouped() || items.size() != 1) {
            return false;
        }
        Optional<Table> table = items.getFirst().table();
        if (table.isEmpty() || table.get().hasChildren()) {
            return false;
        }
        Set<String> sorted = new HashSet<>();
        for (Span key : block.orderBy()) {
            subject.reference(key.from())
                    .filter(r -> r.qualifier().isPresent() || isColumn(subject, block, r.name()))
                    .ifPresent(r -> sorted.add(r.name()));
        }
        return table.get().indexes().stream()
                .filter(i -> i.unique() && i.valid() && i.immediate() && i.predicate().isEmpty())
                .anyMatch(i -> i.keys().stream().allMatch(k -> isKey(table.get(), k, sorted)));
    }

    private static boolean isKey(Table table, Index.Key key, Set<String> sorted) {
        return key.column()
                .filter(sorted::contains)
                .flatMap(table::column)
                .filter(c -> c.notNull())
                .isPresent();
    }

    /** Whether no output is named like the column but something else: it would be sorted by. */
    private static boolean isColumn(Subject subject, Block block, String name) {
        Tokens t = subject.tokens();
        Span output = block.output();
        for (int i = output.from(); i < output.to(); i++) {
            boolean plain = i == output.from() || t.symbol(i - 1, ",") || t.symbol(i - 1, ".");
            if (!plain && t.attribute(i).filter(name::equals).isPresent()) {
                return false;
            }
        }
        return true;
    }
}
