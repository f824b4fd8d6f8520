package io.quern.optimizer.random;

import io.quern.optimizer.random.Froms.From;
import io.quern.optimizer.random.Scope.Place;
import io.quern.optimizer.random.Scope.Source;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** FROM clauses with subqueries that hold the pattern of a rule. */
final class DerivedPatterns {
    private final Writing writing;
    private final Dice dice;
    private final Froms froms;
    private final RowPatterns rows;
    private final SubqueryPatterns subqueries;

    DerivedPatterns(Writing writing, Froms froms, RowPatterns rows, SubqueryPatterns subqueries) {
        this.writing = writing;
        this.dice = writing.dice();
        this.froms = froms;
        this.rows = rows;
        this.subqueries = subqueries;
    }

    private Source derived(String query, List<Column> columns) {
        String alias = writing.fresh();
        return new Source("(" + query + dice.of(") ", ") AS ") + alias, alias, columns, null);
    }

    private String where(Scope scope) {
        String condition = dice.oneIn(2) ? rows.simple(scope) : null;
        return condition == null ? "" : " WHERE " + condition;
    }

    /** An item joined with a subquery by a column of it. */
    private @Nullable From joined(Source outer, Source derived, Column key, String more) {
        Place partner = writing.scope(outer).any(c -> c.kind() == key.kind());
        if (partner == null || dice.oneIn(6)) {
            partner = writing.scope(outer).any(c -> c.kind().comparable(key.kind()));
        }
        if (partner == null) {
            return null;
        }
        String on =
                writing.compared(derived.alias() + "." + key.name(), "=", partner.full())
                        + (more.isEmpty() ? "" : " AND " + more);
        From from = froms.one(outer);
        if (dice.oneIn(4)) {
            return froms.joined(from, derived, ", ", "", List.of(on), false);
        }
        if (dice.oneIn(6)) {
            return froms.joined(
                    froms.one(derived),
                    outer,
                    dice.of(" JOIN ", " RIGHT JOIN "),
                    " ON " + on,
                    List.of(),
                    false);
        }
        return froms.joined(
                from,
                derived,
                dice.of(" JOIN ", " JOIN ", " LEFT JOIN ", " INNER JOIN "),
                " ON " + on,
                List.of(),
                false);
    }

    /** A join to the groups of a table. */
    @Nullable From grouped() {
        Source inner = writing.table();
        Scope scope = writing.scope(inner);
        List<Place> keys = dice.some(scope.places(c -> c.kind().ordered()), 1, 2);
        Place value = scope.any(c -> c.kind().ordered());
        if (keys.isEmpty() || value == null) {
            return null;
        }
        String names = keys.stream().map(Place::full).collect(Collectors.joining(", "));
        Column key = keys.getFirst().column();
        List<Column> columns = new ArrayList<>();
        keys.forEach(k -> columns.add(k.column()));
        if (dice.oneIn(5)) {
            Source derived =
                    derived(
                            "SELECT DISTINCT " + names + " FROM " + inner.sql() + where(scope),
                            columns);
            return joined(froms.item(), derived, key, "");
        }
        columns.add(new Column("n", Kind.INT8, false));
        String call = dice.oneIn(2) ? "count(*)" : subqueries.aggregate(value);
        boolean counts = call.startsWith("count");
        String query =
                "SELECT %s, %s AS n FROM %s%s GROUP BY %s%s"
                        .formatted(
                                names,
                                call,
                                inner.sql(),
                                where(scope),
                                dice.oneIn(10) ? "ROLLUP (" + names + ")" : names,
                                dice.oneIn(4) ? " HAVING count(*) > 1" : "");
        Source derived = derived(query, counts ? columns : columns.subList(0, keys.size()));
        return joined(froms.item(), derived, key, "");
    }

    /** A join to the first rows of each group. */
    @Nullable From numbered() {
        Source inner = writing.table(t -> !t.key().isEmpty() && !t.view());
        if (inner == null) {
            return null;
        }
        Scope scope = writing.scope(inner);
        Place group = scope.any(c -> c.kind().ordered() && !c.name().equals("id"));
        Place order = scope.any(c -> c.kind().ordered());
        if (group == null || order == null) {
            return null;
        }
        List<Column> columns = new ArrayList<>(List.of(group.column()));
        for (Place more : dice.some(scope.places(c -> !c.equals(group.column())), 1, 2)) {
            columns.add(more.column());
        }
        String names =
                columns.stream()
                        .map(c -> inner.alias() + "." + c.name())
                        .collect(Collectors.joining(", "));
        String by = order.full() + dice.of("", " DESC", " NULLS FIRST");
        String query =
                "SELECT %s, row_number() OVER (PARTITION BY %s ORDER BY %s, %s.id) AS rn FROM %s%s"
                        .formatted(
                                names, group.full(), by, inner.alias(), inner.sql(), where(scope));
        columns.add(new Column("rn", Kind.INT8, true));
        Source derived = derived(query, columns);
        String bound =
                writing.parameterizes() ? writing.parameter("int4", "2") : dice.of("1", "2", "3");
        String filter =
                writing.compared(
                        derived.alias() + ".rn", dice.of("<=", "<=", "<", "=", ">"), bound);
        return joined(froms.item(), derived, group.column(), filter);
    }

    /** A join to a UNION, or to a view that is one. */
    @Nullable From union() {
        Source view = writing.table(t -> t.name().equals("seen"));
        if (view != null && dice.oneIn(2)) {
            Column key = dice.pick(view.columns());
            return key.kind().ordered() ? joined(froms.item(), view, key, "") : null;
        }
        Source one = writing.table();
        Source two = writing.table();
        Place first = writing.scope(one).any(c -> c.kind().ordered());
        Place second = first == null ? null : writing.scope(two).any(c -> c.kind() == first.kind());
        Place third = writing.scope(one).any(c -> c.kind().ordered());
        Place fourth = third == null ? null : writing.scope(two).any(c -> c.kind() == third.kind());
        if (first == null || second == null || third == null || fourth == null) {
            return null;
        }
        String query =
                "SELECT %s AS k, %s AS w FROM %s%s%sSELECT %s, %s FROM %s%s"
                        .formatted(
                                first.full(),
                                third.full(),
                                one.sql(),
                                where(writing.scope(one)),
                                dice.of(" UNION ALL ", " UNION ALL ", " UNION ", " EXCEPT "),
                                second.full(),
                                fourth.full(),
                                two.sql(),
                                where(writing.scope(two)));
        Column key = new Column("k", first.kind(), false);
        Source derived = derived(query, List.of(key, new Column("w", third.kind(), false)));
        return joined(froms.item(), derived, key, "");
    }

    /** A window aggregate whose rows are filtered afterwards. */
    @Nullable From window() {
        Source inner = writing.table(t -> !t.view());
        if (inner == null) {
            return null;
        }
        Scope scope = writing.scope(inner);
        Place part = scope.any(c -> c.kind().ordered() && (c.notNull() || dice.oneIn(4)));
        Place value = scope.any(c -> c.kind().ordered());
        if (part == null || value == null) {
            return null;
        }
        List<Column> columns = new ArrayList<>();
        for (Place more : dice.some(scope.places(c -> true), 2, 4)) {
            columns.add(more.column());
        }
        String names =
                columns.stream()
                        .map(c -> dice.oneIn(3) ? c.name() : inner.alias() + "." + c.name())
                        .collect(Collectors.joining(", "));
        String call = dice.oneIn(3) ? "count(*)" : subqueries.aggregate(value);
        String filter = dice.oneIn(8) ? rows.simple(scope) : null;
        String query =
                "SELECT %s, %s%s OVER (PARTITION BY %s) AS w FROM %s%s"
                        .formatted(
                                names,
                                call,
                                filter == null ? "" : " FILTER (WHERE " + filter + ")",
                                part.full(),
                                inner.sql(),
                                where(scope));
        columns.add(new Column("w", Kind.JSON, false));
        Source derived = derived(query, columns);
        From from = froms.one(derived);
        return dice.oneIn(4) ? froms.join(from, writing.table()) : from;
    }

    /** A table and itself by its key. */
    @Nullable From twice() {
        Source one = writing.table(t -> !t.key().isEmpty());
        if (one == null || one.table() == null) {
            return null;
        }
        String alias = writing.fresh();
        Source two =
                new Source(one.table().name() + " " + alias, alias, one.columns(), one.table());
        String on = writing.compared(one.alias() + ".id", "=", alias + ".id");
        From from =
                dice.oneIn(3)
                        ? froms.joined(froms.one(one), two, ", ", "", List.of(on), false)
                        : froms.joined(
                                froms.one(one),
                                two,
                                dice.of(" JOIN ", " JOIN ", " LEFT JOIN "),
                                " ON " + on,
                                List.of(),
                                false);
        return dice.oneIn(4) ? froms.join(from, writing.table()) : from;
    }

    /** A table with one it refers to; outputs should not need the latter. */
    @Nullable From referring() {
        Source from = writing.table(t -> !t.references().isEmpty() && !t.view());
        if (from == null || from.table() == null) {
            return null;
        }
        String name = dice.pick(from.table().references()).table();
        Source to = writing.table(t -> t.name().equals(name));
        String on = to == null ? null : writing.reference(from, to);
        if (to == null || on == null) {
            return null;
        }
        return dice.oneIn(3)
                ? froms.joined(froms.one(from), to, ", ", "", List.of(on), false)
                : froms.joined(
                        froms.one(from),
                        to,
                        dice.of(" JOIN ", " JOIN ", " LEFT JOIN "),
                        " ON " + on,
                        List.of(),
                        false);
    }

    /** A LEFT JOIN; outputs should not need its right side. */
    @Nullable From left() {
        Source one = writing.table();
        Source two = writing.table();
        String on = one.alias().equals(two.alias()) ? null : writing.joined(one, two);
        return on == null
                ? null
                : froms.joined(froms.one(one), two, " LEFT JOIN ", " ON " + on, List.of(), false);
    }
}
