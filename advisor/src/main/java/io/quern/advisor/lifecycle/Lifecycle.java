package io.quern.advisor.lifecycle;

import static java.util.Objects.requireNonNull;

import io.quern.advisor.AuditEntry;
import io.quern.advisor.Declined;
import io.quern.advisor.Desk;
import io.quern.advisor.Execution;
import io.quern.advisor.IndexBuilder;
import io.quern.advisor.Proposal;
import io.quern.advisor.Refused;
import io.quern.advisor.Store;
import io.quern.advisor.StoreUnavailable;
import io.quern.advisor.Suggestion;
import io.quern.advisor.Suggestion.State;
import io.quern.advisor.TemplateStats;
import io.quern.advisor.TrialResult;
import io.quern.advisor.history.History;
import io.quern.advisor.trial.BeforeAfter;
import io.quern.advisor.trial.BeforeAfter.Judgement;
import io.quern.advisor.trial.Decision;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Leads suggestions from proposed through approved and trial to on or retired.
 *
 * <p>What makes Quern act is persisted, with its audit row, before it acts; without the store
 * nothing new begins. What makes it stop (kill, switch-off, roll-back) acts in memory first, at the
 * next message, and is recorded as soon as the store is back.
 *
 * <p>After a start nothing is treated until the store has been read. Then flags stand again:
 * rewrites on trial start their trial anew (a restart is no reason to trust half a sample), those
 * that are on go on with a fresh holdback measurement, an index on trial is judged on from stored
 * history. An index that was approved and not finished is built again, its remains dropped first: a
 * person has said yes to it already, and nothing has changed that. Drops of retired indexes that a
 * crash may have cut off are repeated; they do nothing where nothing is left.
 *
 * <p>Thread-safe. One lock orders all changes; store and upstream are never called on the thread
 * that delivers executions.
 */
public final class Lifecycle implements Desk, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Lifecycle.class);
    private static final String QUERN = "quern";

    /** How much history before its proposal an index is compared with after a restart. */
    private static final Duration LOOK_BACK = Duration.ofDays(1);

    private final Store store;
    private final History history;
    private final LifecycleRules rules;
    private final InstantSource clock;
    private final ExecutorService workers;
    private final Switchboard board;
    private final Outbox outbox;
    private final RewriteWork rewrites;
    private final IndexWork indexes;
    private final List<Supplier<List<String>>> noticeSuppliers = new CopyOnWriteArrayList<>();
    private volatile Supplier<Declined> declined = () -> Declined.NONE;
    private final Map<Long, Suggestion> suggestions = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private volatile String storeProblem = "The store has not been read yet.";
    private volatile boolean loaded;
    private volatile boolean open = true;
    private Instant evidenceAt = Instant.MIN;
    private @Nullable Future<?> ticking;

    /**
     * @param workers runs ticks and index builds; not shut down here
     */
    public Lifecycle(
            Store store,
            History history,
            IndexBuilder builder,
            LifecycleRules rules,
            InstantSource clock,
            ExecutorService workers) {
        this.store = requireNonNull(store, "store");
        this.history = requireNonNull(history, "history");
        this.rules = requireNonNull(rules, "rules");
        this.clock = requireNonNull(clock, "clock");
        this.workers = requireNonNull(workers, "workers");
        board = new Switchboard();
        outbox = new Outbox(store);
        rewrites = new RewriteWork(rules, history, board, clock);
        indexes = new IndexWork(builder, history, new BeforeAfter(rules.trial()), clock, workers);
        history.onExecution(this::observe);
    }

    /** Changes the shares of trials and holdbacks that begin from now on. */
    public void shares(double trial, double holdback) {
        rewrites.shares(trial, holdback);
    }

    /** Starts to look after what runs, on a worker. */
    public synchronized void start() {
        if (ticking == null && open) {
            ticking = workers.submit(this::run);
        }
    }

    /** Interrupts a running build, waits (bounded) for its clean-up, and stops. */
    @Override
    public void close() {
        Future<?> running;
        synchronized (this) {
            open = false;
            running = ticking;
        }
        if (running != null) {
            running.cancel(true);
        }
        indexes.close(rules.closeWithin());
        try {
            outbox.flush();
        } catch (StoreUnavailable e) {
            log.warn("{} records could not be stored: {}", outbox.waiting(), e.getMessage());
        }
    }

    /** The flags and the kill switch, for the treatments. */
    Switchboard board() {
        return board;
    }

    /** Says who knows what was declined. */
    public void showDeclined(Supplier<Declined> supplier) {
        declined = requireNonNull(supplier, "supplier");
    }

    @Override
    public Declined declined() {
        return declined.get();
    }

    /** Adds a source of notices for the page. */
    public void addNotices(Supplier<List<String>> supplier) {
        noticeSuppliers.add(requireNonNull(supplier, "supplier"));
    }

    /**
     * Adds a suggestion, unless the same change was proposed before.
     *
     * @throws StoreUnavailable if the store cannot be used
     */
    public Optional<Suggestion> propose(Suggestion suggestion) {
        AuditEntry entry = audit(QUERN, "propose", suggestion.id(), suggestion.proposal().kind());
        Optional<Suggestion> stored = store.propose(suggestion, entry);
        stored.ifPresent(s -> suggestions.put(s.id(), s));
        return stored;
    }

    @Override
    public List<Suggestion> suggestions() {
        return suggestions.values().stream()
                .sorted(Comparator.comparingLong(Suggestion::id).reversed())
                .toList();
    }

    @Override
    public Optional<Suggestion> suggestion(long id) {
        return Optional.ofNullable(suggestions.get(id));
    }

    @Override
    public void approve(long id, String actor) {
        Suggestion asked = inState(id, State.PROPOSED);
        if (asked.proposal() instanceof Proposal.NewIndex index) {
            indexes.obstacle(asked, index)
                    .ifPresent(
                            why -> {
                                throw new Refused(why);
                            });
        }
        locked(
                () -> {
                    Suggestion now = inState(id, State.PROPOSED);
                    switch (now.proposal()) {
                        case Proposal.Rewrite _ -> {
                            rewrites.requireFree(now);
                            Suggestion trial =
                                    persist(now, State.TRIAL, actor, "approve", "Approved.");
                            rewrites.begin(trial);
                        }
                        case Proposal.NewIndex index -> {
                            Suggestion approved =
                                    persist(now, State.APPROVED, actor, "approve", "Approved.");
                            indexes.build(approved, index, false, outcome);
                        }
                    }
                });
    }

    @Override
    public void reject(long id, String actor, String reason) {
        locked(() -> persist(inState(id, State.PROPOSED), State.REJECTED, actor, "reject", reason));
    }

    @Override
    public void switchOff(long id, String actor, String reason) {
        Suggestion asked = known(id);
        board.off(asked);
        locked(
                () -> {
                    Suggestion now = known(id);
                    switch (now.state()) {
                        case APPROVED, TRIAL, ON -> retire(now, actor, "switch-off", reason);
                        default -> throw new Refused("Suggestion " + id + " does not act.");
                    }
                });
    }

    @Override
    public void kill(String actor, String reason) {
        board.kill(true);
        AuditEntry entry = audit(actor, "kill", 0, reason);
        outbox.record(s -> s.setKilled(true, entry));
    }

    @Override
    public void revive(String actor) {
        locked(
                () -> {
                    requireLoaded();
                    try {
                        outbox.flush();
                        store.setKilled(
                                false, audit(actor, "revive", 0, "The kill switch is off."));
                    } catch (StoreUnavailable e) {
                        throw refused(e);
                    }
                    board.kill(false);
                });
    }

    @Override
    public boolean killed() {
        return board.killed();
    }

    @Override
    public List<TemplateStats> templates(int limit) {
        return history.top(limit);
    }

    @Override
    public List<AuditEntry> audit(int limit) {
        try {
            return store.audit(limit);
        } catch (StoreUnavailable e) {
            throw refused(e);
        }
    }

    @Override
    public List<String> notices() {
        List<String> notices = new ArrayList<>();
        if (!storeProblem.isEmpty()) {
            notices.add(storeProblem);
        }
        if (outbox.lost() > 0) {
            notices.add(outbox.lost() + " records were lost while the store was away.");
        }
        notices.addAll(indexes.notices());
        for (Supplier<List<String>> supplier : noticeSuppliers) {
            notices.addAll(supplier.get());
        }
        return notices.stream().distinct().toList();
    }

    /** Retires what cannot act as promised; off at once, recorded on a worker. */
    void refuse(long id, String reason) {
        Suggestion refused = suggestions.get(id);
        if (refused != null) {
            board.off(refused);
            later(() -> locked(() -> rollBackIfActing(id, reason)));
        }
    }

    /** One look at everything that runs. */
    void tick() {
        try {
            if (!loaded) {
                locked(this::load);
            }
            outbox.flush();
            storeProblem = "";
        } catch (StoreUnavailable e) {
            storeProblem = e.getMessage() == null ? "The store is down." : e.getMessage();
        }
        if (!loaded) {
            return;
        }
        locked(this::settleRewrites);
        locked(this::settleIndexes);
        if (!clock.instant().isBefore(evidenceAt)) {
            evidenceAt = clock.instant().plus(rules.evidenceEvery());
            locked(this::refreshEvidence);
        }
        indexes.dropDue();
    }

    private void run() {
        while (open) {
            try {
                tick();
            } catch (RuntimeException e) {
                log.error("A look at the running suggestions failed", e);
            }
            try {
                TimeUnit.NANOSECONDS.sleep(rules.tickEvery().toNanos());
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void load() {
        List<Suggestion> stored = store.suggestions();
        if (store.killed()) {
            board.kill(true);
        }
        for (Suggestion s : stored) {
            boolean measured =
                    s.proposal() instanceof Proposal.NewIndex && s.state() == State.TRIAL;
            if (measured) {
                indexes.resume(s, store.history(s.createdAt().minus(LOOK_BACK)));
            }
        }
        for (Suggestion s : stored) {
            if (suggestions.putIfAbsent(s.id(), s) == null) {
                resume(s);
            }
        }
        loaded = true;
        board.ready();
    }

    private void resume(Suggestion s) {
        switch (s.proposal()) {
            case Proposal.Rewrite _ -> {
                if (s.state() == State.TRIAL) {
                    rewrites.begin(s);
                } else if (s.state() == State.ON) {
                    rewrites.on(s);
                }
            }
            case Proposal.NewIndex index -> {
                if (s.state() == State.APPROVED) {
                    indexes.build(s, index, true, outcome);
                } else if (s.state() == State.RETIRED) {
                    indexes.undo(s);
                }
            }
        }
    }

    private void observe(Execution execution) {
        indexes.observe(execution);
        if (rewrites.observe(execution)) {
            later(() -> locked(this::settleRewrites));
        }
    }

    private void settleRewrites() {
        for (long id : rewrites.running()) {
            Suggestion s = known(id);
            switch (rewrites.decision(id)) {
                case Decision.Continue _ -> {}
                case Decision.RollBack back -> rollBackIfActing(id, back.reason());
                case Decision.Adopt adopt -> {
                    if (s.state() == State.TRIAL) {
                        Suggestion measured = with(s, rewrites.result(id));
                        try {
                            rewrites.on(
                                    persist(
                                            measured,
                                            State.ON,
                                            QUERN,
                                            "switch-on",
                                            adopt.reason()));
                        } catch (Refused e) {
                            log.debug("Switched on later: {}", e.getMessage());
                        }
                    }
                }
            }
        }
    }

    private void settleIndexes() {
        for (Suggestion s : suggestions()) {
            if (s.state() != State.TRIAL || !(s.proposal() instanceof Proposal.NewIndex)) {
                continue;
            }
            Optional<Judgement> judgement = indexes.judge(s.id());
            if (judgement.isEmpty()) {
                continue;
            }
            Suggestion measured = with(s, judgement.get().result());
            suggestions.put(s.id(), measured);
            switch (judgement.get().decision()) {
                case Decision.Continue _ -> {}
                case Decision.RollBack back -> retire(measured, QUERN, "undo", back.reason());
                case Decision.Adopt adopt -> {
                    try {
                        persist(measured, State.ON, QUERN, "switch-on", adopt.reason());
                        indexes.unwatch(s.id());
                    } catch (Refused e) {
                        log.debug("Switched on later: {}", e.getMessage());
                    }
                }
            }
        }
    }

    private void refreshEvidence() {
        for (Suggestion s : suggestions()) {
            boolean rewrite = rewrites.running().contains(s.id());
            boolean index = s.state() == State.TRIAL && s.proposal() instanceof Proposal.NewIndex;
            if (!rewrite && !index) {
                continue;
            }
            Suggestion fresh = s;
            if (rewrite
                    && (s.state() == State.TRIAL
                            ? rewrites.begun(s.id())
                            : rewrites.measured(s.id()))) {
                fresh = with(s, rewrites.result(s.id()));
                suggestions.put(s.id(), fresh);
            }
            try {
                store.updateEvidence(fresh);
            } catch (StoreUnavailable e) {
                return;
            }
        }
    }

    private void rollBackIfActing(long id, String reason) {
        Suggestion s = known(id);
        if (s.state() == State.TRIAL || s.state() == State.ON) {
            retire(s, QUERN, "roll-back", reason);
        }
    }

    /** Off first, then recorded, then undone. */
    private void retire(Suggestion s, String actor, String action, String reason) {
        board.off(s);
        Suggestion last = rewrites.measured(s.id()) ? with(s, rewrites.result(s.id())) : s;
        rewrites.end(s.id());
        Suggestion retired = last.in(State.RETIRED, reason, clock.instant());
        suggestions.put(s.id(), retired);
        AuditEntry entry = audit(actor, action, s.id(), reason);
        outbox.record(store -> store.update(retired, entry));
        if (s.proposal() instanceof Proposal.NewIndex) {
            indexes.undo(retired);
        }
    }

    private final IndexWork.Outcome outcome =
            new IndexWork.Outcome() {
                @Override
                public void built(long id) {
                    locked(() -> indexBuilt(id));
                }

                @Override
                public void failed(long id, String reason) {
                    locked(
                            () -> {
                                Suggestion s = known(id);
                                if (s.state() == State.APPROVED) {
                                    retire(s, QUERN, "build", reason);
                                }
                            });
                }
            };

    /** The index is there already, so its trial is recorded when the store can. */
    private void indexBuilt(long id) {
        Suggestion s = known(id);
        if (s.state() != State.APPROVED) {
            return;
        }
        Instant now = clock.instant();
        Suggestion trial = s.in(State.TRIAL, "The index is built.", now);
        suggestions.put(id, trial);
        AuditEntry entry = audit(QUERN, "build", id, "The index is built; its trial begins.");
        outbox.record(store -> store.update(trial, entry));
        indexes.watch(trial, now);
    }

    /** Persists a step; only then it may act. */
    private Suggestion persist(
            Suggestion from, State to, String actor, String action, String reason) {
        requireLoaded();
        Suggestion next = from.in(to, reason, clock.instant());
        try {
            outbox.flush();
            store.update(next, audit(actor, action, next.id(), reason));
        } catch (StoreUnavailable e) {
            throw refused(e);
        }
        suggestions.put(next.id(), next);
        return next;
    }

    private Suggestion known(long id) {
        Suggestion s = suggestions.get(id);
        if (s == null) {
            requireLoaded();
            throw new Refused("There is no suggestion " + id + ".");
        }
        return s;
    }

    private Suggestion inState(long id, State state) {
        Suggestion s = known(id);
        if (s.state() != state) {
            throw new Refused("Suggestion " + id + " is " + s.state() + ", not " + state + ".");
        }
        return s;
    }

    private void requireLoaded() {
        if (!loaded) {
            throw new Refused("Not possible before the store has been read: " + storeProblem);
        }
    }

    private static Suggestion with(Suggestion s, TrialResult result) {
        return s.with(s.evidence().with(result));
    }

    private AuditEntry audit(String actor, String action, long id, String detail) {
        return new AuditEntry(clock.instant(), actor, action, id, detail);
    }

    private static Refused refused(StoreUnavailable e) {
        return new Refused("Not done, because it could not be recorded. " + e.getMessage());
    }

    private void later(Runnable action) {
        try {
            workers.execute(
                    () -> {
                        try {
                            action.run();
                        } catch (RuntimeException e) {
                            log.error("A decision could not be carried out", e);
                        }
                    });
        } catch (RejectedExecutionException e) {
            log.debug("Shutting down: {}", e.toString());
        }
    }

    private void locked(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }
}
