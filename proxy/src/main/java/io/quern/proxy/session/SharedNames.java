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
    private static final byte[] SCAPEGOAT = "__quern_d".getBytes(US_ASCII);

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

    /** Whether the backend has a statement, so that its Parse need not be sent. */
    boolean present(PreparedText text) {
        return state.status != 'E'
                && state.backend.statements.standing(text, state.group) == Standing.PRESENT;
    }

    /** The client's own Parse goes to the backend. */
    void parsing(PreparedText text, Reply reply) {
        state.backend.statements.parsing(text, state.group);
        reply.shared = text;
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
            return null;
        }
        byte[] sql = text.sql;
        if (sql != null
                && state.backend.statements.standing(text, state.group) == Standing.ABSENT) {
            makeRoom(out);
            Reply reply = inject(Reply.To.PARSE);
            reply.shared = text;
            state.backend.statements.parsing(text, state.group);
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

    /** Prepares what the client's DEALLOCATE is going to drop. */
    void scapegoat(MessageWriter out) {
        inject(Reply.To.CLOSE);
        inject(Reply.To.PARSE);
        out.closeStatement(SCAPEGOAT).parse(SCAPEGOAT, NOTHING, NO_TYPES);
    }

    /** Closes the least recently used statement if there are too many. */
    void makeRoom(MessageWriter out) {
        PreparedText old = state.backend.statements.evict();
        if (old != null) {
            inject(Reply.To.CLOSE).shared = old;
            out.closeStatement(old.name);
        }
    }

    private Reply inject(Reply.To to) {
        Reply reply = state.ledger.add(to, false);
        reply.injected = true;
        return reply;
    }
}
