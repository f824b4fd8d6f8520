package io.quern.proxy.tuning;

import io.quern.advisor.Treatment;
import io.quern.optimizer.Fingerprint;

import org.jspecify.annotations.Nullable;

/**
 * A statement the gate has recognised: one per (session key, parameter types, skeleton). Shared
 * between event loops; its treatment is replaced off the loops.
 */
public final class KnownStatement {

    /** What a statement does to the session, as far as its first words tell. */
    public enum Kind {
        /** SELECT, INSERT, UPDATE, DELETE, MERGE, VALUES, WITH, TABLE. */
        QUERY,
        /** BEGIN, COMMIT, ROLLBACK, SAVEPOINT and their kin. */
        TRANSACTION,
        /** SET, RESET, DISCARD, or a call of set_config: settings may change. */
        SETTING,
        /** CREATE, ALTER, DROP, TRUNCATE and their kin: the catalog may change. */
        DDL,
        /** Anything else, several statements at once included. */
        OTHER
    }

    private final Fingerprint fingerprint;
    private final Kind kind;
    private final boolean single;
    private volatile @Nullable Treatment treatment;

    KnownStatement(Fingerprint fingerprint, Kind kind, boolean single) {
        this.fingerprint = fingerprint;
        this.kind = kind;
        this.single = single;
    }

    /** The template's fingerprint. */
    public Fingerprint fingerprint() {
        return fingerprint;
    }

    /** What it does to the session. */
    public Kind kind() {
        return kind;
    }

    /** Whether the text holds exactly one statement. */
    public boolean single() {
        return single;
    }

    @Nullable Treatment treatment() {
        return treatment;
    }

    void treat(@Nullable Treatment newTreatment) {
        treatment = newTreatment;
    }
}
