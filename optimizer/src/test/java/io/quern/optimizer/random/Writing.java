package io.quern.optimizer.random;

import io.quern.optimizer.outcome.Parameter;
import io.quern.optimizer.random.Scope.Place;
import io.quern.optimizer.random.Scope.Source;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** A statement that comes into being: what it may name, its parameters and the names it gave. */
final class Writing {
    private static final List<String> ALIASES =
            List.of("a", "s", "v", "c", "x", "k", "\"A b\"", "q", "id", "t", "n", "items", "v2");

    private final Dice dice;
    private final List<Table> tables;
    private final List<Parameter> parameters = new ArrayList<>();
    private final boolean parameterized;
    private int names;

    Writing(Dice dice, List<Table> tables) {
        this.dice = dice;
        this.tables = tables;
        this.parameterized = dice.oneIn(3);
    }

    Dice dice() {
        return dice;
    }

    List<Table> tables() {
        return tables;
    }

    List<Parameter> parameters() {
        return List.copyOf(parameters);
    }

    /** A name that nothing else in the statement has. */
    String fresh() {
        names++;
        return dice.of("q", "s", "z") + names;
    }

    Source table() {
        return source(dice.pick(tables));
    }

    @Nullable Source table(Predicate<Table> which) {
        Table found = dice.any(tables.stream().filter(which).toList());
        return found == null ? null : source(found);
    }

    /** A table under a name, its own or another, seldom one that is something else elsewhere. */
    Source source(Table table) {
        if (dice.oneIn(5)) {
            return new Source(table.name(), table.name(), table.columns(), table);
        }
        String alias = dice.oneIn(4) ? dice.pick(ALIASES) : fresh();
        return new Source(
                table.name() + dice.of(" ", " AS ") + alias, alias, table.columns(), table);
    }

    Scope scope(Source... sources) {
        return new Scope(List.of(sources), dice);
    }

    /** A value of a kind: a literal in one of its forms, or a parameter. */
    String value(Kind kind) {
        if (parameterized && dice.oneIn(3)) {
            return parameter(kind.type(), kind.value(dice, false));
        }
        return literal(kind, kind.value(dice, dice.oneIn(2)));
    }

    /** A parameter of a type, or of none. */
    String parameter(String type, String value) {
        String declared = dice.oneIn(6) ? "unknown" : type;
        parameters.add(new Parameter(declared, dice.oneIn(12) ? null : value));
        return "$" + parameters.size();
    }

    boolean parameterizes() {
        return parameterized && dice.oneIn(3);
    }

    private String literal(Kind kind, String value) {
        if (dice.oneIn(40)) {
            return dice.oneIn(2) ? "NULL" : "NULL::" + kind.type();
        }
        String quoted = Kind.quoted(value);
        boolean number =
                kind.family() == Kind.Family.NUMBER && value.matches("-?\\d+(\\.\\d+)?(e\\d+)?");
        if (number && !dice.oneIn(8)) {
            return dice.oneIn(12) ? value + "::" + kind.type() : value;
        }
        if (kind == Kind.BOOL) {
            return value;
        }
        return switch (dice.below(12)) {
            case 0 -> quoted + "::" + kind.type();
            case 1 -> "CAST(" + quoted + " AS " + kind.type() + ")";
            case 2 -> kind == Kind.DATE || kind == Kind.TIMESTAMP ? kind + " " + quoted : quoted;
            case 3 -> "(" + quoted + ")";
            default -> quoted;
        };
    }

    String comparison() {
        return dice.of("=", "=", "=", "<", "<=", ">", ">=", "<>");
    }

    String order() {
        return dice.of("<", "<=", ">", ">=");
    }

    /** Either operand first. */
    String compared(String left, String operator, String right) {
        if (dice.oneIn(4)) {
            String turned =
                    switch (operator) {
                        case "<" -> ">";
                        case "<=" -> ">=";
                        case ">" -> "<";
                        case ">=" -> "<=";
                        default -> operator;
                    };
            return right + " " + turned + " " + left;
        }
        return left + dice.of(" ", " ", "  ") + operator + " " + right;
    }

    /** An equality of two items' columns, the referring ones first; null if nothing fits. */
    @Nullable String joined(Source left, Source right) {
        String reference = reference(left, right);
        if (reference == null) {
            reference = reference(right, left);
        }
        return reference != null && !dice.oneIn(5) ? reference : alike(left, right);
    }

    /** Where a table of one item refers to that of the other. */
    @Nullable String reference(Source from, Source to) {
        Table table = from.table();
        Table target = to.table();
        if (table == null || target == null) {
            return null;
        }
        return table.references().stream()
                .filter(r -> r.table().equals(target.name()))
                .filter(r -> has(from, r.column()) && has(to, r.target()))
                .findFirst()
                .map(
                        r ->
                                compared(
                                        from.alias() + "." + r.column(),
                                        "=",
                                        to.alias() + "." + r.target()))
                .orElse(null);
    }

    private static boolean has(Source source, String column) {
        return source.columns().stream().anyMatch(c -> c.name().equals(column));
    }

    private @Nullable String alike(Source left, Source right) {
        List<Place> mine = new Scope(List.of(left), dice).places(c -> c.kind().ordered());
        for (Place place : dice.shuffled(mine)) {
            Place other =
                    new Scope(List.of(right), dice).any(c -> c.kind().comparable(place.kind()));
            if (other != null) {
                return compared(place.full(), "=", other.full());
            }
        }
        return null;
    }
}
