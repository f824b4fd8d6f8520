package io.quern.optimizer;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a database's relations are made of.
 *
 * @param objects types, functions, sequences, …
 * @param needs what needs what, as {@code pg_depend} knows it, by address: those of {@link
 *     Definition#address}, and of relations {@code r} and the OID of one, {@code i} of an index,
 *     {@code d} of a table, a blank and a column's number for its default or what generates it,
 *     {@code q} of a table, a blank and a name for a constraint, {@code s} of a table for its
 *     extended statistics
 */
public record Definitions(List<Definition> objects, Map<String, Set<String>> needs) {
    /** Of a database of which only relations are known. */
    public static final Definitions NONE = new Definitions(List.of(), Map.of());

    public Definitions {
        objects = List.copyOf(objects);
        Map<String, Set<String>> copy = new HashMap<>();
        needs.forEach((from, to) -> copy.put(from, Set.copyOf(to)));
        needs = Map.copyOf(copy);
    }

    /** What an object needs at once. */
    public Set<String> needsOf(String address) {
        return needs.getOrDefault(address, Set.of());
    }
}
