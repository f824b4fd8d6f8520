package io.quern.optimizer.index;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.IndexDefinition;
import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Item;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.PgNode;
import io.quern.optimizer.catalog.SystemCatalog.Operator;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads in which order a query level wants its rows: for ORDER BY, GROUP BY, DISTINCT, or the least
 * or greatest value of a column. As much of it counts as columns of one table begin it with, in an
 * order that a plain index has; PostgreSQL sorts the rest within equals.
 */
final class Order {
    private static final int LESS = 1;
    private static final int GREATER = 5;

    private final Level level;
    private final Map<Item, Uses> uses;

    private Order(Level level, Map<Item, Uses> uses) {
        this.level = requireNonNull(level, "level");
        this.uses = requireNonNull(uses, "uses");
    }

    /**
     * Notes the order that a level wants.
     *
     * @param uses of every table of the statement, by its place in a FROM clause
     */
    static void read(Level level, Map<Item, Uses> uses) {
        PgNode query = level.query();
        boolean combines = query.node("setOperations") != null;
        if (!combines && !level.windowed() && query.nodes("groupingSets").isEmpty()) {
            new Order(level, uses).read();
        }
    }

    private void read() {
        List<PgNode> sorted = level.query().nodes("sortClause");
        List<PgNode> grouped = level.query().nodes("groupClause");
        List<PgNode> distinct = level.query().nodes("distinctClause");
        boolean plain = grouped.isEmpty() && !level.grouped();
        if (!grouped.isEmpty()) {
            any(sorted, grouped, "groups");
        } else if (!plain) {
            extreme();
        } else if (!distinct.isEmpty() && !level.query().flag("hasDistinctOn")) {
            any(sorted, distinct, "takes distinct values");
        } else {
            // DISTINCT ON sorts by its columns first
            want(sorted.isEmpty() ? distinct : sorted, "sorts", level.limited());
        }
    }

    /** Grouping takes any order of its columns: the one of ORDER BY, as far as that is of them. */
    private void any(List<PgNode> sorted, List<PgNode> grouped, String why) {
        List<PgNode> clauses = new ArrayList<>();
        Set<Integer> left = new HashSet<>();
        grouped.forEach(clause -> left.add(target(clause)));
        for (PgNode clause : sorted) {
            if (!left.remove(target(clause))) {
                break;
            }
            clauses.add(clause);
        }
        boolean whole = clauses.size() == sorted.size() || left.isEmpty();
        grouped.stream().filter(clause -> left.contains(target(clause))).forEach(clauses::add);
        want(clauses, why, level.limited() && whole);
    }

    private static int target(PgNode clause) {
        return clause.integer("tleSortGroupRef");
    }

    private record Key(Item item, IndexDefinition.Key key) {}

    private void want(List<PgNode> clauses, String why, boolean first) {
        List<Key> keys = new ArrayList<>();
        for (PgNode clause : clauses) {
            Optional<Key> key = key(clause);
            if (key.isEmpty()
                    || (!keys.isEmpty() && !keys.getFirst().item().equals(key.get().item()))) {
                break;
            }
            keys.add(key.get());
        }
        if (!keys.isEmpty()) {
            Uses use = uses.get(keys.getFirst().item());
            if (use != null) {
                use.sort(keys.stream().map(Key::key).toList(), why, first);
            }
        }
    }

    /** NULLS FIRST or LAST other than the default is none of a plain index's orders. */
    private Optional<Key> key(PgNode clause) {
        Optional<Operand> column =
                level.query().nodes("targetList").stream()
                        .filter(t -> t.integer("ressortgroupref") == target(clause))
                        .findFirst()
                        .map(t -> t.node("expr"))
                        .flatMap(e -> column(new Expression(requireNonNull(e), level)));
        Optional<Operator> operator = level.system().operator(clause.number("sortop"));
        if (column.isEmpty() || operator.isEmpty()) {
            return Optional.empty();
        }
        int strategy = column.get().strategy(operator.get());
        boolean descending = strategy == GREATER;
        if ((strategy != LESS && !descending) || clause.flag("nulls_first") != descending) {
            return Optional.empty();
        }
        Operand.Source source = column.get().sources().getFirst();
        return Optional.of(
                new Key(
                        source.item(),
                        new IndexDefinition.Key(source.column().name(), descending)));
    }

    /** A column whose table's own order the level can be in. */
    private static Optional<Operand> column(Expression expression) {
        return Operand.of(expression).filter(c -> !c.nullable() && c.sources().size() == 1);
    }

    /** {@code min} and {@code max} of a column, and nothing else, of a single table. */
    private void extreme() {
        Set<String> columns = new HashSet<>();
        List<Operand> found = new ArrayList<>();
        List<Expression> results = level.results();
        for (Expression result : results) {
            boolean extreme =
                    result.function().filter(f -> f.is("min") || f.is("max")).isPresent()
                            && result.node().node("aggfilter") == null;
            List<Expression> arguments = result.arguments();
            if (extreme && arguments.size() == 1) {
                column(arguments.getFirst()).ifPresent(found::add);
            }
        }
        found.forEach(c -> columns.add(c.sources().getFirst().column().name()));
        if (level.items().size() == 1
                && columns.size() == 1
                && found.size() == results.size()
                && level.query().node("havingQual") == null) {
            Operand.Source source = found.getFirst().sources().getFirst();
            Uses use = uses.get(source.item());
            if (use != null) {
                String column = source.column().name();
                use.sort(
                        List.of(new IndexDefinition.Key(column, false)),
                        "takes the first or last",
                        true);
            }
        }
    }
}
