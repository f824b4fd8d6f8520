package io.quern.proxy.console;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What an operator can see of the wire, and do to it. Thread-safe; answers are snapshots. */
public interface Operations {

    /**
     * A client connection.
     *
     * @param id unique while Quern runs; also the process number that the client was told, unless
     *     its login passed through
     * @param state login, idle, active, waiting (for a backend), in transaction
     * @param pinned why it keeps its backend between transactions; empty if it does not
     * @param tls protocol version, or empty
     */
    record Client(
            long id,
            String database,
            String user,
            String applicationName,
            String address,
            String mode,
            String state,
            String pinned,
            String tls,
            Instant since,
            Instant lastRequest) {}

    /**
     * A pool of backends.
     *
     * @param waitLongest how long the first in the queue has been waiting
     */
    record Pool(
            String upstream,
            String database,
            String user,
            int clientsActive,
            int clientsWaiting,
            int backendsActive,
            int backendsIdle,
            int backendsLoggingIn,
            int maximum,
            Duration waitLongest,
            boolean paused) {}

    /** A pooled connection to an upstream. */
    record Server(
            String upstream,
            String database,
            String user,
            int processId,
            String state,
            String tls,
            Instant since,
            Instant lastUse,
            int preparedStatements) {}

    List<Client> clients();

    List<Pool> pools();

    List<Server> servers();

    /** Ends a client's session with 57P01; false if there is none of that id. */
    boolean kill(long clientId);

    /**
     * No new transaction of a database begins; returns when none is running, or the patience ends.
     *
     * @param database empty for all
     * @return whether all came to rest
     */
    boolean pause(String database, Duration patience) throws InterruptedException;

    /** Ends {@link #pause}. */
    void resume(String database);

    /** Closes pooled backends, idle ones now, the others when their transaction ends. */
    void reconnect(String database);

    /**
     * Begins to stop, and returns: clients are not accepted any more; those that are there end
     * their work. At the end of the patience sessions that hold no transaction are closed, then the
     * rest, and Quern ends.
     */
    void drain(Duration patience);

    /** Reads the configuration again; the lines tell what changed and what needs a restart. */
    List<String> reload();
}
