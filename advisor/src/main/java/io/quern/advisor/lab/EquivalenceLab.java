package io.quern.advisor.lab;

import static java.util.Objects.requireNonNull;

import io.quern.advisor.Lab;
import io.quern.advisor.copy.SchemaCopies;
import io.quern.optimizer.Context;
import io.quern.optimizer.Statement;
import io.quern.optimizer.catalog.ParseAnalyzer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A lab in which PostgreSQL itself is the semantics: both statements run on many tiny databases
 * that satisfy the schema's constraints and meet the statements' own literals, and every difference
 * that the original does not show against itself is a counterexample.
 *
 * <p>The embedded servers are of the upstreams' major versions, where there are such programs, and
 * start when they are first wanted ({@link LabServers}). Statements run as a role that may do
 * nothing but read and fill its tables, in read-only transactions, with time-outs ({@link
 * LabServer}).
 *
 * <p>What is and is not copied of the schema says {@link io.quern.advisor.copy.SchemaCopy}; a
 * statement that needs more is {@link Lab.Outcome#UNSUPPORTED}, and so is one that is no query,
 * locks rows, calls a volatile function or may return different rows on the same data.
 *
 * <p>The same servers read statements for the optimizer: {@link #analyzer}.
 *
 * <p>Thread-safe: one refutation runs at a time, the others wait. {@link #close} interrupts it.
 */
public final class EquivalenceLab implements Lab, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EquivalenceLab.class);

    private final LabServers servers;
    private final Budget budget;
    private final InstantSource clock;

    /** Refutes; one at a time. */
    private final ExecutorService worker =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().name("quern-lab").daemon().factory());

    /** Ends servers that are idle. */
    private final ScheduledExecutorService sweeper =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("quern-lab-idle").daemon().factory());

    private final Future<?> sweeping;
    private final LabAnalyzer analyzer;

    /** The worker's alone. */
    private final Mirrors mirrors;

    /** A lab whose servers keep their directories among the temporary files. */
    public EquivalenceLab(Budget budget, InstantSource clock) {
        this(
                major ->
                        EmbeddedServer.start(
                                LabServer.options(major), step -> LOG.info("lab: {}", step)),
                budget,
                clock);
    }

    EquivalenceLab(LabServers.Launcher launcher, Budget budget, InstantSource clock) {
        this.budget = requireNonNull(budget, "budget");
        this.clock = requireNonNull(clock, "clock");
        servers = new LabServers(launcher, clock);
        SchemaCopies copies = new SchemaCopies();
        analyzer = new LabAnalyzer(servers, copies);
        mirrors = new Mirrors(Mirror.Purpose.HUNTING, copies);
        sweeping = sweeper.scheduleWithFixedDelay(servers::endIdle, 1, 1, TimeUnit.MINUTES);
    }

    /** Lets the lab's server read statements. It does not wait for refutations under way. */
    public ParseAnalyzer analyzer() {
        return analyzer;
    }

    @Override
    public Verdict refute(Context context, Statement before, Statement after) {
        Future<Verdict> verdict;
        try {
            verdict = worker.submit(() -> attempt(context, before, after));
        } catch (RejectedExecutionException closed) {
            return unavailable("the lab is closed");
        }
        try {
            return verdict.get();
        } catch (InterruptedException e) {
            verdict.cancel(true);
            Thread.currentThread().interrupt();
            return unavailable("the lab was interrupted");
        } catch (CancellationException closed) {
            return unavailable("the lab is closed");
        } catch (ExecutionException e) {
            // Its message may hold a literal: where it happened must do.
            Throwable cause = e.getCause() == null ? e : e.getCause();
            StackTraceElement[] trace = cause.getStackTrace();
            LOG.error(
                    "lab: {} at {}", cause.getClass().getName(), trace.length == 0 ? "" : trace[0]);
            return unavailable("the lab failed");
        }
    }

    private static Verdict unavailable(String reason) {
        return new Verdict(Outcome.UNAVAILABLE, 0, reason, Optional.empty());
    }

    private static Verdict unsupported(String reason) {
        return new Verdict(Outcome.UNSUPPORTED, 0, reason, Optional.empty());
    }

    private Verdict attempt(Context context, Statement before, Statement after) {
        try (LabServers.Use use = servers.use(context.catalog().major())) {
            Verdict verdict = attempt(use, context, before, after);
            return use.substitute()
                    .map(
                            substitute ->
                                    new Verdict(
                                            verdict.outcome(),
                                            verdict.databases(),
                                            substitute.with(verdict.reason()),
                                            verdict.counterexample()))
                    .orElse(verdict);
        } catch (IOException e) {
            return unavailable(String.valueOf(e.getMessage()));
        } catch (Unsupported e) {
            return unsupported(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return unavailable("the lab was interrupted");
        }
    }

    private Verdict attempt(LabServers.Use use, Context context, Statement before, Statement after)
            throws InterruptedException {
        try {
            return new Hunt(context, budget, clock).run(use, mirrors, before, after);
        } catch (Unsupported e) {
            return unsupported(String.valueOf(e.getMessage()));
        } catch (SQLException e) {
            LOG.warn("lab: PostgreSQL failed with SQLSTATE {}", e.getSQLState());
            mirrors.drop(context.catalog().database());
            return servers.check(use.server()) && gone(String.valueOf(e.getSQLState()))
                    ? unsupported(
                            "the statements take the lab's session too long or return too much")
                    : unavailable("the lab's PostgreSQL failed (SQLSTATE " + e.getSQLState() + ")");
        }
    }

    /** Whether an error says that a session ended. */
    private static boolean gone(String sqlState) {
        return sqlState.startsWith("08") || sqlState.startsWith("57P");
    }

    /** Interrupts a refutation under way, ends the servers and removes their directories. */
    @Override
    public void close() {
        for (Runnable waiting : worker.shutdownNow()) {
            if (waiting instanceof Future<?> future) {
                future.cancel(false);
            }
        }
        boolean interrupted = false;
        boolean ended = false;
        while (!ended) {
            try {
                ended = worker.awaitTermination(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        sweeping.cancel(true);
        sweeper.shutdownNow();
        analyzer.close();
        mirrors.drop();
        servers.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
