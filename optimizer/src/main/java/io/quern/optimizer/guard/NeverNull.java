package io.quern.optimizer.guard;

import io.quern.optimizer.catalog.ColumnUse;

import java.util.Optional;

/** No row of the FROM clause can hold NULL in a column. */
public record NeverNull(ColumnUse column) implements Guard {
    @Override
    public String code() {
        return "nullable";
    }

    @Override
    public Optional<String> doubt() {
        if (column.neverNull()) {
            return Optional.empty();
        }
        return Optional.of(
                column.column().notNull()
                        ? column + " is NULL for rows that an outer join adds"
                        : column + " may be NULL");
    }

    @Override
    public Optional<String> fact() {
        return Optional.of(column + " is NOT NULL");
    }
}
