package io.quern.optimizer.guard;

import io.quern.optimizer.catalog.ColumnUse;
import io.quern.optimizer.catalog.Expression;

import java.util.Optional;
import java.util.Set;

/**
 * Texts that a comparison calls equal have the same bytes: its collation and that of the column are
 * deterministic.
 */
public record SameBytes(ColumnUse column, Expression comparison) implements Guard {
    /** None, {@code default}, {@code C} and {@code POSIX}: deterministic in every database. */
    private static final Set<Long> DETERMINISTIC = Set.of(0L, 100L, 950L, 951L);

    @Override
    public String code() {
        return "collation";
    }

    @Override
    public Optional<String> doubt() {
        long collation = comparison.collation();
        boolean known =
                DETERMINISTIC.contains(collation) || collation == column.column().collation();
        return known && column.column().deterministicCollation()
                ? Optional.empty()
                : Optional.of(column + " is compared by a collation that may equate other texts");
    }
}
