package io.quern.optimizer;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What a statement is analysed under.
 *
 * @param searchPath the effective schemas in order, {@code $user} already replaced, {@code
 *     pg_catalog} left out unless listed
 * @param timeZone the session's {@code TimeZone}, or empty if unknown
 */
public record Context(Catalog catalog, List<String> searchPath, String timeZone) {
    public Context {
        requireNonNull(catalog, "catalog");
        searchPath = List.copyOf(searchPath);
        requireNonNull(timeZone, "timeZone");
    }
}
