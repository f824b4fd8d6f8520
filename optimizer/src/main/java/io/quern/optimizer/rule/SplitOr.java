package io.quern.optimizer.rule;

import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Item;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.PgNode;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.guard.CannotFail;
import io.quern.optimizer.guard.OutputsCannotFail;
import io.quern.optimizer.parse.OrderedQuery;
import io.quern.optimizer.parse.Span;

import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A query taken apart at an OR of its WHERE, or of an ON where all joins are inner:
 *
 * <pre>
 * SELECT … WHERE (p OR q) AND r
 * SELECT … WHERE p AND r UNION ALL SELECT … WHERE q AND (p) IS NOT TRUE AND r
 * </pre>
 *
 * <p>Every row of FROM goes into exactly the first arm whose part of the OR is true for it, so rows
 * that occur twice still do, no key is asked for, and nothing is compared. NULL counts as not true.
 *
 * <p>The parts speak of different FROM items each: what several disjuncts say of one table stays
 * together, PostgreSQL combines indexes there by itself.
 */
final class SplitOr {
    /** More arms than this read everything more often than they can save. */
    private static final int MOST = 6;

    /** A part of an OR: disjuncts that stay together. */
    private record Part(List<SqlNode> disjuncts, boolean subquery) {
        /** They as a condition among others. */
        List<Object> text() {
            return disjuncts.size() == 1
                    ? List.of(disjuncts.getFirst())
                    : List.of(" ", bracketed());
        }

        List<Object> bracketed() {
            List<Object> parts = new ArrayList<>();
            for (SqlNode disjunct : disjuncts) {
                parts.add(parts.isEmpty() ? "(" : " OR ");
                parts.add(disjunct);
            }
            parts.add(")");
            return parts;
        }
    }

    private final Resolved statement;
    private final Level level;
    private final SqlCall or;

    private SplitOr(Resolved statement, Level level, SqlCall or) {
        this.statement = statement;
        this.level = level;
        this.or = or;
    }

    /**
     * Takes apart every OR that has a part with a subquery, or every OR that has none and whose
     * parts speak of different items.
     */
    static void find(Resolved statement, boolean subqueries, Findings findings) {
        for (Level level : statement.levels()) {
            for (Level.Condition condition : level.conditions()) {
                if (condition.node() instanceof SqlCall or
                        && or.getKind() == SqlKind.OR
                        && isFilter(level, condition)
                        && !insideExists(statement, level)) {
                    var split = new SplitOr(statement, level, or);
                    List<Part> parts = split.parts();
                    boolean any = parts.stream().anyMatch(Part::subquery);
                    if (parts.size() > 1 && any == subqueries) {
                        split.rewrite(parts, findings.attempt());
                    }
                }
            }
        }
    }

    /** Whether it is applied to rows that are already joined, or could be. */
    private static boolean isFilter(Level level, Level.Condition condition) {
        return switch (condition.place()) {
            case WHERE -> level.select().isPresent();
            case JOIN -> level.items().stream().noneMatch(Item::nullable);
            case HAVING -> false;
        };
    }

    /** One row is enough there: an OR of two EXISTS does better. */
    private static boolean insideExists(Resolved statement, Level level) {
        boolean[] found = {false};
        statement
                .query()
                .walk(
                        node ->
                                found[0] |=
                                        node.is("SUBLINK")
                                                && node.integer("subLinkType") == EXISTS
                                                && node.node("subselect") == level.query());
        return found[0];
    }

    private static final int EXISTS = 0;
    private static final int ANY = 2;

    /** The parts, those that are cheap to tell first; empty if one speaks of no item. */
    private List<Part> parts() {
        Map<Object, Part> parts = new LinkedHashMap<>();
        for (SqlNode disjunct : Level.flattened(or, SqlKind.OR)) {
            Optional<Expression> read = statement.expression(disjunct);
            Optional<Set<Item>> items = read.flatMap(e -> Mentions.in(e.node(), level));
            if (items.isEmpty() || items.get().isEmpty()) {
                return List.of();
            }
            boolean subquery = hasSubquery(read.orElseThrow().node());
            Object together = subquery || items.get().size() > 1 ? disjunct : items.get();
            parts.computeIfAbsent(together, t -> new Part(new ArrayList<>(), subquery))
                    .disjuncts()
                    .add(disjunct);
        }
        List<Part> cheapFirst = new ArrayList<>();
        parts.values().stream().filter(p -> !p.subquery()).forEach(cheapFirst::add);
        parts.values().stream().filter(Part::subquery).forEach(cheapFirst::add);
        return cheapFirst;
    }

    private static boolean hasSubquery(PgNode node) {
        boolean[] found = {false};
        node.walk(
                n ->
                        found[0] |=
                                n.is("SUBLINK")
                                        && (n.integer("subLinkType") == EXISTS
                                                || n.integer("subLinkType") == ANY));
        return found[0];
    }

    private void rewrite(List<Part> parts, Attempt attempt) {
        boolean rows =
                !level.grouped()
                        && !level.distinct()
                        && !level.windowed()
                        && !level.query().flag("hasTargetSRFs");
        if (!rows) {
            attempt.refuse("shape", "the query groups, numbers or multiplies the rows it finds");
            return;
        }
        if (parts.size() > MOST) {
            attempt.refuse("arms", "the OR has more than " + MOST + " parts");
            return;
        }
        Optional<List<SortKey>> keys = sortKeys();
        if (keys.isEmpty()) {
            attempt.refuse(
                    "order", "ORDER BY has a key that is no output: a union cannot sort by it");
            return;
        }
        if (!attempt.requires(new CannotFail(statement))
                || (level.limited()
                        && !attempt.requires(new OutputsCannotFail(statement, level)))) {
            return;
        }
        Span select = statement.span(level.select().orElseThrow());
        boolean arm = isArm();
        List<Object> arms = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            arms.add(i > 0 ? " UNION ALL " : arm ? "(" : "");
            arms.add(arm(select, parts, i));
        }
        attempt.fact("each row is found by the first arm whose condition is true, and by no other")
                .replace(select, arms, arm ? ")" : "");
        keys.get().forEach(key -> attempt.replace(key.written(), String.valueOf(key.output())));
        attempt.found();
    }

    private List<Object> arm(Span select, List<Part> parts, int number) {
        Span condition = statement.tree().bracketed(or);
        List<Object> arm = new ArrayList<>();
        arm.add(new Span(select.from(), condition.from()));
        arm.addAll(parts.get(number).text());
        for (Part earlier : parts.subList(0, number)) {
            arm.add(" AND ");
            arm.addAll(
                    earlier.disjuncts().size() > 1
                            ? earlier.bracketed()
                            : List.of("(", statement.span(earlier.disjuncts().getFirst()), ")"));
            arm.add(" IS NOT TRUE");
        }
        arm.add(new Span(condition.to(), select.to()));
        return arm;
    }

    private boolean isArm() {
        return level.outer()
                .filter(outer -> outer.query().node("setOperations") != null)
                .filter(outer -> outer.items().stream().anyMatch(i -> i.subquery() == level))
                .isPresent();
    }

    /** What is sorted by, and the number of the output that it is. */
    private record SortKey(SqlNode written, int output) {}

    /** Empty if something is no output. */
    private Optional<List<SortKey>> sortKeys() {
        List<SortKey> keys = new ArrayList<>();
        List<PgNode> read = level.query().nodes("sortClause");
        List<SqlNode> written =
                level.ordered().map(o -> List.copyOf(o.orderList)).orElse(List.of());
        if (read.size() != written.size()) {
            return Optional.empty();
        }
        for (int i = 0; i < read.size(); i++) {
            long reference = read.get(i).number("tleSortGroupRef");
            Optional<PgNode> output =
                    level.query().nodes("targetList").stream()
                            .filter(t -> t.number("ressortgroupref") == reference)
                            .filter(t -> !t.flag("resjunk"))
                            .findFirst();
            if (output.isEmpty()) {
                return Optional.empty();
            }
            keys.add(
                    new SortKey(
                            OrderedQuery.sorted(written.get(i)), output.get().integer("resno")));
        }
        return Optional.of(keys);
    }
}
