package io.quern.proxy.console;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Answers {@code SELECT}s without FROM: literals and the few functions by which a client finds out
 * whom it talks to.
 */
final class Probes {
    private static final String DATABASE = "quern";

    private final String user;
    private final int processId;
    private final Function<String, @Nullable String> settings;

    /**
     * @param settings the value of a setting, null if there is none
     */
    Probes(String user, int processId, Function<String, @Nullable String> settings) {
        this.user = user;
        this.processId = processId;
        this.settings = settings;
    }

    private record Item(Column column, @Nullable Object value) {}

    /**
     * The plan of a SELECT.
     *
     * @param tokens those behind SELECT
     * @throws Refusal if it is more than the console can say
     */
    Plan plan(List<Token> tokens) {
        List<Item> items = new ArrayList<>();
        List<Token> rest = tokens;
        do {
            int comma = 0;
            while (comma < rest.size() && !rest.get(comma).symbol(',')) {
                comma++;
            }
            items.add(item(rest.subList(0, comma)));
            rest = comma < rest.size() ? rest.subList(comma + 1, rest.size()) : List.of();
        } while (!rest.isEmpty());
        List<@Nullable Object> row = new ArrayList<>();
        items.forEach(item -> row.add(item.value()));
        return Plan.atOnce(
                items.stream().map(Item::column).toList(),
                "SELECT 1",
                values -> Outcome.rows(List.of(row)));
    }

    private Item item(List<Token> tokens) {
        int end = tokens.size();
        String alias = "";
        if (end >= 3 && tokens.get(end - 2).is("as")) {
            alias = tokens.get(end - 1).text();
            end -= 2;
        }
        List<Token> expression = tokens.subList(0, end);
        Item item = end == 1 ? simple(expression.getFirst()) : call(unqualified(expression));
        return alias.isEmpty()
                ? item
                : new Item(new Column(alias, item.column().type()), item.value());
    }

    private Item simple(Token token) {
        return switch (token.kind()) {
            case NUMBER -> {
                if (!token.text().matches("[0-9]{1,9}")) {
                    throw unknown();
                }
                yield new Item(
                        new Column("?column?", ColumnType.INT4), Integer.valueOf(token.text()));
            }
            case STRING -> new Item(Column.text("?column?"), token.text());
            case WORD ->
                    switch (token.text()) {
                        case "null" -> new Item(Column.text("?column?"), null);
                        case "true", "false" ->
                                new Item(Column.bool("bool"), token.text().equals("true"));
                        case "current_user", "session_user", "user", "current_role" ->
                                new Item(Column.text(token.text()), user);
                        case "current_catalog" -> new Item(Column.text(token.text()), DATABASE);
                        case "current_schema" -> new Item(Column.text(token.text()), null);
                        default -> throw unknown();
                    };
            default -> throw unknown();
        };
    }

    /** Functions may be written with their schema. */
    private static List<Token> unqualified(List<Token> tokens) {
        return tokens.size() > 2 && tokens.getFirst().is("pg_catalog") && tokens.get(1).symbol('.')
                ? tokens.subList(2, tokens.size())
                : tokens;
    }

    private Item call(List<Token> tokens) {
        int size = tokens.size();
        if (size < 3
                || size > 4
                || tokens.getFirst().kind() != Token.Kind.WORD
                || !tokens.get(1).symbol('(')
                || !tokens.getLast().symbol(')')) {
            throw unknown();
        }
        String name = tokens.getFirst().text();
        if (size == 4) {
            String value =
                    name.equals("current_setting") && tokens.get(2).kind() == Token.Kind.STRING
                            ? settings.apply(tokens.get(2).text())
                            : null;
            if (value == null) {
                throw unknown();
            }
            return new Item(Column.text(name), value);
        }
        return switch (name) {
            case "version" ->
                    new Item(
                            Column.text(name),
                            "PostgreSQL " + settings.apply("server_version") + ", the console");
            case "current_database" -> new Item(Column.text(name), DATABASE);
            case "current_schema" -> new Item(Column.text(name), null);
            case "pg_backend_pid" -> new Item(new Column(name, ColumnType.INT4), processId);
            case "pg_is_in_recovery" -> new Item(Column.bool(name), false);
            default -> throw unknown();
        };
    }

    private static Refusal unknown() {
        return new Refusal(
                "0A000", "the console has no tables, and only few functions", Refusal.HINT);
    }
}
