package io.quern.optimizer.search;

import static java.util.Objects.requireNonNull;

import org.apache.calcite.rel.core.JoinRelType;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What a FROM clause and the WHERE behind it make, once no derived table stands in between. */
sealed interface Rows {

    /** The leaves below, in the order of the text. */
    Set<Leaf> leaves();

    /** A leaf alone. */
    record Base(Leaf leaf) implements Rows {
        public Base {
            requireNonNull(leaf, "leaf");
        }

        @Override
        public Set<Leaf> leaves() {
            return Set.of(leaf);
        }
    }

    /** Every combination for which all conditions are true; none of the parts is of this kind. */
    record Inner(List<Rows> parts, List<Term.Text> conditions) implements Rows {
        public Inner {
            parts = List.copyOf(parts);
            conditions = List.copyOf(conditions);
        }

        @Override
        public Set<Leaf> leaves() {
            Set<Leaf> all = new LinkedHashSet<>();
            parts.forEach(p -> all.addAll(p.leaves()));
            return all;
        }
    }

    /** A LEFT, RIGHT or FULL JOIN. */
    record Outer(JoinRelType type, Rows left, Rows right, List<Term.Text> conditions)
            implements Rows {
        public Outer {
            requireNonNull(type, "type");
            requireNonNull(left, "left");
            requireNonNull(right, "right");
            conditions = List.copyOf(conditions);
        }

        @Override
        public Set<Leaf> leaves() {
            Set<Leaf> all = new LinkedHashSet<>(left.leaves());
            all.addAll(right.leaves());
            return all;
        }
    }

    /** The conditions of this join, in the order in which they are applied. */
    default List<Term.Text> conditions() {
        return List.of();
    }
}
