package io.quern.optimizer.rule;

import io.quern.optimizer.Column;
import io.quern.optimizer.Table;
import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Item;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.PgNode;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.catalog.Types;

import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Lets a query that only asks which values a column has step through the column's index from one
 * value to the next, instead of reading all rows: {@code t} in its FROM becomes
 *
 * <pre>(WITH RECURSIVE s (v) AS (
 *     (SELECT t.c FROM t WHERE t.c IS NOT NULL ORDER BY t.c LIMIT 1)
 *     UNION ALL
 *     SELECT (SELECT t.c FROM t WHERE t.c > s.v ORDER BY t.c LIMIT 1) FROM s WHERE s.v IS NOT NULL)
 *   SELECT s.v FROM s WHERE s.v IS NOT NULL
 *   UNION ALL SELECT NULL WHERE EXISTS (SELECT 1 FROM t WHERE t.c IS NULL)) AS t (c)</pre>
 *
 * <p>That is each value once, NULL too. The query is one for which it does not matter how often a
 * value is there: DISTINCT, GROUP BY or {@code count(DISTINCT c)} of that column alone, with
 * whatever else it has of it. Values that are equal must be the same, or else which of them is
 * shown would be open: so not numeric without a scale, floats (0 and -0), padded or case-blind
 * text.
 *
 * <p>The technique is the one known as loose index scan in PostgreSQL's wiki.
 */
final class DistinctToIndexSteps implements Rule {
    /** More values than these are stepped through slower than rows are read. */
    private static final double MANY = 100_000;

    /** Types whose equal values are the same. */
    private static final Set<Integer> EXACT =
            Set.of(
                    Types.INT2,
                    Types.INT4,
                    Types.INT8,
                    Types.DATE,
                    Types.TIMESTAMP,
                    Types.TIMESTAMPTZ,
                    Types.UUID,
                    Types.TEXT,
                    Types.VARCHAR);

    /** Aggregates to which a value more than once is the same as once. */
    private static final Set<String> BLIND = Set.of("min", "max", "bool_and", "bool_or", "every");

    @Override
    public void find(Resolved statement, Findings findings) {
        for (Level level : statement.levels()) {
            if (level.select().isEmpty() || level.items().size() != 1 || !onlyWhich(level)) {
                continue;
            }
            Item item = level.items().getFirst();
            List<Integer> used = new FromClause(level).used(item);
            Optional<Table> table = item.table().filter(t -> item.isTable() && !item.aliased());
            Optional<Column> column =
                    table.filter(t -> used.size() == 1).stream()
                            .flatMap(t -> t.columns().stream())
                            .filter(c -> used.contains(c.position()))
                            .findFirst();
            if (column.isPresent() && Output.unaliased(item.node()) instanceof SqlIdentifier name) {
                rewrite(
                        statement,
                        item,
                        table.orElseThrow(),
                        column.get(),
                        name,
                        findings.attempt());
            }
        }
    }

    /** Whether a query asks which values there are, not how often. */
    private static boolean onlyWhich(Level level) {
        PgNode query = level.query();
        if (level.windowed() || query.flag("hasTargetSRFs") || query.flag("hasDistinctOn")) {
            return false;
        }
        List<PgNode> aggregates = new ArrayList<>();
        aggregates(query.nodes("targetList"), aggregates);
        PgNode having = query.node("havingQual");
        aggregates(having == null ? List.of() : List.of(having), aggregates);
        boolean blind = aggregates.stream().allMatch(a -> blind(level, a));
        boolean counted = aggregates.stream().anyMatch(a -> !a.nodes("aggdistinct").isEmpty());
        boolean groups = !query.nodes("groupClause").isEmpty();
        return blind && (groups || counted || (aggregates.isEmpty() && level.distinct()));
    }

    private static void aggregates(List<PgNode> in, List<PgNode> into) {
        for (PgNode node : in) {
            if (node.is("AGGREF")) {
                into.add(node);
            } else if (!node.is("QUERY")) {
                node.children(child -> aggregates(List.of(child), into));
            }
        }
    }

    private static boolean blind(Level level, PgNode aggregate) {
        return !aggregate.nodes("aggdistinct").isEmpty()
                || new Expression(aggregate, level)
                        .function()
                        .filter(f -> BLIND.stream().anyMatch(f::is))
                        .isPresent();
    }

    private static void rewrite(
            Resolved statement,
            Item item,
            Table table,
            Column column,
            SqlNode name,
            Attempt attempt) {
        boolean indexed =
                table.indexes().stream()
                        .anyMatch(
                                i ->
                                        i.valid()
                                                && i.method().equals("btree")
                                                && i.predicate().isEmpty()
                                                && i.keys().getFirst().defaultOpclass()
                                                && i.keys()
                                                        .getFirst()
                                                        .column()
                                                        .filter(column.name()::equals)
                                                        .isPresent());
        if (!indexed) {
            attempt.refuse("index", "no index begins with " + column.name());
            return;
        }
        double values =
                column.distinct() < 0 ? -column.distinct() * table.rows() : column.distinct();
        if (values > MANY) {
            attempt.refuse("many", column.name() + " has too many values to step through");
            return;
        }
        boolean exact = EXACT.contains(column.typeOid()) && column.deterministicCollation();
        if (!attempt.holds(exact, "exact", "equal values of " + column.name() + " may differ")) {
            return;
        }
        Fresh fresh = new Fresh(statement);
        String steps = fresh.name("steps");
        String v = steps + "." + fresh.name("value");
        String t = fresh.name("entry");
        String c = t + "." + Names.of(column.name());
        List<Object> from = List.of("SELECT " + c + " FROM ", name, " AS " + t + " WHERE " + c);
        String next = " ORDER BY " + c + " LIMIT 1)";
        List<Object> none =
                column.notNull()
                        ? List.of()
                        : List.of(
                                " UNION ALL (SELECT " + c + " FROM ",
                                name,
                                " AS " + t + " WHERE " + c + " IS NULL LIMIT 1)");
        attempt.replace(
                        item.node(),
                        "(WITH RECURSIVE " + steps + " (" + v.substring(steps.length() + 1),
                        List.of(") AS ((", from, " IS NOT NULL" + next),
                        List.of(" UNION ALL SELECT (", from, " > " + v + next),
                        " FROM " + steps + " WHERE " + v + " IS NOT NULL)",
                        " SELECT " + v + " FROM " + steps + " WHERE " + v + " IS NOT NULL",
                        none,
                        ") AS " + Names.of(item.alias()) + " (" + Names.of(column.name()) + ")")
                .fact("it does not matter how often a value is there")
                .found();
    }
}
