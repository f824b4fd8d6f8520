package io.quern.advisor.copy;

import io.quern.optimizer.Catalog;
import io.quern.optimizer.Definition;
import io.quern.optimizer.Table;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The parts of schemas that statements want, kept for the next that means the same: most forms of a
 * statement do. A copy is found again by those of its words that name something in the catalog.
 * Thread-safe; bounded.
 */
public final class SchemaCopies {
    private static final int CATALOGS = 4;
    private static final int COPIES = 200;

    private final Deque<Planned> catalogs = new ArrayDeque<>();

    /** What a copy is made for. */
    private record Wanted(List<String> path, Set<String> words, List<Integer> types) {}

    /** A catalog, the words that name something in it, and the copies wanted last. */
    private static final class Planned {
        final Catalog catalog;
        final Set<String> names = new HashSet<>();
        final Map<Wanted, SchemaCopy> copies =
                new LinkedHashMap<>(16, 0.75f, true) {
                    private static final long serialVersionUID = 1;

                    @Override
                    protected boolean removeEldestEntry(Map.Entry<Wanted, SchemaCopy> eldest) {
                        return size() > COPIES;
                    }
                };

        Planned(Catalog catalog) {
            this.catalog = catalog;
            for (Table table : catalog.tables()) {
                names.add(table.name().schema());
                names.add(table.name().name());
            }
            for (Definition object : catalog.definitions().objects()) {
                names.add(object.name().schema());
                names.addAll(object.words());
            }
        }
    }

    /** As {@link SchemaCopy#of}. */
    public synchronized SchemaCopy of(
            Catalog catalog, List<String> path, Set<String> words, List<Integer> types) {
        Planned planned = planned(catalog);
        Set<String> telling = new HashSet<>(words);
        telling.retainAll(planned.names);
        return planned.copies.computeIfAbsent(
                new Wanted(List.copyOf(path), telling, List.copyOf(types)),
                wanted -> SchemaCopy.of(catalog, path, telling, types));
    }

    @SuppressWarnings("ReferenceEquality") // to compare two catalogs takes as long as to plan
    private Planned planned(Catalog catalog) {
        for (Planned known : catalogs) {
            if (known.catalog == catalog) {
                catalogs.remove(known);
                catalogs.addFirst(known);
                return known;
            }
        }
        Planned planned = new Planned(catalog);
        catalogs.addFirst(planned);
        if (catalogs.size() > CATALOGS) {
            catalogs.removeLast();
        }
        return planned;
    }
}
