package io.quern.advisor;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.Fingerprint;

import org.jspecify.annotations.Nullable;

/**
 * One finished execution of a statement, as the proxy measured it.
 *
 * @param suggestion the suggestion whose treatment could have acted, 0 if none
 * @param arm which way it ran
 * @param elapsedNanos server time: from handing Bind or Query to the upstream to its last reply,
 *     less the time the client spent not reading
 * @param rows rows returned or affected, as the command tag says
 * @param sqlState the five-character SQLSTATE of its error, or null if it succeeded
 */
public record Execution(
        String database,
        Fingerprint fingerprint,
        long suggestion,
        Arm arm,
        long elapsedNanos,
        long rows,
        @Nullable String sqlState) {

    /** Which variant ran, and whether chance decided it. */
    public enum Arm {
        /** The original, because there was no choice to make. */
        NONE,
        /** The original, by chance: a treatment was ready on this backend and could have run. */
        CONTROL,
        /** The treatment, by chance. */
        TREATMENT
    }

    public Execution {
        requireNonNull(database, "database");
        requireNonNull(fingerprint, "fingerprint");
        requireNonNull(arm, "arm");
        if (elapsedNanos < 0) {
            throw new IllegalArgumentException("elapsedNanos is negative: " + elapsedNanos);
        }
    }
}
