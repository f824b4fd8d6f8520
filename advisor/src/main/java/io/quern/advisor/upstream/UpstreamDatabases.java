package io.quern.advisor.upstream;

import static java.util.Objects.requireNonNull;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;

import io.quern.advisor.Refused;
import io.quern.optimizer.QualifiedName;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Quern's own connections to the databases of its upstreams, never under a client's settings.
 *
 * <p>Every session starts with a fixed {@code search_path} of {@code pg_catalog}, {@code
 * application_name} {@code quern}, time-outs for statements, locks and idle transactions; these
 * come as start-up options, so that neither {@code ALTER ROLE … SET} nor {@code ALTER DATABASE …
 * SET} overrides them. Those of the pools are made read-only next. The driver prepares nothing
 * under a name.
 *
 * <p>One small pool per database of a server, opened at its first use: an upstream that is down
 * delays nobody at start. Connections are closed seconds after their last use, so that {@code DROP
 * DATABASE}, which itself waits five seconds for others to leave, and a rename find nobody there;
 * pools follow when idle. The pools of one server are bounded. A new connection looks the hosts up
 * and tries them anew, and none grows old: after a failover Quern's own reading follows.
 * Thread-safe; every method but {@link #close} may block on the network.
 */
public final class UpstreamDatabases implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(UpstreamDatabases.class);

    /**
     * The bounds of what Quern takes from the server.
     *
     * @param databases pools open at the same time to one server
     * @param connections connections of one pool
     * @param connect how long to wait for each host of a server, unless its URL says
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
    public interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    /** Long enough for one piece of work after another; short of what DROP DATABASE waits. */
    private static final Duration LINGER = Duration.ofSeconds(1);

    /** How long a replica that could not be used is left alone. */
    private static final Duration AWAY = Duration.ofSeconds(30);

    private static final Duration FETCH = Duration.ofSeconds(5);

    /** A real database: one name on two servers is two of these. */
    private record Key(UpstreamUrl url, String database) {}

    private final Directory directory;
    private final Limits limits;
    private final InstantSource clock;
    private final Map<Key, Pool> pools = new HashMap<>();
    private final Map<UpstreamUrl, Long> awayUntil = new ConcurrentHashMap<>();
    private final ScheduledExecutorService leaving =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("quern-leaving").daemon().factory());
    private boolean closed;

    public UpstreamDatabases(Directory directory) {
        this(directory, Limits.DEFAULT, InstantSource.system());
    }

    /**
     * @param directory where the databases are that clients name
     */
    public UpstreamDatabases(Directory directory, Limits limits, InstantSource clock) {
        this.directory = requireNonNull(directory, "directory");
        this.limits = requireNonNull(limits, "limits");
        this.clock = requireNonNull(clock, "clock");
    }

    /**
     * Runs work in one REPEATABLE READ, READ ONLY transaction that is always rolled back.
     *
     * @throws SQLException if the server did not accept the work's SQL
     * @throws Refused if the database cannot be reached
     */
    <T> T readingOrFault(String database, Work<T> work) throws SQLException {
        Directory.Place place = directory.place(database);
        return readingAt(new Key(place.url(), place.database()), database, work);
    }

    /**
     * The same on a replica, if the upstream has one that can be used at this moment, else on the
     * primary: for exploring, where it does not matter if the newest changes are missing. A fault
     * of the work on a replica is no answer; the primary gives it.
     */
    <T> T exploringOrFault(String database, Work<T> work) throws SQLException {
        Directory.Place place = directory.place(database);
        for (UpstreamUrl replica : place.replicas()) {
            if (awayUntil.getOrDefault(replica, Long.MIN_VALUE) > clock.millis()) {
                continue;
            }
            try {
                return readingAt(new Key(replica, place.database()), database, work);
            } catch (SQLException e) {
                log.debug("the replica {} did not know: {}", replica, e.getSQLState());
            } catch (Refused e) {
                if (!Faults.unreached(e)) {
                    throw e;
                }
                log.debug("the replica {} is away: {}", replica, e.getMessage());
                awayUntil.put(replica, clock.millis() + AWAY.toMillis());
            }
        }
        return readingOrFault(database, work);
    }

    private <T> T readingAt(Key key, String database, Work<T> work) throws SQLException {
        Pool pool = acquire(key);
        try (Connection connection = connection(pool, key, database)) {
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
    public <T> T reading(String database, Work<T> work) {
        try {
            return readingOrFault(database, work);
        } catch (SQLException e) {
            throw fault(database, e);
        }
    }

    /** The refusal of Quern's own SQL or connection. */
    Refused fault(String database, SQLException e) {
        return Faults.own(directory.place(database).url(), database, e);
    }

    /** What a person should know of a database that refused Quern; nothing if it is gone. */
    Optional<String> closedDoor(String database, Refused refused) {
        String state =
                refused.getCause() instanceof SQLException e ? String.valueOf(e.getSQLState()) : "";
        Directory.Place place = directory.place(database);
        return switch (state) {
            case "3D000" -> Optional.empty();
            case "42501" ->
                    Optional.of(
                            "to learn from that database: GRANT CONNECT ON DATABASE "
                                    + QualifiedName.quote(place.database())
                                    + Grants.to(place.url().user()));
            default -> Optional.of(Faults.oneLine(refused.getMessage()));
        };
    }

    /**
     * A connection of its own outside the pools, read-write, in auto-commit mode and without a
     * statement or lock time-out: for DDL. The caller closes it.
     *
     * @throws Refused if the database cannot be reached
     */
    Connection dedicated(String database) {
        Directory.Place place = directory.place(database);
        Properties properties = properties(place.url(), Duration.ZERO, Duration.ZERO);
        try {
            Connection connection =
                    new org.postgresql.Driver()
                            .connect(place.url().jdbcUrl(place.database()), properties);
            if (connection == null) {
                throw new SQLException("no such JDBC URL");
            }
            return connection;
        } catch (SQLException e) {
            throw fault(database, e);
        }
    }

    private static Connection connection(Pool pool, Key key, String database) {
        try {
            return pool.source.getConnection();
        } catch (SQLException e) {
            throw Faults.connecting(key.url(), database, e);
        }
    }

    private Pool acquire(Key key) {
        synchronized (pools) {
            if (closed) {
                throw new Refused("Quern is shutting down");
            }
            closeIdle();
            Pool pool = pools.get(key);
            if (pool == null) {
                makeRoom(key.url());
                pool = new Pool(open(key));
                pools.put(key, pool);
            }
            pool.users++;
            pool.lastUsed = clock.millis();
            return pool;
        }
    }

    private void release(Pool pool) {
        synchronized (pools) {
            pool.users--;
            pool.uses++;
            pool.lastUsed = clock.millis();
            if (pool.users == 0 && !closed) {
                long uses = pool.uses;
                var _ =
                        leaving.schedule(
                                () -> leave(pool, uses), LINGER.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
    }

    private void leave(Pool pool, long uses) {
        synchronized (pools) {
            HikariPoolMXBean connections = pool.source.getHikariPoolMXBean();
            if (pool.users == 0 && pool.uses == uses && !closed && connections != null) {
                connections.softEvictConnections();
            }
        }
    }

    private void makeRoom(UpstreamUrl url) {
        if (pools.keySet().stream().filter(key -> key.url().equals(url)).count()
                < limits.databases()) {
            return;
        }
        Key oldest =
                pools.entrySet().stream()
                        .filter(e -> e.getKey().url().equals(url) && e.getValue().users == 0)
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

    private HikariDataSource open(Key key) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("quern-" + key.database());
        config.setJdbcUrl(key.url().jdbcUrl(key.database()));
        Properties properties = properties(key.url(), limits.statement(), limits.lock());
        // a server that vanished without a word answers no statement time-out either
        properties.setProperty("socketTimeout", seconds(limits.statement().plus(FETCH)));
        config.setDataSourceProperties(properties);
        // not earlier: by transaction_read_only the driver tells a primary from a standby
        config.setConnectionInitSql("SET default_transaction_read_only = on");
        config.setMaximumPoolSize(limits.connections());
        config.setMinimumIdle(0);
        config.setIdleTimeout(30_000);
        config.setMaxLifetime(Duration.ofMinutes(10).toMillis());
        config.setKeepaliveTime(Duration.ofSeconds(30).toMillis());
        config.setConnectionTimeout(
                Math.max(250, limits.connect().toMillis() * key.url().hosts().size()));
        config.setInitializationFailTimeout(-1);
        config.setReadOnly(true);
        config.setAutoCommit(false);
        config.setTransactionIsolation("TRANSACTION_REPEATABLE_READ");
        return new HikariDataSource(config);
    }

    private Properties properties(UpstreamUrl url, Duration statement, Duration lock) {
        Properties properties = url.driverProperties();
        properties.putIfAbsent("ApplicationName", "quern");
        // application_name then travels in the start-up packet, not in a SET afterwards
        properties.setProperty("assumeMinServerVersion", "9.4");
        properties.setProperty("prepareThreshold", "0");
        // the driver's cache would answer a Describe of the same EXECUTE with an older statement's
        properties.setProperty("preparedStatementCacheQueries", "0");
        properties.setProperty("tcpKeepAlive", "true");
        properties.putIfAbsent("connectTimeout", seconds(limits.connect()));
        properties.putIfAbsent(
                "loginTimeout", seconds(limits.connect().multipliedBy(url.hosts().size())));
        properties.setProperty(
                "options",
                "-c search_path=pg_catalog -c standard_conforming_strings=on -c statement_timeout="
                        + millis(statement)
                        + " -c lock_timeout="
                        + millis(lock)
                        + " -c idle_in_transaction_session_timeout="
                        + millis(limits.statement().multipliedBy(2))
                        + " -c default_transaction_read_only=off");
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
            leaving.shutdownNow();
            pools.values().forEach(pool -> pool.source.close());
            pools.clear();
        }
    }

    private static final class Pool {
        final HikariDataSource source;
        int users;
        long uses;
        long lastUsed;

        Pool(HikariDataSource source) {
            this.source = source;
        }
    }
}
