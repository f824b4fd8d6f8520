package io.quern.proxy.tuning;

import io.quern.advisor.Sighting;
import io.quern.advisor.Treatment;
import io.quern.optimizer.Fingerprint;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A statement the gate has recognised: one per (session key, parameter types, skeleton) while it is
 * cached. Shared between event loops; what was resolved for it is replaced off the loops.
 */
public final class KnownStatement {

    /** What a statement does to the session, as far as its words tell. */
    public enum Kind {
        /** SELECT, INSERT, UPDATE, DELETE, MERGE, VALUES, WITH, TABLE. */
        QUERY,
        /**
         * BEGIN, COMMIT, ROLLBACK, SAVEPOINT and their kin. An end of a transaction may take back
         * what a {@link #SETTING} in it did.
         */
        TRANSACTION,
        /**
         * SET, RESET, DISCARD, a call of set_config, or what may hide one (DO, CALL, EXECUTE):
         * settings or the role may change. One among several statements makes the whole text so.
         */
        SETTING,
        /**
         * CREATE, ALTER, DROP, TRUNCATE, SELECT INTO and their kin: the catalog may change. So are
         * several statements with one of these, and no {@link #SETTING}, among them.
         */
        DDL,
        /** Anything else. */
        OTHER
    }

    /** What may be left of a statement in its session when the transaction is over. */
    public enum Traces {
        NONE,
        /** Temporary objects: DDL makes them without a word of it where the search path says so. */
        OBJECTS,
        /** Settings, temporary tables, cursors, listening, SQL-level prepared statements. */
        SETTINGS,
        /** These, and session-level advisory locks. */
        LOCKS,
        /** What PostgreSQL cannot be asked about. */
        FOR_GOOD,
        /** What not even DISCARD ALL takes back. */
        INDELIBLE
    }

    /** What stands for a text that cannot be lexed. */
    static final KnownStatement OPAQUE =
            new KnownStatement(
                    new Fingerprint(0),
                    new Traits(Kind.OTHER, Traces.LOCKS, true, true, false, true),
                    false,
                    true,
                    null);

    /**
     * What the advisor said.
     *
     * @param generation the advisor's generation before it was asked: the answer is no newer
     */
    record Resolution(long generation, @Nullable Treatment treatment) {}

    private final Fingerprint fingerprint;
    private final Traits traits;
    private final boolean single;
    private final @Nullable Sighting sighting;
    private final AtomicBoolean resolving = new AtomicBoolean();
    private volatile @Nullable Resolution resolution;

    private final boolean exact;

    /** Set at each hit, cleared by the sweep that looks for what may go. */
    private volatile boolean used;

    /**
     * @param exact whether the text it was first seen as can be trusted by later readers; if not, a
     *     better one takes its place
     * @param sighting what to ask the advisor with; null if this is never treated
     */
    KnownStatement(
            Fingerprint fingerprint,
            Traits traits,
            boolean single,
            boolean exact,
            @Nullable Sighting sighting) {
        this.fingerprint = fingerprint;
        this.traits = traits;
        this.single = single;
        this.exact = exact;
        this.sighting = sighting;
    }

    /** The template's fingerprint; 0 for all texts that cannot be lexed. */
    public Fingerprint fingerprint() {
        return fingerprint;
    }

    /** What it does to the session. */
    public Kind kind() {
        return traits.kind();
    }

    /** Whether the text holds exactly one statement. */
    public boolean single() {
        return single;
    }

    /** What may be left of it in the session. */
    public Traces traces() {
        return traits.traces();
    }

    /** Whether it may drop prepared statements. */
    public boolean endsStatements() {
        return traits.endsStatements();
    }

    /** Whether it speaks of transaction isolation. */
    public boolean namesIsolation() {
        return traits.namesIsolation();
    }

    /** Whether it asks for what this session drew from a sequence before this text. */
    public boolean recalls() {
        return traits.recalls();
    }

    /** Whether it may draw a number from a sequence. */
    public boolean draws() {
        return traits.draws();
    }

    boolean exact() {
        return exact;
    }

    @Nullable Sighting sighting() {
        return sighting;
    }

    @Nullable Resolution resolution() {
        return resolution;
    }

    void resolved(Resolution answer) {
        resolution = answer;
    }

    /** True for one caller until {@link #endResolving}. */
    boolean beginResolving() {
        return !resolving.get() && resolving.compareAndSet(false, true);
    }

    void endResolving() {
        resolving.set(false);
    }

    /** Bytes it holds, about. */
    long weight() {
        return sighting == null ? 128 : 512 + 2L * sighting.statement().sql().length();
    }

    void use() {
        if (!used) {
            used = true;
        }
    }

    /** Whether it was used since last asked. */
    boolean takeUsed() {
        boolean was = used;
        used = false;
        return was;
    }
}
