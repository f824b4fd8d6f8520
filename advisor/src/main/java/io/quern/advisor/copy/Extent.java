package io.quern.advisor.copy;

import io.quern.optimizer.Catalog;
import io.quern.optimizer.Column;
import io.quern.optimizer.Definition;
import io.quern.optimizer.Definitions;
import io.quern.optimizer.Index;
import io.quern.optimizer.QualifiedName;
import io.quern.optimizer.Table;
import io.quern.optimizer.View;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What of a catalog is to be copied: all of it, or what some words may mean and whatever that is
 * made of. A word may mean too much: that costs little.
 */
final class Extent {
    /** Each more is one more table to fill. */
    private static final int MOST_CHILDREN = 3;

    private final Catalog catalog;
    private final Definitions definitions;
    private final List<String> path;
    private final boolean whole;
    private final Map<QualifiedName, Table> tables = new LinkedHashMap<>();
    private final Map<String, Definition> objects = new LinkedHashMap<>();
    private final Set<String> passed = new HashSet<>();

    private Extent(Catalog catalog, List<String> path, boolean whole) {
        this.catalog = catalog;
        this.definitions = catalog.definitions();
        this.path = path;
        this.whole = whole;
    }

    static Extent whole(Catalog catalog) {
        Extent all = new Extent(catalog, List.of(), true);
        catalog.definitions().objects().forEach(all::add);
        catalog.tables().forEach(all::add);
        return all;
    }

    static Extent of(Catalog catalog, List<String> path, Set<String> words, Set<String> addresses) {
        Extent extent = new Extent(catalog, path, false);
        extent.addNamed(words);
        addresses.forEach(extent::addAddress);
        extent.addPartitions();
        extent.addHeirs();
        extent.addCasts();
        return extent;
    }

    /** The relations, a view after what it reads if that is known. */
    List<Table> tables() {
        return List.copyOf(tables.values());
    }

    List<Definition> objects() {
        return List.copyOf(objects.values());
    }

    boolean has(QualifiedName table) {
        return tables.containsKey(table);
    }

    boolean isWhole() {
        return whole;
    }

    private void addNamed(Set<String> words) {
        for (Table table : catalog.tables()) {
            if (words.contains(table.name().name()) && isSeen(table.name(), words)) {
                add(table);
            }
        }
        for (Definition object : definitions.objects()) {
            boolean extension = object.address().startsWith("x");
            if (object.words().stream().anyMatch(words::contains)
                    && (extension || isSeen(object.name(), words))) {
                add(object);
            }
        }
    }

    private boolean isSeen(QualifiedName name, Set<String> words) {
        return path.contains(name.schema()) || words.contains(name.schema());
    }

    private void add(Definition object) {
        if (objects.containsKey(object.title()) || !passed.add(object.address())) {
            return;
        }
        addNeeds(object.address());
        objects.put(object.title(), object);
        if (!whole && object.address().startsWith("f")) {
            addNamed(Words.of(object.text()));
        }
    }

    private void add(Table table) {
        if (tables.containsKey(table.name()) || !passed.add("table " + table.name())) {
            return;
        }
        boolean view = table.kind() == Table.Kind.VIEW;
        String address = "r" + table.oid();
        if (view && definitions.needsOf(address).isEmpty()) {
            reads(table, catalog).forEach(this::add);
        }
        for (String needed : definitions.needsOf(address)) {
            // what a table inherits from is no part of it, but says which rows a partition has
            if (view || table.inheritance().partition() || !needed.startsWith("r")) {
                addAddress(needed);
            }
        }
        for (Column column : table.columns()) {
            addNeeds("d" + table.oid() + " " + column.position());
        }
        table.checks().forEach(check -> addNeeds("q" + table.oid() + " " + check.name()));
        for (Index index : table.indexes()) {
            if (whole || IndexParts.decides(index)) {
                addNeeds("i" + index.oid());
            }
        }
        tables.put(table.name(), table);
    }

    /** Where a partition is named, some others: not all rows of its parent are in it. */
    private void addPartitions() {
        for (Table parent : tables()) {
            List<Table> children =
                    catalog.tables().stream()
                            .filter(t -> t.inheritance().partition())
                            .filter(t -> t.inheritance().parents().contains(parent.name()))
                            .toList();
            if (children.stream().anyMatch(t -> has(t.name()))) {
                children.stream().limit(MOST_CHILDREN).forEach(this::add);
            }
        }
    }

    /** Rows of what inherits from a table are seen through it, and no key of it holds for them. */
    private void addHeirs() {
        Deque<Table> parents = new ArrayDeque<>(tables());
        while (!parents.isEmpty()) {
            QualifiedName parent = parents.remove().name();
            List<Table> heirs =
                    catalog.tables().stream()
                            .filter(t -> t.kind() == Table.Kind.TABLE && !t.rowSecurity())
                            .filter(t -> !t.inheritance().partition())
                            .filter(t -> t.inheritance().parents().contains(parent))
                            .limit(MOST_CHILDREN)
                            .filter(t -> !has(t.name()))
                            .toList();
            heirs.forEach(this::add);
            parents.addAll(heirs);
        }
    }

    private void addNeeds(String address) {
        definitions.needsOf(address).forEach(this::addAddress);
    }

    private void addAddress(String address) {
        Optional<Definition> object = definitions.object(address);
        if (object.isPresent()) {
            add(object.get());
        } else if (address.startsWith("r")) {
            catalog.table(Long.parseLong(address.substring(1))).ifPresent(this::add);
        } else if (passed.add(address)) {
            addNeeds(address);
        }
    }

    /** No word means a cast: it comes with the types it is between. */
    private void addCasts() {
        for (Definition object : definitions.objects()) {
            Set<String> needs = definitions.needsOf(object.address());
            if (object.address().startsWith("a")
                    && needs.stream()
                            .filter(n -> n.startsWith("t"))
                            .anyMatch(n -> passed.contains(n))) {
                add(object);
            }
        }
    }

    /**
     * The relations that a view's text may mean, where dependencies are not known: schema and name
     * both occur, for PostgreSQL prints both.
     */
    private static List<Table> reads(Table view, Catalog catalog) {
        Set<String> words = Words.of(view.view().map(View::definition).orElse(""));
        return catalog.tables().stream()
                .filter(t -> words.contains(t.name().name()) && words.contains(t.name().schema()))
                .filter(t -> !t.name().equals(view.name()))
                .toList();
    }
}
