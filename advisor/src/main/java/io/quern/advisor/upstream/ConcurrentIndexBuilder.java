package io.quern.advisor.upstream;

import static java.util.Objects.requireNonNull;

import io.quern.advisor.IndexBuilder;
import io.quern.advisor.Proposal;
import io.quern.advisor.Refused;
import io.quern.optimizer.QualifiedName;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Builds and drops indexes {@code CONCURRENTLY}, on a connection of its own outside a transaction.
 *
 * <p>{@code CREATE INDEX CONCURRENTLY} waits for every transaction older than itself, so it gets no
 * {@code lock_timeout} (a short one never succeeds) but a bound on the whole; instead it is not
 * even begun while a transaction has been open for long. {@code IF NOT EXISTS} would accept an
 * INVALID carcass as success: here the name is looked up first, a carcass of Quern's own is
 * dropped, and after the build {@code indisvalid} and {@code indisready} are read. Whatever goes
 * wrong, the remains are dropped before the refusal, or the refusal names them.
 *
 * <p>An index is Quern's if its comment begins with {@code quern: }, or, since a crash may fall
 * between CREATE and COMMENT, if it is called {@code quern_} and twelve hexadecimal digits. No
 * other is ever dropped. Thread-safe; blocks for as long as it takes.
 */
public final class ConcurrentIndexBuilder implements IndexBuilder {
    private static final Logger log = LoggerFactory.getLogger(ConcurrentIndexBuilder.class);

    /**
     * How long to wait for what.
     *
     * @param longTransaction from which age an open transaction is waited for before the build
     * @param preflight how long to wait for such transactions to end
     * @param build the bound on one CREATE INDEX CONCURRENTLY
     * @param drop the bound on one DROP INDEX CONCURRENTLY
     */
    public record Patience(
            Duration longTransaction, Duration preflight, Duration build, Duration drop) {
        public static final Patience DEFAULT =
                new Patience(
                        Duration.ofSeconds(30),
                        Duration.ofMinutes(5),
                        Duration.ofHours(6),
                        Duration.ofSeconds(60));

        public Patience {
            requireNonNull(longTransaction, "longTransaction");
            requireNonNull(preflight, "preflight");
            requireNonNull(build, "build");
            requireNonNull(drop, "drop");
        }
    }

    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);

    private final UpstreamDatabases databases;
    private final IndexPreflight preflight;
    private final Patience patience;
    private final InstantSource clock;

    public ConcurrentIndexBuilder(
            UpstreamDatabases databases, Patience patience, InstantSource clock) {
        this.databases = requireNonNull(databases, "databases");
        this.patience = requireNonNull(patience, "patience");
        this.clock = requireNonNull(clock, "clock");
        this.preflight = new IndexPreflight(databases);
    }

    @Override
    public Optional<String> obstacle(String database, Proposal.NewIndex index) {
        try {
            return preflight.obstacle(database, index);
        } catch (Refused e) {
            return Optional.of(Faults.oneLine(e.getMessage()));
        }
    }

    @Override
    public List<String> leftovers(String database) {
        return preflight.leftovers(database);
    }

    /** How far the build of an index is, for a person; empty if it is not being built. */
    public Optional<String> progress(String database, Proposal.NewIndex index) {
        return preflight.progress(database, index);
    }

    @Override
    public void build(String database, Proposal.NewIndex index) {
        preflight
                .obstacle(database, index)
                .ifPresent(
                        reason -> {
                            throw new Refused(reason);
                        });
        if (preflight.state(database, index) == IndexPreflight.State.CARCASS) {
            log.info("dropping the invalid remains of {}", index.name());
            dropAndVerify(database, index);
        }
        waitForTransactions(database);
        boolean done = false;
        try {
            create(database, index);
            if (preflight.state(database, index) != IndexPreflight.State.VALID) {
                throw new Refused("the index " + index.name() + " was built but is not valid");
            }
            done = true;
        } finally {
            if (!done) {
                cleanUp(database, index);
            }
        }
    }

    @Override
    public void drop(String database, Proposal.NewIndex index) {
        switch (preflight.state(database, index)) {
            case ABSENT, FOREIGN -> log.info("no index {} of Quern's to drop", index.name());
            case BUSY ->
                    throw new Refused(
                            "the index " + index.name() + " is being built or dropped elsewhere");
            case CARCASS, VALID -> dropAndVerify(database, index);
        }
    }

    private void waitForTransactions(String database) {
        long deadline = clock.millis() + patience.preflight().toMillis();
        Duration pause = FIRST_PAUSE;
        while (true) {
            List<String> open = preflight.longTransactions(database, patience.longTransaction());
            if (open.isEmpty()) {
                return;
            }
            if (clock.millis() >= deadline) {
                throw new Refused(
                        "CREATE INDEX CONCURRENTLY would have to wait for transactions that have"
                                + " been open for long: "
                                + String.join("; ", open));
            }
            try {
                Thread.sleep(pause);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Refused("the build was interrupted before it began");
            }
            Duration doubled = pause.multipliedBy(2);
            pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
        }
    }

    /**
     * The driver's read is deaf to interrupts: the statement runs on a thread of its own, and an
     * interrupt of the caller becomes a cancel.
     */
    private void create(String database, Proposal.NewIndex index) {
        try (Connection connection = databases.dedicated(database);
                Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute("SET statement_timeout = " + patience.build().toMillis());
            FutureTask<Boolean> work =
                    new FutureTask<>(
                            () -> {
                                statement.execute(index.ddl());
                                statement.execute(mark(index));
                                return true;
                            });
            Thread.ofPlatform().daemon().name("quern-index-build").start(work);
            try {
                work.get();
            } catch (InterruptedException e) {
                cancel(statement, work);
                Thread.currentThread().interrupt();
                throw new Refused("the build of " + index.name() + " was interrupted");
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof SQLException fault
                    ? failed(database, index, fault)
                    : new IllegalStateException(e.getCause());
        } catch (SQLException e) {
            throw failed(database, index, e);
        }
    }

    private static void cancel(Statement statement, FutureTask<Boolean> work) throws SQLException {
        try {
            // a cancel that arrives between two statements is lost: it is repeated
            for (int attempt = 0; attempt < 20; attempt++) {
                statement.cancel();
                try {
                    work.get(500, TimeUnit.MILLISECONDS);
                    return;
                } catch (TimeoutException e) {
                    log.debug("the build does not end yet");
                }
            }
        } catch (ExecutionException | InterruptedException e) {
            log.debug("the build ended: {}", e.getClass().getSimpleName());
        }
    }

    private Refused failed(String database, Proposal.NewIndex index, SQLException fault) {
        String line = databases.fault(database, fault).getMessage();
        return new Refused(
                Faults.is(fault, "57014")
                        ? "the build of "
                                + index.name()
                                + " was cancelled or took longer than "
                                + patience.build().toSeconds()
                                + " s"
                        : "the index " + index.name() + " could not be built: " + line);
    }

    private static String mark(Proposal.NewIndex index) {
        return "COMMENT ON INDEX "
                + new QualifiedName(index.definition().table().schema(), index.name()).quoted()
                + " IS 'quern: built on approval; the quern_ name and this comment mark it as"
                + " Quern''s'";
    }

    /** Drops the remains of a failed build even if this thread was interrupted. */
    private void cleanUp(String database, Proposal.NewIndex index) {
        boolean interrupted = Thread.interrupted();
        try {
            switch (preflight.state(database, index)) {
                case ABSENT, FOREIGN -> {}
                case CARCASS, VALID, BUSY -> dropAndVerify(database, index);
            }
        } catch (Refused e) {
            throw new Refused(
                    "the build of "
                            + index.name()
                            + " failed and an invalid index may be left behind: "
                            + index.undo()
                            + "; ("
                            + e.getMessage()
                            + ")");
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void dropAndVerify(String database, Proposal.NewIndex index) {
        try (Connection connection = databases.dedicated(database);
                Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute("SET statement_timeout = " + patience.drop().toMillis());
            statement.execute(index.undo());
        } catch (SQLException e) {
            throw new Refused(
                    "the index "
                            + index.name()
                            + " could not be dropped: "
                            + (Faults.is(e, "57014")
                                    ? "transactions that use its table have been open for more than "
                                            + patience.drop().toSeconds()
                                            + " s"
                                    : databases.fault(database, e).getMessage()));
        }
        if (preflight.state(database, index) != IndexPreflight.State.ABSENT) {
            throw new Refused("the index " + index.name() + " is still there after its drop");
        }
    }
}
