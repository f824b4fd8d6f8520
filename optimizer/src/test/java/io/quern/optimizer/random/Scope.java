package io.quern.optimizer.random;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The FROM items that a condition or an output may speak of.
 *
 * @param others items beside them, of which it should not
 * @param merged the columns that USING or NATURAL made one
 */
record Scope(List<Source> sources, List<Source> others, Set<String> merged, Dice dice) {

    /**
     * A FROM item.
     *
     * @param table what it reads, null for a subquery
     */
    record Source(String sql, String alias, List<Column> columns, @Nullable Table table) {}

    /** A column of a FROM item. */
    record Place(Source source, Column column) {
        Kind kind() {
            return column.kind();
        }

        /** With the item's name, which is right in subqueries too. */
        String full() {
            return source.alias() + "." + column.name();
        }
    }

    Scope {
        sources = List.copyOf(sources);
        others = List.copyOf(others);
        merged = Set.copyOf(merged);
    }

    Scope(List<Source> sources, Dice dice) {
        this(sources, List.of(), Set.of(), dice);
    }

    /** To speak of one item alone. */
    Scope only(Source source) {
        List<Source> rest = new ArrayList<>(sources);
        rest.remove(source);
        rest.addAll(others);
        return new Scope(List.of(source), rest, merged, dice);
    }

    /** As a subquery sees it inside another: its own items and what is around it. */
    Scope inside(Scope outer) {
        List<Source> around = new ArrayList<>(outer.sources);
        around.addAll(outer.others);
        around.removeIf(o -> sources.stream().anyMatch(s -> s.alias().equals(o.alias())));
        List<Source> all = new ArrayList<>(sources);
        around.stream().filter(o -> dice.oneIn(2)).forEach(all::add);
        around.removeAll(all);
        return new Scope(all, around, merged, dice);
    }

    List<Place> places(Predicate<Column> which) {
        List<Place> places = new ArrayList<>();
        for (Source source : sources) {
            source.columns().stream().filter(which).forEach(c -> places.add(new Place(source, c)));
        }
        return places;
    }

    @Nullable Place any(Predicate<Column> which) {
        return dice.any(places(which));
    }

    @Nullable Place of(List<Kind> kinds) {
        return any(c -> kinds.contains(c.kind()));
    }

    /** As a person may write it: without the item's name where one column is called so. */
    String write(Place place) {
        List<Source> all = new ArrayList<>(sources);
        all.addAll(others);
        boolean alone =
                all.stream()
                                .flatMap(s -> s.columns().stream())
                                .filter(c -> c.name().equals(place.column().name()))
                                .count()
                        == 1;
        boolean bare = alone || merged.contains(place.column().name());
        String text = bare && dice.oneIn(3) ? place.column().name() : place.full();
        return dice.oneIn(12) ? "(" + text + ")" : text;
    }
}
