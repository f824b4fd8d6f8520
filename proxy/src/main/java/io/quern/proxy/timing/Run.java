package io.quern.proxy.timing;

import io.quern.advisor.Execution.Arm;
import io.quern.optimizer.Fingerprint;

import org.jspecify.annotations.Nullable;

/**
 * One execution under way: a portal from its Bind, or a simple query. It may be fetched in several
 * Executes, whose times add up.
 */
public final class Run {
    @Nullable Fingerprint fingerprint;
    long suggestion;
    Arm arm;
    long handed;
    long bound;
    long nanos;
    long rows;
    boolean fetched;
    boolean reported;

    /**
     * @param fingerprint null if the statement is not known: then nothing is reported
     * @param suggestion the suggestion whose treatment could have acted, 0 if none
     * @param handed server time at which Bind or Query went upstream
     */
    public Run(@Nullable Fingerprint fingerprint, long suggestion, Arm arm, long handed) {
        this.arm = arm;
        begin(fingerprint, suggestion, arm, handed);
    }

    /** Makes it another. */
    Run begin(
            @Nullable Fingerprint newFingerprint, long newSuggestion, Arm newArm, long newHanded) {
        fingerprint = newFingerprint;
        suggestion = newSuggestion;
        arm = newArm;
        handed = newHanded;
        bound = Long.MAX_VALUE;
        nanos = 0;
        rows = 0;
        fetched = false;
        reported = false;
        return this;
    }

    public Arm arm() {
        return arm;
    }
}
