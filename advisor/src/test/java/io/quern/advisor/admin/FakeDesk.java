package io.quern.advisor.admin;

import io.quern.advisor.AuditEntry;
import io.quern.advisor.Declined;
import io.quern.advisor.Desk;
import io.quern.advisor.Refused;
import io.quern.advisor.StoreUnavailable;
import io.quern.advisor.Suggestion;
import io.quern.advisor.Suggestion.State;
import io.quern.advisor.TemplateStats;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A desk in memory that obeys the states of a suggestion and writes its audit log. */
final class FakeDesk implements Desk {
    final List<TemplateStats> templates = new ArrayList<>();
    final List<AuditEntry> audit = new ArrayList<>();
    final List<String> notices = new ArrayList<>();
    Declined declined = Declined.NONE;
    private final Map<Long, Suggestion> suggestions = new TreeMap<>(Comparator.reverseOrder());
    private final InstantSource clock;
    private boolean killed;
    private boolean storeDown;
    private boolean broken;

    FakeDesk(InstantSource clock) {
        this.clock = clock;
    }

    synchronized void add(Suggestion suggestion) {
        suggestions.put(suggestion.id(), suggestion);
    }

    synchronized void log(Instant at, String actor, String action, long id, String detail) {
        audit.addFirst(new AuditEntry(at, actor, action, id, detail));
    }

    /** From now on the store cannot be used. */
    synchronized void loseStore() {
        storeDown = true;
    }

    /** From now on every question fails in a way nobody foresaw. */
    synchronized void breakDown() {
        broken = true;
    }

    @Override
    public synchronized List<Suggestion> suggestions() {
        if (broken) {
            throw new IllegalStateException("boom at password=hunter2");
        }
        return List.copyOf(suggestions.values());
    }

    @Override
    public synchronized Optional<Suggestion> suggestion(long id) {
        return Optional.ofNullable(suggestions.get(id));
    }

    @Override
    public synchronized void approve(long id, String actor) {
        Suggestion suggestion = in(id, State.PROPOSED);
        State next = suggestion.proposal().kind().equals("index") ? State.APPROVED : State.TRIAL;
        move(suggestion, next, actor, "approve", "");
    }

    @Override
    public synchronized void reject(long id, String actor, String reason) {
        move(in(id, State.PROPOSED), State.REJECTED, actor, "reject", reason);
    }

    @Override
    public synchronized void switchOff(long id, String actor, String reason) {
        Suggestion suggestion = in(id, State.APPROVED, State.TRIAL, State.ON);
        move(suggestion, State.RETIRED, actor, "switch-off", reason);
    }

    @Override
    public synchronized void kill(String actor, String reason) {
        killed = true;
        log(clock.instant(), actor, "kill", 0, reason);
    }

    @Override
    public synchronized void revive(String actor) {
        killed = false;
        log(clock.instant(), actor, "revive", 0, "");
    }

    @Override
    public synchronized boolean killed() {
        return killed;
    }

    @Override
    public synchronized List<TemplateStats> templates(int limit) {
        return templates.stream().limit(limit).toList();
    }

    @Override
    public synchronized List<AuditEntry> audit(int limit) {
        needStore();
        return audit.stream().limit(limit).toList();
    }

    @Override
    public Declined declined() {
        return declined;
    }

    @Override
    public synchronized List<String> notices() {
        return List.copyOf(notices);
    }

    private Suggestion in(long id, State... allowed) {
        needStore();
        Suggestion suggestion = suggestions.get(id);
        if (suggestion == null || !List.of(allowed).contains(suggestion.state())) {
            throw new Refused("Suggestion " + id + " is not in a state for that.");
        }
        return suggestion;
    }

    private void move(
            Suggestion suggestion, State state, String actor, String action, String reason) {
        add(suggestion.in(state, reason, clock.instant()));
        log(clock.instant(), actor, action, suggestion.id(), reason);
    }

    private void needStore() {
        if (storeDown) {
            throw new StoreUnavailable(
                    "The store does not answer at db:5432.", new IllegalStateException("down"));
        }
    }
}
