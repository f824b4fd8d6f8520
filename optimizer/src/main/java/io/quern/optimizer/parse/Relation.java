package io.quern.optimizer.parse;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/** An item of a FROM clause. */
public sealed interface Relation {

    /**
     * A name: of a table, a view or a WITH query.
     *
     * @param path the folded parts, schema first where written
     * @param alias the folded alias
     */
    record Named(List<String> path, Optional<String> alias) implements Relation {
        public Named {
            path = List.copyOf(path);
            requireNonNull(alias, "alias");
        }

        /** The name its columns are qualified with. */
        public String visible() {
            return alias.orElse(path.getLast());
        }
    }

    /** A join; a comma is a cross join. */
    record Joined(
            Relation left, Relation right, Join join, Optional<Span> on, boolean mergesColumns)
            implements Relation {
        public Joined {
            requireNonNull(left, "left");
            requireNonNull(right, "right");
            requireNonNull(join, "join");
            requireNonNull(on, "on");
        }
    }

    /** Anything else: a subquery, a function, VALUES, renamed columns. */
    record Opaque(Optional<String> alias) implements Relation {
        public Opaque {
            requireNonNull(alias, "alias");
        }
    }

    /** How two relations are joined. */
    enum Join {
        INNER,
        LEFT,
        RIGHT,
        FULL
    }
}
