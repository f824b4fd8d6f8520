package io.quern.advisor.lifecycle;

import static java.util.Objects.requireNonNull;

import io.quern.advisor.trial.TrialRules;

import java.time.Duration;

/**
 * How suggestions are led through their life.
 *
 * @param trialShare the share of executions treated during a trial
 * @param holdback the share that keeps running the original while a rewrite is on
 * @param trial when a trial decides
 * @param tickEvery pause between two looks at what runs
 * @param evidenceEvery pause between two refreshes of the evidence of what runs
 * @param closeWithin how long closing waits for an interrupted index build to clean up
 */
public record LifecycleRules(
        double trialShare,
        double holdback,
        TrialRules trial,
        Duration tickEvery,
        Duration evidenceEvery,
        Duration closeWithin) {

    /** Trials at one half, a holdback of 2 %, a look a second, fresh evidence every 5 seconds. */
    public static final LifecycleRules DEFAULT =
            new LifecycleRules(
                    0.5,
                    0.02,
                    TrialRules.DEFAULT,
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(30));

    public LifecycleRules {
        if (!(trialShare > 0 && trialShare < 1)) {
            throw new IllegalArgumentException("trialShare is not between 0 and 1: " + trialShare);
        }
        if (!(holdback > 0 && holdback < 1)) {
            throw new IllegalArgumentException("holdback is not between 0 and 1: " + holdback);
        }
        requireNonNull(trial, "trial");
        requireNonNull(tickEvery, "tickEvery");
        requireNonNull(evidenceEvery, "evidenceEvery");
        requireNonNull(closeWithin, "closeWithin");
    }

    /** The same with other shares. */
    LifecycleRules withShares(double trials, double holdbacks) {
        return new LifecycleRules(trials, holdbacks, trial, tickEvery, evidenceEvery, closeWithin);
    }
}
