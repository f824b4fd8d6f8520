package io.quern.proxy.session;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.quern.proxy.tuning.KnownStatement;

/**
 * The answer to {@code currval} and {@code lastval} in a transaction in which nothing ran that may
 * have drawn a number: the one they speak of may have been drawn on another backend, so that this
 * one would tell somebody else's. An error is better than a wrong number, and PostgreSQL itself is
 * made to give it, in its turn.
 */
final class Recall {
    static final byte[] REFUSAL =
            ("DO $quern$ BEGIN RAISE EXCEPTION USING ERRCODE = '0A000',"
                            + " MESSAGE = 'currval() and lastval() need the transaction of their"
                            + " nextval() in transaction mode',"
                            + " DETAIL = 'The number may have been drawn on another backend.',"
                            + " HINT = 'Use INSERT ... RETURNING, or call them before COMMIT, or"
                            + " connect in session mode.'; END $quern$")
                    .getBytes(US_ASCII);

    private Recall() {}

    /** Whether a text that is about to run is refused. */
    static boolean refused(State state, KnownStatement known) {
        return known.recalls()
                && state.stay.perTransaction()
                && state.stay.reason().isEmpty()
                && !state.drawn;
    }
}
