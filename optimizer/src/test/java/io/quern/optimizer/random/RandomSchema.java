package io.quern.optimizer.random;

import io.quern.optimizer.random.Table.Reference;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Makes schemas: tables of many types, keys, references, indexes, views, children, partitions. */
final class RandomSchema {
    private static final List<String> NAMES =
            List.of("orders", "customers", "items", "\"My Table\"", "logs", "seats");

    private static final Map<String, List<Kind>> COLUMNS =
            Map.ofEntries(
                    Map.entry("n", List.of(Kind.INT4, Kind.INT4, Kind.INT2, Kind.INT8)),
                    Map.entry("m", List.of(Kind.INT4, Kind.INT2)),
                    Map.entry("big", List.of(Kind.INT8)),
                    Map.entry("total", List.of(Kind.NUMERIC, Kind.PRICE)),
                    Map.entry("price", List.of(Kind.PRICE, Kind.NUMERIC)),
                    Map.entry("ratio", List.of(Kind.FLOAT8)),
                    Map.entry("t", List.of(Kind.TEXT)),
                    Map.entry("status", List.of(Kind.TEXT, Kind.VARCHAR, Kind.BYTES, Kind.MOOD)),
                    Map.entry("v", List.of(Kind.VARCHAR)),
                    Map.entry("c", List.of(Kind.CHAR)),
                    Map.entry("word", List.of(Kind.BLIND)),
                    Map.entry("\"Na me\"", List.of(Kind.TEXT, Kind.BYTES)),
                    Map.entry("flag", List.of(Kind.BOOL)),
                    Map.entry("day", List.of(Kind.DATE)),
                    Map.entry("at", List.of(Kind.TIMESTAMP)),
                    Map.entry("made", List.of(Kind.TIMESTAMP, Kind.TIMESTAMPTZ)),
                    Map.entry("tz", List.of(Kind.TIMESTAMPTZ)),
                    Map.entry("hour", List.of(Kind.TIME)),
                    Map.entry("span", List.of(Kind.INTERVAL)),
                    Map.entry("u", List.of(Kind.UUID)),
                    Map.entry("j", List.of(Kind.JSON)),
                    Map.entry("doc", List.of(Kind.JSONB)),
                    Map.entry("tags", List.of(Kind.INTS)),
                    Map.entry("names", List.of(Kind.TEXTS)),
                    Map.entry("mood", List.of(Kind.MOOD)),
                    Map.entry("score", List.of(Kind.POSITIVE)));

    private static final List<Kind> KEYS =
            List.of(
                    Kind.INT4,
                    Kind.INT4,
                    Kind.INT4,
                    Kind.INT4,
                    Kind.INT4,
                    Kind.INT8,
                    Kind.INT8,
                    Kind.INT2,
                    Kind.TEXT,
                    Kind.UUID,
                    Kind.NUMERIC,
                    Kind.VARCHAR,
                    Kind.BLIND,
                    Kind.DATE,
                    Kind.CHAR);

    private final Dice dice;
    private final boolean hard;
    private final List<Table> tables = new ArrayList<>();
    private final List<String> ddl = new ArrayList<>();
    private final List<String> rows = new ArrayList<>();
    private final List<String> later = new ArrayList<>();
    private final List<String> pending = new ArrayList<>();

    private RandomSchema(Dice dice) {
        this.dice = dice;
        this.hard = dice.oneIn(4);
    }

    static Schema make(Dice dice) {
        var made = new RandomSchema(dice);
        int count = dice.between(2, 6);
        for (int i = 0; i < count; i++) {
            made.table(NAMES.get(i));
        }
        if (dice.oneIn(4)) {
            made.child();
        }
        made.views();
        return new Schema(made.tables, made.ddl, made.rows, made.later);
    }

    private void table(String name) {
        List<Column> columns = new ArrayList<>();
        List<Reference> references = new ArrayList<>();
        Kind id = dice.pick(KEYS);
        String key = dice.percent(80) ? "PRIMARY KEY" : keyOf(name);
        boolean keyed = key.equals("PRIMARY KEY");
        columns.add(new Column("id", id, keyed || dice.oneIn(2)));
        for (Table target : List.copyOf(tables)) {
            if (dice.percent(60)) {
                refer(name, target, columns, references);
            }
        }
        for (String column : dice.some(List.copyOf(sorted()), 5, 13)) {
            columns.add(new Column(column, dice.pick(kinds(column)), dice.percent(45)));
        }
        String partition = keyed && dice.oneIn(12) && partitionable(id) ? "id" : "";
        String body =
                columns.stream()
                        .map(c -> declared(c, keyed, key))
                        .collect(Collectors.joining(", "));
        ddl.add(
                "CREATE TABLE %s (%s)%s"
                        .formatted(
                                name, body, partition.isEmpty() ? "" : " PARTITION BY HASH (id)"));
        if (!partition.isEmpty()) {
            for (int i = 0; i < 2; i++) {
                ddl.add(
                        "CREATE TABLE %s%d PARTITION OF %s FOR VALUES WITH (MODULUS 2, REMAINDER %d)"
                                .formatted(name.replace("\"", "").replace(' ', '_'), i, name, i));
            }
        }
        Table table =
                new Table(name, columns, keyed ? List.of("id") : List.of(), references, false);
        tables.add(table);
        ddl.addAll(pending);
        pending.clear();
        indexes(table);
        fill(table);
    }

    private static List<String> sorted() {
        return COLUMNS.keySet().stream().sorted().toList();
    }

    private static List<Kind> kinds(String column) {
        List<Kind> kinds = COLUMNS.get(column);
        return kinds == null ? List.of(Kind.TEXT) : kinds;
    }

    private static boolean partitionable(Kind id) {
        return id.integer() || id == Kind.TEXT || id == Kind.UUID;
    }

    private static String declared(Column column, boolean keyed, String key) {
        String type = column.name() + " " + column.kind().sql();
        if (!column.name().equals("id")) {
            return type + (column.notNull() ? " NOT NULL" : "");
        }
        return type + (column.notNull() && !keyed ? " NOT NULL " : " ") + key;
    }

    /** Something like a key, on which not everything may be built. */
    private String keyOf(String name) {
        String form =
                dice.of(
                        "UNIQUE",
                        "UNIQUE NULLS NOT DISTINCT",
                        "UNIQUE DEFERRABLE",
                        "UNIQUE DEFERRABLE INITIALLY DEFERRED",
                        "partial",
                        "expression",
                        "");
        if (form.equals("partial")) {
            later.add("CREATE UNIQUE INDEX ON " + name + " (id) WHERE id IS NOT NULL");
        } else if (form.equals("expression")) {
            later.add("CREATE UNIQUE INDEX ON " + name + " ((id::text))");
        } else {
            return form;
        }
        return "";
    }

    private void refer(
            String name, Table target, List<Column> columns, List<Reference> references) {
        Column id = target.column("id");
        String column =
                target.name().replace("\"", "").replaceAll("\\W", "_").replaceAll("s$", "") + "_id";
        Kind kind = id.kind() == Kind.INT4 && dice.oneIn(8) ? Kind.INT8 : id.kind();
        columns.add(new Column(column, kind, dice.oneIn(2)));
        references.add(new Reference(column, target.name(), "id"));
        String form =
                dice.of(
                        "",
                        "",
                        "",
                        " NOT VALID",
                        " DEFERRABLE INITIALLY DEFERRED",
                        " ON DELETE" + " CASCADE",
                        " NOT ENFORCED",
                        "none",
                        "none");
        if (!form.equals("none")) {
            String constraint =
                    "ALTER TABLE %s ADD FOREIGN KEY (%s) REFERENCES %s (id)%s"
                            .formatted(name, column, target.name(), form);
            // of a key that is checked at once rows without a target do not get in
            if (form.equals(" NOT VALID") || form.equals(" NOT ENFORCED")) {
                later.add(constraint);
            } else {
                pending.add(constraint);
            }
        }
    }

    private void indexes(Table table) {
        for (Column column : table.columns()) {
            Kind kind = column.kind();
            String name = column.name();
            String on = "CREATE INDEX ON " + table.name();
            if (!dice.percent(40) || kind == Kind.JSON) {
                continue;
            }
            switch (kind) {
                case JSONB, INTS, TEXTS -> ddl.add(on + " USING gin (" + name + ")");
                case TEXT, VARCHAR ->
                        ddl.add(
                                on
                                        + " ("
                                        + name
                                        + dice.of("", " text_pattern_ops", " DESC NULLS FIRST")
                                        + ")");
                default ->
                        ddl.add(
                                on
                                        + " ("
                                        + name
                                        + dice.of("", "", " DESC", " NULLS FIRST", ", id")
                                        + ")"
                                        + dice.of("", "", "", " WHERE id IS NOT NULL"));
            }
        }
        List<Column> pair = dice.some(table.columns(), 2, 2);
        if (dice.oneIn(3) && pair.stream().allMatch(c -> c.kind().ordered())) {
            later.add(
                    "CREATE %s INDEX ON %s (%s, %s)"
                            .formatted(
                                    dice.of("", "UNIQUE"),
                                    table.name(),
                                    pair.get(0).name(),
                                    pair.get(1).name()));
        }
    }

    private void fill(Table table) {
        int count = dice.oneIn(8) ? 0 : dice.between(1, 24);
        for (int i = 1; i <= count; i++) {
            int number = i;
            rows.add(
                    "INSERT INTO %s (%s) VALUES (%s)"
                            .formatted(
                                    table.name(),
                                    table.columns().stream()
                                            .map(Column::name)
                                            .collect(Collectors.joining(", ")),
                                    table.columns().stream()
                                            .map(c -> value(table, c, number))
                                            .collect(Collectors.joining(", "))));
        }
    }

    private String value(Table table, Column column, int row) {
        if (!column.notNull() && dice.oneIn(4)) {
            return "NULL";
        }
        if (column.name().equals("id")) {
            return Kind.quoted(column.kind().key(table.key().isEmpty() ? dice.below(9) : row));
        }
        boolean reference =
                table.references().stream().anyMatch(r -> r.column().equals(column.name()));
        return Kind.quoted(
                reference
                        ? column.kind().key(dice.between(1, 9))
                        : column.kind().value(dice, hard));
    }

    /** A table that inherits: its parent's keys do not hold for its rows. */
    private void child() {
        Table parent = dice.pick(tables);
        boolean partitioned =
                ddl.stream()
                        .anyMatch(
                                d ->
                                        d.startsWith("CREATE TABLE " + parent.name() + " (")
                                                && d.contains("PARTITION BY"));
        if (partitioned) {
            return;
        }
        ddl.add("CREATE TABLE heirs () INHERITS (" + parent.name() + ")");
        Table child =
                new Table(
                        "heirs",
                        parent.columns().stream()
                                .map(c -> new Column(c.name(), c.kind(), c.notNull()))
                                .toList(),
                        List.of(),
                        parent.references(),
                        false);
        tables.set(
                tables.indexOf(parent),
                new Table(parent.name(), parent.columns(), List.of(), parent.references(), false));
        tables.add(child);
        fill(child);
    }

    private void views() {
        List<Table> plain = List.copyOf(tables);
        Table one = dice.pick(plain);
        Table two = dice.pick(plain);
        List<Column> columns = new ArrayList<>();
        List<String> first = new ArrayList<>();
        List<String> second = new ArrayList<>();
        for (Column mine : dice.shuffled(one.columns())) {
            Predicate<Column> same = c -> c.kind() == mine.kind() && !second.contains(c.name());
            Column other = dice.any(two.columns().stream().filter(same).toList());
            if (other != null && columns.size() < 5) {
                columns.add(new Column(mine.name(), mine.kind(), false));
                first.add(mine.name());
                second.add(other.name());
            }
        }
        if (!columns.isEmpty()) {
            ddl.add(
                    "CREATE VIEW seen AS SELECT %s FROM %s UNION %s SELECT %s FROM %s"
                            .formatted(
                                    String.join(", ", first),
                                    one.name(),
                                    columns.stream().allMatch(c -> c.kind().ordered())
                                                    && dice.oneIn(4)
                                            ? ""
                                            : "ALL",
                                    String.join(", ", second),
                                    two.name()));
            tables.add(new Table("seen", columns, List.of(), List.of(), true));
        }
        Table base = dice.pick(plain);
        if (dice.oneIn(3)) {
            ddl.add("CREATE VIEW plain AS SELECT * FROM " + base.name());
            tables.add(new Table("plain", base.columns(), List.of(), base.references(), true));
        }
    }
}
