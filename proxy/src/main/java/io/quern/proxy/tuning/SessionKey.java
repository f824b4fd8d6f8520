package io.quern.proxy.tuning;

import static java.util.Objects.requireNonNull;

/**
 * What, beside its text, decides how a session's statement may be treated. Made anew only when one
 * of them changes.
 *
 * @param role the current role
 * @param searchPath the {@code search_path} setting; empty if unknown: then nothing is treated
 * @param timeZone the {@code TimeZone} setting; empty if unknown
 * @param standardConformingStrings whether backslashes are ordinary in plain literals
 * @param treatable false while nothing may be treated for another reason: a temporary table in the
 *     session, SERIALIZABLE, a client encoding whose bytes cannot be lexed
 */
public record SessionKey(
        String database,
        String role,
        String searchPath,
        String timeZone,
        boolean standardConformingStrings,
        boolean treatable) {
    public SessionKey {
        requireNonNull(database, "database");
        requireNonNull(role, "role");
        requireNonNull(searchPath, "searchPath");
        requireNonNull(timeZone, "timeZone");
    }
}
