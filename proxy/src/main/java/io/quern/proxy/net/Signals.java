package io.quern.proxy.net;

/** What the wire tells the advisor beside executions. */
public interface Signals {

    /** DDL ran in a database, or may have. Called on event loops: never blocks. */
    void catalogChanged(String database);

    /**
     * The treatment of a suggestion does not act as promised. Called on a virtual thread of its
     * own, and may block.
     */
    void refused(long suggestion, String reason);

    /** Tells nobody. */
    Signals NONE =
            new Signals() {
                @Override
                public void catalogChanged(String database) {}

                @Override
                public void refused(long suggestion, String reason) {}
            };
}
