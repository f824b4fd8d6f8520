package io.quern.advisor.copy;

import io.quern.optimizer.Catalog;
import io.quern.optimizer.Check;
import io.quern.optimizer.Column;
import io.quern.optimizer.Definition;
import io.quern.optimizer.Definitions;
import io.quern.optimizer.Index;
import io.quern.optimizer.QualifiedName;
import io.quern.optimizer.Table;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A catalog's schema, or the part of it that a statement may touch, as statements in an order in
 * which an empty PostgreSQL of a later or the same version takes them. What cannot be made leaves
 * something of its name behind that fails when it is used; whatever needs it is not made either.
 *
 * <p>{@link Maker} executes it.
 *
 * @param parts each after those it needs
 * @param tables the relations among them that have rows of their own
 * @param views the views among them
 * @param texts of functions, and of the checks of domains: their literals matter
 */
public record SchemaCopy(
        List<Part> parts, List<Table> tables, List<Table> views, List<String> texts) {
    /** A copy of nothing. */
    public static final SchemaCopy NOTHING =
            new SchemaCopy(List.of(), List.of(), List.of(), List.of());

    public SchemaCopy {
        parts = List.copyOf(parts);
        tables = List.copyOf(tables);
        views = List.copyOf(views);
        texts = List.copyOf(texts);
    }

    /** Of everything, with all indexes, defaults, foreign keys and extended statistics. */
    public static SchemaCopy whole(Catalog catalog) {
        return new Builder(catalog, Extent.whole(catalog)).build(List.of());
    }

    /**
     * Of what the words of a statement may mean, and of what decides which rows there can be.
     *
     * @param path the effective search path
     * @param types the OIDs of types it has besides
     */
    public static SchemaCopy of(
            Catalog catalog, List<String> path, Set<String> words, List<Integer> types) {
        Set<String> addresses = new HashSet<>();
        types.forEach(oid -> addresses.add("t" + Integer.toUnsignedLong(oid)));
        return new Builder(catalog, Extent.of(catalog, path, words, addresses)).build(path);
    }

    /** Why relations, types and functions are not there as they are, by what they are called. */
    public Map<String, String> tainted() {
        return reasons(true);
    }

    /** Why checks, indexes, defaults and the like are missing. */
    public Map<String, String> omitted() {
        return reasons(false);
    }

    private Map<String, String> reasons(boolean essential) {
        Map<String, String> reasons = new LinkedHashMap<>();
        for (Part part : parts) {
            if (part.kind().essential() == essential && part.obstacle().isPresent()) {
                reasons.put(part.key(), part.obstacle().get());
            }
        }
        return reasons;
    }

    /** Puts the parts together. */
    private static final class Builder {
        private final Definitions definitions;
        private final Extent extent;
        private final Map<String, Part> parts = new LinkedHashMap<>();
        private final Map<String, Set<String>> keys = new HashMap<>();
        private final List<Table> filled = new ArrayList<>();
        private final List<Table> views = new ArrayList<>();

        Builder(Catalog catalog, Extent extent) {
            this.definitions = catalog.definitions();
            this.extent = extent;
        }

        SchemaCopy build(List<String> path) {
            schemas(path);
            List<String> texts = new ArrayList<>();
            for (Definition object : extent.objects()) {
                add(new DefinitionPart(object).part(), object.address());
                texts.add(object.text());
            }
            tables();
            indexes();
            for (Table view : extent.tables()) {
                if (view.kind() == Table.Kind.VIEW) {
                    add(new ViewParts(view).part(), "r" + view.oid());
                    views.add(view);
                }
            }
            if (extent.isWhole()) {
                rest();
            }
            List<Part> ordered = Order.of(linked());
            return new SchemaCopy(ordered, filled, views, texts);
        }

        private void add(Part part, String... addresses) {
            parts.putIfAbsent(part.key(), part);
            for (String address : addresses) {
                keys.computeIfAbsent(part.key(), k -> new HashSet<>()).add(address);
            }
        }

        private void schemas(List<String> path) {
            Set<String> schemas = new LinkedHashSet<>(path);
            extent.objects().forEach(d -> schemas.add(d.name().schema()));
            extent.tables().forEach(t -> schemas.add(t.name().schema()));
            schemas.removeIf(s -> s.startsWith("pg_") || s.equals("information_schema"));
            for (String schema : schemas) {
                QualifiedName name = new QualifiedName(schema, schema);
                String quoted = QualifiedName.quote(schema);
                add(
                        Part.of(
                                TableParts.schema(name),
                                Part.Kind.SCHEMA,
                                name,
                                "CREATE SCHEMA IF NOT EXISTS " + quoted,
                                "DROP SCHEMA IF EXISTS " + quoted + " CASCADE",
                                Set.of()));
            }
        }

        private void tables() {
            for (Table table : extent.tables()) {
                if (table.kind() == Table.Kind.VIEW) {
                    continue;
                }
                boolean split = isSplit(table);
                TableParts made = new TableParts(table, split);
                String[] addresses =
                        Stream.concat(
                                        Stream.of("r" + table.oid()),
                                        table.columns().stream()
                                                .filter(Builder::isGenerated)
                                                .map(c -> address(table, c)))
                                .toArray(String[]::new);
                add(made.columns(), addresses);
                made.checks().forEach(p -> add(p, checkAddress(table, p)));
                made.place(parents(table)).ifPresent(this::add);
                if (!split) {
                    filled.add(table);
                }
            }
        }

        private static boolean isGenerated(Column c) {
            return c.origin() == Column.Origin.STORED || c.origin() == Column.Origin.VIRTUAL;
        }

        private static String address(Table table, Column c) {
            return "d" + table.oid() + " " + c.position();
        }

        private static String checkAddress(Table table, Part part) {
            return table.checks().stream()
                    .map(Check::name)
                    .filter(c -> TableParts.checkKey(table.name(), c).equals(part.key()))
                    .map(c -> "q" + table.oid() + " " + c)
                    .findFirst()
                    .orElse("");
        }

        /** Whether partitions of it are in the copy; the whole copy has all there are. */
        private boolean isSplit(Table table) {
            return table.kind() == Table.Kind.PARTITIONED_TABLE
                    && (extent.isWhole()
                            || extent.tables().stream()
                                    .anyMatch(
                                            t ->
                                                    t.inheritance().partition()
                                                            && t.inheritance()
                                                                    .parents()
                                                                    .contains(table.name())));
        }

        private List<Table> parents(Table table) {
            return table.inheritance().parents().stream()
                    .filter(extent::has)
                    .flatMap(p -> extent.tables().stream().filter(t -> t.name().equals(p)).limit(1))
                    .toList();
        }

        /** Those of partitions first: a partitioned table's then take them as their own. */
        private void indexes() {
            List<Table> leavesFirst = new ArrayList<>(extent.tables());
            leavesFirst.sort(Comparator.comparingInt(this::depth).reversed());
            for (Table table : leavesFirst) {
                for (Part part : new IndexParts(table).indexes(!extent.isWhole())) {
                    String address =
                            table.indexes().stream()
                                    .filter(i -> IndexParts.key(table, i).equals(part.key()))
                                    .map(Index::oid)
                                    .map(oid -> "i" + oid)
                                    .findFirst()
                                    .orElse("");
                    add(part.needing(above(table)), address);
                }
            }
        }

        /** The places of a table and of its partitions must be taken first. */
        private Set<String> above(Table table) {
            Set<String> places = new HashSet<>();
            if (isSplit(table)) {
                for (Table child : extent.tables()) {
                    if (child.inheritance().parents().contains(table.name())) {
                        places.add(TableParts.placeKey(child.name()));
                    }
                }
            }
            return places;
        }

        private int depth(Table table) {
            return table.inheritance().partition()
                    ? 1 + parents(table).stream().mapToInt(this::depth).max().orElse(0)
                    : 0;
        }

        private void rest() {
            for (Table table : extent.tables()) {
                if (table.kind() != Table.Kind.VIEW) {
                    IndexParts indexes = new IndexParts(table);
                    indexes.statistics().forEach(p -> add(p, "s" + table.oid()));
                    TableParts made = new TableParts(table, false);
                    for (Column c : table.columns()) {
                        made.defaultOf(c).ifPresent(p -> add(p, address(table, c)));
                    }
                }
            }
            for (Table table : extent.tables()) {
                for (Part part : new IndexParts(table).foreignKeys(parents(table))) {
                    add(part.needing(uniqueOf(part)));
                }
            }
        }

        /** The unique indexes of the tables it is about. */
        private Set<String> uniqueOf(Part foreignKey) {
            Set<String> found = new HashSet<>();
            for (Part part : parts.values()) {
                if (part.kind() == Part.Kind.INDEX
                        && foreignKey.needs().contains(TableParts.key(part.name()))) {
                    found.add(part.key());
                }
            }
            return found;
        }

        /** The parts, each with the keys of what its addresses need. */
        private List<Part> linked() {
            Map<String, String> keyOf = new HashMap<>();
            keys.forEach(
                    (key, addresses) ->
                            addresses.stream()
                                    .filter(
                                            a ->
                                                    "rtfocxak"
                                                                    .indexOf(
                                                                            a.isEmpty()
                                                                                    ? ' '
                                                                                    : a.charAt(0))
                                                            >= 0)
                                    .forEach(a -> keyOf.put(a, key)));
            List<Part> linked = new ArrayList<>();
            for (Part part : parts.values()) {
                Set<String> needs = new HashSet<>();
                for (String address : keys.getOrDefault(part.key(), Set.of())) {
                    collect(address, part, keyOf, needs, new HashSet<>());
                }
                linked.add(part.needing(needs));
            }
            return linked;
        }

        private void collect(
                String address,
                Part part,
                Map<String, String> keyOf,
                Set<String> into,
                Set<String> seen) {
            for (String needed : definitions.needsOf(address)) {
                boolean parent = part.kind() == Part.Kind.TABLE && needed.startsWith("r");
                String key = keyOf.get(needed);
                if (key != null && !parent) {
                    into.add(key);
                } else if (key == null && !parent && seen.add(needed)) {
                    // what is made with something else, as an operator class with its extension
                    collect(needed, part, keyOf, into, seen);
                }
            }
        }
    }

    /** Counts only. */
    @Override
    public String toString() {
        return "SchemaCopy[" + parts.size() + " parts]";
    }
}
