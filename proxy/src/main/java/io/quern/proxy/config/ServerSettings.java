package io.quern.proxy.config;

import static io.quern.proxy.config.InvalidConfiguration.require;
import static io.quern.proxy.config.InvalidConfiguration.requirePositive;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How clients are received and let go.
 *
 * @param maxClients the most clients at the same time, from 1
 * @param loginTimeout from a client's first byte to its authentication
 * @param drainTimeout how long a stopping Quern waits for clients; zero: not at all
 * @param threads event loops, from 0 (one per core) to 1024
 * @param reusePort whether a second Quern may take over the port
 */
public record ServerSettings(
        int maxClients,
        Duration loginTimeout,
        Duration drainTimeout,
        int threads,
        TransportChoice transport,
        boolean reusePort) {
    public ServerSettings {
        requireNonNull(transport, "transport");
        require(maxClients >= 1, "quern.max-clients is not positive: " + maxClients);
        requirePositive("quern.login-timeout", loginTimeout);
        require(!drainTimeout.isNegative(), "quern.drain-timeout is negative: " + drainTimeout);
        require(
                threads >= 0 && threads <= 1024,
                "quern.threads is not between 0 and 1024: " + threads);
    }

    ServerSettings withMaxClients(int most) {
        return new ServerSettings(most, loginTimeout, drainTimeout, threads, transport, reusePort);
    }
}
