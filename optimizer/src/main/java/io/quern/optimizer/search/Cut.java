package io.quern.optimizer.search;

import static java.util.Objects.requireNonNull;

import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.sql.SqlIdentifier;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Leaves that are grouped before the rest is joined to them: some of those that one run of inner
 * joins combines, wherever in the FROM clause.
 *
 * @param below in the order of the text
 * @param region the inner joins they are of
 * @param nullable whether an outer join above may find none of their rows
 * @param absorbed the conditions that then stand below: those on these leaves alone which no outer
 *     join keeps away
 * @param columns their columns that are used above
 * @param keys what is grouped by and computed of them alone: computed below
 * @param splits how each aggregate is put together, in their order
 */
record Cut(
        Block block,
        Set<Leaf> below,
        Rows.Inner region,
        boolean nullable,
        List<Term.Text> absorbed,
        Set<Term.Column> columns,
        List<Grouped.Key> keys,
        List<Split> splits) {
    /** More tables than this are not grouped together. */
    private static final int MOST_LEAVES = 4;

    /** A statement has no more cuts that are looked at. */
    private static final int MOST = 48;

    Cut {
        requireNonNull(block, "block");
        requireNonNull(region, "region");
        absorbed = List.copyOf(absorbed);
        keys = List.copyOf(keys);
        splits = List.copyOf(splits);
    }

    /** Where inner joins stand among outer ones. */
    private record Place(Rows.Inner region, boolean nullable, List<Term.Text> movable) {}

    /** Every one there is, up to a bound, small ones first. */
    static List<Cut> of(Block block) {
        List<Place> places = new ArrayList<>();
        places(block.flat().rows(), false, List.of(), places);
        List<Term.Text> all = conditions(block.flat().rows());
        Set<Set<Leaf>> seen = new HashSet<>();
        List<Cut> cuts = new ArrayList<>();
        for (int size = 1; size <= MOST_LEAVES; size++) {
            for (Place place : places) {
                for (Set<Leaf> below : connected(place, size)) {
                    if (cuts.size() < MOST
                            && below.size() < block.flat().leaves().size()
                            && seen.add(below)) {
                        cuts.add(of(block, place, below, all));
                    }
                }
            }
        }
        return cuts;
    }

    /**
     * Every run of inner joins, and which conditions from above it may take in.
     *
     * @param movable those from above that no outer join keeps away
     */
    private static void places(
            Rows rows, boolean nullable, List<Term.Text> movable, List<Place> into) {
        switch (rows) {
            case Rows.Base base -> {}
            case Rows.Inner inner -> {
                List<Term.Text> here = new ArrayList<>(movable);
                here.addAll(inner.conditions());
                into.add(new Place(inner, nullable, here));
                inner.parts().forEach(part -> places(part, nullable, here, into));
            }
            case Rows.Outer(JoinRelType type, Rows left, Rows right, List<Term.Text> on) -> {
                // what may be filled in takes its own join's conditions, what is kept those above
                boolean fillsLeft = type.generatesNullsOnLeft();
                boolean fillsRight = type.generatesNullsOnRight();
                boolean both = fillsLeft && fillsRight;
                List<Term.Text> filled = both ? List.of() : on;
                places(left, nullable || fillsLeft, fillsLeft ? filled : movable, into);
                places(right, nullable || fillsRight, fillsRight ? filled : movable, into);
            }
        }
    }

    private static List<Term.Text> conditions(Rows rows) {
        List<Term.Text> all = new ArrayList<>(rows.conditions());
        switch (rows) {
            case Rows.Base base -> {}
            case Rows.Inner inner -> inner.parts().forEach(p -> all.addAll(conditions(p)));
            case Rows.Outer outer -> {
                all.addAll(conditions(outer.left()));
                all.addAll(conditions(outer.right()));
            }
        }
        return all;
    }

    /** The sets of a size whose leaves conditions tie to each other. */
    private static Set<Set<Leaf>> connected(Place place, int size) {
        Set<Set<Leaf>> sets = new LinkedHashSet<>();
        for (Rows part : place.region().parts()) {
            if (part instanceof Rows.Base(Leaf leaf) && leaf.isStored()) {
                sets.add(Set.of(leaf));
            }
        }
        for (int grown = 1; grown < size; grown++) {
            Set<Set<Leaf>> larger = new LinkedHashSet<>();
            for (Set<Leaf> set : sets) {
                for (Rows part : place.region().parts()) {
                    boolean next =
                            larger.size() < MOST
                                    && part instanceof Rows.Base(Leaf leaf)
                                    && leaf.isStored()
                                    && !set.contains(leaf)
                                    && tied(place, set, leaf);
                    if (next) {
                        Set<Leaf> more = new HashSet<>(set);
                        more.addAll(part.leaves());
                        larger.add(more);
                    }
                }
            }
            sets = larger;
        }
        return sets;
    }

    private static boolean tied(Place place, Set<Leaf> set, Leaf leaf) {
        return place.movable().stream()
                .map(Term::leaves)
                .filter(leaves -> leaves.size() == 2 && leaves.contains(leaf))
                .anyMatch(leaves -> leaves.stream().anyMatch(set::contains));
    }

    private static Cut of(Block block, Place place, Set<Leaf> leaves, List<Term.Text> all) {
        Set<Leaf> below = new LinkedHashSet<>();
        block.flat().leaves().stream().filter(leaves::contains).forEach(below::add);
        List<Term.Text> absorbed = new ArrayList<>();
        Set<Term.Column> columns = new LinkedHashSet<>();
        for (Term.Text condition : all) {
            Set<Leaf> about = condition.leaves();
            if (!about.isEmpty()
                    && below.containsAll(about)
                    && place.movable().contains(condition)) {
                absorbed.add(condition);
            } else {
                used(condition, below, columns);
            }
        }
        List<Grouped.Key> keys = new ArrayList<>();
        for (Grouped.Key key : block.grouped().keys()) {
            Term term = block.term(key.node());
            boolean computed =
                    term instanceof Term.Text text
                            && below.containsAll(term.leaves())
                            && !term.leaves().isEmpty()
                            && !place.nullable()
                            && !term.holdsQuery()
                            && isSame(block, text);
            if (computed) {
                keys.add(key);
            } else {
                used(term, below, columns);
            }
        }
        for (Grouped.Place one : block.grouped().places()) {
            if (one.what() instanceof SqlIdentifier name) {
                used(block.term(name), below, columns);
            }
        }
        List<Split> splits = new ArrayList<>();
        for (Grouped.Aggregate aggregate : block.grouped().aggregates()) {
            Split split = Split.of(block, aggregate, below, place.nullable());
            split.used(block.statement(), below, columns);
            splits.add(split);
        }
        return new Cut(
                block, below, place.region(), place.nullable(), absorbed, columns, keys, splits);
    }

    private static boolean isSame(Block block, Term.Text key) {
        return block.statement().expression(key.source().node()).filter(Sameness::of).isPresent();
    }

    static void used(Term term, Set<Leaf> below, Set<Term.Column> into) {
        term.columns(
                column -> {
                    if (below.contains(column.leaf())) {
                        into.add(column);
                    }
                });
    }
}
