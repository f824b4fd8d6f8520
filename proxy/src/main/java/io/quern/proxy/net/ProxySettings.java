package io.quern.proxy.net;

import static java.util.Objects.requireNonNull;

import io.quern.proxy.backend.Upstream;

import java.time.Duration;

/**
 * How the proxy listens and whom it serves.
 *
 * @param listenPort 0 for any free one
 * @param loginTimeout from a client's connection to its authentication, TLS included
 * @param threads event loops
 */
public record ProxySettings(
        String listenHost,
        int listenPort,
        Upstream upstream,
        Duration loginTimeout,
        int threads,
        DoorSettings door) {
    public ProxySettings {
        requireNonNull(upstream, "upstream");
        requireNonNull(door, "door");
        if (listenHost.isEmpty()) {
            throw new IllegalArgumentException("listenHost is empty");
        }
        if (listenPort < 0 || listenPort > 65_535) {
            throw new IllegalArgumentException("listenPort is not between 0 and 65535");
        }
        if (!loginTimeout.isPositive()) {
            throw new IllegalArgumentException("loginTimeout is not positive: " + loginTimeout);
        }
        if (threads < 1) {
            throw new IllegalArgumentException("threads is not positive: " + threads);
        }
    }

    /** The same with {@link DoorSettings#DEFAULTS}. */
    public ProxySettings(
            String listenHost,
            int listenPort,
            Upstream upstream,
            Duration loginTimeout,
            int threads) {
        this(listenHost, listenPort, upstream, loginTimeout, threads, DoorSettings.DEFAULTS);
    }
}
