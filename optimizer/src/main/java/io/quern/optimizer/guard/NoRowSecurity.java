package io.quern.optimizer.guard;

import io.quern.optimizer.catalog.Resolved;

import java.util.Optional;

/** No table with row-level security: which rows there are depends on who asks. */
public record NoRowSecurity(Resolved statement) implements Guard {
    @Override
    public String code() {
        return "row-security";
    }

    @Override
    public Optional<String> doubt() {
        return statement.levels().stream()
                .flatMap(level -> level.items().stream())
                .flatMap(item -> item.table().stream())
                .filter(table -> table.rowSecurity())
                .map(table -> table.name() + " has row-level security")
                .findFirst();
    }
}
