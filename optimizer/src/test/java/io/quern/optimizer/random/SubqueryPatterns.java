package io.quern.optimizer.random;

import io.quern.optimizer.random.Scope.Place;
import io.quern.optimizer.random.Scope.Source;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Conditions with subqueries that hold the pattern of a rule, by the rule's name. */
final class SubqueryPatterns {
    private final Writing writing;
    private final Dice dice;
    private final RowPatterns rows;
    private final Map<String, Function<Scope, @Nullable String>> all = new LinkedHashMap<>();
    private int depth;

    SubqueryPatterns(Writing writing, RowPatterns rows) {
        this.writing = writing;
        this.dice = writing.dice();
        this.rows = rows;
        all.put("NotInToNotExists", this::notIn);
        all.put("CountToExists", this::counted);
        all.put("SplitExists", this::splitExists);
        all.put("QuantifiedToExtreme", this::quantified);
        all.put("SelfAggregateToWindow", this::selfAggregate);
        all.put("CorrelatedAggregateToJoin", this::aggregated);
        all.put("OrSubqueryToUnion", this::orSubquery);
        all.put("OrAcrossJoinToUnion", this::orAcross);
    }

    List<String> names() {
        return List.copyOf(all.keySet());
    }

    /** The rule's pattern over these items; null if they have no column for it. */
    @Nullable String of(String rule, Scope scope) {
        Function<Scope, @Nullable String> production = all.get(rule);
        return production == null ? null : production.apply(scope);
    }

    /**
     * What a subquery reads.
     *
     * @param tail from FROM to the end of WHERE
     */
    record Inner(Scope scope, String tail) {}

    /** A table, correlated with an outer item by an equality or not at all. */
    Inner inner(Scope outer, int correlatedPercent) {
        Source source = writing.table();
        if (outer.sources().stream().anyMatch(s -> s.alias().equals(source.alias()))) {
            return inner(writing.source(dice.pick(writing.tables())), outer, 0);
        }
        return inner(source, outer, correlatedPercent);
    }

    Inner inner(Source source, Scope outer, int correlatedPercent) {
        Scope scope = writing.scope(source);
        List<String> conditions = new ArrayList<>();
        if (dice.percent(correlatedPercent)) {
            String equality = writing.joined(source, dice.pick(outer.sources()));
            if (equality != null) {
                conditions.add(equality);
            }
        }
        if (dice.oneIn(3)) {
            Scope seen = dice.oneIn(4) ? scope.inside(outer) : scope;
            String more =
                    switch (dice.below(6)) {
                        case 0, 1 -> rows.of(dice.pick(rows.names()), seen);
                        case 2 -> depth < 2 ? deeper(seen) : null;
                        default -> rows.simple(seen);
                    };
            if (more != null) {
                conditions.add("(" + more + ")");
            }
        }
        return new Inner(scope, tail(source.sql(), conditions));
    }

    /** A subquery in a subquery. */
    private @Nullable String deeper(Scope scope) {
        depth++;
        String made = of(dice.pick(names()), scope);
        depth--;
        return made;
    }

    String tail(String from, List<String> conditions) {
        return " FROM "
                + from
                + (conditions.isEmpty()
                        ? ""
                        : " WHERE " + String.join(" AND ", dice.shuffled(conditions)));
    }

    private @Nullable Place like(Place place, Scope inner) {
        List<Place> same = inner.places(c -> c.kind().comparable(place.kind()));
        List<Place> sure = same.stream().filter(p -> p.column().notNull()).toList();
        return dice.any(sure.isEmpty() || dice.oneIn(4) ? same : sure);
    }

    private @Nullable String notIn(Scope scope) {
        boolean sure = !dice.oneIn(4);
        Place place = scope.any(c -> c.kind().ordered() && (c.notNull() || !sure));
        Inner inner = inner(scope, 20);
        Place value = place == null ? null : like(place, inner.scope());
        if (place == null || value == null) {
            return null;
        }
        String query =
                "(SELECT " + dice.of("", "", "DISTINCT ") + value.full() + inner.tail() + ")";
        return dice.oneIn(4)
                ? "NOT " + scope.write(place) + " IN " + query
                : scope.write(place) + dice.of(" NOT IN ", " not in ", " <> ALL ") + query;
    }

    private String counted(Scope scope) {
        Inner inner = inner(scope, 85);
        Place column = inner.scope().any(c -> c.kind().ordered());
        String what = column == null || dice.oneIn(2) ? "*" : column.full();
        String count =
                "(SELECT count("
                        + (what.equals("*") ? "" : dice.of("", "", "DISTINCT "))
                        + what
                        + ")"
                        + (dice.oneIn(8) ? filter(inner) : "")
                        + inner.tail()
                        + ")";
        return writing.compared(
                count,
                dice.of(">", "<>", ">", "=", ">=", "<"),
                writing.parameterizes() ? writing.parameter("int8", "0") : dice.of("0", "0", "1"));
    }

    private String filter(Inner inner) {
        String condition = rows.simple(inner.scope());
        return condition == null ? "" : " FILTER (WHERE " + condition + ")";
    }

    private @Nullable String splitExists(Scope scope) {
        Source source = writing.table();
        Source partner = dice.pick(scope.sources());
        if (partner.alias().equals(source.alias())) {
            return null;
        }
        String one = writing.joined(source, partner);
        String two =
                dice.oneIn(3)
                        ? rows.simple(writing.scope(source))
                        : writing.joined(source, dice.pick(scope.sources()));
        if (one == null || two == null) {
            return null;
        }
        List<String> conditions = new ArrayList<>();
        conditions.add(
                "("
                        + String.join(
                                " OR ",
                                dice.shuffled(
                                        dice.oneIn(4)
                                                ? List.of(one, two, "(" + one + " AND " + two + ")")
                                                : List.of(one, two)))
                        + ")");
        String more = dice.oneIn(3) ? rows.simple(writing.scope(source)) : null;
        if (more != null) {
            conditions.add(more);
        }
        return dice.of("EXISTS", "EXISTS", "NOT EXISTS")
                + " (SELECT "
                + dice.of("1", "*", "NULL", "DISTINCT 1")
                + tail(source.sql(), conditions)
                + ")";
    }

    private @Nullable String quantified(Scope scope) {
        Place place = scope.any(c -> c.kind().ordered() && c.kind() != Kind.BOOL);
        Inner inner = inner(scope, 20);
        Place value = place == null ? null : like(place, inner.scope());
        if (place == null || value == null) {
            return null;
        }
        return scope.write(place)
                + " "
                + (dice.oneIn(6) ? writing.comparison() : writing.order())
                + dice.of(" ALL", " ALL", " ANY", " SOME")
                + " (SELECT "
                + value.full()
                + inner.tail()
                + ")";
    }

    private @Nullable String selfAggregate(Scope scope) {
        Source source = dice.pick(scope.sources());
        Table table = source.table();
        if (table == null) {
            return null;
        }
        String alias = writing.fresh();
        Source inner = new Source(table.name() + " " + alias, alias, table.columns(), table);
        Scope own = new Scope(List.of(source), dice);
        Place key = own.any(c -> c.kind().ordered() && (c.notNull() || dice.oneIn(3)));
        Place value = own.any(c -> c.kind().ordered() && c.kind() != Kind.BOOL);
        if (key == null || value == null) {
            return null;
        }
        List<String> conditions = new ArrayList<>();
        conditions.add(writing.compared(alias + "." + key.column().name(), "=", key.full()));
        String more = dice.oneIn(4) ? rows.simple(writing.scope(inner)) : null;
        if (more != null) {
            conditions.add(more);
        }
        String aggregate = aggregate(new Place(inner, value.column()));
        return writing.compared(
                scope.write(value),
                dice.of("=", "=", "<", ">="),
                "(SELECT " + aggregate + tail(inner.sql(), conditions) + ")");
    }

    /** An aggregate of a column, of the column's family. */
    String aggregate(Place place) {
        boolean number = place.kind().family() == Kind.Family.NUMBER;
        String column = dice.oneIn(4) ? place.column().name() : place.full();
        String call =
                number
                        ? dice.of("max", "min", "sum", "avg", "max", "min")
                        : place.kind() == Kind.BOOL
                                        || place.kind() == Kind.UUID
                                        || place.kind() == Kind.JSONB
                                ? "count"
                                : dice.of("max", "min");
        return call + "(" + column + ")";
    }

    private @Nullable String aggregated(Scope scope) {
        Inner inner = inner(scope, 95);
        Place value = scope.any(c -> c.kind().family() == Kind.Family.NUMBER);
        Place column = inner.scope().any(c -> c.kind().family() == Kind.Family.NUMBER);
        if (value == null || column == null) {
            return null;
        }
        String aggregate = dice.oneIn(4) ? "count(*)" : aggregate(column);
        return writing.compared(
                scope.write(value),
                writing.comparison(),
                "(SELECT " + aggregate + inner.tail() + ")");
    }

    private @Nullable String orSubquery(Scope scope) {
        String simple =
                dice.oneIn(3) ? rows.of(dice.pick(rows.names()), scope) : rows.simple(scope);
        String subquery = subquery(scope);
        if (simple == null || subquery == null) {
            return null;
        }
        String third = dice.oneIn(4) ? rows.simple(scope) : null;
        List<String> all = new ArrayList<>(List.of("(" + simple + ")", subquery));
        if (third != null) {
            all.add(third);
        }
        return "(" + String.join(" OR ", dice.shuffled(all)) + ")";
    }

    /** EXISTS, IN or ANY. */
    @Nullable String subquery(Scope scope) {
        if (dice.oneIn(2)) {
            return dice.of("EXISTS", "NOT EXISTS", "EXISTS")
                    + " (SELECT 1"
                    + inner(scope, 90).tail()
                    + ")";
        }
        Place place = scope.any(c -> c.kind().ordered());
        Inner inner = inner(scope, 20);
        Place value = place == null ? null : like(place, inner.scope());
        return place == null || value == null
                ? null
                : scope.write(place)
                        + dice.of(" IN ", " IN ", " = ANY ", " NOT IN ")
                        + "(SELECT "
                        + value.full()
                        + inner.tail()
                        + ")";
    }

    private @Nullable String orAcross(Scope scope) {
        List<String> all = new ArrayList<>();
        for (Source source : scope.sources()) {
            Scope own = new Scope(List.of(source), dice);
            Place place = own.any(c -> c.kind().ordered());
            if (place != null) {
                all.add(
                        writing.compared(
                                place.full(), writing.comparison(), writing.value(place.kind())));
            }
        }
        return all.size() < 2 ? null : "(" + String.join(" OR ", dice.shuffled(all)) + ")";
    }
}
