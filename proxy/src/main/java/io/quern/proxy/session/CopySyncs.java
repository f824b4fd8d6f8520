package io.quern.proxy.session;

/**
 * The Syncs sent ahead of, or inside, COPY. A server that takes COPY data ignores them; if it fails
 * before it reads the first of them, it answers them all. Which of the two happened shows only in
 * what it sends next, so after an error they are owed perhaps.
 */
final class CopySyncs {
    private int sent;
    private int perhaps;
    private boolean undecided;

    /** One more was sent that a successful COPY ignores. */
    void sent(Reply sync) {
        sync.insideCopy = true;
        sent++;
    }

    /** COPY, or anything else, succeeded: what was sent inside is not answered. */
    void ended(Ledger ledger) {
        if (sent > 0) {
            ledger.dropInsideCopy();
            sent = 0;
        }
    }

    boolean pending() {
        return sent > 0;
    }

    /** COPY failed. */
    void failed() {
        perhaps += sent;
        sent = 0;
        undecided = perhaps > 0;
    }

    /** Whether the server may or may not be skipping to the next Sync. */
    boolean undecided() {
        return undecided;
    }

    /** ReadyForQuery came. */
    void ready(Ledger ledger) {
        undecided = false;
        if (ledger.isEmpty()) {
            perhaps = 0;
        }
    }

    /** Something else came: Syncs at the head of the ledger that are owed perhaps are not. */
    void answered(Ledger ledger) {
        for (Reply head = ledger.head();
                perhaps > 0 && head != null && head.to == Reply.To.SYNC;
                head = ledger.head()) {
            ledger.pop();
            perhaps--;
        }
    }

    /** Whether any Sync is owed only perhaps. */
    boolean doubtful() {
        return perhaps > 0;
    }
}
