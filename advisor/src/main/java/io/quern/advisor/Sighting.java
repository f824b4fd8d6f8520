package io.quern.advisor;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.Fingerprint;
import io.quern.optimizer.Statement;

/**
 * A statement with a skeleton the proxy did not know yet, and the session it was seen in. Holds the
 * user's literals: kept in memory only.
 *
 * @param role the session's current role
 * @param searchPath the effective {@code search_path} setting as PostgreSQL writes it ({@code
 *     "$user", public}), or empty if the proxy does not know it
 * @param timeZone the session's {@code TimeZone}, or empty if unknown
 */
public record Sighting(
        String database,
        String role,
        String searchPath,
        String timeZone,
        Fingerprint fingerprint,
        Statement statement) {
    public Sighting {
        requireNonNull(database, "database");
        requireNonNull(role, "role");
        requireNonNull(searchPath, "searchPath");
        requireNonNull(timeZone, "timeZone");
        requireNonNull(fingerprint, "fingerprint");
        requireNonNull(statement, "statement");
    }
}
