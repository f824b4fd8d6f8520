package io.quern.advisor.lab;

import static java.util.Objects.requireNonNull;

import io.quern.advisor.Lab;
import io.quern.optimizer.Context;
import io.quern.optimizer.Statement;
import io.quern.optimizer.catalog.ParseAnalyzer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * A lab in which PostgreSQL itself is the semantics: both statements run on many tiny databases
 * that satisfy the schema's constraints and meet the statements' own literals, and every difference
 * that the original does not show against itself is a counterexample.
 *
 * <p>The embedded server starts at the first refutation and stays until {@link #close}. If it
 * cannot start, that is tried again later, at growing intervals. Statements run as a role that may
 * do nothing but read and fill its tables, in read-only transactions, with time-outs.
 *
 * <p>What is and is not copied of the schema says {@link SchemaCopy}; a statement that needs more
 * is {@link Lab.Outcome#UNSUPPORTED}, and so is one that is no query, locks rows, calls a volatile
 * function or may return different rows on the same data.
 *
 * <p>The same server reads statements for the optimizer: {@link #analyzer}.
 *
 * <p>Thread-safe: one refutation runs at a time, the others wait. {@link #close} interrupts it.
 */
public final class EquivalenceLab implements Lab, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EquivalenceLab.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(30);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(15);

    private final Launcher launcher;
    private final Budget budget;
    private final InstantSource clock;

    /** Refutes; one at a time. What stands below is guarded by this lab's lock. */
    private final ExecutorService worker =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().name("quern-lab").daemon().factory());

    private final LabAnalyzer analyzer = new LabAnalyzer(this::server);
    private boolean closed;
    private @Nullable LabServer server;
    private String obstacle = "";
    private Duration pause = FIRST_PAUSE;
    private Instant retryAt = Instant.MIN;

    /** Starts the server; a test's may fail. */
    interface Launcher {
        EmbeddedServer launch() throws IOException, InterruptedException;
    }

    /** A lab whose server keeps its directory among the temporary files. */
    public EquivalenceLab(Budget budget, InstantSource clock) {
        this(
                () ->
                        EmbeddedServer.start(
                                EmbeddedServer.Options.of("lab", LabServer.SETTINGS),
                                step -> LOG.info("lab: {}", step)),
                budget,
                clock);
    }

    EquivalenceLab(Launcher launcher, Budget budget, InstantSource clock) {
        this.launcher = requireNonNull(launcher, "launcher");
        this.budget = requireNonNull(budget, "budget");
        this.clock = requireNonNull(clock, "clock");
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
        try {
            return new Hunt(context, budget, clock).run(server(), before, after);
        } catch (IOException e) {
            return unavailable(String.valueOf(e.getMessage()));
        } catch (Unsupported e) {
            return unsupported(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return unavailable("the lab was interrupted");
        } catch (SQLException e) {
            LOG.warn("lab: PostgreSQL failed with SQLSTATE {}", e.getSQLState());
            if (gone(String.valueOf(e.getSQLState()))) {
                stop();
            }
            return unavailable("the lab's PostgreSQL failed (SQLSTATE " + e.getSQLState() + ")");
        }
    }

    private synchronized LabServer server() throws IOException, InterruptedException {
        if (closed) {
            throw new IOException("the lab is closed");
        }
        if (server != null) {
            return server;
        }
        Instant now = clock.instant();
        if (now.isBefore(retryAt)) {
            throw new IOException(obstacle);
        }
        try {
            LabServer started = LabServer.of(launcher.launch());
            server = started;
            pause = FIRST_PAUSE;
            return started;
        } catch (IOException e) {
            obstacle = "the lab cannot start: " + e.getMessage();
            LOG.warn("{}; trying again in {} s", obstacle, pause.toSeconds());
            retryAt = now.plus(pause);
            pause = min(pause.multipliedBy(2), LONGEST_PAUSE);
            throw new IOException(obstacle, e);
        }
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    /** Whether an error says that the server ended or cannot be reached. */
    private static boolean gone(String sqlState) {
        return sqlState.startsWith("08") || sqlState.startsWith("57P");
    }

    /** Gives the server up; the next refutation starts another. */
    private synchronized void stop() {
        LabServer old = server;
        server = null;
        if (old != null) {
            try {
                old.close();
            } catch (IOException e) {
                LOG.warn("lab: {}", e.getMessage());
            }
        }
    }

    private synchronized void shut() {
        closed = true;
        stop();
    }

    /** Interrupts a refutation under way, stops the server and removes its directory. */
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
        analyzer.close();
        shut();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
