package io.quern.advisor.trial;

/**
 * Always-valid intervals: they hold at every look at once, so one may look after each execution and
 * stop whenever they decide.
 *
 * <p>The interval is the asymptotic confidence sequence of Waudby-Smith, Arbour, Sinha, Kennedy and
 * Ramdas, "Time-uniform central limit theory and asymptotic confidence sequences", Annals of
 * Statistics 52 (2024), theorem 2.2: a mean of t observations with variance σ² lies within
 *
 * <pre>σ · √( 2(tρ² + 1) / (t²ρ²) · log( √(tρ² + 1) / α ) )</pre>
 *
 * of its estimate for all t at once, with probability 1 − α as the first look moves out. For two
 * randomised arms they use it on the influence values of the difference (section 4), whose variance
 * over t = n₁ + n₂ observations is t(σ₁²/n₁ + σ₂²/n₂) for the plain difference of means. The
 * sequence needs no bound on the latencies, only a variance; the price is that it is exact only in
 * the limit, which the simulations in the tests check from the first look we allow.
 *
 * <p>The ratio follows as Fieller's does: a ratio r is believed as long as the interval of {@code
 * mean₀ − r · mean₁} holds 0. Only the true r need be covered, so no correction for the many r is
 * due.
 */
final class ConfidenceSequence {
    /**
     * Where the sequence is tightest, through ρ: at {@value} observations of both arms (equation 9
     * of the paper). Changes worth having show within some hundreds.
     */
    private static final double TIGHTEST_AT = 200;

    /** Additional width for small samples, whose variance is itself uncertain. */
    private static final double SMALL_SAMPLE = 4;

    /** An interval of a speed-up. */
    record Interval(double low, double high) {}

    private ConfidenceSequence() {}

    /** The square of the factor by which a standard error becomes half an interval. */
    static double squaredFactor(long count, double alpha) {
        double observations = count;
        double twice = -2 * Math.log(alpha);
        double rho2 = (twice + Math.log(twice) + 1) / TIGHTEST_AT;
        double scaled = observations * rho2 + 1;
        return 2 * scaled / (observations * rho2) * Math.log(Math.sqrt(scaled) / alpha);
    }

    /** The interval of the mean of {@code control} divided by that of {@code treatment}. */
    static Interval ratio(Moments control, Moments treatment, double alpha) {
        if (control.count() < 2 || treatment.count() < 2) {
            return new Interval(0, Double.POSITIVE_INFINITY);
        }
        double k = squaredFactor(control.count() + treatment.count(), alpha);
        double smallest = (double) Math.min(control.count(), treatment.count());
        k *= 1 + SMALL_SAMPLE / smallest;
        double c = square(control.mean()) - k * control.squaredError();
        double a = square(treatment.mean()) - k * treatment.squaredError();
        double b = control.mean() * treatment.mean();
        double root = Math.sqrt(Math.max(0, b * b - a * c));
        double low = c <= 0 || b + root == 0 ? 0 : c / (b + root);
        double high = a <= 0 ? Double.POSITIVE_INFINITY : (b + root) / a;
        return new Interval(low, high);
    }

    /** Whether the difference of two means is certainly not 0. */
    static boolean differ(Moments control, Moments treatment, double alpha) {
        double k = squaredFactor(control.count() + treatment.count(), alpha);
        double error = control.squaredError() + treatment.squaredError();
        return square(control.mean() - treatment.mean()) > k * error;
    }

    private static double square(double x) {
        return x * x;
    }
}
