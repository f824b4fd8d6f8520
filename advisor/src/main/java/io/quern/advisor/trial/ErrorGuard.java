package io.quern.advisor.trial;

import io.quern.advisor.Execution.Arm;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds errors that the treatment brings.
 *
 * <p>An error of a kind the original never showed ends a trial at once: a wrong rewrite fails with
 * a data exception (22), a syntax or access error (42), an internal one. Errors that come from
 * outside a statement (connections, aborted transactions, conflicts, resources, a person's cancel,
 * shutdown) fall on either arm; so do kinds the original shows too. Those end it only when too
 * large a share of them falls on the treatment, by {@link RateTest}. Not thread-safe; the kinds
 * remembered are bounded.
 */
final class ErrorGuard {
    private static final double ALPHA = 0.001;
    private static final int KINDS = 200;

    /** SQLSTATE classes whose errors any statement may meet. */
    private static final Set<String> FROM_OUTSIDE =
            Set.of("08", "25", "40", "53", "55", "57", "58");

    private static final class Kind {
        boolean shownByOriginal;
        final RateTest share = new RateTest(ALPHA);
    }

    private final double treatmentShare;
    private final Map<String, Kind> kinds = new HashMap<>();

    /**
     * @param treatmentShare the share of executions that get the treatment
     */
    ErrorGuard(double treatmentShare) {
        this.treatmentShare = treatmentShare;
    }

    /** Takes an error; the answer is why the treatment must go, if it must. */
    Optional<String> add(Arm arm, String sqlState) {
        if (kinds.size() >= KINDS && !kinds.containsKey(sqlState)) {
            return arm == Arm.TREATMENT
                    ? Optional.of("The treatment fails in more ways than are counted.")
                    : Optional.empty();
        }
        Kind kind = kinds.computeIfAbsent(sqlState, s -> new Kind());
        if (arm == Arm.NONE) {
            kind.shownByOriginal = true;
            return Optional.empty();
        }
        boolean treated = arm == Arm.TREATMENT;
        kind.shownByOriginal |= !treated;
        boolean outside = sqlState.length() >= 2 && FROM_OUTSIDE.contains(sqlState.substring(0, 2));
        if (treated && !kind.shownByOriginal && !outside) {
            return Optional.of(
                    "The treatment failed with SQLSTATE "
                            + sqlState
                            + ", an error the original has not shown.");
        }
        if (treatmentShare > 0 && treatmentShare < 1) {
            kind.share.add(treated, treatmentShare);
            if (treated && kind.share.above()) {
                return Optional.of(
                        "The treatment fails with SQLSTATE "
                                + sqlState
                                + " more often than the original.");
            }
        }
        return Optional.empty();
    }
}
