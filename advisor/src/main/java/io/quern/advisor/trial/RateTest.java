package io.quern.advisor.trial;

/**
 * An always-valid test that a rate is not above a bound.
 *
 * <p>The likelihood of the observed successes, averaged over all rates (a uniform prior), divided
 * by their likelihood at the bound, is a non-negative martingale if the bound is the true rate; by
 * Ville's inequality it ever reaches 1/α with a chance of at most α (Robbins, "Statistical methods
 * related to the law of the iterated logarithm", 1970). A rate below the bound reaches it from
 * above less often still. Exact at every sample size. Not thread-safe.
 */
final class RateTest {
    private final double logThreshold;
    private long successes;
    private long failures;
    private double logBound;
    private double excess;

    /**
     * @param alpha the chance of ever finding a rate above the bound that is not
     */
    RateTest(double alpha) {
        logThreshold = -Math.log(alpha);
    }

    /** Adds an observation, and the bound its rate is held against. */
    void add(boolean success, double bound) {
        if (success) {
            successes++;
        } else {
            failures++;
        }
        logBound += Math.log(success ? bound : 1 - bound);
        excess += (success ? 1 : 0) - bound;
    }

    /** Whether the rate is certainly above the bound. */
    boolean above() {
        double n = (double) successes + failures;
        double logMixture =
                logGamma(successes + 1.0) + logGamma(failures + 1.0) - logGamma(n + 2.0);
        return excess > 0 && logMixture - logBound >= logThreshold;
    }

    /** Stirling's series, after a shift: better than 1e-9 for x ≥ 1. */
    private static double logGamma(double x) {
        double shift = 0;
        double y = x;
        while (y < 10) {
            shift += Math.log(y);
            y++;
        }
        double inverse = 1 / y;
        double square = inverse * inverse;
        return (y - 0.5) * Math.log(y)
                - y
                + 0.5 * Math.log(2 * Math.PI)
                + inverse * (1.0 / 12 - square * (1.0 / 360 - square / 1260))
                - shift;
    }
}
