package io.quern.proxy.backend;

import java.time.Duration;
import java.util.Map;

/**
 * How backends are pooled.
 *
 * @param size most backends of one pool, logging in included
 * @param minimum backends a pool keeps once somebody has used it
 * @param queueTimeout how long a borrower waits
 * @param idleTimeout idle longer: closed; zero: never
 * @param lifetime older: closed when idle; zero: never
 * @param checkAfter idle longer: asked for a sign of life before it is lent; zero: always
 * @param loginTimeout from the connection to the first ReadyForQuery; also for a cancel request
 * @param discardTimeout how long a session may take to be discarded, or to give a sign of life
 * @param parameters sent at every login beside user and database
 * @param statements prepared statements of clients that a backend keeps
 */
public record PoolSettings(
        int size,
        int minimum,
        Duration queueTimeout,
        Duration idleTimeout,
        Duration lifetime,
        Duration checkAfter,
        Duration loginTimeout,
        Duration discardTimeout,
        Map<String, String> parameters,
        int statements) {

    /**
     * What Quern says of itself at a login. The encoding is left to the server, which knows what a
     * client that asks for none is to get.
     */
    public static final Map<String, String> PARAMETERS = Map.of("application_name", "quern");

    /** The defaults. */
    public static final PoolSettings DEFAULT =
            new PoolSettings(
                    20,
                    0,
                    Duration.ofMinutes(2),
                    Duration.ofMinutes(10),
                    Duration.ofHours(1),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(15),
                    Duration.ofSeconds(10),
                    PARAMETERS,
                    500);

    public PoolSettings {
        if (size < 1) {
            throw new IllegalArgumentException("size is not positive: " + size);
        }
        if (minimum < 0 || minimum > size) {
            throw new IllegalArgumentException(
                    "minimum is not between 0 and size (" + size + "): " + minimum);
        }
        positive("queueTimeout", queueTimeout);
        notNegative("idleTimeout", idleTimeout);
        notNegative("lifetime", lifetime);
        notNegative("checkAfter", checkAfter);
        positive("loginTimeout", loginTimeout);
        positive("discardTimeout", discardTimeout);
        parameters = Map.copyOf(parameters);
        if (statements < 1) {
            throw new IllegalArgumentException("statements is not positive: " + statements);
        }
    }

    private static void positive(String name, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException(name + " is not positive: " + value);
        }
    }

    private static void notNegative(String name, Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(name + " is negative: " + value);
        }
    }
}
