package io.quern.proxy.backend;

import java.time.Instant;

/**
 * A pooled backend at one moment.
 *
 * @param host where it is
 * @param processId at the upstream; 0 if it did not say
 * @param state idle, lent, busy (with an errand of the pool's), moving, closed
 * @param tls protocol version; empty without
 * @param lastUse when it was last given back or gave a sign of life
 * @param preparedStatements of clients; a glance from outside while it works
 */
public record BackendSnapshot(
        String upstream,
        String database,
        String user,
        String host,
        int processId,
        String state,
        String tls,
        Instant since,
        Instant lastUse,
        int preparedStatements) {}
