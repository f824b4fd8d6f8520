package io.quern.optimizer.guard;

import io.quern.optimizer.catalog.Resolved;

import java.util.Optional;

/**
 * No locking clause, not in a view either: which rows are locked depends on the shape of the query.
 */
public record LocksNothing(Resolved statement) implements Guard {
    @Override
    public String code() {
        return "locking";
    }

    @Override
    public Optional<String> doubt() {
        return statement.whole().stream().anyMatch(query -> query.tree().locking())
                ? Optional.of("a locking clause decides which rows are locked by the query's shape")
                : Optional.empty();
    }
}
