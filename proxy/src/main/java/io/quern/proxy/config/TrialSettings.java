package io.quern.proxy.config;

import static io.quern.proxy.config.InvalidConfiguration.require;

/**
 * How trials are run.
 *
 * @param share the fraction of executions that get the treatment while on trial, in (0, 1)
 * @param holdback the fraction that keeps running the original once a treatment is on, in (0, 0.5]
 */
public record TrialSettings(double share, double holdback) {
    public TrialSettings {
        require(share > 0 && share < 1, "quern.trial.share is not between 0 and 1");
        require(holdback > 0 && holdback <= 0.5, "quern.trial.holdback is not above 0, up to 0.5");
    }
}
