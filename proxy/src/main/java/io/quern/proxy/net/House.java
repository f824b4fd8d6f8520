package io.quern.proxy.net;

import io.quern.advisor.Watcher;
import io.quern.proxy.auth.Rules;
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
import java.util.function.Supplier;

/** What all connections of one proxy share. */
record House(
        Sites sites,
        Duration loginTimeout,
        Gate gate,
        Watcher watcher,
        Signals signals,
        Optional<ClientTls> tls,
        Headcount clients,
        Supplier<Rules> rules,
        Mishaps mishaps,
        Set<Connected> connected,
        SecureRandom random,
        CancelKeys cancelKeys,
        Counts counts,
        AtomicBoolean toldOfTls) {
    private static final Logger LOG = LoggerFactory.getLogger(House.class);

    /**
     * @param rules who may come in, asked for each client
     */
    static House of(
            Sites sites,
            Duration loginTimeout,
            Gate gate,
            Watcher watcher,
            Signals signals,
            Optional<ClientTls> tls,
            Headcount clients,
            Supplier<Rules> rules) {
        SecureRandom random = new SecureRandom();
        return new House(
                sites,
                loginTimeout,
                gate,
                watcher,
                signals,
                tls,
                clients,
                rules,
                new Mishaps(),
                ConcurrentHashMap.newKeySet(),
                random,
                new CancelKeys(random),
                new Counts(),
                new AtomicBoolean());
    }

    /** Who serves a database. */
    Sites.Site site(String database) {
        return sites.of(database);
    }

    /** A treatment does not act as promised: told on a thread of its own, for it may take time. */
    void refuse(long suggestion, String reason) {
        LOG.info("Suggestion {} does not act as promised: {}", suggestion, reason);
        Thread.ofVirtual().name("refuse").start(() -> signals.refused(suggestion, reason));
    }

    /** What the names of one session's own statements begin with. */
    String ownNames() {
        byte[] bytes = new byte[6];
        random.nextBytes(bytes);
        return "__quern_" + HexFormat.of().formatHex(bytes) + "_";
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
