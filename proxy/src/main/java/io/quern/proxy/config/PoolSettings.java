package io.quern.proxy.config;

import static io.quern.proxy.config.InvalidConfiguration.require;
import static io.quern.proxy.config.InvalidConfiguration.requirePositive;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How upstream connections are shared.
 *
 * @param size the most backends of one database and user, from 1 to 100000
 * @param minimum how many of them are kept open, up to {@code size}
 * @param queueTimeout how long a client waits for one
 * @param idleTimeout after how long without use one is closed, unless it belongs to the minimum
 * @param lifetime after how long one is replaced
 * @param checkAfter one idle for longer is checked before it is lent; zero: always
 * @param statements prepared statements kept per backend, at least 1
 */
public record PoolSettings(
        PoolMode mode,
        int size,
        int minimum,
        Duration queueTimeout,
        Duration idleTimeout,
        Duration lifetime,
        Duration checkAfter,
        int statements) {
    public PoolSettings {
        requireNonNull(mode, "mode");
        require(
                size >= 1 && size <= 100_000,
                "quern.pool.size is not between 1 and 100000: " + size);
        require(
                minimum >= 0 && minimum <= size,
                "quern.pool.minimum is not between 0 and quern.pool.size: " + minimum);
        requirePositive("quern.pool.queue-timeout", queueTimeout);
        requirePositive("quern.pool.idle-timeout", idleTimeout);
        requirePositive("quern.pool.lifetime", lifetime);
        require(!checkAfter.isNegative(), "quern.pool.check-after is negative: " + checkAfter);
        require(statements >= 1, "quern.pool.statements is not positive: " + statements);
    }

    /** This one with what of another takes effect at once. */
    PoolSettings taking(PoolSettings newer) {
        return new PoolSettings(
                mode,
                newer.size,
                newer.minimum,
                newer.queueTimeout,
                newer.idleTimeout,
                newer.lifetime,
                newer.checkAfter,
                statements);
    }
}
