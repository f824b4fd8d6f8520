package io.quern.proxy.session;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.quern.proxy.session.BackendStatements.Standing;
import io.quern.proxy.wire.FrameScanner;
import io.quern.proxy.wire.MessageWriter;

import org.jspecify.annotations.Nullable;

/**
 * Lets prepared statements follow a client from backend to backend: its names stand for {@link
 * PreparedText}s, which have names of their own there, and what a backend lacks is parsed in front
 * of the message that needs it, in the same Sync group, so that a failure is the message's own.
 */
final class SharedNames {
    private static final byte[] UNNAMED = {};

    /** What a client's DEALLOCATE drops in place of a statement that others may be using. */
    static final byte[] SCAPEGOAT = "__quern_d".getBytes(US_ASCII);

    /** What the names of Quern's own statements begin with. */
    static final byte[] OWN = "__quern_".getBytes(US_ASCII);

    /** Stands for such a name in a client's mouth: nothing has it. */
    private static final byte[] NOBODY = "__quern_0".getBytes(US_ASCII);

    private static final byte[] NOTHING = "SELECT".getBytes(US_ASCII);
    private static final int[] NO_TYPES = {};

    /** The text that drops it. */
    static final byte[] DEALLOCATE = "DEALLOCATE \"__quern_d\"".getBytes(US_ASCII);

    private final State state;

    SharedNames(State state) {
        this.state = state;
    }

    /** Whether names are the client's only. */
    boolean active() {
        return state.stay.perTransaction();
    }

    /**
     * Whether it cannot be told yet what a name stands for, or whether the backend has it: replies
     * must come first.
     */
    boolean unsure(Name name, @Nullable ClientStatement statement) {
        if (state.barrier) {
            if (!state.ledger.isEmpty()) {
                return true;
            }
            state.barrier = false;
        }
        if (!state.statements.sure(name, state.group)) {
            return true;
        }
        PreparedText text = statement == null ? null : statement.shared();
        return text != null
                && state.backend.statements.standing(text, state.group) == Standing.UNSURE;
    }

    /** Lets a message wait; replies the server holds back until Sync are asked for. */
    int hold(MessageWriter out) {
        if (state.groupOpen) {
            state.effects.toServer(out.clear().flush());
        }
        return FrameScanner.WAIT;
    }

    /**
     * Whether the backend has a statement, so that its Parse need not be sent: unless PostgreSQL
     * may refuse that, because the transaction has failed or may fail before it is read.
     */
    boolean present(PreparedText text) {
        return state.status != 'E'
                && !state.ledger.owesEarlierGroup()
                && state.backend.statements.standing(text, state.group) == Standing.PRESENT;
    }

    /** What has to be in front of the client's own Parse, which goes to the backend. */
    void beforeParse(PreparedText text, MessageWriter out) {
        Standing standing = state.backend.statements.standing(text, state.group);
        if (standing == Standing.ABSENT) {
            makeRoom(out);
        } else {
            close(text, out);
        }
    }

    /** The client's own Parse goes to the backend. */
    void parsing(PreparedText text, Reply reply) {
        state.backend.statements.parsing(text, state.group);
        reply.shared = text;
        reply.group = state.group;
    }

    /**
     * Sees to it that the backend has what a client's name stands for, and says its name there.
     *
     * @param statement null if the client has no such statement: then its name goes on as it is,
     *     for nothing on the backend has it, and the error is PostgreSQL's own
     * @return null if the name goes on as it is
     */
    byte @Nullable [] bring(Name name, @Nullable ClientStatement statement, MessageWriter out) {
        if (name.isEmpty()) {
            unnamed(statement, out);
            return null;
        }
        PreparedText text = statement == null ? null : statement.shared();
        if (text == null) {
            return name.startsWith(OWN) ? NOBODY : null;
        }
        byte[] sql = text.sql;
        if (sql != null
                && state.backend.statements.standing(text, state.group) != Standing.PRESENT) {
            beforeParse(text, out);
            parsing(text, inject(Reply.To.PARSE));
            if (!text.fits(state.unread)) {
                state.backend.statements.passing(text);
            }
            out.parse(text.name, sql, text.types);
        }
        return text.name;
    }

    private void unnamed(@Nullable ClientStatement statement, MessageWriter out) {
        if (statement == null) {
            // the backend may have somebody else's
            inject(Reply.To.CLOSE);
            out.closeStatement(UNNAMED);
            state.backend.unnamed = null;
            return;
        }
        byte[] sql = statement.sql();
        if (state.backend.unnamed != statement && sql != null) {
            inject(Reply.To.PARSE);
            out.parse(UNNAMED, sql, statement.parameterTypes());
            state.backend.unnamed = statement;
        }
    }

    /** Prepares what the client's DEALLOCATE is going to drop, if the client has that still. */
    void scapegoat(Name deallocated, MessageWriter out) {
        inject(Reply.To.CLOSE);
        out.closeStatement(SCAPEGOAT);
        if (state.statements.find(deallocated) != null) {
            inject(Reply.To.PARSE);
            out.parse(SCAPEGOAT, NOTHING, NO_TYPES);
        }
    }

    /** Prepares and binds what is to be executed in place of what the client wants. */
    void instead(byte[] sql, MessageWriter out) {
        inject(Reply.To.CLOSE);
        inject(Reply.To.PARSE);
        inject(Reply.To.BIND);
        out.closeStatement(SCAPEGOAT).parse(SCAPEGOAT, sql, NO_TYPES).bind(SCAPEGOAT, SCAPEGOAT);
    }

    /** The portal that {@link #instead} binds. */
    static byte[] substitute() {
        return SCAPEGOAT.clone();
    }

    /** Closes the least recently used statements if there are too many. */
    private void makeRoom(MessageWriter out) {
        for (PreparedText old = state.backend.statements.tooMany();
                old != null;
                old = state.backend.statements.tooMany()) {
            close(old, out);
        }
    }

    private void close(PreparedText text, MessageWriter out) {
        Reply reply = inject(Reply.To.CLOSE);
        reply.shared = text;
        reply.group = state.group;
        state.backend.statements.closing(text, state.group);
        out.closeStatement(text.name);
    }

    private Reply inject(Reply.To to) {
        return state.ledger.inject(to);
    }
}
