package io.quern.advisor.lifecycle;

import io.quern.advisor.AuditEntry;
import io.quern.advisor.HistoryRow;
import io.quern.advisor.Store;
import io.quern.advisor.StoreUnavailable;
import io.quern.advisor.Suggestion;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A store in memory that can be down. */
final class FakeStore implements Store {
    volatile boolean down;
    private final Map<Long, Suggestion> suggestions = new TreeMap<>();
    private final List<AuditEntry> audit = new ArrayList<>();
    private final List<HistoryRow> history = new ArrayList<>();
    private boolean killed;

    /** What is stored, even while it is down. */
    synchronized Suggestion find(long id) {
        Suggestion found = suggestions.get(id);
        if (found == null) {
            throw new AssertionError("no suggestion " + id);
        }
        return found;
    }

    private void check() {
        if (down) {
            throw new StoreUnavailable("The store is down", new IllegalStateException());
        }
    }

    @Override
    public synchronized List<Suggestion> suggestions() {
        check();
        return List.copyOf(suggestions.values());
    }

    @Override
    public synchronized Optional<Suggestion> propose(Suggestion suggestion, AuditEntry entry) {
        check();
        Suggestion stored = suggestion.withId(suggestions.size() + 1L);
        suggestions.put(stored.id(), stored);
        audit.addFirst(entry);
        return Optional.of(stored);
    }

    @Override
    public synchronized void update(Suggestion suggestion, AuditEntry entry) {
        check();
        suggestions.put(suggestion.id(), suggestion);
        audit.addFirst(entry);
    }

    @Override
    public synchronized void updateEvidence(Suggestion suggestion) {
        check();
        suggestions.computeIfPresent(suggestion.id(), (id, old) -> old.with(suggestion.evidence()));
    }

    @Override
    public synchronized boolean killed() {
        check();
        return killed;
    }

    @Override
    public synchronized void setKilled(boolean on, AuditEntry entry) {
        check();
        killed = on;
        audit.addFirst(entry);
    }

    @Override
    public synchronized List<AuditEntry> audit(int limit) {
        check();
        return audit.stream().limit(limit).toList();
    }

    @Override
    public synchronized void append(List<HistoryRow> rows) {
        check();
        history.addAll(rows);
    }

    @Override
    public synchronized List<HistoryRow> history(Instant since) {
        check();
        return history.stream().filter(r -> !r.bucket().isBefore(since)).toList();
    }

    @Override
    public synchronized int forget(Instant before) {
        check();
        int size = history.size();
        history.removeIf(r -> r.bucket().isBefore(before));
        return size - history.size();
    }
}
