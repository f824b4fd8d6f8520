package io.quern.proxy.net;

import static java.util.Objects.requireNonNull;

import io.quern.proxy.backend.Upstream;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the proxy listens and whom it serves.
 *
 * @param listenPort 0 for any free one
 * @param upstreams the first serves every database that none claims
 * @param loginTimeout from a client's connection to its authentication, TLS included
 * @param threads event loops
 */
public record ProxySettings(
        String listenHost,
        int listenPort,
        List<ServedUpstream> upstreams,
        Lodgings lodgings,
        Duration loginTimeout,
        int threads,
        DoorSettings door) {
    public ProxySettings {
        upstreams = List.copyOf(upstreams);
        requireNonNull(lodgings, "lodgings");
        requireNonNull(door, "door");
        if (upstreams.isEmpty()) {
            throw new IllegalArgumentException("upstreams is empty");
        }
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

    /** One upstream, sessions that pass through. */
    public ProxySettings(
            String listenHost,
            int listenPort,
            Upstream upstream,
            Duration loginTimeout,
            int threads,
            DoorSettings door) {
        this(
                listenHost,
                listenPort,
                List.of(new ServedUpstream("upstream", upstream, Optional.empty(), Map.of())),
                Lodgings.DEFAULT,
                loginTimeout,
                threads,
                door);
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
