package io.quern.proxy.net;

import io.quern.advisor.Watcher;
import io.quern.proxy.backend.SslMode;
import io.quern.proxy.backend.UpstreamConnector;
import io.quern.proxy.session.Mishaps;
import io.quern.proxy.tuning.Gate;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** What all connections of one proxy share. */
record House(
        UpstreamConnector connector,
        Duration loginTimeout,
        Gate gate,
        Watcher watcher,
        Signals signals,
        Mishaps mishaps,
        Set<Relay> relays,
        SecureRandom random,
        Optional<ClientTls> tls,
        Headcount clients,
        AtomicBoolean toldOfTls) {
    private static final Logger LOG = LoggerFactory.getLogger(House.class);

    House(
            UpstreamConnector connector,
            Duration loginTimeout,
            Gate gate,
            Watcher watcher,
            Signals signals,
            Optional<ClientTls> tls,
            Headcount clients) {
        this(
                connector,
                loginTimeout,
                gate,
                watcher,
                signals,
                new Mishaps(),
                ConcurrentHashMap.newKeySet(),
                new SecureRandom(),
                tls,
                clients,
                new AtomicBoolean());
    }

    /** What the names of one session's own statements begin with. */
    String ownNames() {
        byte[] bytes = new byte[6];
        random.nextBytes(bytes);
        return "__quern_" + HexFormat.of().formatHex(bytes) + "_";
    }

    /** Whether the way to the upstream is, or may be, encrypted. */
    boolean upstreamMayUseTls() {
        return connector.upstream().sslMode() != SslMode.DISABLE;
    }

    /** A client wanted TLS, was told that there is none, and left. */
    void leftForTls() {
        if (toldOfTls.compareAndSet(false, true)) {
            LOG.warn(
                    "A client asked for TLS and left when told that there is none: give Quern a"
                            + " certificate, or connect with sslmode=disable or sslmode=prefer");
        }
    }
}
