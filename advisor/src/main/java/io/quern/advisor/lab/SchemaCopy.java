package io.quern.advisor.lab;

import static java.util.stream.Collectors.joining;

import io.quern.optimizer.Catalog;
import io.quern.optimizer.Column;
import io.quern.optimizer.Context;
import io.quern.optimizer.ForeignKey;
import io.quern.optimizer.Index;
import io.quern.optimizer.QualifiedName;
import io.quern.optimizer.Table;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The part of an upstream's schema that a pair of statements may touch, as DDL for the lab. A table
 * counts as touched if any word of the statements is its name: one too many costs little. One that
 * cannot be copied leaves a table in its place that nobody may read, so that no other table of that
 * name is taken for it, and taints exactly the statements that need it.
 *
 * @param schemas creates the schemas of the search path and of the relations
 * @param relations creates each relation, as a superuser, after those it is made of
 * @param tables what can be filled
 * @param views what the copied views show
 * @param tainted why the others could not be copied
 */
record SchemaCopy(
        List<String> schemas,
        Map<QualifiedName, List<String>> relations,
        List<CopiedTable> tables,
        List<String> views,
        Map<QualifiedName, String> tainted) {
    /** Object identifiers below are the same on every server of a major version. */
    static final int FIRST_NORMAL_OID = 16_384;

    /** The only types there are on a server without extensions and user types. */
    private static final String BUILT_IN_TYPE = "[a-z0-9 \"(),\\[\\]-]+";

    /** A copy of no table. */
    static final SchemaCopy NOTHING =
            new SchemaCopy(List.of(), Map.of(), List.of(), List.of(), Map.of());

    /** Creates all of it in an empty database. */
    List<String> ddl() {
        List<String> ddl = new ArrayList<>(schemas);
        relations.values().forEach(ddl::addAll);
        return ddl;
    }

    /** Plans the copy. */
    static SchemaCopy of(Context context, Set<String> names) {
        Map<QualifiedName, String> tainted = new LinkedHashMap<>();
        Map<QualifiedName, List<String>> relations = new LinkedHashMap<>();
        List<CopiedTable> tables = new ArrayList<>();
        List<String> views = new ArrayList<>();
        List<Table> touched = touched(context, names);
        for (Table table : touched) {
            List<String> ddl = new ArrayList<>();
            Optional<String> obstacle = obstacle(table, context.catalog(), tainted);
            if (obstacle.isPresent()) {
                tainted.put(table.name(), obstacle.get());
                ddl.add("CREATE TABLE " + table.name().quoted() + " (\"not copied\" int)");
            } else if (table.kind() == Table.Kind.VIEW) {
                ddl.addAll(ViewDdl.of(table));
                views.add(table.view().orElseThrow().definition());
            } else {
                Set<String> keyColumns = create(table, ddl);
                tables.add(new CopiedTable(table, keyColumns, List.of()));
            }
            relations.put(table.name(), ddl);
        }
        return new SchemaCopy(
                schemas(context, touched), relations, referring(tables), views, tainted);
    }

    private static List<String> schemas(Context context, List<Table> touched) {
        Set<String> schemas = new LinkedHashSet<>(context.searchPath());
        touched.forEach(table -> schemas.add(table.name().schema()));
        schemas.removeIf(s -> s.startsWith("pg_") || s.equals("information_schema"));
        List<String> ddl = new ArrayList<>();
        for (String schema : schemas) {
            String quoted = QualifiedName.quote(schema);
            ddl.add("CREATE SCHEMA IF NOT EXISTS " + quoted);
            ddl.add("GRANT USAGE ON SCHEMA " + quoted + " TO " + LabServer.ROLE);
        }
        return ddl;
    }

    /** The tables with the foreign keys among them, those referred to before those that refer. */
    private static List<CopiedTable> referring(List<CopiedTable> tables) {
        Map<QualifiedName, CopiedTable> left = new LinkedHashMap<>();
        Set<QualifiedName> names =
                tables.stream().map(CopiedTable::name).collect(Collectors.toSet());
        for (CopiedTable copied : tables) {
            List<ForeignKey> references =
                    copied.table().foreignKeys().stream()
                            .filter(k -> k.holds() && !copied.table().subscribed())
                            .filter(k -> names.contains(k.referencedTable()))
                            .toList();
            left.put(
                    copied.name(),
                    new CopiedTable(copied.table(), copied.keyColumns(), references));
        }
        List<CopiedTable> ordered = new ArrayList<>();
        while (!left.isEmpty()) {
            // of a circle, any one
            CopiedTable next =
                    left.values().stream()
                            .filter(t -> t.references().stream().allMatch(k -> done(k, t, left)))
                            .findFirst()
                            .orElse(left.values().iterator().next());
            ordered.add(next);
            left.remove(next.name());
        }
        return ordered;
    }

    private static boolean done(
            ForeignKey key, CopiedTable table, Map<QualifiedName, CopiedTable> left) {
        return key.referencedTable().equals(table.name())
                || !left.containsKey(key.referencedTable());
    }

    /** The tables that words of a statement may mean, and what views among them read, first. */
    static List<Table> touched(Context context, Set<String> names) {
        List<Table> found = new ArrayList<>();
        Set<Table> seen = new HashSet<>();
        context.catalog().tables().stream()
                .filter(t -> names.contains(t.name().name()))
                .filter(
                        t ->
                                context.searchPath().contains(t.name().schema())
                                        || names.contains(t.name().schema()))
                .forEach(t -> add(t, context.catalog(), seen, found));
        return found;
    }

    private static void add(Table table, Catalog catalog, Set<Table> seen, List<Table> into) {
        if (seen.add(table)) {
            ViewDdl.reads(table, catalog).forEach(read -> add(read, catalog, seen, into));
            into.add(table);
        }
    }

    /** Why a table cannot be copied. */
    private static Optional<String> obstacle(
            Table table, Catalog catalog, Map<QualifiedName, String> tainted) {
        QualifiedName name = table.name();
        if (table.rowSecurity()) {
            return Optional.of(name + " has row-level security");
        }
        switch (table.kind()) {
            case VIEW -> {
                return ViewDdl.reads(table, catalog).stream()
                        .flatMap(read -> Optional.ofNullable(tainted.get(read.name())).stream())
                        .map(reason -> "the view " + name + " reads what is not copied: " + reason)
                        .findFirst();
            }
            case FOREIGN_TABLE -> {
                return Optional.of(name + " is a foreign table");
            }
            case TABLE, PARTITIONED_TABLE, MATERIALIZED_VIEW -> {}
        }
        for (Column column : table.columns()) {
            if (column.typeOid() >= FIRST_NORMAL_OID || !column.type().matches(BUILT_IN_TYPE)) {
                return Optional.of(
                        "the lab has no type "
                                + column.type()
                                + " for "
                                + name
                                + "."
                                + column.name());
            }
            if (!column.deterministicCollation()) {
                return Optional.of(
                        "the collation of " + name + "." + column.name() + " is not deterministic");
            }
        }
        return Optional.empty();
    }

    private static Set<String> create(Table table, List<String> ddl) {
        String columns =
                table.columns().stream()
                        .map(
                                c ->
                                        QualifiedName.quote(c.name())
                                                + " "
                                                + c.type()
                                                + (c.notNull() ? " NOT NULL" : ""))
                        .collect(joining(", "));
        ddl.add("CREATE TABLE " + table.name().quoted() + " (" + columns + ")");
        Set<String> keyColumns = new HashSet<>();
        boolean primary = false;
        for (Index index : table.indexes()) {
            if (!copyable(table, index)) {
                continue;
            }
            List<String> keys = index.keys().stream().flatMap(k -> k.column().stream()).toList();
            // Which constraint is the primary key is not known; that one exists matters, because
            // GROUP BY a primary key makes the table's other columns known.
            boolean asPrimary = !primary && index.constraint() && allNotNull(table, keys);
            primary |= asPrimary;
            keyColumns.addAll(keys);
            ddl.add(asPrimary ? primaryKey(table, keys) : uniqueIndex(table, index, keys));
        }
        ddl.add(
                "GRANT SELECT, INSERT, DELETE ON "
                        + table.name().quoted()
                        + " TO "
                        + LabServer.ROLE);
        return keyColumns;
    }

    /** Whether an index says of all rows that a set of plain columns is unique, at any time. */
    private static boolean copyable(Table table, Index index) {
        boolean whole = !table.hasChildren() || table.kind() == Table.Kind.PARTITIONED_TABLE;
        return whole
                && index.unique()
                && index.valid()
                && index.immediate()
                && index.method().equals("btree")
                && index.predicate().isEmpty()
                && index.keys().stream()
                        .allMatch(k -> k.column().isPresent() && k.defaultOpclass());
    }

    private static boolean allNotNull(Table table, List<String> columns) {
        return columns.stream().allMatch(c -> table.column(c).filter(Column::notNull).isPresent());
    }

    private static String primaryKey(Table table, List<String> keys) {
        return "ALTER TABLE " + table.name().quoted() + " ADD PRIMARY KEY (" + quoted(keys) + ")";
    }

    private static String uniqueIndex(Table table, Index index, List<String> keys) {
        return "CREATE UNIQUE INDEX ON "
                + table.name().quoted()
                + " ("
                + quoted(keys)
                + ")"
                + (index.nullsNotDistinct() ? " NULLS NOT DISTINCT" : "");
    }

    private static String quoted(List<String> names) {
        return names.stream().map(QualifiedName::quote).collect(joining(", "));
    }
}
