package io.quern.proxy.config;

/** How long a client keeps an upstream connection. */
public enum PoolMode {
    /** As long as it is connected. */
    SESSION,
    /** For a transaction. */
    TRANSACTION
}
