package io.quern.optimizer.guard;

import io.quern.optimizer.catalog.Expression;

import java.util.Optional;
import java.util.Set;

/**
 * Texts that a comparison calls equal are the same characters: its collation is the database's own,
 * which is never a nondeterministic one, or that of a column known to be deterministic.
 */
public record PlainEquality(Expression comparison) implements Guard {
    /** None, {@code default}, {@code C} and {@code POSIX}, fixed in every PostgreSQL. */
    private static final Set<Long> DETERMINISTIC = Set.of(0L, 100L, 950L, 951L);

    @Override
    public String code() {
        return "collation";
    }

    @Override
    public Optional<String> doubt() {
        boolean plain =
                DETERMINISTIC.contains(comparison.collation())
                        || comparison.arguments().stream().anyMatch(this::isDeterministic);
        return plain
                ? Optional.empty()
                : Optional.of("the collation may call different texts equal");
    }

    /**
     * Whether this is, or is made of, a column of the comparison's collation, a deterministic one.
     */
    private boolean isDeterministic(Expression side) {
        boolean[] found = {false};
        side.node()
                .walk(
                        node ->
                                found[0] |=
                                        new Expression(node, side.level())
                                                .column()
                                                .filter(
                                                        c ->
                                                                c.column().deterministicCollation()
                                                                        && c.column().collation()
                                                                                == comparison
                                                                                        .collation())
                                                .isPresent());
        return found[0];
    }
}
