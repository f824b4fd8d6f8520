package io.quern.advisor.store;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/**
 * Which of several Querns on one store runs the advisor: the one that holds an advisory lock in the
 * store's database, on a connection of its own. It ends with the connection, so whoever waits takes
 * over soon after the leader ended, however it ended. Thread-safe.
 */
public final class Leadership implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Leadership.class);

    /** "Quern" in ASCII: no other program's lock, it is hoped. */
    private static final long LOCK = 0x517565726EL;

    private static final String SECONDS = "5";

    private final String jdbcUrl;
    private final Properties properties = new Properties();
    private @Nullable Connection connection;
    private boolean closed;

    /**
     * @param properties user, password and others, as the JDBC driver knows them
     */
    public Leadership(String jdbcUrl, Properties properties) {
        this.jdbcUrl = requireNonNull(jdbcUrl, "jdbcUrl");
        this.properties.putAll(properties);
        this.properties.put("ApplicationName", "quern-leader");
        this.properties.put("options", "-c search_path=pg_catalog");
        this.properties.put("socketTimeout", SECONDS);
        this.properties.put("tcpKeepAlive", "true");
    }

    /**
     * Takes the lead, or makes sure of having it; false if another has it. Blocks for some seconds
     * at most.
     *
     * @throws SQLException if the store's database cannot be asked
     */
    public synchronized boolean take() throws SQLException {
        if (closed) {
            return false;
        }
        Connection held = connection;
        if (held != null && answers(held)) {
            return true;
        }
        boolean had = held != null;
        connection = null;
        Connection fresh = DriverManager.getConnection(jdbcUrl, properties);
        try (Statement statement = fresh.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                "SELECT pg_catalog.pg_try_advisory_lock(" + LOCK + ")")) {
            if (row.next() && row.getBoolean(1)) {
                connection = fresh;
                return true;
            }
        } catch (SQLException e) {
            fresh.close();
            throw e;
        }
        fresh.close();
        if (had) {
            log.warn("Another Quern took the lead while the store's server was away");
        }
        return false;
    }

    private static boolean answers(Connection held) {
        try (Statement statement = held.createStatement();
                ResultSet row = statement.executeQuery("SELECT 1")) {
            return row.next();
        } catch (SQLException lost) {
            return false;
        }
    }

    /** Gives the lead up. */
    @Override
    public synchronized void close() {
        closed = true;
        Connection held = connection;
        connection = null;
        if (held != null) {
            try {
                held.close();
            } catch (SQLException gone) {
                log.debug("the leader's connection was gone already");
            }
        }
    }
}
