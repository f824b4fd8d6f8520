package io.quern.proxy;

import io.quern.advisor.Catalogs;
import io.quern.advisor.Desk;
import io.quern.advisor.Execution;
import io.quern.advisor.Lab;
import io.quern.advisor.Proposal;
import io.quern.advisor.Sighting;
import io.quern.advisor.Suggestion;
import io.quern.advisor.TemplateStats;
import io.quern.advisor.Treatments;
import io.quern.advisor.Watcher;
import io.quern.advisor.history.Flusher;
import io.quern.advisor.history.History;
import io.quern.advisor.history.HistoryLimits;
import io.quern.advisor.lab.Budget;
import io.quern.advisor.lab.EquivalenceLab;
import io.quern.advisor.lifecycle.Lifecycle;
import io.quern.advisor.lifecycle.LifecycleRules;
import io.quern.advisor.lifecycle.LiveTreatments;
import io.quern.advisor.store.Leadership;
import io.quern.advisor.store.PostgresStore;
import io.quern.advisor.suggest.Optimizer;
import io.quern.advisor.suggest.Sink;
import io.quern.advisor.suggest.Suggester;
import io.quern.advisor.suggest.Workload;
import io.quern.advisor.twin.GlanceReading;
import io.quern.advisor.twin.SnapshotLoader;
import io.quern.advisor.twin.Twins;
import io.quern.advisor.upstream.CatalogCache;
import io.quern.advisor.upstream.CatalogLoader;
import io.quern.advisor.upstream.ConcurrentIndexBuilder;
import io.quern.advisor.upstream.HypotheticalIndexes;
import io.quern.advisor.upstream.PlanExplainer;
import io.quern.advisor.upstream.PreparedDescriber;
import io.quern.advisor.upstream.Privileges;
import io.quern.advisor.upstream.UpstreamDatabases;
import io.quern.optimizer.Fingerprint;
import io.quern.optimizer.catalog.ParseAnalyzer;
import io.quern.proxy.config.Configuration;
import io.quern.proxy.config.PostgresUrl;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The advisor's rooms, wired: what the proxy hands over becomes history, history becomes
 * suggestions, approved suggestions become treatments. Nothing here runs on an event loop.
 */
final class Advisor implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Advisor.class);

    private static final Duration LEAD_RETRY = Duration.ofMillis(500);
    private static final Duration IDLE_CHECK = Duration.ofMinutes(1);
    private static final Duration LEAD_CHECK = Duration.ofSeconds(10);

    private final Configuration configuration;
    private final InstantSource clock = InstantSource.system();
    private final Instant started = clock.instant();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("quern-timer").daemon().factory());
    private final ExecutorService workers =
            Executors.newThreadPerTaskExecutor(
                    Thread.ofPlatform().name("quern-work-", 0).daemon().factory());

    private final UpstreamDatabases databases;
    private final CatalogCache catalogs;
    private final PrivilegeWatch privileges;
    private final PostgresStore store;
    private final History history = new History(HistoryLimits.DEFAULT);
    private final Flusher flusher;
    private final Lifecycle lifecycle;
    private final LiveTreatments treatments;
    private final EquivalenceLab lab = new EquivalenceLab(Budget.DEFAULT, clock);
    private final Twins twins;
    private final Suggester suggester;
    private final Leadership leadership;
    private volatile boolean learning;
    private volatile boolean leading;
    private volatile Optional<String> follower = Optional.empty();

    /**
     * @param optimizers makes what finds rewrites and indexes; its faults cost suggestions, never
     *     traffic
     * @param between what stands between the lab and those who ask it
     */
    Advisor(
            Configuration configuration,
            Function<ParseAnalyzer, Optimizer> optimizers,
            UnaryOperator<Lab> between) {
        this.configuration = configuration;
        Optimizer optimizer = optimizers.apply(lab.analyzer());
        PostgresUrl kept = configuration.store();
        databases = new UpstreamDatabases(new ServedDatabases(configuration.upstreams()));
        catalogs =
                new CatalogCache(
                        new CatalogLoader(databases)::load,
                        (after, task) -> later(after, task),
                        CatalogCache.Rhythm.DEFAULT,
                        clock);
        privileges =
                new PrivilegeWatch(
                        new Privileges(databases),
                        this::databasesSeen,
                        catalogs::suspect,
                        this::later,
                        clock);
        store = new PostgresStore(kept.jdbcUrl(), kept.properties());
        leadership = new Leadership(kept.jdbcUrl(), kept.properties());
        flusher = new Flusher(history, store, clock);
        ConcurrentIndexBuilder builder =
                new ConcurrentIndexBuilder(
                        databases, ConcurrentIndexBuilder.Patience.DEFAULT, clock);
        LifecycleRules rules = LifecycleRules.DEFAULT;
        lifecycle =
                new Lifecycle(
                        store,
                        history,
                        builder,
                        new LifecycleRules(
                                configuration.trial().share(),
                                configuration.trial().holdback(),
                                rules.trial(),
                                rules.tickEvery(),
                                rules.evidenceEvery(),
                                rules.closeWithin()),
                        clock,
                        workers);
        lifecycle.addNotices(() -> store.problem().stream().toList());
        lifecycle.addNotices(privileges::notices);
        lifecycle.addNotices(() -> follower.stream().toList());
        PreparedDescriber describer = new PreparedDescriber(databases);
        treatments = new LiveTreatments(lifecycle, catalogs, describer, optimizer::rewrites);
        twins =
                new Twins(
                        d -> databases.reading(d, SnapshotLoader::load),
                        d -> asked -> databases.reading(d, c -> GlanceReading.read(c, asked)),
                        clock);
        suggester =
                new Suggester(
                        workload(),
                        catalogs,
                        describer,
                        twins,
                        new PlanExplainer(databases),
                        new HypotheticalIndexes(databases),
                        builder,
                        between.apply(lab),
                        optimizer,
                        sink(),
                        Suggester.Attention.DEFAULT,
                        clock);
        lifecycle.showDeclined(suggester::declined);
    }

    Watcher watcher() {
        return history;
    }

    Treatments treatments() {
        return treatments;
    }

    Catalogs catalogs() {
        return catalogs;
    }

    Desk desk() {
        return lifecycle;
    }

    /** Has every execution that the history keeps, on the history's thread. */
    void onExecution(Consumer<Execution> listener) {
        history.onExecution(listener);
    }

    /** Executions that the history's buffer had no room for. */
    long droppedExecutions() {
        return history.droppedExecutions();
    }

    /**
     * Logs in once with Quern's own role; returns the server's version.
     *
     * @throws IOException with one clear line if that does not work
     */
    String probe() throws IOException {
        PostgresUrl url = configuration.upstream();
        Properties properties = url.properties();
        properties.putIfAbsent("ApplicationName", "quern");
        try (Connection connection = DriverManager.getConnection(url.jdbcUrl(), properties)) {
            return connection.getMetaData().getDatabaseProductVersion();
        } catch (SQLException e) {
            String state = e.getSQLState() == null ? "" : e.getSQLState();
            String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            throw new IOException(
                    state.startsWith("28")
                            ? "the upstream refuses the login of Quern's role: " + reason
                            : "the upstream " + url + " cannot be used: " + reason);
        }
    }

    /** Changes the shares of trials and holdbacks that begin from now on. */
    void shares(double trial, double holdback) {
        lifecycle.shares(trial, holdback);
    }

    /** Starts to learn; returns at once. What acts waits until no other Quern leads the store. */
    void start() {
        learning = true;
        history.start();
        workers.execute(this::lead);
    }

    /** Takes the lead as soon as it is free, and makes sure of it again and again. */
    private void lead() {
        try {
            boolean led = leadership.take();
            follow(
                    led
                            ? Optional.empty()
                            : Optional.of(
                                    "Another Quern uses the same store: the advisor of this one"
                                            + " waits until that one has ended."));
            if (led && !leading) {
                begin();
            }
        } catch (SQLException e) {
            follow(
                    Optional.of(
                            "The store cannot be used: "
                                    + String.valueOf(e.getMessage())
                                            .lines()
                                            .findFirst()
                                            .orElse("")));
        }
        later(leading ? LEAD_CHECK : LEAD_RETRY, this::lead);
    }

    private void follow(Optional<String> why) {
        if (!why.equals(follower)) {
            why.ifPresent(line -> log.info("{}", line));
            follower = why;
        }
    }

    private synchronized void begin() {
        if (!learning) {
            return;
        }
        leading = true;
        flusher.start();
        lifecycle.start();
        every(configuration.suggestEvery(), "looking for suggestions", suggester::runOnce);
        every(IDLE_CHECK, "ending idle twins", twins::closeIdle);
        privileges.start();
    }

    /** Stops all, the last history written; bounded. */
    @Override
    public void close() {
        timer.shutdownNow();
        catalogs.stop();
        lab.close();
        twins.close();
        synchronized (this) {
            learning = false;
        }
        if (leading) {
            lifecycle.close();
            history.close();
            flusher.close();
        } else {
            history.close();
        }
        leadership.close();
        workers.shutdownNow();
        store.close();
        databases.close();
    }

    private Workload workload() {
        return new Workload() {
            @Override
            public List<TemplateStats> top(int n) {
                return history.top(n);
            }

            @Override
            public Optional<Sighting> example(String database, Fingerprint fingerprint) {
                return history.example(database, fingerprint);
            }

            @Override
            public double hoursWatched() {
                return Math.max(1, Duration.between(started, clock.instant()).toMillis()) / 3.6e6;
            }
        };
    }

    private Sink sink() {
        return new Sink() {
            @Override
            public boolean propose(Suggestion suggestion) {
                return lifecycle.propose(suggestion).isPresent();
            }

            @Override
            public Set<String> indexNames(String database) {
                return lifecycle.suggestions().stream()
                        .filter(s -> s.database().equals(database))
                        .map(Suggestion::proposal)
                        .filter(Proposal.NewIndex.class::isInstance)
                        .map(p -> ((Proposal.NewIndex) p).name())
                        .collect(Collectors.toSet());
            }
        };
    }

    private Set<String> databasesSeen() {
        Set<String> seen = new LinkedHashSet<>(configuration.upstreams().named());
        history.top(100).forEach(stats -> seen.add(stats.database()));
        return seen;
    }

    /** Runs a task again and again on a worker; its failures end neither it nor the timer. */
    private void every(Duration pause, String what, Runnable task) {
        later(
                pause,
                () -> {
                    try {
                        task.run();
                    } catch (RuntimeException e) {
                        log.warn("{} failed: {}", what, e.toString());
                    }
                    every(pause, what, task);
                });
    }

    private void later(Duration after, Runnable task) {
        try {
            var _ =
                    timer.schedule(
                            () -> workers.execute(task), after.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            log.debug("not scheduled: Quern is closing");
        }
    }
}
