package io.quern.advisor.upstream;

import static java.util.Objects.requireNonNull;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

import io.quern.advisor.Refused;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Properties;

/**
 * Quern's own connections to the databases of one upstream, never under a client's settings.
 *
 * <p>Every session starts with a fixed {@code search_path} of {@code pg_catalog}, {@code
 * application_name} {@code quern}, time-outs for statements, locks and idle transactions, and
 * read-only by default; these come as start-up options, so that neither {@code ALTER ROLE … SET}
 * nor {@code ALTER DATABASE … SET} overrides them. The driver prepares nothing under a name.
 *
 * <p>One small pool per database, opened at its first use: an upstream that is down delays nobody
 * at start. Pools are closed when idle, and the number of pools is bounded. Thread-safe; every
 * method but {@link #close} may block on the network.
 */
public final class UpstreamDatabases implements AutoCloseable {

    /**
     * The bounds of what Quern takes from the server.
     *
     * @param databases pools open at the same time
     * @param connections connections of one pool
     * @param connect how long to wait for a connection
     * @param statement {@code statement_timeout} of pooled connections
     * @param lock {@code lock_timeout} of pooled connections
     * @param idle after how long without use a pool is closed
     */
    public record Limits(
            int databases,
            int connections,
            Duration connect,
            Duration statement,
            Duration lock,
            Duration idle) {
        public static final Limits DEFAULT =
                new Limits(
                        16,
                        2,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(15),
                        Duration.ofSeconds(2),
                        Duration.ofMinutes(5));

        public Limits {
            if (databases < 1 || connections < 1) {
                throw new IllegalArgumentException("databases and connections must be positive");
            }
            requireNonNull(connect, "connect");
            requireNonNull(statement, "statement");
            requireNonNull(lock, "lock");
            requireNonNull(idle, "idle");
        }
    }

    /** Work on a connection of Quern's. */
    @FunctionalInterface
    interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    private final UpstreamUrl url;
    private final Limits limits;
    private final InstantSource clock;
    private final Map<String, Pool> pools = new HashMap<>();
    private boolean closed;

    public UpstreamDatabases(UpstreamUrl url) {
        this(url, Limits.DEFAULT, InstantSource.system());
    }

    public UpstreamDatabases(UpstreamUrl url, Limits limits, InstantSource clock) {
        this.url = requireNonNull(url, "url");
        this.limits = requireNonNull(limits, "limits");
        this.clock = requireNonNull(clock, "clock");
    }

    /** Where these databases are. */
    public UpstreamUrl url() {
        return url;
    }

    /**
     * Runs work in one REPEATABLE READ, READ ONLY transaction that is always rolled back.
     *
     * @throws SQLException if the server did not accept the work's SQL
     * @throws Refused if the database cannot be reached
     */
    <T> T readingOrFault(String database, Work<T> work) throws SQLException {
        Pool pool = acquire(database);
        try (Connection connection = connection(pool, database)) {
            connection.setAutoCommit(false);
            try {
                return work.on(connection);
            } finally {
                if (!connection.isClosed()) {
                    connection.rollback();
                }
            }
        } finally {
            release(pool);
        }
    }

    /**
     * The same for Quern's own SQL, where every fault is a refusal.
     *
     * @throws Refused with one clear line
     */
    <T> T reading(String database, Work<T> work) {
        try {
            return readingOrFault(database, work);
        } catch (SQLException e) {
            throw Faults.own(url, database, e);
        }
    }

    /**
     * A connection of its own outside the pools, read-write, in auto-commit mode and without a
     * statement or lock time-out: for DDL. The caller closes it.
     *
     * @throws Refused if the database cannot be reached
     */
    Connection dedicated(String database) {
        Properties properties = properties("0", "0", "off");
        try {
            Connection connection =
                    new org.postgresql.Driver().connect(url.jdbcUrl(database), properties);
            if (connection == null) {
                throw new SQLException("no such JDBC URL");
            }
            return connection;
        } catch (SQLException e) {
            throw Faults.own(url, database, e);
        }
    }

    private Connection connection(Pool pool, String database) {
        try {
            return pool.source.getConnection();
        } catch (SQLException e) {
            throw Faults.own(url, database, e);
        }
    }

    private Pool acquire(String database) {
        synchronized (pools) {
            if (closed) {
                throw new Refused("Quern is shutting down");
            }
            closeIdle();
            Pool pool = pools.get(database);
            if (pool == null) {
                makeRoom();
                pool = new Pool(open(database));
                pools.put(database, pool);
            }
            pool.users++;
            pool.lastUsed = clock.millis();
            return pool;
        }
    }

    private void release(Pool pool) {
        synchronized (pools) {
            pool.users--;
            pool.lastUsed = clock.millis();
        }
    }

    private void makeRoom() {
        if (pools.size() < limits.databases()) {
            return;
        }
        String oldest =
                pools.entrySet().stream()
                        .filter(e -> e.getValue().users == 0)
                        .min(Comparator.comparingLong(e -> e.getValue().lastUsed))
                        .map(Map.Entry::getKey)
                        .orElseThrow(
                                () ->
                                        new Refused(
                                                "all "
                                                        + limits.databases()
                                                        + " connection pools of Quern are busy"));
        requireNonNull(pools.remove(oldest)).source.close();
    }

    /** Closes the pools nobody used for a while; called at every use, and may be at any time. */
    public void closeIdle() {
        synchronized (pools) {
            long before = clock.millis() - limits.idle().toMillis();
            for (Iterator<Pool> i = pools.values().iterator(); i.hasNext(); ) {
                Pool pool = i.next();
                if (pool.users == 0 && pool.lastUsed < before) {
                    pool.source.close();
                    i.remove();
                }
            }
        }
    }

    /** How many pools are open. */
    int open() {
        synchronized (pools) {
            return pools.size();
        }
    }

    private HikariDataSource open(String database) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("quern-" + database);
        config.setJdbcUrl(url.jdbcUrl(database));
        config.setDataSourceProperties(
                properties(millis(limits.statement()), millis(limits.lock()), "on"));
        config.setMaximumPoolSize(limits.connections());
        config.setMinimumIdle(0);
        config.setIdleTimeout(30_000);
        config.setMaxLifetime(Duration.ofMinutes(10).toMillis());
        config.setConnectionTimeout(Math.max(250, limits.connect().toMillis()));
        config.setInitializationFailTimeout(-1);
        config.setReadOnly(true);
        config.setAutoCommit(false);
        config.setTransactionIsolation("TRANSACTION_REPEATABLE_READ");
        return new HikariDataSource(config);
    }

    private Properties properties(String statement, String lock, String readOnly) {
        Properties properties = url.properties();
        properties.setProperty("ApplicationName", "quern");
        // application_name then travels in the start-up packet, not in a SET afterwards
        properties.setProperty("assumeMinServerVersion", "9.4");
        properties.setProperty("prepareThreshold", "0");
        // the driver's cache would answer a Describe of the same EXECUTE with an older statement's
        properties.setProperty("preparedStatementCacheQueries", "0");
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("connectTimeout", seconds(limits.connect()));
        properties.setProperty("loginTimeout", seconds(limits.connect()));
        properties.setProperty(
                "options",
                "-c search_path=pg_catalog -c standard_conforming_strings=on -c statement_timeout="
                        + statement
                        + " -c lock_timeout="
                        + lock
                        + " -c idle_in_transaction_session_timeout="
                        + millis(limits.statement().multipliedBy(2))
                        + " -c default_transaction_read_only="
                        + readOnly);
        return properties;
    }

    private static String millis(Duration duration) {
        return Long.toString(duration.toMillis());
    }

    private static String seconds(Duration duration) {
        return Long.toString(Math.max(1, duration.toSeconds()));
    }

    @Override
    public void close() {
        synchronized (pools) {
            closed = true;
            pools.values().forEach(pool -> pool.source.close());
            pools.clear();
        }
    }

    private static final class Pool {
        final HikariDataSource source;
        int users;
        long lastUsed;

        Pool(HikariDataSource source) {
            this.source = source;
        }
    }
}
