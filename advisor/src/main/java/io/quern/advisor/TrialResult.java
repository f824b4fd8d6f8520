package io.quern.advisor;

import static java.util.Objects.requireNonNull;

/**
 * What a trial has measured so far: control is the original (or the time before an index),
 * treatment the change. Durations are milliseconds.
 *
 * @param control the original's executions
 * @param treatment the change's executions
 * @param speedup mean of control divided by mean of treatment
 * @param speedupLow lower end of its confidence interval
 * @param speedupHigh upper end of its confidence interval
 * @param method how the two were compared, for a person: {@code concurrent, at random} or {@code
 *     before and after, against untouched templates}
 */
public record TrialResult(
        ArmSummary control,
        ArmSummary treatment,
        double speedup,
        double speedupLow,
        double speedupHigh,
        String method) {

    /** One arm: count of executions, latencies in milliseconds, errors, mean rows. */
    public record ArmSummary(
            long count,
            double meanMillis,
            double medianMillis,
            double p95Millis,
            double p99Millis,
            long errors,
            double meanRows) {}

    public TrialResult {
        requireNonNull(control, "control");
        requireNonNull(treatment, "treatment");
        requireNonNull(method, "method");
    }
}
