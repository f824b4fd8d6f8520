package io.quern.optimizer.catalog;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.Column;
import io.quern.optimizer.Context;
import io.quern.optimizer.Table;
import io.quern.optimizer.parse.Block;
import io.quern.optimizer.parse.Relation;
import io.quern.optimizer.parse.Tree;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The names one query level sees: its FROM items, then those of the levels around it. Inner names
 * shadow outer ones; what cannot be told for sure resolves to a reason. Immutable.
 */
public final class Scope {

    /**
     * A FROM item.
     *
     * @param alias the name its columns are qualified with; empty for an anonymous item
     * @param table the base table, or empty: then {@code reason} says what it is instead
     * @param nullable whether it is on the null-supplying side of an outer join
     */
    public record Item(
            Optional<String> alias, Optional<Table> table, String reason, boolean nullable) {
        public Item {
            requireNonNull(alias, "alias");
            requireNonNull(table, "table");
            requireNonNull(reason, "reason");
        }
    }

    /** What a column reference means. */
    public sealed interface Resolution {}

    /**
     * A column of a base table.
     *
     * @param level 0 for this query level, 1 for the one around it, …
     */
    public record Found(Item item, Table table, Column column, int level) implements Resolution {
        /** Whether no row of the FROM clause can hold NULL here. */
        public boolean neverNull() {
            return column.notNull() && !item.nullable();
        }

        /** Table and column, for reasons. */
        @Override
        public String toString() {
            return table.name().name() + "." + column.name();
        }
    }

    /** It cannot be told; the reason is a sentence's end such as {@code "x is ambiguous"}. */
    public record Unresolved(String reason) implements Resolution {}

    private final List<Item> items;
    private final boolean merged;
    private final @Nullable Scope outer;

    private Scope(List<Item> items, boolean merged, @Nullable Scope outer) {
        this.items = List.copyOf(items);
        this.merged = merged;
        this.outer = outer;
    }

    /** The scope of a query level; {@code outer} is that of the level around it, if any. */
    public static Scope of(Block block, @Nullable Scope outer, Tree tree, Context context) {
        List<Item> items = new ArrayList<>();
        boolean merged =
                block.from().isPresent() && add(block.from().get(), false, items, tree, context);
        return new Scope(items, merged, outer);
    }

    /** The items of this level only. */
    public List<Item> items() {
        return items;
    }

    /** Whether NATURAL or USING merges columns at this level. */
    public boolean merged() {
        return merged;
    }

    /** What {@code qualifier.name}, or {@code name} alone, means here. */
    public Resolution resolve(Optional<String> qualifier, String name) {
        return resolve(qualifier, name, 0);
    }

    private Resolution resolve(Optional<String> qualifier, String name, int level) {
        List<Item> candidates =
                qualifier.isPresent()
                        ? items.stream().filter(i -> i.alias().equals(qualifier)).toList()
                        : items;
        if (qualifier.isPresent() && candidates.size() > 1) {
            return new Unresolved(qualifier.get() + " is ambiguous");
        }
        if (qualifier.isEmpty() && merged) {
            return new Unresolved(name + " may be a column merged by NATURAL or USING");
        }
        Found found = null;
        for (Item item : candidates) {
            if (item.table().isEmpty()) {
                return new Unresolved(
                        name
                                + " may belong to "
                                + item.alias().orElse("a subquery")
                                + ", "
                                + item.reason());
            }
            Optional<Column> column = item.table().get().column(name);
            if (column.isPresent()) {
                if (found != null) {
                    return new Unresolved(name + " is ambiguous");
                }
                found = new Found(item, item.table().get(), column.get(), level);
            }
        }
        if (found != null) {
            return found;
        }
        if (qualifier.isPresent() && !candidates.isEmpty()) {
            return new Unresolved(qualifier.get() + "." + name + " is not known");
        }
        return outer == null
                ? new Unresolved(qualifier.map(q -> q + ".").orElse("") + name + " is not known")
                : outer.resolve(qualifier, name, level + 1);
    }

    /** Adds a relation's items; returns whether a join below merges columns. */
    private static boolean add(
            Relation relation, boolean nullable, List<Item> items, Tree tree, Context context) {
        return switch (relation) {
            case Relation.Named named -> {
                items.add(item(named, nullable, tree, context));
                yield false;
            }
            case Relation.Opaque opaque -> {
                items.add(
                        new Item(
                                opaque.alias(),
                                Optional.empty(),
                                "which is no table's name",
                                nullable));
                yield false;
            }
            case Relation.Joined joined -> {
                boolean full = joined.join() == Relation.Join.FULL;
                boolean left = full || joined.join() == Relation.Join.RIGHT;
                boolean right = full || joined.join() == Relation.Join.LEFT;
                boolean mergesLeft = add(joined.left(), nullable || left, items, tree, context);
                boolean mergesRight = add(joined.right(), nullable || right, items, tree, context);
                yield mergesLeft || mergesRight || joined.mergesColumns();
            }
        };
    }

    /**
     * Whether an unqualified name may mean another relation than the first the catalog finds: one
     * of a system schema on the path, which the catalog leaves out; or a second one, because
     * PostgreSQL passes over a schema that the role may not use.
     */
    private static boolean hidden(String name, Context context) {
        boolean system =
                context.searchPath().stream()
                        .anyMatch(
                                s ->
                                        s.equals("information_schema")
                                                || (s.startsWith("pg_")
                                                        && !s.equals("pg_catalog")));
        return system
                || context.searchPath().stream()
                                .filter(
                                        s ->
                                                context.catalog()
                                                        .resolve(Optional.of(s), name, List.of())
                                                        .isPresent())
                                .count()
                        > 1;
    }

    private static Item item(Relation.Named named, boolean nullable, Tree tree, Context context) {
        Optional<String> alias = Optional.of(named.visible());
        String name = named.path().getLast();
        if (named.path().size() > 2) {
            return new Item(alias, Optional.empty(), "which names another database", nullable);
        }
        if (named.path().size() == 1 && tree.withNames().contains(name)) {
            return new Item(alias, Optional.empty(), "a WITH query", nullable);
        }
        Optional<String> schema =
                named.path().size() == 2 ? Optional.of(named.path().getFirst()) : Optional.empty();
        // unqualified, pg_catalog is searched before any user's schema
        if ((schema.isEmpty() && name.startsWith("pg_"))
                || schema.filter(s -> s.startsWith("pg_")).isPresent()) {
            return new Item(alias, Optional.empty(), "a system relation", nullable);
        }
        if (schema.isEmpty() && hidden(name, context)) {
            return new Item(
                    alias,
                    Optional.empty(),
                    "a name that the search_path may find elsewhere",
                    nullable);
        }
        Optional<Table> table = context.catalog().resolve(schema, name, context.searchPath());
        if (table.isEmpty()) {
            return new Item(alias, table, "which the catalog does not know", nullable);
        }
        String kind =
                switch (table.get().kind()) {
                    case TABLE -> "";
                    case PARTITIONED_TABLE -> "a partitioned table";
                    case VIEW -> "a view";
                    case MATERIALIZED_VIEW -> "a materialized view";
                    case FOREIGN_TABLE -> "a foreign table";
                };
        return kind.isEmpty()
                ? new Item(alias, table, "", nullable)
                : new Item(alias, Optional.empty(), kind, nullable);
    }
}
