package io.quern.proxy.backend;

import java.time.Duration;

/**
 * A pool at one moment.
 *
 * @param waiting borrowers in line
 * @param lent backends that somebody uses
 * @param idle backends that could be lent at once
 * @param busy backends being discarded, checked, cancelled or moved
 * @param loggingIn backends being opened
 * @param longestWait of the first in line
 * @param lastFailure why no other backend could be opened; empty if that works
 */
public record PoolSnapshot(
        String upstream,
        String database,
        String user,
        int waiting,
        int lent,
        int idle,
        int busy,
        int loggingIn,
        int maximum,
        Duration longestWait,
        boolean paused,
        String lastFailure) {}
