package io.quern.proxy.session;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.List;

/**
 * The two prepared statements with which a backend is given planner settings and gets back its own.
 * Both act until the transaction ends at the latest. {@code SET LOCAL} would do the same, but warns
 * where the Sync group itself is the transaction.
 */
final class Levers {
    private static final byte[] SET =
            ("SELECT pg_catalog.set_config($1, pg_catalog.current_setting($2), true),"
                            + " pg_catalog.set_config($2, $3, true)")
                    .getBytes(US_ASCII);
    private static final byte[] RESTORE =
            "SELECT pg_catalog.set_config($1, pg_catalog.current_setting($2), true)"
                    .getBytes(US_ASCII);
    private static final int TEXT = 25;

    /** The name of the statement that keeps the old value and sets the new one. */
    private final byte[] set;

    /** The name of the statement that sets what was kept. */
    private final byte[] restore;

    private Levers(byte[] set, byte[] restore) {
        this.set = set;
        this.restore = restore;
    }

    /** Takes messages about them, each to be entered into the ledger. */
    @FunctionalInterface
    interface Track {
        /** Binds parameters as text, executes, and closes the portal. */
        void execute(byte[] name, byte[]... parameters);
    }

    /** Prepares them. */
    static Levers prepare(OwnGroup group) {
        Levers levers = new Levers(group.newName(), group.newName());
        group.parse(levers.set, SET, new int[] {TEXT, TEXT, TEXT});
        group.parse(levers.restore, RESTORE, new int[] {TEXT, TEXT});
        return levers;
    }

    /** Their names. */
    List<byte[]> names() {
        return List.of(set, restore);
    }

    void set(Iterable<Steer> steers, Track track) {
        for (Steer steer : steers) {
            track.execute(set, steer.kept, steer.name, steer.value);
        }
    }

    void restore(Iterable<Steer> steers, Track track) {
        for (Steer steer : steers) {
            track.execute(restore, steer.name, steer.kept);
        }
    }
}
