package io.quern.proxy.session;

import io.quern.advisor.Watcher;
import io.quern.proxy.timing.ServerClock;
import io.quern.proxy.timing.Stopwatch;
import io.quern.proxy.tuning.Gate;
import io.quern.proxy.wire.FrameScanner;

/**
 * One client on one backend, from its authentication on: told of every message in both directions,
 * it says which pass, and what to do besides through its {@link Effects}. No I/O, no threads, no
 * clock of its own; called by one thread at a time.
 *
 * <p>The server answers in the order it is asked, so everything rests on a ledger of replies owed:
 * each message that will be answered adds an entry, each answer is checked against the oldest one,
 * and answers to Quern's own messages are swallowed. After an error the server skips to the next
 * Sync, and so does the ledger. If an answer fits nothing, the session stops looking and lets all
 * bytes pass: a client never pays for Quern's misunderstanding.
 */
public final class Session {

    /** More replies than this may not be outstanding. */
    private static final int SATURATED = 1 << 16;

    private final State state;
    private final Requests requests;
    private final Answers answers;

    /**
     * @param ownNames what the names of Quern's own statements begin with: {@code __quern_} and
     *     something that no client guesses
     */
    public Session(
            String database,
            String user,
            String ownNames,
            Gate gate,
            Watcher watcher,
            ServerClock clock,
            Effects effects,
            Mishaps mishaps) {
        FailOpen wall = new FailOpen(gate, watcher, mishaps);
        this.state =
                new State(
                        new SessionSettings(database, user),
                        new Stopwatch(clock, wall, database),
                        wall,
                        effects,
                        mishaps,
                        ownNames);
        this.requests = new Requests(state);
        this.answers = new Answers(state);
        state.ledger.add(Reply.To.STARTUP, false);
    }

    /** A message of the client begins; as {@link FrameScanner.Sink#begin}. */
    public int requestBegins(byte type, int bodyLength) {
        return state.opaque ? 0 : requests.begin(type, bodyLength);
    }

    /** The bytes of a message of the client; as {@link FrameScanner.Sink#look}. */
    public int request(byte type, byte[] bytes, int offset, int length, int bodyLength) {
        return state.opaque
                ? FrameScanner.PASS
                : requests.look(type, bytes, offset, length, bodyLength);
    }

    /** A message of the server begins; as {@link FrameScanner.Sink#begin}. */
    public int answerBegins(byte type, int bodyLength) {
        return state.opaque ? 0 : answers.begin(type, bodyLength);
    }

    /** The bytes of a message of the server; as {@link FrameScanner.Sink#look}. */
    public int answer(byte type, byte[] bytes, int offset, int length, int bodyLength) {
        return state.opaque
                ? FrameScanner.PASS
                : answers.look(type, bytes, offset, length, bodyLength);
    }

    /**
     * All bytes that came were dealt with: Quern may now run an errand of its own on an idle
     * backend.
     *
     * @param betweenRequests whether what went upstream so far ends with a whole message
     */
    public void settle(boolean betweenRequests) {
        if (betweenRequests && state.idle()) {
            state.errands.start();
        }
    }

    /** Whether so many replies are outstanding that no more requests should be read. */
    public boolean saturated() {
        return state.ledger.size() > SATURATED;
    }

    /** Whether the server may be at work for the client. */
    public boolean busy() {
        return state.opaque || !state.ledger.isEmpty();
    }

    /** Whether the server has said why it closes the connection. */
    public boolean serverSaidGoodbye() {
        return state.fatal;
    }

    /** Whether tracking was lost, so that bytes only pass. */
    public boolean opaque() {
        return state.opaque;
    }
}
