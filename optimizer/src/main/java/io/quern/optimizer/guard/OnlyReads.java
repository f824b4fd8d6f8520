package io.quern.optimizer.guard;

import io.quern.optimizer.Table;
import io.quern.optimizer.catalog.Resolved;

import java.util.Optional;

/**
 * The statement is a SELECT without a data-modifying WITH query, or one UPDATE or DELETE. What
 * rules may act in the latter is theirs to say. A change of a view's rows is whatever its triggers
 * and rules make of it.
 */
public record OnlyReads(Resolved statement) implements Guard {
    @Override
    public String code() {
        return "not-select";
    }

    @Override
    public Optional<String> doubt() {
        if (statement.tree().isSelect()) {
            return Optional.empty();
        }
        if (!statement.changesRows()) {
            return Optional.of("the statement is not a plain SELECT");
        }
        return statement
                .levels()
                .getFirst()
                .items()
                .getFirst()
                .table()
                .filter(target -> target.kind() == Table.Kind.VIEW)
                .map(view -> "the statement changes rows of the view " + view.name());
    }
}
