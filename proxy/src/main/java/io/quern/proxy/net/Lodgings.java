package io.quern.proxy.net;

import static java.util.Objects.requireNonNull;

import io.quern.proxy.backend.PoolSettings;

/**
 * How clients come by backends.
 *
 * @param perTransaction whether backends are lent for one transaction, not for a session
 * @param logins who conducts logins; the console's are always Quern's
 */
public record Lodgings(boolean perTransaction, Logins logins, PoolSettings pools) {

    /** Who asks clients for proof. */
    public enum Logins {
        /** The upstream. */
        PASS,
        /** The upstream, but where it could not be done: with TLS on both sides. */
        PASS_IF_POSSIBLE,
        /** Quern. */
        OWN
    }

    /** Sessions whose logins pass through wherever they can. */
    public static final Lodgings DEFAULT =
            new Lodgings(false, Logins.PASS_IF_POSSIBLE, PoolSettings.DEFAULT);

    public Lodgings {
        requireNonNull(logins, "logins");
        if (perTransaction && logins == Logins.PASS) {
            throw new IllegalArgumentException("logins pass, but belong to one client each");
        }
        requireNonNull(pools, "pools");
    }
}
