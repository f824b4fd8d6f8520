package io.quern.bench.soak;

/** What can go wrong around Quern, each at any moment of the traffic. */
enum Fault {
    /**
     * The server ends some of the sessions: mid-result, mid-COPY, mid-transaction as it happens.
     */
    SESSIONS_TERMINATED,
    /** A backend is killed, so the server ends all sessions and recovers. */
    SERVER_CRASH,
    /** The server is killed with all its processes, and started again a little later. */
    SERVER_RESTART,
    /** All connections to the server end, and for a while it cannot be reached. */
    SERVER_UNREACHABLE,
    /** The line to the server is dead without a word, and then alive again. */
    HALF_OPEN,
    /** A client is killed while it is sent a result. */
    CLIENT_KILLED,
    /** A client sends bytes that are no protocol instead of logging in. */
    GARBAGE_BEFORE_LOGIN,
    /** A client that has logged in sends bytes that are no protocol. */
    GARBAGE_AFTER_LOGIN,
    /** A client begins its first packet and goes on a byte at a time. */
    SLOW_LORIS,
    /** A client reads a large result slowly. */
    SLOW_READER,
    /** The certificate that Quern shows is another one from now on. */
    CERTIFICATE_SWAP
}
