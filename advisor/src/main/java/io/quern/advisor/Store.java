package io.quern.advisor;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What Quern must not forget. Every method may throw {@link StoreUnavailable}; losing the store
 * never stops traffic. Thread-safe; blocks on the network, so never called on an event loop.
 */
public interface Store {

    /** All suggestions, whatever their state, by id. */
    List<Suggestion> suggestions();

    /**
     * Adds a suggestion, with its audit row, in one transaction.
     *
     * @return it with its id, or empty if the same change was proposed for that database and
     *     template before (whatever became of it)
     */
    Optional<Suggestion> propose(Suggestion suggestion, AuditEntry entry);

    /** Saves a suggestion's state, reason and evidence with an audit row, in one transaction. */
    void update(Suggestion suggestion, AuditEntry entry);

    /** Saves a suggestion's evidence alone. */
    void updateEvidence(Suggestion suggestion);

    /** Whether the kill switch was left on. */
    boolean killed();

    /** Turns the kill switch, with an audit row, in one transaction. */
    void setKilled(boolean killed, AuditEntry entry);

    /** The newest audit rows first. */
    List<AuditEntry> audit(int limit);

    /** Adds history; equal buckets, templates, suggestions and arms of other proxies stay apart. */
    void append(List<HistoryRow> rows);

    /** History whose bucket starts at or after an instant, oldest first. */
    List<HistoryRow> history(Instant since);

    /** Deletes history older than an instant; returns the number of rows. */
    int forget(Instant before);
}
