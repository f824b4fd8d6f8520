package io.quern.proxy.auth;

import static java.util.Objects.requireNonNull;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Asks the upstream itself for verifiers, on a connection of Quern's own role.
 *
 * <p>The query has one parameter, {@code $1}, the user; it answers at most one row of name and
 * verifier, and perhaps, third, the seconds for which the verifier is still valid (NULL: for ever).
 * That they are counted by the upstream's clock keeps Quern's own out of it.
 *
 * <p>Where Quern's role may not read the verifiers, as on most managed servers, one line says so
 * and nobody is known from here; once in a while it is tried again. Thread-safe.
 */
public final class AuthQuery implements Verifiers {
    /** Reads {@code pg_authid}; roles that may not log in are not known. */
    public static final String DEFAULT_SQL =
            "SELECT rolname, rolpassword,"
                    + " (extract(epoch FROM rolvaliduntil)"
                    + " - extract(epoch FROM pg_catalog.now()))::pg_catalog.float8"
                    + " FROM pg_catalog.pg_authid WHERE rolname = $1 AND rolcanlogin";

    private static final Logger LOG = LoggerFactory.getLogger(AuthQuery.class);
    private static final String INSUFFICIENT_PRIVILEGE = "42501";
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration AFTER_DENIAL = Duration.ofMinutes(1);
    private static final double LONGEST_SECONDS = 1e9;
    private static final Answer DENIED =
            new Answer.Unknown("is in no user list, and Quern's role may not run the auth query");

    /** Opens connections. */
    @FunctionalInterface
    public interface Connections {

        /**
         * A connection of Quern's role with a fixed {@code search_path}; it is closed after use.
         */
        Connection open() throws SQLException;
    }

    private final Connections connections;
    private final InstantSource clock;
    private final String sql;
    private final int parameters;
    private volatile Instant deniedUntil = Instant.MIN;
    private volatile boolean denied;

    /**
     * @param sql as an administrator wrote it
     * @throws IllegalArgumentException if it has no {@code $1}
     */
    public AuthQuery(Connections connections, String sql, InstantSource clock) {
        this.connections = requireNonNull(connections, "connections");
        this.clock = requireNonNull(clock, "clock");
        JdbcText text = JdbcText.of(sql);
        if (text.parameters() == 0) {
            throw new IllegalArgumentException("the auth query has no $1 for the user");
        }
        this.sql = text.sql();
        this.parameters = text.parameters();
    }

    @Override
    public Answer lookUp(String user) {
        if (denied && clock.instant().isBefore(deniedUntil)) {
            return DENIED;
        }
        try (Connection connection = connections.open();
                PreparedStatement query = connection.prepareStatement(sql)) {
            query.setQueryTimeout((int) PATIENCE.toSeconds());
            for (int i = 1; i <= parameters; i++) {
                query.setString(i, user);
            }
            try (ResultSet rows = query.executeQuery()) {
                Answer answer = answer(rows, user);
                allowed();
                return answer;
            }
        } catch (SQLException failure) {
            return failed(failure);
        }
    }

    private Answer answer(ResultSet rows, String user) throws SQLException {
        if (!rows.next()) {
            return new Answer.Unknown("does not exist or may not log in");
        }
        if (!user.equals(rows.getString(1))) {
            return new Answer.Unknown("is answered by the auth query with another name");
        }
        String secret = rows.getString(2);
        if (secret == null || secret.isEmpty()) {
            return new Answer.Unknown("has no password");
        }
        Instant until = rows.getMetaData().getColumnCount() > 2 ? validUntil(rows) : Instant.MAX;
        if (rows.next()) {
            return new Answer.Unknown("is answered by the auth query more than once");
        }
        try {
            return new Answer.Known(Verifier.parse(secret), until);
        } catch (Verifier.UnfitVerifier unfit) {
            return new Answer.Unknown("has a verifier that " + unfit.getMessage());
        }
    }

    private Instant validUntil(ResultSet rows) throws SQLException {
        double seconds = rows.getDouble(3);
        if (rows.wasNull() || seconds > LONGEST_SECONDS) {
            return Instant.MAX;
        }
        return seconds > 0
                ? clock.instant().plus(Duration.ofMillis((long) (seconds * 1000)))
                : Instant.MIN;
    }

    private void allowed() {
        if (denied) {
            denied = false;
            LOG.info("Passwords can be looked up at the upstream now");
        }
    }

    private Answer failed(SQLException failure) {
        String state = String.valueOf(failure.getSQLState());
        if (state.equals(INSUFFICIENT_PRIVILEGE)) {
            synchronized (this) {
                if (!denied) {
                    LOG.warn(
                            "Quern's role may not look up passwords at the upstream (permission"
                                    + " denied): clients need to be in a user list"
                                    + " (quern.auth.users), and only those there can log in");
                }
                deniedUntil = clock.instant().plus(AFTER_DENIAL);
                denied = true;
            }
            return DENIED;
        }
        // other messages may quote values
        boolean plain = state.startsWith("42") || state.startsWith("08");
        LOG.warn(
                "Passwords cannot be looked up at the upstream: SQLSTATE {}{}",
                state,
                plain
                        ? ", " + String.valueOf(failure.getMessage()).lines().findFirst().orElse("")
                        : "");
        return new Answer.Unavailable("Quern cannot look up passwords at the upstream");
    }
}
