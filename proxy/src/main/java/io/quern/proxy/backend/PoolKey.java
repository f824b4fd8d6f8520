package io.quern.proxy.backend;

import static java.util.Objects.requireNonNull;

/**
 * What all backends of one pool have in common.
 *
 * @param database as clients name it
 * @param user the role they are logged in as
 */
public record PoolKey(String database, String user) {
    public PoolKey {
        requireNonNull(database, "database");
        requireNonNull(user, "user");
    }
}
