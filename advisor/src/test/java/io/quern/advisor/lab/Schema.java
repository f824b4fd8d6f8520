package io.quern.advisor.lab;

import io.quern.optimizer.Catalog;
import io.quern.optimizer.Collation;
import io.quern.optimizer.Column;
import io.quern.optimizer.Context;
import io.quern.optimizer.ForeignKey;
import io.quern.optimizer.Index;
import io.quern.optimizer.QualifiedName;
import io.quern.optimizer.Statement;
import io.quern.optimizer.Table;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Catalogs for the lab's tests, written as {@code "id integer not null"}. */
final class Schema {
    private static final Map<String, Integer> OIDS =
            Map.ofEntries(
                    Map.entry("boolean", 16),
                    Map.entry("bigint", 20),
                    Map.entry("smallint", 21),
                    Map.entry("integer", 23),
                    Map.entry("text", 25),
                    Map.entry("double precision", 701),
                    Map.entry("integer[]", 1007),
                    Map.entry("character(4)", 1042),
                    Map.entry("character varying(12)", 1043),
                    Map.entry("date", 1082),
                    Map.entry("timestamp without time zone", 1114),
                    Map.entry("timestamp with time zone", 1184),
                    Map.entry("numeric(8,2)", 1700),
                    Map.entry("uuid", 2950),
                    Map.entry("jsonb", 3802));

    private static final Collation DEFAULT_COLLATION =
            new Collation(100, new QualifiedName("pg_catalog", "default"), true, false);

    private static final QualifiedName OPCLASS = new QualifiedName("pg_catalog", "any_ops");

    private Schema() {}

    /** Two tables joined by {@code line.item = item.id}, a third without any constraint. */
    static final Catalog SHOP =
            catalog(
                    table(
                            "item",
                            List.of("id"),
                            "id integer not null",
                            "name text",
                            "code character varying(12)",
                            "tag character(4)",
                            "price numeric(8,2)",
                            "qty integer not null",
                            "sold integer",
                            "active boolean",
                            "made timestamp without time zone",
                            "seen timestamp with time zone",
                            "due date",
                            "nums integer[]",
                            "doc jsonb"),
                    table(
                            "line",
                            List.of("id"),
                            "id bigint not null",
                            "item integer",
                            "holder integer not null",
                            "amount integer",
                            "note text"),
                    table("loose", List.of(), "a integer", "b integer", "f double precision"));

    static Catalog catalog(Table... tables) {
        return new Catalog("shop", 180_006, List.of(tables));
    }

    /** A table in schema {@code public}; its key may be empty. */
    static Table table(String name, List<String> key, String... columns) {
        List<Column> all = new ArrayList<>();
        for (String column : columns) {
            String[] words = column.split(" ", 2);
            boolean notNull = words[1].endsWith(" not null");
            String type = words[1].replace(" not null", "");
            all.add(
                    new Column(
                            words[0],
                            all.size() + 1,
                            OIDS.getOrDefault(type, 16_500),
                            type,
                            -1,
                            Optional.empty(),
                            type.equals("integer[]") ? 23 : 0,
                            notNull,
                            Column.Origin.GIVEN,
                            type.contains("char") || type.equals("text")
                                    ? Optional.of(DEFAULT_COLLATION)
                                    : Optional.empty(),
                            Column.Statistics.UNKNOWN));
        }
        List<Index> indexes = key.isEmpty() ? List.of() : List.of(unique(name + "_pkey", key));
        return new Table(
                1,
                new QualifiedName("public", name),
                Table.Kind.TABLE,
                all,
                indexes,
                List.of(),
                List.of(),
                List.of(),
                Optional.empty(),
                Table.Inheritance.NONE,
                new Table.Security("owner", false, false),
                false,
                false,
                Table.Storage.UNKNOWN);
    }

    /** The same table with a foreign key of one column to another's key. */
    static Table referring(Table table, String column, String other) {
        ForeignKey key =
                new ForeignKey(
                        table.name().name() + "_fkey",
                        List.of(column),
                        new QualifiedName("public", other),
                        List.of("id"),
                        ForeignKey.Match.SIMPLE,
                        true,
                        true,
                        true,
                        false,
                        true,
                        false);
        return new Table(
                table.oid(),
                table.name(),
                table.kind(),
                table.columns(),
                table.indexes(),
                List.of(key),
                table.checks(),
                table.extendedStatistics(),
                table.view(),
                table.inheritance(),
                table.security(),
                table.triggers(),
                table.subscribed(),
                table.storage());
    }

    static Index unique(String name, List<String> columns) {
        List<Index.Key> keys =
                columns.stream()
                        .map(
                                c ->
                                        new Index.Key(
                                                Optional.of(c),
                                                c,
                                                false,
                                                false,
                                                true,
                                                OPCLASS,
                                                OPCLASS,
                                                0))
                        .toList();
        return new Index(
                1,
                name,
                "btree",
                keys,
                List.of(),
                Optional.empty(),
                true,
                true,
                true,
                true,
                false,
                false,
                true,
                0,
                0,
                "");
    }

    static Table as(Table table, Table.Kind kind, boolean rowSecurity) {
        return new Table(
                table.oid(),
                table.name(),
                kind,
                table.columns(),
                table.indexes(),
                table.foreignKeys(),
                table.checks(),
                table.extendedStatistics(),
                table.view(),
                table.inheritance(),
                new Table.Security(table.owner(), rowSecurity, false),
                table.triggers(),
                table.subscribed(),
                table.storage());
    }

    static Context context(Catalog catalog) {
        return new Context(catalog, List.of("public"), "UTC");
    }

    static Statement statement(String sql, List<Integer> types) {
        return new Statement(sql, types);
    }
}
