package io.quern.proxy.net;

import static java.util.Objects.requireNonNull;

import io.quern.proxy.backend.PoolSettings;

/**
 * How clients come by backends.
 *
 * @param perTransaction whether backends are lent for one transaction, not for a session
 * @param ownLogins whether Quern conducts all logins itself, even where they could pass through
 */
public record Lodgings(boolean perTransaction, boolean ownLogins, PoolSettings pools) {

    /** Sessions whose logins pass through wherever they can. */
    public static final Lodgings DEFAULT = new Lodgings(false, false, PoolSettings.DEFAULT);

    public Lodgings {
        requireNonNull(pools, "pools");
    }
}
