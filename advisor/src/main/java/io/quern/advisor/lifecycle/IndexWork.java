package io.quern.advisor.lifecycle;

import io.quern.advisor.Execution;
import io.quern.advisor.HistoryRow;
import io.quern.advisor.IndexBuilder;
import io.quern.advisor.Proposal.NewIndex;
import io.quern.advisor.Refused;
import io.quern.advisor.Suggestion;
import io.quern.advisor.history.History;
import io.quern.advisor.trial.BeforeAfter;
import io.quern.advisor.trial.BeforeAfter.Judgement;
import io.quern.optimizer.Template;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Builds and drops indexes on worker threads, and measures those on trial.
 *
 * <p>A drop that fails is tried again with a growing pause until it succeeds; until then a notice
 * says what is left and how to drop it. Thread-safe.
 */
final class IndexWork {
    private static final Logger log = LoggerFactory.getLogger(IndexWork.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);
    private static final int TEMPLATES = 500;

    /** Told how a build ended; called on a worker thread. */
    interface Outcome {
        /** The index is there and valid. */
        void built(long id);

        /** It could not be built; nothing of it is left, or the reason says what is. */
        void failed(long id, String reason);
    }

    /** A build asked for, running or cancelled before it ran. */
    private static final class Build {
        final Map<Template, Histogram> before;
        private @Nullable Thread thread;
        private boolean cancelled;

        Build(Map<Template, Histogram> before) {
            this.before = before;
        }

        /** False if it was cancelled before it began. */
        synchronized boolean begin() {
            thread = Thread.currentThread();
            return !cancelled;
        }

        synchronized void end() {
            thread = null;
        }

        synchronized void cancel() {
            cancelled = true;
            if (thread != null) {
                thread.interrupt();
            }
        }
    }

    private record Drop(Suggestion suggestion, Instant at, Duration pause, String problem) {}

    private final IndexBuilder builder;
    private final History history;
    private final BeforeAfter judge;
    private final InstantSource clock;
    private final ExecutorService workers;
    private final Map<Long, Build> builds = new ConcurrentHashMap<>();
    private final Map<Long, IndexTrial> trials = new ConcurrentHashMap<>();
    private final Map<Long, Drop> drops = new ConcurrentHashMap<>();
    private volatile boolean closing;

    IndexWork(
            IndexBuilder builder,
            History history,
            BeforeAfter judge,
            InstantSource clock,
            ExecutorService workers) {
        this.builder = builder;
        this.history = history;
        this.judge = judge;
        this.clock = clock;
        this.workers = workers;
    }

    /** Builds an index in the background; the window before begins to count now. */
    void build(Suggestion suggestion, NewIndex index, boolean remains, Outcome outcome) {
        Build build = new Build(history.latencies(suggestion.database(), TEMPLATES));
        builds.put(suggestion.id(), build);
        workers.execute(
                () -> {
                    try {
                        if (build.begin()) {
                            run(suggestion, index, remains, outcome);
                        }
                    } finally {
                        build.end();
                        builds.remove(suggestion.id());
                        var _ = Thread.interrupted();
                    }
                });
    }

    private void run(Suggestion suggestion, NewIndex index, boolean remains, Outcome outcome) {
        long id = suggestion.id();
        try {
            if (remains) {
                builder.drop(suggestion.database(), index);
            }
            builder.build(suggestion.database(), index);
        } catch (RuntimeException e) {
            if (!closing) {
                outcome.failed(id, e instanceof Refused ? line(e) : "The build failed: " + line(e));
            }
            return;
        }
        outcome.built(id);
    }

    /** Starts to measure a built index. */
    void watch(Suggestion suggestion, Instant builtAt) {
        Build build = builds.get(suggestion.id());
        Map<Template, Histogram> before = build == null ? Map.of() : build.before;
        trials.put(suggestion.id(), new IndexTrial(suggestion, before, builtAt));
    }

    /** Goes on measuring after a restart. */
    void resume(Suggestion suggestion, List<HistoryRow> rows) {
        trials.put(suggestion.id(), IndexTrial.resumed(suggestion, rows));
    }

    void observe(Execution execution) {
        trials.values().forEach(trial -> trial.add(execution));
    }

    Optional<Judgement> judge(long id) {
        return Optional.ofNullable(trials.get(id)).map(t -> t.judge(judge, clock.instant()));
    }

    void unwatch(long id) {
        trials.remove(id);
    }

    /** Stops a build if one runs, and drops the index. */
    void undo(Suggestion suggestion) {
        unwatch(suggestion.id());
        Build build = builds.get(suggestion.id());
        if (build != null) {
            build.cancel();
        }
        drops.put(suggestion.id(), new Drop(suggestion, clock.instant(), FIRST_PAUSE, ""));
    }

    /** Tries the drops that are due; blocks on the upstream. */
    void dropDue() {
        for (Drop drop : List.copyOf(drops.values())) {
            long id = drop.suggestion().id();
            if (closing || builds.containsKey(id) || clock.instant().isBefore(drop.at())) {
                continue;
            }
            if (!(drop.suggestion().proposal() instanceof NewIndex index)) {
                drops.remove(id);
                continue;
            }
            try {
                builder.drop(drop.suggestion().database(), index);
                drops.remove(id);
            } catch (RuntimeException e) {
                Duration twice = drop.pause().multipliedBy(2);
                drops.put(
                        id,
                        new Drop(
                                drop.suggestion(),
                                clock.instant().plus(drop.pause()),
                                twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice,
                                "Index "
                                        + index.name()
                                        + " could not be dropped yet ("
                                        + line(e)
                                        + "); by hand: "
                                        + index.undo()
                                        + ";"));
            }
        }
    }

    List<String> notices() {
        return drops.values().stream().map(Drop::problem).filter(p -> !p.isEmpty()).toList();
    }

    Optional<String> obstacle(Suggestion suggestion, NewIndex index) {
        return builder.obstacle(suggestion.database(), index);
    }

    /** Interrupts what is being built and waits for its clean-up. */
    void close(Duration within) {
        closing = true;
        long deadline = System.nanoTime() + within.toNanos();
        List<Build> running = List.copyOf(builds.values());
        running.forEach(Build::cancel);
        for (long id : List.copyOf(builds.keySet())) {
            while (builds.containsKey(id) && System.nanoTime() < deadline) {
                pause();
            }
            if (builds.containsKey(id)) {
                log.warn("The build for suggestion {} did not clean up in time", id);
            }
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(10);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String line(RuntimeException e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }
}
