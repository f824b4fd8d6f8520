package io.quern.proxy.net;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;

/**
 * How clients are let in.
 *
 * @param tls empty: clients cannot use TLS
 * @param maxClients sessions at a time; cancel requests do not count
 * @param reusePort whether another process may listen on the same port, to take over from this one
 * @param backlog connections that wait to be accepted
 * @param keepAlive how long a client is silent before TCP asks whether it still lives
 */
public record DoorSettings(
        Optional<TlsSettings> tls,
        int maxClients,
        TransportKind transport,
        boolean reusePort,
        int backlog,
        Duration keepAlive) {

    /** No TLS, 10,000 clients, the best transport, a port of its own. */
    public static final DoorSettings DEFAULTS =
            new DoorSettings(
                    Optional.empty(),
                    10_000,
                    TransportKind.AUTO,
                    false,
                    1024,
                    Duration.ofMinutes(2));

    public DoorSettings {
        requireNonNull(tls, "tls");
        requireNonNull(transport, "transport");
        if (maxClients < 1) {
            throw new IllegalArgumentException("maxClients is not positive: " + maxClients);
        }
        if (backlog < 1) {
            throw new IllegalArgumentException("backlog is not positive: " + backlog);
        }
        if (keepAlive.toSeconds() < 1 || keepAlive.toSeconds() > 32_767) {
            throw new IllegalArgumentException(
                    "keepAlive is not between 1 and 32767 seconds: " + keepAlive);
        }
    }

    public DoorSettings withTls(TlsSettings offered) {
        return new DoorSettings(
                Optional.of(offered), maxClients, transport, reusePort, backlog, keepAlive);
    }

    public DoorSettings withMaxClients(int most) {
        return new DoorSettings(tls, most, transport, reusePort, backlog, keepAlive);
    }

    public DoorSettings withTransport(TransportKind kind) {
        return new DoorSettings(tls, maxClients, kind, reusePort, backlog, keepAlive);
    }

    public DoorSettings withReusePort(boolean shared) {
        return new DoorSettings(tls, maxClients, transport, shared, backlog, keepAlive);
    }
}
