package io.quern.advisor.upstream;

import io.quern.advisor.Refused;

import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

import java.sql.SQLException;
import java.util.Set;

/** Turns what PostgreSQL or the driver said into one line that holds no secret and no literal. */
final class Faults {

    /**
     * The errors of a client's statement whose message names objects only. Any other message may
     * quote a literal ({@code invalid input syntax for type integer: "…"}) and is left out.
     */
    private static final Set<String> NAMES_ONLY =
            Set.of("42P01", "42703", "42883", "42704", "42501", "42P02", "42702", "3F000");

    private Faults() {}

    /** The refusal of Quern's own SQL or connection. */
    static Refused own(UpstreamUrl url, String database, SQLException fault) {
        SQLException cause = driver(fault);
        String where = "database \"" + database + "\" at " + url.address();
        if (!reached(cause)) {
            return new Refused(
                    "cannot reach PostgreSQL for " + where + ": " + oneLine(cause.getMessage()));
        }
        return new Refused("PostgreSQL refused " + where + ": " + oneLine(primary(cause)));
    }

    /** The refusal of a connection; the cause is the driver's own exception. */
    static Refused connecting(UpstreamUrl url, String database, SQLException fault) {
        Refused refused = own(url, database, fault);
        refused.initCause(driver(fault));
        return refused;
    }

    /** Whether it was refused for want of a connection. */
    static boolean unreached(Refused refused) {
        return refused.getCause() instanceof SQLException;
    }

    /** Why PostgreSQL does not accept a client's statement. */
    static String statement(SQLException fault) {
        SQLException cause = driver(fault);
        String state = String.valueOf(cause.getSQLState());
        String line = "PostgreSQL does not accept the statement (SQLSTATE " + state + ")";
        return NAMES_ONLY.contains(state) ? line + ": " + oneLine(primary(cause)) : line;
    }

    /** Whether the fault came from the server itself, as an answer to a statement. */
    static boolean answered(SQLException fault) {
        SQLException cause = driver(fault);
        String state = cause.getSQLState();
        return state != null
                && reached(cause)
                && !state.startsWith("08")
                && !state.startsWith("28")
                && !state.startsWith("57P")
                && !state.startsWith("53")
                && !state.startsWith("3D");
    }

    static boolean is(SQLException fault, String sqlState) {
        return sqlState.equals(driver(fault).getSQLState());
    }

    private static boolean reached(SQLException cause) {
        return cause instanceof PSQLException p && p.getServerErrorMessage() != null;
    }

    /** Hikari wraps the driver's exception when a connection could not be made in time. */
    private static SQLException driver(SQLException fault) {
        return !(fault instanceof PSQLException) && fault.getCause() instanceof SQLException inner
                ? inner
                : fault;
    }

    private static @Nullable String primary(SQLException cause) {
        ServerErrorMessage server =
                cause instanceof PSQLException p ? p.getServerErrorMessage() : null;
        return server == null ? cause.getMessage() : server.getMessage();
    }

    static String oneLine(@Nullable String text) {
        return text == null ? "no reason given" : text.replaceAll("\\s+", " ").strip();
    }
}
