package io.quern.proxy.session;

import io.quern.advisor.Watcher;
import io.quern.proxy.timing.ServerClock;
import io.quern.proxy.timing.Stopwatch;
import io.quern.proxy.tuning.Gate;
import io.quern.proxy.wire.FrameScanner;
import io.quern.proxy.wire.Frontend;
import io.quern.proxy.wire.MessageWriter;

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

    /** What messages under way may hold together. */
    private static final long SATURATED_BYTES = 8 << 20;

    /** An unnamed statement with a longer text stays on the backend that has it. */
    private static final int LONGEST_CARRIED = 64 * 1024;

    private final Lodging lodging;
    private final State state;
    private final Requests requests;
    private final Answers answers;

    /** How a session comes by its backend. */
    public enum Lodging {
        /** Its own from the start: the client logs in there itself, and all bytes pass. */
        OWN,
        /** Lent until the client leaves. */
        SESSION,
        /** Lent for each transaction. */
        TRANSACTION
    }

    /**
     * @param ownNames what the names of Quern's own statements begin with: {@code __quern_} and
     *     something that no client guesses
     * @param base the settings the client connected with; for {@link Lodging#OWN}, which has them
     *     anyway, {@link Profile#NONE}
     */
    public Session(
            Lodging lodging,
            String database,
            String user,
            Profile base,
            String ownNames,
            Gate gate,
            Watcher watcher,
            ServerClock clock,
            Effects effects,
            Mishaps mishaps) {
        this.lodging = lodging;
        FailOpen wall = new FailOpen(gate, watcher, mishaps);
        this.state =
                new State(
                        new SessionSettings(database, user),
                        new Stay(lodging == Lodging.TRANSACTION, base),
                        new Stopwatch(clock, wall, database),
                        wall,
                        effects,
                        mishaps,
                        ownNames);
        this.requests = new Requests(state);
        this.answers = new Answers(state);
        if (lodging == Lodging.OWN) {
            state.attached = true;
            state.ready = true;
            state.ledger.add(Reply.To.STARTUP, false);
        }
    }

    /**
     * Moves to a backend that was lent, idle. If its settings are not the client's, or not for
     * certain, it is given them first: {@link #ready} says when that is done.
     */
    @SuppressWarnings("ReferenceEquality") // profiles are interned
    public void attach(BackendState backend) {
        state.backend = backend;
        state.attached = true;
        state.status = 'I';
        if (backend.profile == state.profile && !backend.unlisted) {
            state.arrived();
        } else {
            state.errands.start(new Applying(state, state.profile));
        }
    }

    /** Whether there is a backend that takes the client's messages. */
    public boolean ready() {
        return state.ready;
    }

    /**
     * Whether the backend can go to somebody else now: nothing is owed, open or wanted, and nothing
     * ties the session to it.
     */
    public boolean leaving() {
        if (!state.ready || !state.idle() || state.errands.busy() || !state.stay.over()) {
            return false;
        }
        ClientStatement unnamed = state.statements.unnamed();
        byte[] sql = unnamed == null ? null : unnamed.sql();
        return sql == null || sql.length <= LONGEST_CARRIED;
    }

    /** Leaves the backend; {@link #clean} has said in what state. */
    public void detach() {
        state.attached = false;
        state.ready = false;
        state.portals.clear();
        state.barrier = false;
    }

    /** Whether the backend keeps something of this client whatever is done to it. */
    public boolean indelible() {
        return state.stay.indelible();
    }

    /** Whether the backend is idle, and all that was done to it is known. */
    public boolean clean() {
        return state.attached
                && state.ledger.isEmpty()
                && state.status == 'I'
                && !state.groupOpen
                && !state.skipping
                && !state.opaque
                && !state.fatal
                && !state.backend.spoilt;
    }

    /** Why the client keeps its backend between transactions; empty if it does not. */
    public String pinned() {
        return state.stay.reason();
    }

    /** 'I' outside a transaction, 'T' inside one, 'E' inside a failed one. */
    public byte transactionStatus() {
        return state.status;
    }

    /** The parameters that a new client is told of. */
    public void welcome(MessageWriter out) {
        state.backend.parameters().forEach(out::parameterStatus);
        state.told = state.backend.parameters();
    }

    /** Gives the answers whose turn has come: between two messages to the client. */
    public void makeUp() {
        state.makeUp();
    }

    /** A message of the client begins; as {@link FrameScanner.Sink#begin}. */
    public int requestBegins(byte type, int bodyLength) {
        if (lodging != Lodging.OWN && (state.terminated || type == Frontend.TERMINATE)) {
            // the backend stays, and nothing is read behind it
            state.terminated = true;
            return FrameScanner.DROP;
        }
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
        if (state.opaque) {
            return 0;
        }
        state.makeUp();
        return answers.begin(type, bodyLength);
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
        return state.ledger.size() > SATURATED || state.ledger.bytes() > SATURATED_BYTES;
    }

    /** Whether the server may be at work for the client. */
    public boolean busy() {
        return state.opaque || state.ledger.owesClient();
    }

    /**
     * Whether the server may be at work without reading, so that it would not notice if the
     * connection were closed.
     */
    public boolean running() {
        return busy() && !state.copyIn && !state.fatal;
    }

    /** Whether the client has said that it leaves, once it has its answers. */
    public boolean clientSaidGoodbye() {
        return state.terminated;
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
