package io.quern.optimizer.guard;

import io.quern.optimizer.catalog.Resolved;

import java.util.Optional;

/**
 * No table with row-level security, not behind a view either: which rows there are depends on who
 * asks.
 */
public record NoRowSecurity(Resolved statement) implements Guard {
    @Override
    public String code() {
        return "row-security";
    }

    @Override
    public Optional<String> doubt() {
        return statement.whole().stream()
                .flatMap(query -> query.relations().stream())
                .filter(table -> table.rowSecurity())
                .map(table -> table.name() + " has row-level security")
                .findFirst();
    }
}
