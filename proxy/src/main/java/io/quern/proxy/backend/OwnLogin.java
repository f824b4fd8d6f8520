package io.quern.proxy.backend;

import static java.util.Objects.requireNonNull;

/** Quern's own role at an upstream, and the database it logs in to. */
public record OwnLogin(PoolKey key, Credentials credentials) {
    public OwnLogin {
        requireNonNull(key, "key");
        requireNonNull(credentials, "credentials");
    }
}
