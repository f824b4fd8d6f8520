package io.quern.optimizer.random;

import io.quern.optimizer.random.Froms.From;
import io.quern.optimizer.random.Scope.Place;
import io.quern.optimizer.random.Scope.Source;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Dresses FROM and WHERE up as a SELECT. */
final class Selects {
    private final Writing writing;
    private final Dice dice;
    private final RowPatterns rows;
    private final SubqueryPatterns subqueries;

    Selects(Writing writing, RowPatterns rows, SubqueryPatterns subqueries) {
        this.writing = writing;
        this.dice = writing.dice();
        this.rows = rows;
        this.subqueries = subqueries;
    }

    /** With outputs of any sort. */
    Query any(From from, String where) {
        return switch (dice.below(20)) {
            case 0, 1 -> star(from, where);
            case 2, 3, 4 -> grouped(from, where);
            case 5 -> aggregates(from, where);
            case 6, 7 -> plain(from, where, "DISTINCT ");
            case 8, 9 -> limited(from, where);
            default -> plain(from, where, "");
        };
    }

    private Query star(From from, String where) {
        Source source = dice.pick(from.scope().sources());
        boolean whole = !from.merged() && dice.oneIn(2);
        List<Column> outputs =
                whole
                        ? from.scope().sources().stream()
                                .flatMap(s -> s.columns().stream())
                                .toList()
                        : source.columns();
        return new Query(
                "SELECT " + (whole ? "*" : source.alias() + ".*") + " FROM " + from.sql() + where,
                outputs);
    }

    /** Columns and what is computed of them. */
    Query plain(From from, String where, String distinct) {
        List<String> outputs = new ArrayList<>();
        List<Column> columns = new ArrayList<>();
        for (Place place : dice.some(from.scope().places(c -> c.kind().ordered()), 1, 4)) {
            output(from.scope(), place, outputs, columns);
        }
        if (outputs.isEmpty()) {
            outputs.add("1 AS one");
            columns.add(new Column("one", Kind.INT4, true));
        }
        String sql =
                "SELECT " + distinct + String.join(", ", outputs) + " FROM " + from.sql() + where;
        return ordered(sql, columns);
    }

    private void output(Scope scope, Place place, List<String> outputs, List<Column> columns) {
        String column = scope.write(place);
        Column plain = place.column();
        switch (dice.below(12)) {
            case 0 -> {
                outputs.add("coalesce(" + column + ", " + writing.value(place.kind()) + ") AS k");
                columns.add(plain.as("k"));
            }
            case 1 -> {
                String condition = condition(scope);
                outputs.add("(" + (condition == null ? "true" : condition) + ") AS is");
                columns.add(new Column("is", Kind.BOOL, false));
            }
            case 4 -> {
                outputs.add(computed(scope, place, column));
                columns.add(new Column("computed", Kind.JSON, false));
            }
            case 3 -> {
                if (dice.oneIn(3)) {
                    String alias = place.source().alias();
                    outputs.add(dice.oneIn(2) ? alias : alias + ".*");
                    // whatever it is, nothing is to compare with it
                    columns.add(new Column("whole", Kind.JSON, false));
                } else {
                    outputs.add(column);
                    columns.add(plain);
                }
            }
            case 2 -> {
                String name = writing.fresh();
                outputs.add(column + dice.of(" AS ", " ") + name);
                columns.add(plain.as(name));
            }
            default -> {
                outputs.add(column);
                columns.add(plain);
            }
        }
    }

    private String computed(Scope scope, Place place, String column) {
        Place other = scope.any(c -> c.kind().ordered());
        String by = other == null ? column : scope.write(other);
        return switch (dice.below(7)) {
            case 0 -> "count(*) OVER (PARTITION BY " + by + ")";
            case 1 -> "rank() OVER (ORDER BY " + by + ")";
            case 2 -> "max(" + column + ") OVER ()";
            case 3 -> column + "::text || '!'";
            case 4 -> place.source().alias() + dice.of(".tableoid::regclass", ".ctid");
            case 5 -> "generate_series(1, 2)";
            default -> "nullif(" + column + ", " + writing.value(place.kind()) + ")";
        };
    }

    private @Nullable String condition(Scope scope) {
        return switch (dice.below(3)) {
            case 0 -> rows.of(dice.pick(rows.names()), scope);
            case 1 -> subqueries.of(dice.pick(subqueries.names()), scope);
            default -> rows.simple(scope);
        };
    }

    /** Sometimes with ORDER BY, by all outputs or by some. */
    private Query ordered(String sql, List<Column> columns) {
        if (!dice.oneIn(4)) {
            return new Query(sql, columns);
        }
        boolean all = dice.oneIn(2);
        String by =
                IntStream.rangeClosed(1, all ? columns.size() : 1)
                        .mapToObj(i -> i + dice.of("", "", " DESC", " NULLS FIRST"))
                        .collect(Collectors.joining(", "));
        boolean exact = all && columns.stream().allMatch(c -> Kind.EXACT.contains(c.kind()));
        String limit = exact && dice.oneIn(3) ? " LIMIT " + dice.between(0, 5) : "";
        return new Query(sql + " ORDER BY " + by + limit, columns, exact);
    }

    /** The first rows in a total order, where there is one. */
    private Query limited(From from, String where) {
        Query plain = plain(from, where, "");
        boolean keyed =
                from.scope().sources().stream()
                        .allMatch(s -> s.table() != null && !s.table().key().isEmpty());
        if (!keyed || plain.sql().contains(" ORDER BY ")) {
            return plain;
        }
        String by =
                from.scope().sources().stream()
                        .map(s -> s.alias() + ".id" + dice.of("", " DESC"))
                        .collect(Collectors.joining(", "));
        String limit = writing.parameterizes() ? writing.parameter("int8", "3") : dice.of("3", "1");
        return new Query(
                plain.sql() + " ORDER BY " + by + " LIMIT " + limit + dice.of("", "", " OFFSET 1"),
                plain.outputs(),
                true);
    }

    private Query grouped(From from, String where) {
        List<Place> keys = dice.some(from.scope().places(c -> c.kind().ordered()), 1, 2);
        Place value = from.scope().any(c -> c.kind().ordered());
        if (keys.isEmpty() || value == null) {
            return plain(from, where, "");
        }
        List<String> names = keys.stream().map(Place::full).toList();
        String aggregate = dice.oneIn(3) ? "count(*)" : subqueries.aggregate(value);
        List<Column> columns = new ArrayList<>();
        keys.forEach(k -> columns.add(k.column()));
        Place whole = keys.getFirst();
        Table table = whole.source().table();
        if (table != null && table.key().equals(List.of(whole.column().name())) && dice.oneIn(2)) {
            // of a group by the key every column is one
            names = new ArrayList<>(names);
            names.add(whole.source().alias() + "." + dice.pick(table.columns()).name());
            columns.add(new Column("more", Kind.JSON, false));
        }
        String keyed = keys.stream().map(Place::full).collect(Collectors.joining(", "));
        String having =
                switch (dice.below(6)) {
                    case 2 -> {
                        Column first = keys.getFirst().column();
                        Source one =
                                new Source(
                                        "", keys.getFirst().source().alias(), List.of(first), null);
                        String condition = condition(writing.scope(one));
                        yield condition == null ? "" : " HAVING " + condition;
                    }
                    case 0 -> " HAVING count(*) > 1";
                    case 1 -> " HAVING max(" + names.getFirst() + ") IS NOT NULL";
                    default -> "";
                };
        String group =
                switch (dice.below(10)) {
                    case 0 -> "ROLLUP (" + keyed + ")";
                    case 1 -> "1";
                    default -> keyed;
                };
        boolean first = group.equals("1") && keys.size() > 1;
        // what it is does not matter for the names: nothing compares with it
        columns.add(new Column("n", Kind.JSON, false));
        return new Query(
                "SELECT %s, %s AS n FROM %s%s GROUP BY %s%s"
                        .formatted(
                                String.join(", ", names),
                                aggregate,
                                from.sql(),
                                where,
                                first ? keyed : group,
                                having),
                columns);
    }

    private Query aggregates(From from, String where) {
        List<Place> places = dice.some(from.scope().places(c -> c.kind().ordered()), 0, 2);
        List<String> calls = new ArrayList<>(List.of("count(*) AS n"));
        List<Column> columns = new ArrayList<>(List.of(new Column("n", Kind.INT8, true)));
        for (Place place : places) {
            String name = writing.fresh();
            calls.add(
                    (dice.oneIn(4)
                                    ? "count(DISTINCT " + place.full() + ")"
                                    : subqueries.aggregate(place))
                            + " AS "
                            + name);
            columns.add(new Column(name, Kind.JSON, false));
        }
        return new Query(
                "SELECT " + String.join(", ", calls) + " FROM " + from.sql() + where, columns);
    }
}
