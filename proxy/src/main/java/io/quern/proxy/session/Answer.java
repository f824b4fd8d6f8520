package io.quern.proxy.session;

import static java.util.Objects.requireNonNull;

/**
 * What a backend says of its session when Quern asks.
 *
 * @param role the current role
 * @param treatable whether statements may be treated: no temporary schema, not SERIALIZABLE
 * @param keeps what ties the session to this backend, in words; empty if nothing does
 * @param profile the settings made in it; if they were not asked for, those known before
 */
record Answer(
        String role,
        String searchPath,
        String timeZone,
        boolean treatable,
        String keeps,
        Profile profile) {
    Answer {
        requireNonNull(role, "role");
        requireNonNull(searchPath, "searchPath");
        requireNonNull(timeZone, "timeZone");
        requireNonNull(keeps, "keeps");
        requireNonNull(profile, "profile");
    }
}
