package io.quern.advisor.lifecycle;

import io.quern.advisor.Execution;
import io.quern.advisor.Refused;
import io.quern.advisor.Suggestion;
import io.quern.advisor.TemplateStats;
import io.quern.advisor.TrialResult;
import io.quern.advisor.history.History;
import io.quern.advisor.trial.Decision;
import io.quern.advisor.trial.Trial;
import io.quern.optimizer.Fingerprint;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The rewrites that act now, each with its flag and its measurement. A decision to stop turns the
 * flag off on the thread that delivered the execution. Thread-safe.
 */
final class RewriteWork {
    /** Executions of both arms before a fresh measurement replaces the stored one. */
    private static final long ENOUGH_TO_SHOW = 100;

    private record Key(String database, Fingerprint fingerprint) {}

    private record Running(Suggestion suggestion, Trial trial) {}

    private volatile LifecycleRules rules;
    private final History history;
    private final Switchboard board;
    private final InstantSource clock;
    private final Map<Key, Running> byTemplate = new ConcurrentHashMap<>();
    private final Map<Long, Running> byId = new ConcurrentHashMap<>();

    RewriteWork(LifecycleRules rules, History history, Switchboard board, InstantSource clock) {
        this.rules = rules;
        this.history = history;
        this.board = board;
        this.clock = clock;
    }

    /** Changes the shares of what begins from now on. */
    void shares(double trial, double holdback) {
        rules = rules.withShares(trial, holdback);
    }

    /** Refuses if another rewrite acts on the same template. */
    void requireFree(Suggestion suggestion) {
        board.find(suggestion.database(), suggestion.template().fingerprint())
                .filter(s -> s.flag().suggestion() != suggestion.id())
                .ifPresent(
                        s -> {
                            throw new Refused(
                                    "Suggestion "
                                            + s.flag().suggestion()
                                            + " acts on the same statements: switch it off first.");
                        });
    }

    /** Puts a rewrite on trial. */
    void begin(Suggestion suggestion) {
        run(suggestion, Trial.Purpose.ADOPTION, rules.trialShare());
    }

    /** Switches a rewrite on, but for the holdback, and goes on measuring. */
    void on(Suggestion suggestion) {
        run(suggestion, Trial.Purpose.HOLDBACK, 1 - rules.holdback());
    }

    private void run(Suggestion suggestion, Trial.Purpose purpose, double share) {
        double recent =
                history.stats(suggestion.database(), suggestion.template().fingerprint())
                        .map(TemplateStats::totalMillis)
                        .orElse(0.0);
        Trial trial = new Trial(rules.trial(), purpose, share, recent, clock.instant());
        Running running = new Running(suggestion, trial);
        byId.put(suggestion.id(), running);
        byTemplate.put(key(suggestion), running);
        board.turn(suggestion, share);
    }

    /** Ends a rewrite; its flag is off already. */
    void end(long id) {
        Running running = byId.remove(id);
        if (running != null) {
            byTemplate.remove(key(running.suggestion()), running);
        }
    }

    /** Takes an execution; true if it led to a decision that is to be settled. */
    boolean observe(Execution execution) {
        Running running = byTemplate.get(new Key(execution.database(), execution.fingerprint()));
        if (running == null) {
            return false;
        }
        boolean ours =
                execution.arm() == Execution.Arm.NONE
                        ? execution.sqlState() != null
                        : execution.suggestion() == running.suggestion().id();
        if (!ours || !(decision(running) instanceof Decision.Continue)) {
            return false;
        }
        Decision decision = running.trial().add(execution, clock.instant());
        if (decision instanceof Decision.RollBack) {
            board.off(running.suggestion());
        }
        return !(decision instanceof Decision.Continue);
    }

    List<Long> running() {
        return List.copyOf(byId.keySet());
    }

    Decision decision(long id) {
        Running running = byId.get(id);
        return running == null ? Decision.CONTINUE : decision(running);
    }

    private Decision decision(Running running) {
        return running.trial().at(clock.instant());
    }

    /** Whether the running measurement says more than the stored one. */
    boolean measured(long id) {
        Running running = byId.get(id);
        if (running == null) {
            return false;
        }
        TrialResult result = running.trial().result();
        return result.control().count() + result.treatment().count() >= ENOUGH_TO_SHOW
                || !(decision(running) instanceof Decision.Continue);
    }

    /** Whether both arms have run. */
    boolean begun(long id) {
        Running running = byId.get(id);
        if (running == null) {
            return false;
        }
        TrialResult result = running.trial().result();
        return result.control().count() > 0 && result.treatment().count() > 0;
    }

    /** What was measured of a running rewrite. */
    TrialResult result(long id) {
        Running running = byId.get(id);
        if (running == null) {
            throw new IllegalStateException("not running: " + id);
        }
        return running.trial().result();
    }

    private static Key key(Suggestion suggestion) {
        return new Key(suggestion.database(), suggestion.template().fingerprint());
    }
}
