package io.quern.optimizer.search;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.parse.Span;
import io.quern.optimizer.parse.Tokens;
import io.quern.optimizer.rule.Fresh;
import io.quern.optimizer.rule.Names;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The derived table that a cut becomes: what it shows, by which names. Mutable while a rewrite is
 * written, for one thread.
 */
final class Below {
    private final Cut cut;
    private final Fresh fresh;
    private final String alias;
    private final Map<Term.Column, String> columns = new LinkedHashMap<>();
    private final Map<Grouped.Key, String> keys = new LinkedHashMap<>();
    private final Map<String, String> names = new HashMap<>();
    private final List<Output> partials = new ArrayList<>();

    /** An aggregate that it shows. */
    record Output(List<Object> parts, String name) {}

    Below(Cut cut) {
        this.cut = requireNonNull(cut, "cut");
        this.fresh = new Fresh(cut.block().statement());
        List<String> aliases = cut.below().stream().map(Leaf::alias).toList();
        this.alias =
                aliases.size() == 1
                        ? aliases.getFirst()
                        : fresh.name(aliases.getFirst() + "_" + aliases.getLast());
        Set<String> taken = new HashSet<>();
        for (Term.Column column : cut.columns()) {
            String name = column.name();
            columns.put(column, taken.add(name) ? name : fresh.name(name));
        }
        for (Grouped.Key key : cut.keys()) {
            String wish = key.name().isEmpty() ? "key" : key.name();
            keys.put(key, taken.add(wish) && !key.name().isEmpty() ? wish : fresh.name(wish));
        }
    }

    /** Whether it stands where a single table stood, by its name. */
    boolean isOneTable() {
        return cut.below().size() == 1;
    }

    String alias() {
        return alias;
    }

    Map<Term.Column, String> columns() {
        return columns;
    }

    Map<Grouped.Key, String> keys() {
        return keys;
    }

    List<Output> partials() {
        return partials;
    }

    /** What a column of it is called above. */
    String name(Term.Column column) {
        return qualified(requireNonNull(columns.get(column), "a column that is not shown"));
    }

    String name(Grouped.Key key) {
        return qualified(requireNonNull(keys.get(key), "a key that is not shown"));
    }

    /** Shows an aggregate; once, if it is asked for again in the same words. */
    String show(String wish, List<Object> parts) {
        StringBuilder text = new StringBuilder();
        read(parts, text);
        String known = names.get(text.toString());
        if (known != null) {
            return qualified(known);
        }
        String name = fresh.name(wish);
        names.put(text.toString(), name);
        partials.add(new Output(parts, name));
        return qualified(name);
    }

    /** What parts say; a literal is another in each place. */
    private void read(Object part, StringBuilder into) {
        switch (part) {
            case List<?> list -> list.forEach(p -> read(p, into));
            case Span span -> {
                Tokens tokens = cut.block().statement().tokens();
                for (int i = span.from(); i < span.to(); i++) {
                    boolean literal = tokens.sql().kind(i).literal();
                    into.append(' ').append(literal ? "#" + i : tokens.folded(i));
                }
            }
            default -> into.append(' ').append(part);
        }
    }

    /** How many rows a group has; of a row that an outer join adds, one. */
    String rows() {
        String count = show("n", List.of("pg_catalog.count(*)"));
        return cut.nullable() ? "coalesce(" + count + ", 1)" : count;
    }

    private String qualified(String name) {
        return Names.of(alias) + "." + Names.of(name);
    }
}
