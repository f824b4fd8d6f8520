package io.quern.proxy.session;

import io.quern.proxy.timing.Run;

import org.jspecify.annotations.Nullable;

/** An entry of the {@link Ledger}: what the server owes for one message. Reused. */
final class Reply {

    /** The message that is owed an answer. */
    enum To {
        /** The start-up packet: owed a ReadyForQuery. */
        STARTUP,
        QUERY,
        PARSE,
        BIND,
        DESCRIBE,
        EXECUTE,
        CLOSE,
        SYNC,
        FUNCTION_CALL;

        /** Whether its answer ends with ReadyForQuery. */
        boolean endsReady() {
            return this == STARTUP || this == QUERY || this == SYNC || this == FUNCTION_CALL;
        }
    }

    To to = To.SYNC;

    /** Whether Quern sent the message itself, so that the client must not see the answer. */
    boolean own;

    /** Whether the client has sent it and Quern answers it itself. */
    boolean madeUp;

    /** Whether Quern put it in front of a message of the client, which depends on it. */
    boolean injected;

    /** On a pooled backend: what a Parse, Bind, Describe, Execute or Close is about there. */
    @Nullable PreparedText shared;

    /** Of Parse: the statement it makes; null for one that is not tracked, and for Close. */
    @Nullable ClientStatement statement;

    /** Of Parse and Close of a statement. */
    @Nullable Name name;

    /** Of Bind, Execute and Query. */
    @Nullable Run run;

    /** Of Bind and Query that were given a variant. */
    @Nullable Variant variant;

    /** The Sync group of a Parse or Close. */
    long group;

    /** Bytes of its message that it holds: see {@link Ledger#weigh}. */
    int weight;

    /** Server time at which the message went upstream. */
    long handed;

    /** Data rows seen so far. */
    long rows;

    /** Whether a row description came (Query only). */
    boolean described;

    /** Of Query: characters that Quern put in front of the client's text. */
    int prefix;

    /** Of Query with a prefix: results that are complete. */
    int results;

    /** A Sync for COPY's data to swallow: see {@link CopySyncs}. */
    boolean insideCopy;

    /** Whether what comes for a Query is not the client's: of several results the second is. */
    boolean aside() {
        return prefix > 0 && results != 1;
    }

    /**
     * Whether a statement around the client's is executed. Until the first has given its row the
     * whole text is read, and what there is to remark is about the client's.
     */
    boolean asideRuns() {
        return aside() && (rows > 0 || results > 0);
    }

    void clear() {
        own = false;
        madeUp = false;
        injected = false;
        shared = null;
        statement = null;
        name = null;
        group = 0;
        weight = 0;
        run = null;
        variant = null;
        handed = 0;
        rows = 0;
        described = false;
        prefix = 0;
        results = 0;
        insideCopy = false;
    }
}
