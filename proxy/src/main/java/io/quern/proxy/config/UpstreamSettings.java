package io.quern.proxy.config;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;

/**
 * One PostgreSQL to serve: its servers, and Quern's own role there.
 *
 * @param name what messages call it
 * @param replicas read-only copies of it, for Quern's own reading only; clients never get there
 * @param databases from the name clients use to the name there; empty: every database that no other
 *     upstream claims, under its own name
 */
public record UpstreamSettings(
        String name, PostgresUrl url, List<PostgresUrl> replicas, Map<String, String> databases) {
    public UpstreamSettings {
        requireNonNull(name, "name");
        requireNonNull(url, "url");
        replicas = List.copyOf(replicas);
        databases = Map.copyOf(databases);
    }

    /** Whether it serves every database that no other upstream claims. */
    public boolean servesTheRest() {
        return databases.isEmpty();
    }
}
