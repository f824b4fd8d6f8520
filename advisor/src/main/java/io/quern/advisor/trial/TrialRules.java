package io.quern.advisor.trial;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * When a trial may decide what.
 *
 * @param alpha the chance, however often one looks, that the interval of the speed-up ever misses
 *     the true one; half of it for each direction
 * @param minimumPerArm executions each arm needs before its mean may decide
 * @param minimumGain the share of the mean latency a change must save to be worth keeping
 * @param p95Factor how many times the control's 95th percentile counts as a bad outlier
 * @param harmShare what the trial may cost, as a share of the template's recent total time
 * @param harmFloorMillis what it may cost at least, in milliseconds
 * @param maximumExecutions a trial undecided after so many ends
 * @param maximumDuration a trial undecided after so long ends
 */
public record TrialRules(
        double alpha,
        int minimumPerArm,
        double minimumGain,
        double p95Factor,
        double harmShare,
        double harmFloorMillis,
        long maximumExecutions,
        Duration maximumDuration) {

    /** α 1 %, 20 executions per arm, 5 % gain, 1.5 × p95, 10 % harm, 200,000 executions, 7 days. */
    public static final TrialRules DEFAULT =
            new TrialRules(0.01, 20, 0.05, 1.5, 0.10, 1000, 200_000, Duration.ofDays(7));

    public TrialRules {
        if (!(alpha > 0 && alpha < 1)) {
            throw new IllegalArgumentException("alpha is not between 0 and 1: " + alpha);
        }
        if (minimumPerArm < 2) {
            throw new IllegalArgumentException("minimumPerArm is below 2: " + minimumPerArm);
        }
        if (!(minimumGain >= 0 && minimumGain < 1)) {
            throw new IllegalArgumentException("minimumGain is not in [0, 1): " + minimumGain);
        }
        if (!(p95Factor >= 1) || !(harmShare > 0) || !(harmFloorMillis >= 0)) {
            throw new IllegalArgumentException("p95Factor, harmShare or harmFloorMillis is wrong");
        }
        requireNonNull(maximumDuration, "maximumDuration");
    }

    /** The speed-up at which a change saves exactly {@link #minimumGain}. */
    double worthwhileSpeedup() {
        return 1 / (1 - minimumGain);
    }
}
