package io.quern.optimizer;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a database's relations are made of; immutable, compared by its contents. A class, not a
 * record, because it keeps what finds an object by its address at once.
 */
public final class Definitions {
    /** Of a database of which only relations are known. */
    public static final Definitions NONE = new Definitions(List.of(), Map.of());

    private final List<Definition> objects;
    private final Map<String, Set<String>> needs;
    private final Map<String, Definition> byAddress = new HashMap<>();

    /**
     * Definitions.
     *
     * @param objects types, functions, sequences, …
     * @param needs what needs what, as {@code pg_depend} knows it, by address: those of {@link
     *     Definition#address}, and of relations {@code r} and the OID of one, {@code i} of an
     *     index, {@code d} of a table, a blank and a column's number for its default or what
     *     generates it, {@code q} of a table, a blank and a name for a constraint, {@code s} of a
     *     table for its extended statistics
     */
    public Definitions(List<Definition> objects, Map<String, Set<String>> needs) {
        this.objects = List.copyOf(objects);
        Map<String, Set<String>> copy = new HashMap<>();
        needs.forEach((from, to) -> copy.put(from, Set.copyOf(to)));
        this.needs = Map.copyOf(copy);
        this.objects.forEach(object -> byAddress.put(object.address(), object));
    }

    /** Types, functions, sequences, …, by kind and name. */
    public List<Definition> objects() {
        return objects;
    }

    /** The object of an address. */
    public Optional<Definition> object(String address) {
        return Optional.ofNullable(byAddress.get(address));
    }

    /** The type of an OID; one above 2^31 wraps, as everywhere in the catalog. */
    public Optional<Definition> type(int oid) {
        return object("t" + Integer.toUnsignedLong(oid));
    }

    /** What an object needs at once. */
    public Set<String> needsOf(String address) {
        return needs.getOrDefault(address, Set.of());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Definitions that
                && objects.equals(that.objects)
                && needs.equals(that.needs);
    }

    @Override
    public int hashCode() {
        return objects.hashCode();
    }

    @Override
    public String toString() {
        return objects.size() + " definitions";
    }
}
