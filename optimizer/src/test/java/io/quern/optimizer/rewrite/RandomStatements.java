package io.quern.optimizer.rewrite;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Random databases and random statements that hold what the rules look for, in many dressings. Some
 * statements are no valid SQL; whoever runs them finds out.
 */
final class RandomStatements {
    static final String SCHEMA =
            """
            CREATE SCHEMA s;
            CREATE TABLE a (id int PRIMARY KEY, x int NOT NULL, n int, t text NOT NULL, tn text,
                at timestamp NOT NULL, ts timestamp, v varchar(5) NOT NULL, f float8 NOT NULL,
                c text COLLATE "C" NOT NULL, day date, tz timestamptz);
            CREATE INDEX ON a (at);
            CREATE TABLE b (LIKE a INCLUDING ALL);
            CREATE TABLE s.a (LIKE a INCLUDING ALL);
            CREATE TABLE "C d" (id int NOT NULL, x int, "end" timestamp, "At" timestamp NOT NULL,
                "T" text NOT NULL, a int NOT NULL, b timestamp);
            CREATE TABLE narrow (id int NOT NULL, y int NOT NULL, at timestamp(0));
            CREATE VIEW seen AS SELECT * FROM b;
            """;

    /** What a statement needs to run. */
    record Prepared(String sql, List<Integer> types, List<String> values) {}

    private static final List<String> UNITS =
            List.of("second", "minute", "hour", "day", "DAY", "week", "month", "quarter", "year");
    private static final List<String> TIMES =
            List.of(
                    "2024-01-01",
                    "2024-01-01 00:00:00",
                    "2024-01-01 23:59:59.999999",
                    "2024-01-02 00:00:00.000001",
                    "2024-02-29",
                    "2023-12-31",
                    "2024-03-01 12:00",
                    "1969-12-31",
                    "2000-01-01",
                    "0001-01-01",
                    "infinity",
                    "-infinity",
                    "epoch",
                    "294276-12-31 23:59:59",
                    "294276-12-01");
    private static final List<String> ROW_TIMES =
            List.of(
                    "0001-12-31 BC",
                    "4714-12-01 BC",
                    "294276-12-31 23:59:59.999999",
                    "2023-12-31 23:59:59.999999");
    private static final List<String> UNFIXED = List.of("today", "now", "1/2/2024", "yesterday");
    private static final List<String> TEXTS = List.of("", " ", "a", "A", "a ", "é", "b", "''");
    private static final int TIMESTAMP = 1114;
    private static final int INT4 = 23;
    private static final int TEXT = 25;

    private final Random random;
    private final List<Integer> types = new ArrayList<>();
    private final List<String> values = new ArrayList<>();

    RandomStatements(Random random) {
        this.random = random;
    }

    /** Fills the tables anew: few rows, many equal values, edges. */
    String rows() {
        StringBuilder script = new StringBuilder("TRUNCATE a, b, s.a, \"C d\", narrow;");
        for (String table : List.of("a", "b", "s.a")) {
            insert(
                    script,
                    table,
                    id ->
                            List.of(
                                    id,
                                    integer(),
                                    maybe(this::integer),
                                    quoted(pick(TEXTS)),
                                    maybe(() -> quoted(pick(TEXTS))),
                                    rowTime(),
                                    maybe(this::rowTime),
                                    quoted(pick(TEXTS)),
                                    pick(List.of("0", "-0.0", "'NaN'", "1.5", "1")),
                                    quoted(pick(TEXTS)),
                                    maybe(() -> "'2024-01-01'"),
                                    maybe(() -> "'2024-01-01 00:00+02'")));
        }
        insert(
                script,
                "\"C d\"",
                id ->
                        List.of(
                                integer(),
                                maybe(this::integer),
                                maybe(this::rowTime),
                                rowTime(),
                                quoted(pick(TEXTS)),
                                integer(),
                                maybe(this::rowTime)));
        insert(
                script,
                "narrow",
                id ->
                        List.of(
                                integer(),
                                integer(),
                                maybe(() -> pick(List.of("'2024-01-01'", "'2024-02-29 1:00'")))));
        return script.toString();
    }

    private void insert(
            StringBuilder script,
            String table,
            java.util.function.Function<String, List<String>> row) {
        int count = random.nextInt(6);
        for (int i = 0; i < count; i++) {
            script.append("INSERT INTO ").append(table).append(" VALUES (");
            script.append(String.join(", ", row.apply(Integer.toString(i)))).append(");");
        }
    }

    private String rowTime() {
        return quoted(pick(random.nextInt(6) == 0 ? ROW_TIMES : TIMES));
    }

    private String maybe(Supplier<String> value) {
        return random.nextInt(3) == 0 ? "NULL" : value.get();
    }

    private String integer() {
        return Integer.toString(random.nextInt(4));
    }

    static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    private <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private boolean chance(int of) {
        return random.nextInt(of) == 0;
    }

    /** A literal of the same kind as another: the value of an execution to come. */
    String otherLiteral(String literal) {
        if (literal.endsWith("'")) {
            String text = quoted(pick(chance(4) ? pick(List.of(UNFIXED, TEXTS)) : TIMES));
            if (UNITS.contains(literal.substring(1, literal.length() - 1))) {
                return chance(4) ? quoted(pick(UNITS)) : literal;
            }
            return chance(8) ? "E" + text : chance(12) ? "$q$" + TIMES.getFirst() + "$q$" : text;
        }
        return chance(4) ? "2147483647" : integer();
    }

    Prepared next() {
        types.clear();
        values.clear();
        String sql = top();
        return new Prepared(sql, List.copyOf(types), List.copyOf(values));
    }

    /** A FROM item under a name. */
    private record Item(String sql, String name, String table) {}

    private String top() {
        String select = select(2);
        return switch (random.nextInt(12)) {
            case 0 -> "WITH w AS (" + select + ") SELECT * FROM w";
            case 1 ->
                    "WITH "
                            + pick(List.of("a", "b", "w"))
                            + " AS (SELECT 1 AS id, 2 AS x) "
                            + select;
            case 2 -> select + pick(List.of(" UNION ALL ", " UNION ", " EXCEPT ")) + select(2);
            case 3 -> "SELECT count(*) FROM (" + select + ") AS q";
            case 4 -> "SELECT EXISTS (" + select + ") AS e";
            default -> select + (chance(4) ? ";" : "") + (chance(6) ? " -- 'end'" : "");
        };
    }

    private String select(int depth) {
        List<Item> items = items(depth);
        String from = items.getFirst().sql();
        String output = output(items);
        String where =
                IntStream.rangeClosed(0, chance(3) ? 2 : random.nextInt(2))
                        .mapToObj(i -> condition(items, depth, i == 0))
                        .collect(Collectors.joining(pick(List.of(" AND ", "\n AND ", " and "))));
        String tail = chance(8) ? " ORDER BY 1" : "";
        return "SELECT " + output + " FROM " + from + gap() + "WHERE " + where + tail;
    }

    private String output(List<Item> items) {
        Item item = pick(items);
        return switch (random.nextInt(5)) {
            case 0 -> "*";
            case 1 -> "DISTINCT " + item.name() + ".*";
            case 2 -> "count(*), max(" + item.name() + "." + integerColumn(item) + ")";
            default -> item.name() + "." + integerColumn(item) + " AS out";
        };
    }

    private String gap() {
        return pick(List.of(" ", " ", "\n", " /* ' */ ", " -- x\n"));
    }

    /** One or two tables; the first item's SQL is the whole FROM clause. */
    private List<Item> items(int depth) {
        Item one = item();
        if (!chance(3)) {
            return List.of(one);
        }
        Item two = item();
        String on =
                " ON "
                        + one.name()
                        + "."
                        + integerColumn(one)
                        + " = "
                        + two.name()
                        + "."
                        + integerColumn(two);
        String more = chance(4) && depth > 0 ? " AND " + date(pick(List.of(one, two))) : "";
        String from =
                switch (random.nextInt(8)) {
                    case 0 -> one.sql() + ", " + two.sql();
                    case 1 -> one.sql() + " LEFT JOIN " + two.sql() + on + more;
                    case 2 -> one.sql() + " RIGHT JOIN " + two.sql() + on + more;
                    case 3 -> one.sql() + " FULL JOIN " + two.sql() + on;
                    case 4 -> one.sql() + " JOIN " + two.sql() + " USING (id)";
                    case 5 -> one.sql() + " NATURAL JOIN " + two.sql();
                    default -> one.sql() + " JOIN " + two.sql() + on + more;
                };
        return List.of(
                new Item(from, one.name(), one.table()), new Item("", two.name(), two.table()));
    }

    private Item item() {
        String table =
                chance(20)
                        ? "seen"
                        : pick(List.of("a", "a", "b", "b", "s.a", "public.a", "\"C d\"", "narrow"));
        if (chance(2)) {
            String alias = pick(List.of("p", "q", "a", "b", "\"P q\"", "narrow"));
            return new Item(table + (chance(2) ? " AS " : " ") + alias, alias, table);
        }
        return new Item(table, table.substring(table.indexOf('.') + 1), table);
    }

    private String integerColumn(Item item) {
        return switch (item.table()) {
            case "\"C d\"" -> pick(List.of("id", "x", "a"));
            case "narrow" -> pick(List.of("id", "y"));
            default -> pick(List.of("id", "x", "n"));
        };
    }

    private String timeColumn(Item item) {
        return switch (item.table()) {
            case "\"C d\"" -> pick(List.of("\"end\"", "\"At\"", "b"));
            case "narrow" -> "at";
            default ->
                    chance(20)
                            ? pick(List.of("day", "tz"))
                            : pick(List.of("at", "ts", "AT", "\"at\""));
        };
    }

    private String anyColumn(Item item) {
        return switch (item.table()) {
            case "\"C d\"" -> pick(List.of("id", "a", "id", "a", "x", "\"T\"", "\"At\""));
            case "narrow" -> pick(List.of("id", "y"));
            default ->
                    pick(
                            List.of(
                                    "id", "x", "id", "x", "id", "x", "n", "t", "tn", "v", "f", "c",
                                    "at"));
        };
    }

    private String reference(Item item, String column) {
        return chance(5) ? column : item.name() + "." + column;
    }

    private String condition(List<Item> items, int depth, boolean pattern) {
        Item item = pick(items);
        String text =
                switch (pattern ? random.nextInt(6) : 6 + random.nextInt(16)) {
                    case 0, 1, 2 -> date(item);
                    case 3, 4 -> depth > 0 ? notIn(item, depth) : date(item);
                    case 5 -> depth > 0 ? nested(item, depth) : date(item);
                    case 6 -> date(item);
                    case 7 -> depth > 0 ? notIn(item, depth) : "true";
                    case 8 -> reference(item, integerColumn(item)) + " BETWEEN 0 AND 2";
                    case 9 ->
                            "CASE WHEN "
                                    + reference(item, integerColumn(item))
                                    + " = 1 AND true THEN false ELSE true END";
                    case 10 ->
                            "("
                                    + reference(item, integerColumn(item))
                                    + " < 3 OR "
                                    + date(item)
                                    + ")";
                    default ->
                            reference(item, integerColumn(item))
                                    + pick(List.of(" = ", " <> ", " < "))
                                    + (chance(3) ? parameter(INT4, integer()) : integer());
                };
        return switch (random.nextInt(10)) {
            case 0 -> "(" + text + ")";
            case 1 -> "(" + text + " AND " + condition(items, 0, false) + ")";
            case 2 -> chance(3) ? "NOT (" + text + ")" : "( (" + text + "))";
            case 3 -> chance(3) ? text + " OR false" : text;
            default -> text;
        };
    }

    private String nested(Item item, int depth) {
        String inner = select(depth - 1);
        return chance(2)
                ? "EXISTS (" + inner + ")"
                : reference(item, integerColumn(item)) + " IN (" + inner + ")";
    }

    private String date(Item item) {
        String call =
                pick(List.of("date_trunc", "date_trunc", "DATE_TRUNC", "pg_catalog.date_trunc"))
                        + gap().stripTrailing()
                        + (chance(5) ? "\n(" : "(")
                        + quoted(pick(UNITS))
                        + pick(List.of(", ", ",", " , /* x */"))
                        + reference(item, timeColumn(item))
                        + ")";
        String value = timeValue();
        return chance(4) ? value + " = " + call : call + pick(List.of(" = ", "=", " =\n")) + value;
    }

    private String timeValue() {
        String literal = quoted(pick(TIMES));
        return switch (random.nextInt(8)) {
            case 0 -> "timestamp " + literal;
            case 1 -> literal + "::timestamp";
            case 2 -> "CAST(" + literal + " AS timestamp without time zone)";
            case 3 -> parameter(TIMESTAMP, pick(TIMES));
            case 4 -> parameter(TEXT, pick(TIMES)) + "::timestamp";
            case 5 -> "date_trunc('month', timestamp " + literal + ")";
            case 6 -> "(timestamp" + gap() + literal + ")";
            default -> literal;
        };
    }

    private String parameter(int type, String value) {
        types.add(type);
        values.add(value);
        return "$" + types.size();
    }

    private String notIn(Item item, int depth) {
        String column = anyColumn(item);
        List<Item> inner = items(0);
        Item chosen = pick(inner);
        String where =
                chance(3)
                        ? ""
                        : gap()
                                + "WHERE "
                                + (chance(3)
                                        ? reference(chosen, integerColumn(chosen))
                                                + " = "
                                                + item.name()
                                                + "."
                                                + integerColumn(item)
                                        : chance(3) && depth > 1
                                                ? condition(inner, depth - 1, true)
                                                : integerColumn(chosen) + " < 3 OR false")
                                + gap().stripLeading();
        String sub =
                "SELECT "
                        + (chance(4) ? "DISTINCT " : "")
                        + reference(chosen, chance(2) ? column : anyColumn(chosen))
                        + " FROM "
                        + inner.getFirst().sql()
                        + where;
        String left = reference(item, column);
        return chance(4)
                ? "NOT " + left + " IN (" + sub + ")"
                : left + pick(List.of(" NOT IN (", " not in(", "\nNOT /* n */ IN (")) + sub + ")";
    }
}
