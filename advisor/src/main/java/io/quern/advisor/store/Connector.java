package io.quern.advisor.store;

import static java.util.Objects.requireNonNull;

import com.zaxxer.hikari.HikariDataSource;

import io.quern.advisor.StoreUnavailable;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The way to the store's database, there or not.
 *
 * <p>Nothing is opened before the first call. One attempt at a time runs on a thread of its own; a
 * call waits for it at most a second. After a failure, calls fail at once until a pause has gone
 * by, which doubles up to a limit while opening fails, and is short once the store was open: the
 * pool then finds the server again by itself. Thread-safe.
 */
final class Connector implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Connector.class);
    private static final Duration SHORT_PAUSE = Duration.ofMillis(500);

    private final Supplier<HikariDataSource> opening;
    private final Duration longestPause;
    private @Nullable CompletableFuture<HikariDataSource> attempt;
    private @Nullable StoreUnavailable lastFailure;
    private Duration pause = SHORT_PAUSE;
    private long retryAtNanos;
    private boolean closed;

    Connector(Supplier<HikariDataSource> opening, Duration longestPause) {
        this.opening = requireNonNull(opening, "opening");
        this.longestPause = requireNonNull(longestPause, "longestPause");
    }

    /**
     * Runs an action in one transaction.
     *
     * @throws StoreUnavailable if the store cannot be used; within about a second if it is down
     */
    <T> T call(Function<Handle, T> action) {
        HikariDataSource pool = pool();
        try {
            T result = Jdbi.create(pool).inTransaction(action::apply);
            succeeded();
            return result;
        } catch (JdbiException e) {
            throw failed(e);
        }
    }

    /** Why the store cannot be used at this moment, as far as is known. */
    synchronized Optional<String> problem() {
        return Optional.ofNullable(lastFailure).map(Throwable::getMessage);
    }

    @Override
    public void close() {
        CompletableFuture<HikariDataSource> running;
        synchronized (this) {
            closed = true;
            running = attempt;
        }
        if (running != null) {
            var _ = running.thenAccept(HikariDataSource::close);
        }
    }

    private HikariDataSource pool() {
        CompletableFuture<HikariDataSource> running;
        synchronized (this) {
            if (closed) {
                throw new StoreUnavailable("The store is closed", new IllegalStateException());
            }
            if (lastFailure != null && System.nanoTime() - retryAtNanos < 0) {
                throw new StoreUnavailable(message(lastFailure), lastFailure);
            }
            if (attempt == null) {
                attempt = start();
            }
            running = attempt;
        }
        try {
            return running.get(1, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new StoreUnavailable("The store is still being opened", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailable("Interrupted while the store was being opened", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw cause instanceof StoreUnavailable unavailable
                    ? new StoreUnavailable(message(unavailable), unavailable)
                    : new StoreUnavailable("The store cannot be opened: " + cause, cause);
        }
    }

    private CompletableFuture<HikariDataSource> start() {
        CompletableFuture<HikariDataSource> future = new CompletableFuture<>();
        Thread.ofPlatform()
                .name("quern-store-opening")
                .daemon()
                .start(
                        () -> {
                            try {
                                HikariDataSource pool = opening.get();
                                opened(pool);
                                future.complete(pool);
                            } catch (RuntimeException e) {
                                notOpened(e);
                                future.completeExceptionally(e);
                            }
                        });
        return future;
    }

    private synchronized void opened(HikariDataSource pool) {
        pause = SHORT_PAUSE;
        if (lastFailure != null) {
            log.info("The store can be used again");
            lastFailure = null;
        }
        if (closed) {
            pool.close();
        }
    }

    private synchronized void notOpened(RuntimeException e) {
        StoreUnavailable failure =
                e instanceof StoreUnavailable known
                        ? known
                        : new StoreUnavailable("The store cannot be opened: " + e, e);
        remember(failure);
        attempt = null;
        retryAtNanos = System.nanoTime() + pause.toNanos();
        Duration twice = pause.multipliedBy(2);
        pause = twice.compareTo(longestPause) > 0 ? longestPause : twice;
    }

    private synchronized void succeeded() {
        if (lastFailure != null) {
            log.info("The store can be used again");
            lastFailure = null;
        }
    }

    /** Only a lost connection makes the calls that follow fail at once. */
    private synchronized StoreUnavailable failed(JdbiException e) {
        Throwable cause = e;
        while (cause != null && !(cause instanceof SQLException)) {
            cause = cause.getCause();
        }
        if (!(cause instanceof SQLException sql)) {
            return new StoreUnavailable("The store failed: " + e.getClass().getSimpleName(), e);
        }
        StoreUnavailable failure = Opening.unavailable(rootOf(sql));
        if (lostConnection(sql) || lostConnection(rootOf(sql))) {
            remember(failure);
            retryAtNanos = System.nanoTime() + SHORT_PAUSE.toNanos();
        }
        return failure;
    }

    private static boolean lostConnection(SQLException e) {
        String state = e.getSQLState();
        return e instanceof SQLTransientConnectionException
                || (state != null && (state.startsWith("08") || state.startsWith("57P")));
    }

    /** Hikari wraps the driver's own exception, which says why, in a time-out of its own. */
    private static SQLException rootOf(SQLException e) {
        return e.getCause() instanceof SQLException inner ? inner : e;
    }

    private void remember(StoreUnavailable failure) {
        if (lastFailure == null || !message(lastFailure).equals(message(failure))) {
            log.warn("{}", failure.getMessage());
        }
        lastFailure = failure;
    }

    private static String message(StoreUnavailable failure) {
        String message = failure.getMessage();
        return message == null ? "The store cannot be used" : message;
    }
}
