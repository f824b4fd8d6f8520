package io.quern.optimizer.guard;

import io.quern.optimizer.catalog.Resolved;

import java.util.Optional;

/**
 * The statement is a SELECT without a data-modifying WITH query, or one UPDATE or DELETE. What
 * rules may act in the latter is theirs to say.
 */
public record OnlyReads(Resolved statement) implements Guard {
    @Override
    public String code() {
        return "not-select";
    }

    @Override
    public Optional<String> doubt() {
        return statement.tree().isSelect() || statement.changesRows()
                ? Optional.empty()
                : Optional.of("the statement is not a plain SELECT");
    }
}
