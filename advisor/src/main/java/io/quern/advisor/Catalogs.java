package io.quern.advisor;

import io.quern.optimizer.Catalog;

import java.util.Optional;

/** The newest catalog of each database, loaded and refreshed off the event loop. Thread-safe. */
public interface Catalogs {

    /** The newest snapshot; empty while none could be loaded. Never blocks. */
    Optional<Catalog> current(String database);

    /** Changes whenever any database got a catalog with other facts, or lost trust in its own. */
    long version();

    /**
     * Tells that DDL was seen on the wire: the snapshot of that database is not to be trusted
     * ({@link #current} is empty, {@link #version} has changed) until it has been loaded anew.
     * Never blocks.
     */
    void suspect(String database);
}
