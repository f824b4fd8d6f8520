package io.quern.proxy.net;

import io.quern.proxy.backend.Upstream;

/** The ways in which clients are served. */
enum Mode {
    /** Logins pass through to a connection of the client's own. */
    PASSING,
    /** Quern conducts the login and lends a backend for the session. */
    SESSION,
    /** Quern conducts the login and lends a backend for each transaction. */
    TRANSACTION;

    /** A proxy that serves so; two backends at most where it lends them. */
    ProxyFixture open() {
        return this == PASSING ? new ProxyFixture() : new ProxyFixture(pooling());
    }

    /** The same in front of other hosts. */
    ProxyFixture open(Upstream upstream) {
        return this == PASSING
                ? new ProxyFixture(upstream)
                : new ProxyFixture(pooling().to(upstream));
    }

    /** How a proxy of this mode lends backends. */
    ProxyFixture.Pooling pooling() {
        return ProxyFixture.Pooling.of(this == TRANSACTION, 2);
    }
}
