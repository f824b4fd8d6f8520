package io.quern.optimizer.random;

import static io.quern.optimizer.random.Kind.quoted;

import io.quern.optimizer.random.Scope.Place;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Conditions on one row that hold the pattern of a rule, by the rule's name. */
final class RowPatterns {
    private final Writing writing;
    private final Dice dice;
    private final Map<String, Function<Scope, @Nullable String>> all = new LinkedHashMap<>();

    RowPatterns(Writing writing) {
        this.writing = writing;
        this.dice = writing.dice();
        all.putAll(new MomentPatterns(writing).all());
        all.put("SummandToOtherSide", this::summand);
        all.put("DecimalToInteger", this::decimal);
        all.put("IntegerTextToInteger", this::integerText);
        all.put("CoalesceToComparison", this::coalesced);
        all.put("NotDistinctToEquals", this::notDistinct);
        all.put("CaseToCondition", this::cases);
        all.put("ConcatenationToColumns", this::concatenated);
        all.put("TextStartToPrefix", this::start);
        all.put("JsonFieldToContainment", this::field);
        all.put("AnyOfArrayToContains", this::element);
        all.put("KeysetOrToRowComparison", this::keyset);
        all.put("LiteralListToArray", this::list);
        all.put("ComparisonChainToBound", this::chain);
        all.put("CoalescedOuterJoinToInner", this::coalesced);
    }

    boolean has(String rule) {
        return all.containsKey(rule);
    }

    List<String> names() {
        return List.copyOf(all.keySet());
    }

    /** The rule's pattern over these items; null if they have no column for it. */
    @Nullable String of(String rule, Scope scope) {
        Function<Scope, @Nullable String> production = all.get(rule);
        return production == null ? null : production.apply(scope);
    }

    private @Nullable String summand(Scope scope) {
        Place place = scope.of(Kind.INTEGERS);
        if (place == null) {
            return null;
        }
        String column = scope.write(place);
        String summand = dice.of("1", "2", "-1", "10", "1000", writing.value(Kind.INT4));
        String sum =
                switch (dice.below(3)) {
                    case 0 -> summand + " + " + column;
                    case 1 -> column + " - (" + summand + ")";
                    default -> column + " + " + summand;
                };
        return writing.compared(sum, writing.comparison(), writing.value(dice.pick(Kind.INTEGERS)));
    }

    private @Nullable String decimal(Scope scope) {
        Place place = scope.of(Kind.INTEGERS);
        if (place == null) {
            return null;
        }
        String value =
                switch (dice.below(5)) {
                    case 0 -> writing.value(Kind.NUMERIC) + "::numeric";
                    case 1 -> writing.value(Kind.FLOAT8) + "::float8";
                    case 2 -> "'" + dice.of("NaN", "Infinity", "1e40", "2.0") + "'::numeric";
                    default -> dice.of("1.0", "2.0", "2.50", "3.00", "-1.0", "1e3", "5.0", "0.0");
                };
        return writing.compared(scope.write(place), writing.comparison(), value);
    }

    private @Nullable String integerText(Scope scope) {
        Place place = scope.of(Kind.INTEGERS);
        if (place == null) {
            return null;
        }
        String column = scope.write(place);
        String cast =
                switch (dice.below(4)) {
                    case 0 -> "CAST(" + column + " AS text)";
                    case 1 -> column + "::varchar";
                    default -> column + "::text";
                };
        String text = dice.of("1", "2", "3", "05", "-1", "+2", " 2", "7.0", "x", "", "99999999999");
        String value = writing.parameterizes() ? writing.parameter("text", text) : quoted(text);
        return writing.compared(cast, dice.oneIn(5) ? "<>" : "=", value);
    }

    private @Nullable String coalesced(Scope scope) {
        Place place = scope.any(c -> c.kind().ordered() && (!c.notNull() || dice.oneIn(4)));
        if (place == null) {
            return null;
        }
        String call = "coalesce(" + scope.write(place) + ", " + writing.value(place.kind()) + ")";
        return writing.compared(call, writing.comparison(), writing.value(place.kind()));
    }

    private @Nullable String notDistinct(Scope scope) {
        Place place = scope.any(c -> c.kind().ordered());
        if (place == null) {
            return null;
        }
        Place other = dice.oneIn(4) ? scope.any(c -> c.kind().comparable(place.kind())) : null;
        String value = other == null ? writing.value(place.kind()) : scope.write(other);
        String column = scope.write(place);
        return switch (dice.below(5)) {
            case 0 -> value + " IS NOT DISTINCT FROM " + column;
            case 1 -> "NOT (" + column + " IS DISTINCT FROM " + value + ")";
            case 2 -> "NOT " + column + " IS DISTINCT FROM " + value;
            default -> column + " IS NOT DISTINCT FROM " + value;
        };
    }

    private @Nullable String cases(Scope scope) {
        String first = simple(scope);
        String second = dice.oneIn(3) ? simple(scope) : null;
        if (first == null) {
            return null;
        }
        List<String> results =
                dice.oneIn(3)
                        ? List.of("'a'", "'b'", "'a'", "NULL")
                        : List.of("true", "false", "NULL", "true");
        String text =
                "CASE WHEN "
                        + first
                        + " THEN "
                        + dice.pick(results)
                        + (second == null ? "" : " WHEN " + second + " THEN " + dice.pick(results))
                        + (dice.oneIn(4) ? "" : " ELSE " + dice.pick(results))
                        + " END";
        boolean texts = results.contains("'a'");
        return texts
                ? writing.compared(text, dice.of("=", "=", "<>"), dice.of("'a'", "'b'", "'c'"))
                : text + (dice.oneIn(6) ? dice.of(" IS TRUE", " = true", " IS NOT TRUE") : "");
    }

    /** A column with a value, or with NULL. */
    @Nullable String simple(Scope scope) {
        Place place = scope.any(c -> c.kind().ordered() || dice.oneIn(3));
        if (place == null) {
            return null;
        }
        String column = scope.write(place);
        if (!place.kind().ordered() || dice.oneIn(8)) {
            return column + dice.of(" IS NULL", " IS NOT NULL");
        }
        if (dice.oneIn(40)) {
            return risky(place, column);
        }
        if (dice.oneIn(30) && Kind.STRINGS.contains(place.kind())) {
            column += " COLLATE " + dice.of("\"C\"", "blind");
        }
        if (dice.oneIn(10)) {
            return column
                    + " IN ("
                    + writing.value(place.kind())
                    + ", "
                    + writing.value(place.kind())
                    + ")";
        }
        if (dice.oneIn(14)) {
            return other(scope, place, column);
        }
        return writing.compared(column, writing.comparison(), writing.value(place.kind()));
    }

    /** What is not a comparison with one value. */
    private String other(Scope scope, Place place, String column) {
        Kind kind = place.kind();
        Place partner = scope.any(c -> c.kind().comparable(kind));
        String other = partner == null ? column : scope.write(partner);
        return switch (dice.below(5)) {
            case 0 ->
                    column
                            + dice.of(" BETWEEN ", " NOT BETWEEN ", " BETWEEN SYMMETRIC ")
                            + writing.value(kind)
                            + " AND "
                            + writing.value(kind);
            case 1 ->
                    "(%s, %s) %s (%s, %s)"
                            .formatted(
                                    column,
                                    other,
                                    dice.of("=", "<", "IS DISTINCT FROM"),
                                    writing.value(kind),
                                    writing.value(kind));
            case 2 -> "(" + column + " = " + other + ") IS NOT FALSE";
            case 3 -> place.source().alias() + dice.of(" IS NOT NULL", ".ctid IS NOT NULL");
            default -> writing.compared(column, writing.comparison(), other);
        };
    }

    /** What is an error for some values. */
    private String risky(Place place, String column) {
        return switch (place.kind().family()) {
            case NUMBER ->
                    dice.of(
                            "1 / " + column + " > 0",
                            column + " + 2147483647 > 0",
                            column + "::int2 = 1",
                            "sqrt(" + column + ") < 2");
            case STRING -> dice.of(column + "::int = 1", column + "::date > '2024-01-01'");
            case MOMENT -> column + " + interval '200000 years' > now()";
            default -> column + "::text::int > 0";
        };
    }

    private @Nullable String concatenated(Scope scope) {
        Place text = scope.of(List.of(Kind.TEXT, Kind.TEXT, Kind.VARCHAR, Kind.BYTES, Kind.CHAR));
        Place number = scope.of(Kind.INTEGERS);
        if (text == null || number == null) {
            return null;
        }
        String separator = quoted(dice.of("#", "#", "-", "::", "", "#1"));
        String digits = scope.write(number) + dice.of("", "::text");
        String sum =
                dice.oneIn(4)
                        ? digits + " || " + separator + " || " + scope.write(text)
                        : scope.write(text) + " || " + separator + " || " + digits;
        String value =
                dice.of("a#5", "a#2", "ab#1", "#1", "a#05", "a#-1", "1#a", "x", "a#", "a::1", "#");
        return writing.compared(
                dice.oneIn(3) ? "(" + sum + ")" : sum,
                "=",
                writing.parameterizes() ? writing.parameter("text", value) : quoted(value));
    }

    private @Nullable String start(Scope scope) {
        Place place = scope.of(Kind.STRINGS);
        if (place == null) {
            return null;
        }
        String column = scope.write(place);
        String length = dice.of("1", "2", "3", "1", "2", "0", "-1");
        String call =
                switch (dice.below(5)) {
                    case 0 -> "substr(" + column + ", 1, " + length + ")";
                    case 1 -> "substring(" + column + " FROM 1 FOR 2)";
                    case 2 -> "substring(" + column + ", 1, " + length + ")";
                    default -> "left(" + column + ", " + length + ")";
                };
        String value = dice.of("a", "ab", "abc", "A", "a%", "", "é", "x", "a ");
        return writing.compared(
                call,
                dice.oneIn(6) ? writing.comparison() : "=",
                writing.parameterizes() ? writing.parameter("text", value) : quoted(value));
    }

    private @Nullable String field(Scope scope) {
        Place place = scope.of(List.of(Kind.JSONB, Kind.JSONB, Kind.JSONB, Kind.JSON));
        if (place == null) {
            return null;
        }
        String column = scope.write(place);
        String call = column + dice.of("->>'k'", " ->> 'k'", "->'a'->>'k'", "->>'absent'");
        String value = dice.of("v", "1", "1.0", "true", "null", "2", "[1]", "{\"a\": 1}", "");
        return writing.compared(
                dice.oneIn(2) ? call : "(" + call + ")",
                dice.oneIn(6) ? writing.comparison() : "=",
                writing.parameterizes() ? writing.parameter("text", value) : quoted(value));
    }

    private @Nullable String element(Scope scope) {
        Place place = scope.of(List.of(Kind.INTS, Kind.TEXTS));
        if (place == null) {
            return null;
        }
        Kind element = place.kind() == Kind.INTS ? Kind.INT4 : Kind.TEXT;
        Place other = dice.oneIn(5) ? scope.of(List.of(element)) : null;
        String value = other == null ? writing.value(element) : scope.write(other);
        return value
                + dice.of(" = ", " = ", " = ", " <> ")
                + dice.of("ANY", "ANY", "SOME", "ALL")
                + " ("
                + scope.write(place)
                + ")";
    }

    private @Nullable String keyset(Scope scope) {
        Scope.Source source = dice.pick(scope.sources());
        List<Place> places =
                dice.some(
                        new Scope(List.of(source), dice)
                                .places(c -> c.kind().ordered() && c.kind() != Kind.BOOL),
                        2,
                        3);
        if (places.size() < 2) {
            return null;
        }
        String operator = dice.of(">", "<", ">", ">=");
        List<String> values =
                places.stream().map(p -> writing.value(p.kind())).collect(Collectors.toList());
        String text = "";
        for (int i = places.size() - 1; i >= 0; i--) {
            String column = scope.write(places.get(i));
            String value = values.get(i);
            String last = dice.oneIn(15) ? writing.value(places.get(i).kind()) : value;
            String strict = i < places.size() - 1 ? operator.substring(0, 1) : operator;
            String direction = dice.oneIn(20) ? "<" : strict;
            text =
                    column
                            + " "
                            + direction
                            + " "
                            + value
                            + (text.isEmpty()
                                    ? ""
                                    : " OR (" + column + " = " + last + " AND (" + text + "))");
        }
        return "(" + text + ")";
    }

    private @Nullable String list(Scope scope) {
        Place place = scope.of(Kind.INTEGERS);
        if (place == null) {
            return null;
        }
        int step = dice.between(1, 3);
        String items =
                IntStream.range(0, dice.between(50, 60))
                        .mapToObj(i -> Integer.toString(i * step))
                        .collect(Collectors.joining(", "));
        return scope.write(place) + dice.of(" IN (", " NOT IN (") + items + ")";
    }

    private @Nullable String chain(Scope scope) {
        Place from = scope.any(c -> c.kind().ordered() && c.kind() != Kind.BOOL);
        if (from == null) {
            return null;
        }
        List<Place> others =
                scope.places(c -> c.kind() == from.kind() || c.kind().comparable(from.kind()));
        Place to = dice.any(others.stream().filter(p -> !p.equals(from)).toList());
        if (to == null) {
            return null;
        }
        String direction = dice.of("<", ">");
        String link = dice.of(direction, direction + "=", "=");
        String bound = dice.of(direction, direction + "=");
        return writing.compared(scope.write(from), link, scope.write(to))
                + " AND "
                + writing.compared(scope.write(to), bound, writing.value(to.kind()));
    }
}
