package io.quern.advisor.trial;

import static java.util.Objects.requireNonNull;

import io.quern.advisor.TrialResult;
import io.quern.advisor.TrialResult.ArmSummary;

import org.HdrHistogram.AbstractHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Judges an index by a template's latency before and after it was built, against the templates it
 * cannot touch.
 *
 * <p>An index acts on everybody at once, so there is no concurrent control. What else changed
 * between the two windows (load, cache, time of day) changed for other templates too: the median of
 * their log ratios is taken off the template's own (difference in differences, on the log scale
 * because load multiplies). Two uncertainties widen the result. Sampling: the delta method's
 * standard error, made always-valid as in {@link ConfidenceSequence}, for one looks again and again
 * while the second window grows. And drift: templates do not drift alike, by τ, estimated from the
 * spread (median absolute deviation) of the untouched ones, at least {@value #LEAST_DRIFT} on the
 * log scale, and {@value #UNKNOWN_DRIFT} where no template is untouched: an unchanged system,
 * measured one time after another, was seen to differ by 14 %. Outliers are winsorised like a
 * trial's. Stateless.
 */
public final class BeforeAfter {

    /** How the comparison is named in a {@link TrialResult}. */
    public static final String METHOD = "before and after, against untouched templates";

    private static final double LEAST_DRIFT = 0.10;
    private static final double UNKNOWN_DRIFT = 0.40;

    /** Of the normal distribution, two-sided 1 %. */
    private static final double Z = 2.576;

    private static final int MINIMUM = 20;

    /** A template's latencies in microseconds in the two windows. */
    public record Windows(AbstractHistogram before, AbstractHistogram after) {
        public Windows {
            requireNonNull(before, "before");
            requireNonNull(after, "after");
        }

        boolean enough() {
            return before.getTotalCount() >= MINIMUM && after.getTotalCount() >= MINIMUM;
        }
    }

    /** What came out: Adopt keeps the index, RollBack undoes it. */
    public record Judgement(Decision decision, TrialResult result) {}

    private record Estimate(double logSpeedup, double squaredError) {}

    private final TrialRules rules;

    public BeforeAfter(TrialRules rules) {
        this.rules = requireNonNull(rules, "rules");
    }

    /**
     * Judges.
     *
     * @param target the template the index is for
     * @param untouched templates whose plans the index cannot change
     * @param sinceBuilt how long the second window is
     */
    public Judgement judge(Windows target, List<Windows> untouched, Duration sinceBuilt) {
        double[] drifts =
                untouched.stream()
                        .filter(Windows::enough)
                        .mapToDouble(w -> estimate(w).logSpeedup())
                        .toArray();
        double drift = drifts.length == 0 ? 0 : median(drifts);
        double spread = spread(drifts, drift);
        Estimate own = estimate(target);
        double k = ConfidenceSequence.squaredFactor(target.after().getTotalCount(), rules.alpha());
        double radius = Math.sqrt(k * own.squaredError() + Z * Z * spread * spread);
        double speedup = Math.exp(own.logSpeedup() - drift);
        double low = Math.exp(own.logSpeedup() - drift - radius);
        double high = Math.exp(own.logSpeedup() - drift + radius);
        boolean enough = target.enough();
        TrialResult result =
                new TrialResult(
                        summary(target.before()),
                        summary(target.after()),
                        speedup,
                        enough ? low : 0,
                        enough ? high : Double.POSITIVE_INFINITY,
                        METHOD);
        return new Judgement(decide(result, enough, drifts.length, sinceBuilt), result);
    }

    private Decision decide(TrialResult result, boolean enough, int controls, Duration since) {
        String against =
                controls == 0
                        ? "with no untouched template to compare"
                        : "against " + controls + " untouched templates";
        if (enough && result.speedupLow() > rules.worthwhileSpeedup()) {
            return new Decision.Adopt(
                    String.format(
                            Locale.ROOT,
                            "%.2f times as fast as before the index (at least %.2f), %s.",
                            result.speedup(),
                            result.speedupLow(),
                            against));
        }
        if (enough && result.speedupHigh() < rules.worthwhileSpeedup()) {
            return new Decision.RollBack(
                    String.format(
                            Locale.ROOT,
                            "The index does not help: %.2f times as fast as before (at most"
                                    + " %.2f), %s.",
                            result.speedup(),
                            result.speedupHigh(),
                            against));
        }
        if (since.compareTo(rules.maximumDuration()) >= 0
                || result.treatment().count() >= rules.maximumExecutions()) {
            return new Decision.RollBack(
                    String.format(
                            Locale.ROOT,
                            "No gain of the index could be shown in %d executions, %s.",
                            result.treatment().count(),
                            against));
        }
        return Decision.CONTINUE;
    }

    /** The drift that untouched templates leave unexplained, as a standard deviation. */
    private static double spread(double[] drifts, double median) {
        if (drifts.length == 0) {
            return UNKNOWN_DRIFT;
        }
        double[] deviations = Arrays.stream(drifts).map(d -> Math.abs(d - median)).toArray();
        double tau = Math.max(LEAST_DRIFT, 1.4826 * median(deviations));
        return tau * Math.sqrt(1 + Math.PI / 2 / drifts.length);
    }

    private static Estimate estimate(Windows windows) {
        Histogram pooled = new Histogram(1, 3_600_000_000L, 2);
        pooled.add(windows.before());
        pooled.add(windows.after());
        double n = pooled.getTotalCount();
        double outliers = 1 + Math.floor(Math.sqrt(n) / 4);
        long cap = pooled.getValueAtPercentile(100 * Math.max(0, 1 - outliers / Math.max(1, n)));
        Moments before = moments(windows.before(), cap);
        Moments after = moments(windows.after(), cap);
        return new Estimate(
                Math.log(before.mean() / after.mean()),
                before.squaredError() / (before.mean() * before.mean())
                        + after.squaredError() / (after.mean() * after.mean()));
    }

    private static Moments moments(AbstractHistogram histogram, long cap) {
        double sum = 0;
        double squares = 0;
        for (HistogramIterationValue step : histogram.recordedValues()) {
            double value =
                    Math.min(cap, histogram.medianEquivalentValue(step.getValueIteratedTo()));
            sum += value * step.getCountAtValueIteratedTo();
            squares += value * value * step.getCountAtValueIteratedTo();
        }
        return Moments.of(histogram.getTotalCount(), sum, squares);
    }

    private static ArmSummary summary(AbstractHistogram micros) {
        return new ArmSummary(
                micros.getTotalCount(),
                micros.getMean() / 1e3,
                micros.getValueAtPercentile(50) / 1e3,
                micros.getValueAtPercentile(95) / 1e3,
                micros.getValueAtPercentile(99) / 1e3,
                0,
                Double.NaN);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
