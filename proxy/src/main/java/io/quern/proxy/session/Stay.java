package io.quern.proxy.session;

import io.quern.proxy.tuning.KnownStatement.Traces;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.TreeMap;

/**
 * Whether a client keeps its pooled backend when its transaction is over, and why: what its
 * statements may have left in the session is asked of PostgreSQL as soon as the backend is idle.
 * Settings go with the client; anything else ties it to this backend, until asking shows that
 * nothing does any more.
 */
final class Stay {
    private final boolean perTransaction;
    private final Profile base;
    private final CustomNames customNames = new CustomNames();
    private Traces traces = Traces.NONE;
    private String tie = "";
    private String tieForGood = "";

    /** The backend cannot be made as it was. */
    private boolean indelible;

    /** Settings of Quern's own login are back in force, and must not stay so. */
    private boolean reset;

    /**
     * @param perTransaction false if the backend stays until the client leaves
     * @param base the settings the client connected with: what RESET means to it
     */
    Stay(boolean perTransaction, Profile base) {
        this.perTransaction = perTransaction;
        this.base = base;
    }

    /** Whether backends are shared between clients. */
    boolean perTransaction() {
        return perTransaction;
    }

    /**
     * A statement runs that may leave something.
     *
     * @param sql its text; null if it was not kept
     */
    void leaves(Traces more, byte @Nullable [] sql, int offset, int length) {
        indelible |= more == Traces.INDELIBLE;
        if (!perTransaction || more == Traces.NONE) {
            return;
        }
        if (more.compareTo(Traces.FOR_GOOD) >= 0) {
            forGood("LOAD, dblink, setseed or a setting with a computed name");
        }
        if (sql == null) {
            forGood("a statement too long to read");
        } else if (more != Traces.OBJECTS) {
            customNames.mentioned(sql, offset, length);
            if (customNames.overflown()) {
                forGood("too many settings of its own");
            }
        }
        if (more.compareTo(traces) > 0) {
            traces = more;
        }
    }

    /** PostgreSQL was asked; empty if nothing ties the session to its backend. */
    void because(String newTie) {
        tie = newTie;
    }

    /** It cannot leave this backend any more. */
    void forGood(String reason) {
        if (perTransaction && tieForGood.isEmpty()) {
            tieForGood = reason;
        }
    }

    /** Why it stays; empty if it does not. */
    String reason() {
        return tieForGood.isEmpty() ? tie : tieForGood;
    }

    /** Whether something was left that not even DISCARD ALL takes back. */
    boolean indelible() {
        return indelible;
    }

    /** Whether the backend may go to somebody else once it is idle. */
    boolean over() {
        return perTransaction && traces == Traces.NONE && reason().isEmpty();
    }

    /** What the client's settings are, if these were found: what it connected with is its own. */
    Profile profile(Profile found) {
        if (found.settings().keySet().containsAll(base.settings().keySet())) {
            return found;
        }
        Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        all.putAll(base.settings());
        all.putAll(found.settings());
        return Profile.of(all);
    }

    Profile base() {
        return base;
    }

    /** A statement was run that takes settings back to what the session began with. */
    void reset() {
        reset = !base.settings().isEmpty();
    }

    /** Whether a setting that Quern logged in with is about to have the client's value again. */
    boolean restores(String setting) {
        return reset && base.settings().containsKey(setting);
    }

    /** What has to be done on an idle backend before anything else; null if nothing. */
    @SuppressWarnings("ReferenceEquality") // profiles are interned
    @Nullable Errand errand(State state) {
        boolean restore = reset;
        reset = false;
        if (!perTransaction) {
            return restore ? new Restoring(state, base) : null;
        }
        if (traces != Traces.NONE) {
            // whoever holds a lock holds it still, whatever else is asked about
            // temporary objects alone make no setting
            state.backend.unlisted |= traces != Traces.OBJECTS;
            boolean locks = traces.compareTo(Traces.LOCKS) >= 0 || !tie.isEmpty();
            traces = Traces.NONE;
            return new Asking(state, Question.ofTraces(locks, customNames.names()));
        }
        return !reason().isEmpty() && state.profile != state.backend.profile
                ? new Applying(state, state.profile)
                : null;
    }
}
