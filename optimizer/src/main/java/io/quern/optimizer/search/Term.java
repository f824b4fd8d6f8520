package io.quern.optimizer.search;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.parse.Span;

import org.apache.calcite.sql.SqlNode;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** A scalar expression over the columns of leaves. */
sealed interface Term {

    /**
     * A column of a leaf.
     *
     * @param field its number from 0
     */
    record Column(Leaf leaf, int field) implements Term {
        public Column {
            requireNonNull(leaf, "leaf");
        }

        String name() {
            return leaf.column(field);
        }
    }

    /** What the statement says somewhere, with terms in its holes. */
    record Text(Opaque source, List<Term> operands) implements Term {
        public Text {
            requireNonNull(source, "source");
            operands = List.copyOf(operands);
        }

        /** A part of what is written, with what stands in its holes. */
        Term part(SqlNode node, Span span) {
            List<Span> holes = new ArrayList<>();
            List<Term> inside = new ArrayList<>();
            for (int i = 0; i < source.holes().size(); i++) {
                Span hole = source.holes().get(i);
                if (hole.equals(span)) {
                    return operands.get(i);
                }
                if (span.from() <= hole.from() && hole.to() <= span.to()) {
                    holes.add(hole);
                    inside.add(operands.get(i));
                }
            }
            return new Text(
                    new Opaque(node, source.level(), span.from(), holes, false, source.where()),
                    inside);
        }
    }

    /** Hands over every column in it. */
    default void columns(Consumer<Column> each) {
        switch (this) {
            case Column column -> each.accept(column);
            case Text text -> text.operands().forEach(o -> o.columns(each));
        }
    }

    default Set<Column> columns() {
        Set<Column> all = new LinkedHashSet<>();
        columns(all::add);
        return all;
    }

    default Set<Leaf> leaves() {
        Set<Leaf> all = new LinkedHashSet<>();
        columns(c -> all.add(c.leaf()));
        return all;
    }

    /** Whether a query stands in it, whose names cannot be changed. */
    default boolean holdsQuery() {
        return switch (this) {
            case Column column -> false;
            case Text text ->
                    text.source().holdsQuery()
                            || text.operands().stream().anyMatch(Term::holdsQuery);
        };
    }
}
