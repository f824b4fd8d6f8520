package io.quern.proxy.session;

import io.quern.proxy.timing.Run;
import io.quern.proxy.wire.Backend;
import io.quern.proxy.wire.CommandTag;
import io.quern.proxy.wire.FrameScanner;
import io.quern.proxy.wire.MessageReader;

import org.jspecify.annotations.Nullable;

/** The server's side of a session: which message each reply answers, and whose it is. */
final class Answers {
    private static final int LONGEST_TAG = 256;
    private static final int LONGEST_ERROR = 1 << 16;
    private static final int LONGEST_DESCRIPTION = 1 << 19;
    private final State state;
    private final Failures failures;
    private final MessageReader in = new MessageReader();

    Answers(State state) {
        this.state = state;
        this.failures = new Failures(state);
    }

    /** How much of a reply to look at; what need not be looked at is dealt with at once. */
    int begin(byte type, int bodyLength) {
        if (state.copySyncs.doubtful() && asked(type)) {
            state.copySyncs.answered(state.ledger);
        }
        Reply head = state.ledger.head();
        return switch (type) {
            case Backend.DATA_ROW -> data(head, bodyLength);
            case Backend.COPY_DATA, Backend.COPY_DONE -> inside(head);
            case Backend.PARSE_COMPLETE,
                    Backend.BIND_COMPLETE,
                    Backend.CLOSE_COMPLETE,
                    Backend.EMPTY_QUERY_RESPONSE,
                    Backend.PORTAL_SUSPENDED ->
                    completes(type, head);
            case Backend.PARAMETER_DESCRIPTION, Backend.ROW_DESCRIPTION, Backend.NO_DATA ->
                    describes(type, head, bodyLength);
            case Backend.COMMAND_COMPLETE -> Math.min(bodyLength, LONGEST_TAG);
            case Backend.READY_FOR_QUERY -> bodyLength == 1 ? 1 : state.lost("ReadyForQuery");
            case Backend.ERROR_RESPONSE, Backend.NOTICE_RESPONSE ->
                    Math.min(bodyLength, LONGEST_ERROR);
            case Backend.PARAMETER_STATUS -> Math.min(bodyLength, LONGEST_ERROR);
            case Backend.FUNCTION_CALL_RESPONSE ->
                    head != null && head.to == Reply.To.FUNCTION_CALL
                            ? 0
                            : state.lost("FunctionCallResponse");
            case Backend.COPY_IN_RESPONSE -> copyIn(head);
            case Backend.COPY_OUT_RESPONSE -> inside(head);
            case Backend.COPY_BOTH_RESPONSE -> state.lost("CopyBothResponse");
            default -> 0;
        };
    }

    /** Whether a message answers one of the client's other than Sync. */
    private static boolean asked(byte type) {
        return switch (type) {
            case Backend.READY_FOR_QUERY,
                    Backend.NOTICE_RESPONSE,
                    Backend.NOTIFICATION_RESPONSE,
                    Backend.PARAMETER_STATUS ->
                    false;
            default -> true;
        };
    }

    /** A reply's bytes; the answer is that of {@link FrameScanner.Sink#look}. */
    int look(byte type, byte[] bytes, int offset, int length, int bodyLength) {
        return switch (type) {
            case Backend.READY_FOR_QUERY -> ready(bytes[offset], bodyLength);
            case Backend.COMMAND_COMPLETE -> commandComplete(bytes, offset, length, bodyLength);
            case Backend.ERROR_RESPONSE -> failures.error(bytes, offset, length, bodyLength);
            case Backend.NOTICE_RESPONSE -> failures.notice(bytes, offset, length, bodyLength);
            case Backend.PARAMETER_STATUS -> parameter(bytes, offset, length, bodyLength);
            case Backend.DATA_ROW -> {
                state.errands.row(bytes, offset, length);
                yield length;
            }
            case Backend.PARAMETER_DESCRIPTION, Backend.ROW_DESCRIPTION -> {
                state.errands.described(type, bytes, offset, length);
                yield length;
            }
            default -> FrameScanner.PASS;
        };
    }

    private int data(@Nullable Reply head, int bodyLength) {
        int answer = inside(head);
        if (head != null) {
            head.rows++;
            if (head.injected || head.aside()) {
                return answer == 0 ? FrameScanner.DROP : answer;
            }
            if (head.own && !state.opaque) {
                if (bodyLength > 0 && bodyLength <= LONGEST_ERROR) {
                    return bodyLength;
                }
                state.errands.rowTooLong();
                return FrameScanner.DROP;
            }
        }
        return answer;
    }

    /** Something that only a query or an Execute brings. */
    private int inside(@Nullable Reply head) {
        return head != null && (head.to == Reply.To.EXECUTE || head.to == Reply.To.QUERY)
                ? 0
                : state.lost("data that nothing asked for");
    }

    private int completes(byte type, @Nullable Reply head) {
        if (head != null && head.to == Reply.To.QUERY && type == Backend.EMPTY_QUERY_RESPONSE) {
            done(head, 0, null);
            return 0;
        }
        if (head == null || head.to != askedBy(type)) {
            return state.lost("a completion that nothing asked for");
        }
        state.ledger.pop();
        if (head.own) {
            state.errands.completed();
            return FrameScanner.DROP;
        }
        PreparedText shared = head.shared;
        if (shared != null && type == Backend.PARSE_COMPLETE) {
            state.backend.statements.parsed(shared, head.group);
        } else if (shared != null && type == Backend.CLOSE_COMPLETE) {
            state.backend.statements.closed(shared, head.group);
        }
        if (head.injected) {
            return FrameScanner.DROP;
        }
        Run run = head.run;
        switch (type) {
            case Backend.PARSE_COMPLETE, Backend.CLOSE_COMPLETE -> state.statements.confirmed(head);
            case Backend.BIND_COMPLETE -> {
                if (run != null) {
                    state.stopwatch.bound(run);
                }
            }
            case Backend.PORTAL_SUSPENDED -> {
                if (run != null) {
                    state.stopwatch.suspended(run, head.handed, head.rows);
                }
            }
            default -> done(head, 0, null);
        }
        return 0;
    }

    private static Reply.To askedBy(byte type) {
        return switch (type) {
            case Backend.PARSE_COMPLETE -> Reply.To.PARSE;
            case Backend.BIND_COMPLETE -> Reply.To.BIND;
            case Backend.CLOSE_COMPLETE -> Reply.To.CLOSE;
            default -> Reply.To.EXECUTE;
        };
    }

    private int describes(byte type, @Nullable Reply head, int bodyLength) {
        if (head != null && head.to == Reply.To.QUERY && type == Backend.ROW_DESCRIPTION) {
            if (head.aside()) {
                return FrameScanner.DROP;
            }
            head.described = true;
            return 0;
        }
        if (head == null || head.to != Reply.To.DESCRIBE) {
            return state.lost("a description that nothing asked for");
        }
        boolean last = type != Backend.PARAMETER_DESCRIPTION;
        if (last) {
            state.ledger.pop();
        }
        if (!head.own) {
            return 0;
        }
        if (last) {
            state.errands.completed();
        }
        if (bodyLength > 0 && bodyLength <= LONGEST_DESCRIPTION) {
            return bodyLength;
        }
        state.errands.described(type, bodyLength == 0 ? new byte[0] : null, 0, 0);
        return FrameScanner.DROP;
    }

    private int commandComplete(byte[] bytes, int offset, int length, int bodyLength) {
        Reply head = state.ledger.head();
        if (head == null || (head.to != Reply.To.EXECUTE && head.to != Reply.To.QUERY)) {
            state.lost("CommandComplete");
            return FrameScanner.PASS;
        }
        if (head.own) {
            state.ledger.pop();
            state.errands.completed();
            return Math.min(length, bodyLength);
        }
        if (head.injected) {
            state.ledger.pop();
            return length;
        }
        if (head.prefix > 0 && head.results++ != 1) {
            head.rows = 0;
            return length;
        }
        long rows = CommandTag.rows(bytes, offset, length);
        changes(head, bytes, offset, length, rows);
        if (head.name != null) {
            state.statements.remove(head.name);
        }
        done(head, rows, null);
        state.copySyncs.ended(state.ledger);
        if (head.to == Reply.To.EXECUTE) {
            state.ledger.pop();
        }
        return FrameScanner.PASS;
    }

    /** What the tag tells that the text did not: statements inside of others, and functions. */
    private void changes(Reply head, byte[] bytes, int offset, int length, long rows) {
        if (CommandTag.resets(bytes, offset, length)) {
            state.stay.reset();
        }
        switch (CommandTag.effect(bytes, offset, length)) {
            case NONE -> {
                boolean rowsWentElsewhere =
                        CommandTag.select(bytes, offset, length)
                                && rows > 0
                                && head.rows == 0
                                && !head.described;
                if (rowsWentElsewhere) {
                    state.doubt();
                    state.catalogChanged();
                }
                head.rows = 0;
                head.described = false;
            }
            case SETTINGS -> state.doubt();
            case STATEMENTS -> {
                state.doubt();
                if (!state.stay.perTransaction()
                        || CommandTag.dropsAllStatements(bytes, offset, length)) {
                    state.forgetStatements();
                }
            }
            case CATALOG -> {
                state.doubt();
                state.catalogChanged();
            }
        }
    }

    private int ready(byte status, int bodyLength) {
        Reply head = state.ledger.head();
        if (head == null || !head.to.endsReady()) {
            state.lost("ReadyForQuery that nothing asked for");
            return FrameScanner.PASS;
        }
        state.ledger.pop();
        state.copySyncs.ready(state.ledger);
        state.status = status;
        state.copyIn = false;
        state.stopwatch.done();
        if (head.to == Reply.To.QUERY) {
            state.statements.remove(Name.UNNAMED);
        }
        if (status == 'I') {
            state.settings.transactionOver();
            if (state.ledger.isEmpty() && !state.groupOpen) {
                state.portals.clear();
                state.runs.free();
                state.unread = null;
                state.backend.statements.transactionOver();
                state.drawn = false;
                if (state.ddl) {
                    state.ddl = false;
                    state.tellCatalogChanged();
                }
            }
        }
        if (head.own) {
            state.errands.over();
            return bodyLength;
        }
        return FrameScanner.PASS;
    }

    // ---- COPY

    private int copyIn(@Nullable Reply head) {
        if (inside(head) != 0 || head == null || state.opaque) {
            return 0;
        }
        for (int i = 1; i < state.ledger.size(); i++) {
            Reply ahead = state.ledger.get(i);
            if (ahead.to != Reply.To.SYNC) {
                return state.lost("messages sent ahead of COPY");
            }
            if (!ahead.insideCopy) {
                state.copySyncs.sent(ahead);
            }
        }
        state.copyIn = true;
        return 0;
    }

    // ---- the rest

    private void done(Reply head, long rows, @Nullable String sqlState) {
        Run run = head.run;
        if (run == null) {
            state.stopwatch.done();
            return;
        }
        state.stopwatch.done(run, head.handed, rows, sqlState);
    }

    private int parameter(byte[] bytes, int offset, int length, int bodyLength) {
        if (length != bodyLength) {
            return FrameScanner.PASS;
        }
        in.over(bytes, offset, length);
        String name = in.string();
        String value = in.string();
        long readings = state.settings.readings();
        state.settings.reported(name, value);
        if (state.settings.readings() != readings) {
            state.backend.variants.forgetAll();
        }
        state.backend.reported(name, value);
        Reply head = state.ledger.head();
        boolean beingPrepared = head != null && head.own && !state.ready;
        boolean backToLogin =
                state.stay.restores(name) && value.equals(state.backend.atLogin(name));
        if (beingPrepared || backToLogin) {
            // it is told what is left of it when the backend has the client's settings
            return length;
        }
        if (state.told != null) {
            state.told = state.backend.parameters();
        }
        return FrameScanner.PASS;
    }
}
