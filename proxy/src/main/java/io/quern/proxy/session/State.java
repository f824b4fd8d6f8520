package io.quern.proxy.session;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.quern.proxy.timing.Runs;
import io.quern.proxy.timing.Stopwatch;
import io.quern.proxy.tuning.KnownStatement;
import io.quern.proxy.wire.Backend;
import io.quern.proxy.wire.MessageWriter;

import org.jspecify.annotations.Nullable;

import java.util.Map;

/** What the two directions of a session share. */
final class State {
    private static final byte[] DEALLOCATED = "DEALLOCATE".getBytes(US_ASCII);

    final Ledger ledger = new Ledger();
    final ClientStatements statements;
    final Portals portals = new Portals();
    final SessionSettings settings;
    final Stay stay;
    final Errands errands;
    final Steering steering;
    final Stopwatch stopwatch;
    final Runs runs = new Runs();
    final FailOpen gate;
    final Effects effects;
    final Mishaps mishaps;

    /** The backend in use; while {@link #attached} is false, one that is not there any more. */
    BackendState backend;

    /** Whether there is a backend. */
    boolean attached;

    /** Whether it has this client's settings, so that its messages may go there. */
    boolean ready;

    /** The settings this client made. */
    Profile profile;

    /** What the statements of this transaction may have set besides; null if nothing. */
    @Nullable UnreadSettings unread;

    /** What the client was last told of the parameters that servers report; null: nothing yet. */
    @Nullable Map<String, String> told;

    /** A statement was sent that may drop prepared statements: none is used until it is done. */
    boolean barrier;

    /** From the last ReadyForQuery: 'I', 'T' or 'E'. */
    byte status = 'T';

    final CopySyncs copySyncs = new CopySyncs();

    /** Counts Sync groups: an error in one skips what is behind it in the same one only. */
    long group;

    /** Messages of the extended protocol were sent that no Sync has closed yet. */
    boolean groupOpen;

    /** Since the session was last idle something ran that may have drawn from a sequence. */
    boolean drawn;

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

    private final MessageWriter out = new MessageWriter();

    State(
            SessionSettings settings,
            Stay stay,
            Stopwatch stopwatch,
            FailOpen gate,
            Effects effects,
            Mishaps mishaps,
            String prefix) {
        this.settings = settings;
        this.stay = stay;
        this.statements = new ClientStatements(!stay.perTransaction());
        this.profile = stay.base();
        this.stopwatch = stopwatch;
        this.gate = gate;
        this.effects = effects;
        this.mishaps = mishaps;
        this.backend = new BackendState();
        this.errands = new Errands(this, prefix);
        this.steering = new Steering(this);
    }

    /** Nothing is owed, nothing is open: a Sync group of Quern's own may go out. */
    boolean idle() {
        return ledger.isEmpty()
                && status == 'I'
                && attached
                && !groupOpen
                && !skipping
                && !terminated
                && !fatal
                && !opaque;
    }

    /**
     * Whether it is being found out what the client's last statement left, or undone what it took
     * away: RESET means the settings the client connected with, which only Quern knows.
     */
    @SuppressWarnings("ReferenceEquality") // profiles are interned
    boolean unsettled() {
        return stay.perTransaction()
                && status == 'I'
                && !groupOpen
                && (errands.aboutSession() || profile != backend.profile);
    }

    /** The backend has this client's settings. */
    void arrived() {
        ready = true;
        settings.moved(backend, profile);
        tellParameters();
    }

    /** Tells the client of reported parameters that are not what it was told before. */
    @SuppressWarnings("ReferenceEquality") // the same map means the same values
    void tellParameters() {
        Map<String, String> now = backend.parameters();
        Map<String, String> before = told;
        if (before == null || now == before) {
            return;
        }
        out.clear();
        now.forEach(
                (name, value) -> {
                    if (!value.equals(before.get(name))) {
                        out.parameterStatus(name, value);
                    }
                });
        told = now;
        if (out.length() > 0) {
            effects.toClient(out);
        }
    }

    /** Gives the answers whose turn has come and that no server gives. */
    void makeUp() {
        Reply head = ledger.head();
        if (head == null || !head.madeUp) {
            return;
        }
        out.clear();
        for (; head != null && head.madeUp; head = ledger.head()) {
            ledger.pop();
            switch (head.to) {
                case PARSE -> out.begin(Backend.PARSE_COMPLETE).end();
                case CLOSE -> out.begin(Backend.CLOSE_COMPLETE).end();
                case QUERY -> {
                    out.begin(Backend.COMMAND_COMPLETE).string(DEALLOCATED).end();
                    out.begin(Backend.READY_FOR_QUERY).int8(status).end();
                }
                default -> throw new IllegalStateException("made up: " + head.to);
            }
            if (head.to != Reply.To.QUERY) {
                statements.confirmed(head);
            }
        }
        effects.toClient(out);
    }

    /**
     * A reply or a message fits nothing: from here on bytes only pass, unless replies to Quern's
     * own messages are due.
     *
     * @return 0, the answer that lets the frame at hand pass
     */
    int lost(String why) {
        if (ledger.hasOwn() || steering.pending() || stay.perTransaction()) {
            throw new SessionLost(why);
        }
        backend.spoilt = true;
        mishaps.count(Mishaps.Kind.TRACKING, why);
        opaque = true;
        ledger.clear();
        portals.clear();
        statements.forgetAll();
        backend.variants.forgetAll();
        return 0;
    }

    /**
     * A statement is about to run: forgets what it may change.
     *
     * @param known null if it could not be recognised
     * @param sql its text; null if it was not kept
     */
    void runs(@Nullable KnownStatement known, byte @Nullable [] sql, int offset, int length) {
        drawn |= known == null || known.draws();
        if (known == null) {
            stay.leaves(KnownStatement.Traces.LOCKS, sql, offset, length);
            sets(null, null, 0, 0);
            doubt();
            endsStatements();
            return;
        }
        if (known.traces() != KnownStatement.Traces.NONE) {
            stay.leaves(known.traces(), sql, offset, length);
        }
        switch (known.kind()) {
            case QUERY -> {}
            case TRANSACTION -> {
                if (known.namesIsolation()) {
                    settings.doubtTransaction();
                }
            }
            case DDL -> {
                doubt();
                catalogChanged();
            }
            case SETTING, OTHER -> {
                if (known.kind() == KnownStatement.Kind.SETTING
                        || known.traces().compareTo(KnownStatement.Traces.LOCKS) >= 0) {
                    sets(known, sql, offset, length);
                }
                doubt();
                if (known.endsStatements()) {
                    endsStatements();
                }
            }
        }
    }

    /** A statement that was not read is about to run. */
    void runsUnseen() {
        drawn = true;
        stay.leaves(KnownStatement.Traces.LOCKS, null, 0, 0);
        sets(null, null, 0, 0);
        doubt();
        endsStatements();
    }

    private void sets(
            @Nullable KnownStatement known, byte @Nullable [] sql, int offset, int length) {
        if (stay.perTransaction()) {
            boolean read = known != null && known.kind() == KnownStatement.Kind.SETTING;
            boolean single = known != null && known.single();
            unread = UnreadSettings.after(unread, read ? sql : null, offset, length, single);
        }
    }

    /** What the session runs under may have changed. */
    void doubt() {
        settings.doubt();
        backend.answer = null;
    }

    private void endsStatements() {
        if (stay.perTransaction()) {
            barrier = true;
        } else {
            forgetStatements();
        }
    }

    /** The backend has lost all its statements, or may have. */
    void forgetStatements() {
        backend.variants.forgetAll();
        backend.statements.forgetAll();
        backend.unnamed = null;
        statements.forgetAll();
    }

    void catalogChanged() {
        ddl = true;
        tellCatalogChanged();
    }

    void tellCatalogChanged() {
        PreparedText.catalogChanged();
        try {
            effects.catalogChanged();
        } catch (RuntimeException thrown) {
            mishaps.count(Mishaps.Kind.TELL, thrown);
        }
    }
}
