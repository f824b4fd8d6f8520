package io.quern.proxy.session;

import io.quern.proxy.timing.Stopwatch;
import io.quern.proxy.tuning.KnownStatement;

import org.jspecify.annotations.Nullable;

/** What the two directions of a session share. */
final class State {
    final Ledger ledger = new Ledger();
    final ClientStatements statements = new ClientStatements();
    final Portals portals = new Portals();
    final Variants variants = new Variants();
    final SessionSettings settings;
    final Errands errands;
    final Stopwatch stopwatch;
    final FailOpen gate;
    final Effects effects;
    final Mishaps mishaps;

    /** From the last ReadyForQuery: 'I', 'T' or 'E'. */
    byte status = 'T';

    final CopySyncs copySyncs = new CopySyncs();

    /** Counts Sync groups: an error in one skips what is behind it in the same one only. */
    long group;

    /** Messages of the extended protocol were sent that no Sync has closed yet. */
    boolean groupOpen;

    /** After an error the server ignores all up to a Sync that was not sent yet. */
    boolean skipping;

    /** The server takes COPY data and the client has not ended it. */
    boolean copyIn;

    /** DDL was sent since the session was last idle. */
    boolean ddl;

    /** The client said good-bye. */
    boolean terminated;

    /** The server said that it closes the connection. */
    boolean fatal;

    /** Tracking was lost: bytes only pass. */
    boolean opaque;

    State(
            SessionSettings settings,
            Stopwatch stopwatch,
            FailOpen gate,
            Effects effects,
            Mishaps mishaps,
            String prefix) {
        this.settings = settings;
        this.stopwatch = stopwatch;
        this.gate = gate;
        this.effects = effects;
        this.mishaps = mishaps;
        this.errands = new Errands(settings, variants, ledger, effects, mishaps, prefix);
    }

    /** Nothing is owed, nothing is open: a Sync group of Quern's own may go out. */
    boolean idle() {
        return ledger.isEmpty()
                && status == 'I'
                && !groupOpen
                && !skipping
                && !terminated
                && !fatal
                && !opaque;
    }

    /**
     * A reply or a message fits nothing: from here on bytes only pass, unless replies to Quern's
     * own messages are due.
     *
     * @return 0, the answer that lets the frame at hand pass
     */
    int lost(String why) {
        if (ledger.hasOwn()) {
            throw new SessionLost(why);
        }
        mishaps.count(Mishaps.Kind.TRACKING, why);
        opaque = true;
        ledger.clear();
        portals.clear();
        statements.forgetAll();
        variants.forgetAll();
        return 0;
    }

    /**
     * A statement is about to run: forgets what it may change.
     *
     * @param known null if it could not be recognised
     * @param endsStatements whether its text could drop prepared statements
     */
    void runs(@Nullable KnownStatement known, boolean endsStatements, boolean namesIsolation) {
        KnownStatement.Kind kind = known == null ? KnownStatement.Kind.OTHER : known.kind();
        switch (kind) {
            case QUERY -> {}
            case TRANSACTION -> {
                if (namesIsolation) {
                    settings.doubtTransaction();
                }
            }
            case DDL -> {
                settings.doubt();
                catalogChanged();
            }
            case SETTING, OTHER -> {
                settings.doubt();
                if (endsStatements) {
                    forgetStatements();
                }
            }
        }
    }

    /** A statement that was not read is about to run. */
    void runsUnseen() {
        settings.doubt();
        forgetStatements();
    }

    void forgetStatements() {
        variants.forgetAll();
        statements.forgetAll();
    }

    void catalogChanged() {
        ddl = true;
        tellCatalogChanged();
    }

    void tellCatalogChanged() {
        try {
            effects.catalogChanged();
        } catch (RuntimeException thrown) {
            mishaps.count(Mishaps.Kind.TELL, thrown);
        }
    }
}
