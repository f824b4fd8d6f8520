package io.quern.proxy.net;

import static java.util.Objects.requireNonNull;

import io.quern.proxy.backend.Upstream;

import java.util.Map;

/**
 * An upstream and what is served of it.
 *
 * @param name for operators
 * @param databases their names there by the names that clients use; empty: every database that no
 *     other upstream claims, under its own name
 */
public record ServedUpstream(String name, Upstream upstream, Map<String, String> databases) {
    public ServedUpstream {
        requireNonNull(name, "name");
        requireNonNull(upstream, "upstream");
        databases = Map.copyOf(databases);
    }
}
