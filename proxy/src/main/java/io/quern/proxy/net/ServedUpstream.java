package io.quern.proxy.net;

import static java.util.Objects.requireNonNull;

import io.quern.proxy.backend.OwnLogin;
import io.quern.proxy.backend.Upstream;

import java.util.Map;
import java.util.Optional;

/**
 * An upstream and what is served of it.
 *
 * @param name for operators
 * @param own finds out which host will do where not every one does; empty: a connection that passes
 *     through takes the first that accepts it
 * @param databases their names there by the names that clients use; empty: every database that no
 *     other upstream claims, under its own name
 */
public record ServedUpstream(
        String name, Upstream upstream, Optional<OwnLogin> own, Map<String, String> databases) {
    public ServedUpstream {
        requireNonNull(name, "name");
        requireNonNull(upstream, "upstream");
        requireNonNull(own, "own");
        databases = Map.copyOf(databases);
    }
}
