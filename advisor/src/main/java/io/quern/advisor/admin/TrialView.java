package io.quern.advisor.admin;

import io.quern.advisor.TrialResult;
import io.quern.advisor.TrialResult.ArmSummary;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** A trial's numbers: one row per measure, one column per arm. */
record TrialView(
        String method,
        String speedup,
        String interval,
        Effect.Tone tone,
        List<Row> rows,
        Scale scale) {

    /**
     * One measure in both arms.
     *
     * @param ratio how many times faster the change is; empty where that means nothing
     */
    record Row(String measure, String control, String treatment, String ratio) {}

    /**
     * Where the interval lies on a logarithmic scale, in percent of its width.
     *
     * @param one where "as fast as before" is
     */
    record Scale(String one, String low, String width, String point) {}

    TrialView {
        rows = List.copyOf(rows);
    }

    static TrialView of(TrialResult trial) {
        ArmSummary control = trial.control();
        ArmSummary treatment = trial.treatment();
        boolean both = control.count() > 0 && treatment.count() > 0;
        return new TrialView(
                trial.method(),
                both ? Amounts.factor(trial.speedup()) : "–",
                both ? Effect.interval(trial) : "too early to say",
                both ? Effect.tone(trial) : Effect.Tone.UNSURE,
                List.of(
                        new Row(
                                "Executions",
                                Amounts.count(control.count()),
                                Amounts.count(treatment.count()),
                                ""),
                        latency("Mean", trial, ArmSummary::meanMillis),
                        latency("Median", trial, ArmSummary::medianMillis),
                        latency("p95", trial, ArmSummary::p95Millis),
                        latency("p99", trial, ArmSummary::p99Millis),
                        new Row(
                                "Errors",
                                Amounts.count(control.errors()),
                                Amounts.count(treatment.errors()),
                                ""),
                        new Row(
                                "Rows, mean",
                                Amounts.number(control.meanRows()),
                                Amounts.number(treatment.meanRows()),
                                "")),
                scale(trial));
    }

    private static Row latency(
            String measure, TrialResult trial, ToDoubleFunction<ArmSummary> millis) {
        double control =
                trial.control().count() == 0 ? Double.NaN : millis.applyAsDouble(trial.control());
        double treatment =
                trial.treatment().count() == 0
                        ? Double.NaN
                        : millis.applyAsDouble(trial.treatment());
        return new Row(
                measure,
                Amounts.millis(control),
                Amounts.millis(treatment),
                Amounts.factor(control / treatment));
    }

    private static Scale scale(TrialResult trial) {
        double low = bounded(trial.speedupLow(), 0.01);
        double high = bounded(trial.speedupHigh(), 1000);
        double left = Math.min(0.5, low / 1.3);
        double right = Math.max(2, high * 1.3);
        double from = percent(low, left, right);
        return new Scale(
                text(percent(1, left, right)),
                text(from),
                text(Math.max(0.5, percent(high, left, right) - from)),
                text(percent(bounded(trial.speedup(), 1), left, right)));
    }

    private static double bounded(double factor, double otherwise) {
        return Double.isFinite(factor) ? Math.clamp(factor, 0.01, 1000) : otherwise;
    }

    private static double percent(double factor, double left, double right) {
        return 100 * Math.log(factor / left) / Math.log(right / left);
    }

    private static String text(double percent) {
        return String.format(Locale.ROOT, "%.2f%%", percent);
    }
}
