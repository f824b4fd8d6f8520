package io.quern.proxy.session;

import io.quern.proxy.wire.Backend;
import io.quern.proxy.wire.ErrorFields;
import io.quern.proxy.wire.FrameScanner;
import io.quern.proxy.wire.MessageWriter;

import org.jspecify.annotations.Nullable;

/** Errors and notices of the server: whose they are, and what they skip. */
final class Failures {
    private static final String LOST = "26000";
    private static final String DUPLICATE = "42P05";
    private static final String CHANGED = "0A000";

    private final State state;
    private final MessageWriter out = new MessageWriter();

    Failures(State state) {
        this.state = state;
    }

    /** An ErrorResponse; the answer is that of {@link FrameScanner.Sink#look}. */
    int error(byte[] bytes, int offset, int length, int bodyLength) {
        String sqlState = ErrorFields.sqlState(bytes, offset, length);
        if (ErrorFields.fatal(bytes, offset, length)) {
            state.fatal = true;
            return FrameScanner.PASS;
        }
        Reply head = state.ledger.head();
        if (head == null) {
            state.lost("ErrorResponse that nothing asked for");
            return FrameScanner.PASS;
        }
        if (head.own) {
            state.errands.failed(sqlState, ErrorFields.message(bytes, offset, length));
            skipOwn();
            return swallowed(length, bodyLength);
        }
        Variant variant = head.variant;
        byte[] renamed = shared(head, sqlState, bytes, offset, length, bodyLength);
        if (steers(head)) {
            steeringFailed(sqlState);
        }
        if (head.run != null) {
            state.stopwatch.done(head.run, head.handed, 0, sqlState);
        }
        if (!head.to.endsReady()) {
            if (!skipToSync(head)) {
                return FrameScanner.PASS;
            }
        }
        state.copySyncs.failed();
        state.copyIn = false;
        if (variant == null) {
            return renamed == null
                    ? FrameScanner.PASS
                    : replaced(Backend.ERROR_RESPONSE, renamed, length);
        }
        state.backend.variants.drop(variant);
        return repositioned(head, Backend.ERROR_RESPONSE, bytes, offset, length, bodyLength);
    }

    /** A NoticeResponse; the answer is that of {@link FrameScanner.Sink#look}. */
    int notice(byte[] bytes, int offset, int length, int bodyLength) {
        Reply head = state.ledger.head();
        if (head == null) {
            return FrameScanner.PASS;
        }
        if (head.own || steers(head) || head.asideRuns()) {
            return swallowed(length, bodyLength);
        }
        return head.variant == null
                ? FrameScanner.PASS
                : repositioned(head, Backend.NOTICE_RESPONSE, bytes, offset, length, bodyLength);
    }

    /** Whether a message gives settings, or takes them back. */
    private static boolean steers(Reply reply) {
        return reply.injected && reply.variant != null;
    }

    /**
     * The client's own Bind would have met a failed transaction, a cancel or a shutdown as well;
     * anything else was tried when the variant was prepared.
     */
    private void steeringFailed(String sqlState) {
        if (!sqlState.equals("25P02") && !sqlState.startsWith("57")) {
            state.mishaps.count(Mishaps.Kind.STEER, "SQLSTATE " + sqlState);
            state.backend.variants.forgetAll();
        }
    }

    private static int swallowed(int length, int bodyLength) {
        if (length < bodyLength) {
            throw new SessionLost("an error too long to swallow");
        }
        return length;
    }

    /**
     * In a text that is the client's behind a prefix a position is moved; in a variant of another
     * form it would point nowhere.
     */
    private int repositioned(
            Reply head, byte type, byte[] bytes, int offset, int length, int bodyLength) {
        Variant variant = head.variant;
        if (length < bodyLength || (variant != null && variant.sameText() && head.prefix == 0)) {
            return FrameScanner.PASS;
        }
        byte[] other =
                variant != null && variant.sameText()
                        ? ErrorFields.withPositionLess(head.prefix, bytes, offset, length)
                        : ErrorFields.withoutPosition(bytes, offset, length);
        return other == null ? FrameScanner.PASS : replaced(type, other, length);
    }

    private int replaced(byte type, byte[] body, int length) {
        state.effects.toClient(out.clear().begin(type).raw(body, 0, body.length).end());
        return length;
    }

    /**
     * An error that may be about a statement shared under Quern's own name: one that the backend
     * has lost is parsed anew for the next who needs it; one whose columns are others now for
     * whoever prepares it again.
     *
     * @return the error with the client's name of it in place of Quern's; null to leave it
     */
    private byte @Nullable [] shared(
            Reply failed, String sqlState, byte[] bytes, int offset, int length, int bodyLength) {
        if (!state.stay.perTransaction()) {
            return null;
        }
        PreparedText text = failed.shared;
        boolean lost = sqlState.equals(LOST);
        if (text != null && failed.to != Reply.To.PARSE && lost) {
            state.backend.statements.stale(text);
        }
        if (text != null && failed.to != Reply.To.PARSE && sqlState.equals(CHANGED)) {
            // whoever prepares it again must not be given the old one; who has it knows its columns
            text.outdate();
        }
        if (length < bodyLength || !(lost || sqlState.equals(DUPLICATE))) {
            return null;
        }
        Name deallocated = failed.to == Reply.To.EXECUTE ? failed.name : null;
        if (deallocated != null) {
            return ErrorFields.replaced(
                    bytes, offset, length, SharedNames.SCAPEGOAT, deallocated.bytes());
        }
        Name name = failed.to == Reply.To.PARSE ? failed.name : state.statements.nameOf(text);
        ClientStatement own = name == null ? null : state.statements.confirmed(name);
        PreparedText named = own == null ? null : own.shared();
        return named == null || name == null
                ? null
                : ErrorFields.replaced(bytes, offset, length, named.name, name.bytes());
    }

    private void skipOwn() {
        while (true) {
            Reply next = state.ledger.head();
            if (next == null || next.to == Reply.To.SYNC) {
                return;
            }
            state.ledger.pop();
        }
    }

    /**
     * The server now ignores all messages up to the next Sync.
     *
     * @return false if it cannot be told which Sync that is, and it matters
     */
    private boolean skipToSync(Reply failed) {
        if (state.copySyncs.pending() && !onlySyncsBehind()) {
            state.lost("an error inside COPY with Syncs and more sent ahead");
            return false;
        }
        boolean first = true;
        while (true) {
            Reply next = state.ledger.head();
            if (next == null) {
                state.skipping = true;
                return true;
            }
            if (next.to == Reply.To.SYNC) {
                return true;
            }
            state.ledger.pop();
            if (next.to == Reply.To.PARSE || next.to == Reply.To.CLOSE) {
                undone(next, first, failed);
            }
            first = false;
        }
    }

    private void undone(Reply change, boolean first, Reply failed) {
        PreparedText text = change.shared;
        if (text != null && change.to == Reply.To.PARSE) {
            state.backend.statements.notParsed(text, change.group);
        } else if (text != null) {
            state.backend.statements.notClosed(text);
        }
        if (change.injected) {
            state.backend.unnamed = null;
        } else if (first) {
            state.statements.failed(failed);
        } else {
            state.statements.skipped(change);
        }
        if (change.name == null || change.name.isEmpty()) {
            state.backend.unnamed = null;
        }
    }

    private boolean onlySyncsBehind() {
        for (int i = 1; i < state.ledger.size(); i++) {
            if (state.ledger.get(i).to != Reply.To.SYNC) {
                return false;
            }
        }
        return true;
    }
}
