package io.quern.proxy.session;

import io.quern.proxy.wire.FrameScanner;
import io.quern.proxy.wire.Frontend;
import io.quern.proxy.wire.MessageReader;
import io.quern.proxy.wire.ProtocolViolation;

import java.util.Set;

/** The client's side of a session: which message asks for what. */
final class Requests {
    /** Longer texts pass unseen. */
    private static final int LONGEST_TEXT = 1 << 20;

    /** What is looked at of messages that begin with names. */
    private static final int HEAD = 1024;

    /** The number of the function that a FunctionCall names, in bytes. */
    private static final int FUNCTION = 4;

    /** {@code lo_open} and its kin, by which drivers read and write large objects. */
    private static final Set<Integer> LARGE_OBJECTS =
            Set.of(
                    715, 764, 765, 767, 952, 953, 954, 955, 956, 957, 958, 964, 1004, 3170, 3171,
                    3172);

    private final State state;
    private final SimpleQueries simple;
    private final ExtendedQueries extended;
    private final MessageReader in = new MessageReader();

    Requests(State state) {
        this.state = state;
        Choice choice = new Choice(state);
        this.simple = new SimpleQueries(state, choice);
        this.extended = new ExtendedQueries(state, choice);
    }

    /** How much of a message to look at; what need not be looked at is dealt with at once. */
    int begin(byte type, int bodyLength) {
        if (state.unsettled()) {
            return FrameScanner.WAIT;
        }
        state.steering.before(type);
        if (state.copyIn && !allowedInCopy(type)) {
            return state.lost("a message that does not belong into COPY");
        }
        if (state.copySyncs.undecided() && !allowedInCopy(type)) {
            return state.lost("a message behind a failed COPY with Syncs sent ahead");
        }
        switch (type) {
            case Frontend.QUERY, Frontend.PARSE -> {
                return seen(bodyLength <= LONGEST_TEXT ? bodyLength : HEAD);
            }
            case Frontend.BIND, Frontend.DESCRIBE, Frontend.EXECUTE, Frontend.CLOSE -> {
                return seen(Math.min(bodyLength, HEAD));
            }
            case Frontend.SYNC -> sync();
            case Frontend.FUNCTION_CALL -> {
                return seen(Math.min(bodyLength, FUNCTION));
            }
            case Frontend.COPY_DONE, Frontend.COPY_FAIL -> state.copyIn = false;
            case Frontend.TERMINATE -> state.terminated = true;
            default -> {}
        }
        return 0;
    }

    private static int seen(int wanted) {
        if (wanted == 0) {
            throw new ProtocolViolation("a message is shorter than its fields");
        }
        return wanted;
    }

    private static boolean allowedInCopy(byte type) {
        return switch (type) {
            case Frontend.COPY_DATA,
                    Frontend.COPY_DONE,
                    Frontend.COPY_FAIL,
                    Frontend.FLUSH,
                    Frontend.SYNC,
                    Frontend.TERMINATE ->
                    true;
            default -> false;
        };
    }

    /** A message's bytes; the answer is that of {@link FrameScanner.Sink#look}. */
    int look(byte type, byte[] bytes, int offset, int length, int bodyLength) {
        return switch (type) {
            case Frontend.QUERY -> simple.query(bytes, offset, length, bodyLength);
            case Frontend.PARSE -> extended.parse(bytes, offset, length, bodyLength);
            case Frontend.BIND -> extended.bind(bytes, offset, length, bodyLength);
            case Frontend.DESCRIBE -> extended.describe(bytes, offset, length, bodyLength);
            case Frontend.EXECUTE -> extended.execute(bytes, offset, length, bodyLength);
            case Frontend.CLOSE -> extended.close(bytes, offset, length, bodyLength);
            case Frontend.FUNCTION_CALL -> function(bytes, offset, length);
            default -> FrameScanner.PASS;
        };
    }

    /** Functions called by number might do anything to the session, and have no text to read. */
    private int function(byte[] bytes, int offset, int length) {
        if (state.skipping) {
            return FrameScanner.PASS;
        }
        int number = in.over(bytes, offset, length).int32();
        if (!LARGE_OBJECTS.contains(number)) {
            state.stay.forGood("a function called by its number");
        }
        state.drawn = true;
        state.groupOpen = false;
        state.ledger.add(Reply.To.FUNCTION_CALL, false);
        state.doubt();
        return FrameScanner.PASS;
    }

    private void sync() {
        state.skipping = false;
        state.groupOpen = false;
        state.group++;
        Reply reply = state.ledger.add(Reply.To.SYNC, false);
        if (state.copyIn) {
            state.copySyncs.sent(reply);
        }
    }
}
