package io.quern.optimizer.guard;

import io.quern.optimizer.Context;
import io.quern.optimizer.catalog.SearchPath;

import java.util.Optional;

/** {@code pg_catalog} is searched first: what a rule writes means what it should. */
public record PlainSearchPath(Context context) implements Guard {
    @Override
    public String code() {
        return "search-path";
    }

    @Override
    public Optional<String> doubt() {
        return SearchPath.catalogFirst(context.searchPath())
                ? Optional.empty()
                : Optional.of(
                        "search_path puts schemas before pg_catalog: built-in functions and"
                                + " operators may be shadowed");
    }
}
