package io.quern.optimizer.random;

import io.quern.optimizer.random.Froms.From;
import io.quern.optimizer.random.Scope.Place;
import io.quern.optimizer.random.Scope.Source;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Whole queries that hold the pattern of a rule, by the rule's name. */
final class QueryPatterns {
    private final Writing writing;
    private final Dice dice;
    private final Froms froms;
    private final RowPatterns rows;
    private final SubqueryPatterns subqueries;
    private final Conditions conditions;
    private final Selects selects;
    private final Map<String, Supplier<@Nullable Query>> all = new LinkedHashMap<>();

    QueryPatterns(
            Writing writing,
            Froms froms,
            RowPatterns rows,
            SubqueryPatterns subqueries,
            Conditions conditions,
            Selects selects) {
        this.writing = writing;
        this.dice = writing.dice();
        this.froms = froms;
        this.rows = rows;
        this.subqueries = subqueries;
        this.conditions = conditions;
        this.selects = selects;
        var derived = new DerivedPatterns(writing, froms, rows, subqueries);
        all.put("GroupedJoinToLateral", () -> over(derived.grouped()));
        all.put("NumberedJoinToLateral", () -> over(derived.numbered()));
        all.put("UnionJoinToLateral", () -> over(derived.union()));
        all.put("WindowToScalarQuery", () -> over(derived.window()));
        all.put("DropSelfJoinOnKey", () -> over(derived.twice()));
        all.put("DropForeignKeyJoin", () -> ofFirst(derived.referring(), ""));
        all.put("DropOuterJoinUnderDistinct", () -> ofFirst(derived.left(), "DISTINCT "));
        all.put("DropDistinctOnKey", this::distinctKey);
        all.put("DisjointUnionToUnionAll", this::disjoint);
        all.put("CorrelatedAggregateToJoin", () -> scalars(1));
        all.put("ScalarQueriesToLateral", () -> scalars(dice.between(2, 3)));
        all.put("InlineCommonTable", this::common);
        all.put("DistinctToIndexSteps", this::steps);
        all.put("CoalescedOuterJoinToInner", this::coalesced);
        all.put("OrAcrossJoinToUnion", this::across);
        all.put("ComparisonChainToBound", this::chain);
    }

    boolean has(String rule) {
        return all.containsKey(rule);
    }

    /** The rule's pattern; null if the tables are not made for it. */
    @Nullable Query of(String rule) {
        Supplier<@Nullable Query> production = all.get(rule);
        return production == null ? null : production.get();
    }

    private @Nullable Query over(@Nullable From from) {
        return from == null ? null : selects.any(from, where(from));
    }

    private String where(From from) {
        List<String> terms = new ArrayList<>(from.conditions());
        if (dice.oneIn(2)) {
            String more = rows.simple(from.scope());
            terms.addAll(more == null ? List.of() : List.of(more));
        }
        return conditions.where(from.scope(), terms, 1);
    }

    /** With conditions and outputs that speak of the first item alone. */
    private @Nullable Query ofFirst(@Nullable From from, String distinct) {
        if (from == null) {
            return null;
        }
        Scope first = from.scope().only(from.scope().sources().getFirst());
        From seen = new From(from.sql(), first, from.conditions(), true);
        List<String> terms = new ArrayList<>(from.conditions());
        String more = dice.oneIn(2) ? rows.simple(first) : null;
        if (more != null) {
            terms.add(more);
        }
        String where = terms.isEmpty() ? "" : " WHERE " + String.join(" AND ", terms);
        return distinct.isEmpty() && dice.oneIn(2)
                ? selects.any(seen, where)
                : selects.plain(seen, where, distinct);
    }

    private Query distinctKey() {
        From from = froms.some(2);
        List<String> outputs = new ArrayList<>();
        List<Column> columns = new ArrayList<>();
        for (Source source : from.scope().sources()) {
            Place id = writing.scope(source).any(c -> c.name().equals("id"));
            if (id != null && !dice.oneIn(8)) {
                outputs.add(id.full());
                columns.add(id.column());
            }
        }
        for (Place more : dice.some(from.scope().places(c -> c.kind().ordered()), 1, 2)) {
            outputs.add(from.scope().write(more));
            columns.add(more.column());
        }
        return new Query(
                "SELECT DISTINCT "
                        + String.join(", ", dice.shuffled(outputs))
                        + " FROM "
                        + from.sql()
                        + where(from),
                columns);
    }

    /** Arms over the same items, or over others with a constant in each. */
    private @Nullable Query disjoint() {
        From from = froms.some(2);
        List<Place> places = dice.some(from.scope().places(c -> c.kind().ordered()), 1, 3);
        Place id = from.scope().any(c -> c.name().equals("id"));
        if (id == null) {
            return null;
        }
        List<Place> outputs = new ArrayList<>(List.of(id));
        outputs.addAll(places);
        String names = outputs.stream().map(Place::full).collect(Collectors.joining(", "));
        List<Column> columns = new ArrayList<>();
        outputs.forEach(o -> columns.add(o.column()));
        boolean constant = dice.oneIn(3);
        if (constant) {
            columns.addFirst(new Column("arm", Kind.TEXT, true));
        }
        List<String> arms = new ArrayList<>();
        int count = dice.between(2, 3);
        for (int i = 0; i < count; i++) {
            String one = rows.simple(from.scope());
            List<String> terms = new ArrayList<>(from.conditions());
            if (one != null && !dice.oneIn(8)) {
                terms.add(one);
            }
            String tag =
                    constant
                            ? "'"
                                    + dice.of("x" + i, "x" + i, "y")
                                    + "'"
                                    + dice.of("", " AS arm")
                                    + ", "
                            : "";
            arms.add(
                    "SELECT "
                            + tag
                            + names
                            + " FROM "
                            + from.sql()
                            + conditions.where(from.scope(), terms, 0));
        }
        return new Query(String.join(dice.of(" UNION ", "\nUNION DISTINCT "), arms), columns);
    }

    /** Outputs that are aggregates of what a row refers to. */
    private @Nullable Query scalars(int count) {
        From from = froms.some(2);
        SubqueryPatterns.Inner inner = subqueries.inner(from.scope(), 95);
        boolean first =
                dice.oneIn(4)
                        && inner.scope().sources().stream()
                                .allMatch(s -> s.table() != null && !s.table().key().isEmpty());
        String order = inner.scope().sources().getFirst().alias() + ".id" + dice.of("", " DESC");
        List<String> outputs = new ArrayList<>();
        List<Column> columns = new ArrayList<>();
        Place own = from.scope().any(c -> c.kind().ordered());
        if (own != null) {
            outputs.add(own.full());
            columns.add(own.column());
        }
        for (int i = 0; i < count; i++) {
            Place place = inner.scope().any(c -> c.kind().ordered());
            if (place == null) {
                return null;
            }
            String value =
                    first ? place.full() : dice.oneIn(4) ? "count(*)" : subqueries.aggregate(place);
            String query =
                    "(SELECT "
                            + value
                            + inner.tail()
                            + (first ? " ORDER BY " + order + " LIMIT 1" : "")
                            + ")";
            String name = writing.fresh();
            outputs.add(
                    (value.startsWith("count") && dice.oneIn(4)
                                    ? "coalesce(" + query + ", 0)"
                                    : query)
                            + " AS "
                            + name);
            columns.add(new Column(name, Kind.JSON, false));
        }
        return new Query(
                "SELECT " + String.join(", ", outputs) + " FROM " + from.sql() + where(from),
                columns);
    }

    /** A WITH query used several times. */
    private @Nullable Query common() {
        Source base = writing.table();
        Scope scope = writing.scope(base);
        List<Place> places = dice.some(scope.places(c -> c.kind().ordered()), 2, 4);
        if (places.isEmpty()) {
            return null;
        }
        String name = writing.fresh();
        List<Column> columns = new ArrayList<>();
        places.forEach(p -> columns.add(p.column()));
        boolean grouped = dice.oneIn(4);
        String query =
                "SELECT "
                        + places.stream().map(Place::full).collect(Collectors.joining(", "))
                        + " FROM "
                        + base.sql()
                        + conditions.where(scope, List.of(), 1)
                        + (grouped
                                ? " GROUP BY "
                                        + places.stream()
                                                .map(Place::full)
                                                .collect(Collectors.joining(", "))
                                : "");
        Table table = new Table(name, columns, List.of(), List.of(), true);
        String alias = writing.fresh();
        From from = froms.one(writing.source(table));
        from = froms.join(from, new Source(name + " " + alias, alias, columns, table));
        Query rest = selects.any(from, where(from));
        return new Query(
                "WITH "
                        + name
                        + dice.of(" AS (", " AS (", " AS MATERIALIZED (")
                        + query
                        + ") "
                        + rest.sql(),
                rest.outputs(),
                rest.ordered());
    }

    /** The values of one column. */
    private @Nullable Query steps() {
        Source source = writing.table(t -> !t.view());
        Place place = source == null ? null : writing.scope(source).of(Kind.EXACT);
        if (source == null || place == null) {
            return null;
        }
        String column = dice.oneIn(2) ? place.full() : place.column().name();
        String condition =
                dice.oneIn(3)
                        ? " WHERE "
                                + writing.compared(
                                        column, writing.comparison(), writing.value(place.kind()))
                        : "";
        String from = " FROM " + source.sql() + condition;
        List<Column> columns = List.of(place.column());
        List<Column> counted = List.of(new Column("count", Kind.INT8, true));
        return switch (dice.below(5)) {
            case 0 -> new Query("SELECT count(DISTINCT " + column + ")" + from, counted);
            case 1 -> new Query("SELECT " + column + from + " GROUP BY " + column, columns);
            case 2 ->
                    new Query(
                            "SELECT DISTINCT "
                                    + column
                                    + from
                                    + " ORDER BY 1"
                                    + dice.of("", " DESC"),
                            columns,
                            true);
            case 3 ->
                    new Query(
                            "SELECT count(*) FROM (SELECT DISTINCT " + column + from + ") AS d",
                            counted);
            default -> new Query("SELECT DISTINCT " + column + from, columns);
        };
    }

    /** What an outer join fills in is replaced, and compared. */
    private @Nullable Query coalesced() {
        From from = froms.from(writing.table(), 1);
        Source right = writing.table();
        String on =
                from.scope().sources().getFirst().alias().equals(right.alias())
                        ? null
                        : writing.joined(from.scope().sources().getFirst(), right);
        if (on == null) {
            return null;
        }
        from =
                froms.joined(
                        from,
                        right,
                        dice.of(" LEFT JOIN ", " LEFT JOIN ", " FULL JOIN ", " RIGHT JOIN "),
                        " ON " + on,
                        List.of(),
                        false);
        Scope scope = dice.oneIn(4) ? from.scope() : from.scope().only(right);
        String pattern = rows.of("CoalesceToComparison", scope);
        return pattern == null
                ? null
                : selects.any(from, conditions.where(from.scope(), List.of(pattern), 1));
    }

    private @Nullable Query across() {
        From from = froms.from(writing.table(), dice.between(2, 3));
        String pattern = subqueries.of("OrAcrossJoinToUnion", from.scope());
        List<String> terms = new ArrayList<>(from.conditions());
        if (pattern == null) {
            return null;
        }
        terms.add(pattern);
        return selects.any(from, conditions.where(from.scope(), terms, 1));
    }

    private @Nullable Query chain() {
        From from = froms.from(writing.table(), dice.between(1, 3));
        String pattern = rows.of("ComparisonChainToBound", from.scope());
        List<String> terms = new ArrayList<>(from.conditions());
        if (pattern == null) {
            return null;
        }
        terms.add(pattern);
        return selects.any(from, conditions.where(from.scope(), terms, 1));
    }
}
