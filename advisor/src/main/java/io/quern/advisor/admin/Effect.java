package io.quern.advisor.admin;

import io.quern.advisor.Evidence;
import io.quern.advisor.TrialResult;

/**
 * What a change brings, in one line: measured by its trial, else as the planner estimates it.
 *
 * @param measure what before and after are: {@code median}, {@code planner cost}
 * @param factor how many times faster (or cheaper)
 * @param interval the factor's confidence interval, or that it is an estimate
 * @param basis what it rests on
 */
record Effect(
        String measure,
        String before,
        String after,
        String factor,
        String interval,
        Tone tone,
        String basis) {

    /** How sure the effect is; the page has a style for each. */
    enum Tone {
        BETTER,
        WORSE,
        UNSURE,
        ESTIMATE;

        /** A class name of the style sheet. */
        String css() {
            return switch (this) {
                case BETTER -> "better";
                case WORSE -> "worse";
                case UNSURE -> "unsure";
                case ESTIMATE -> "estimate";
            };
        }
    }

    static Effect of(Evidence evidence) {
        return evidence.trial().map(Effect::measured).orElseGet(() -> estimated(evidence));
    }

    private static Effect measured(TrialResult trial) {
        TrialResult.ArmSummary control = trial.control();
        TrialResult.ArmSummary treatment = trial.treatment();
        String runs =
                Amounts.count(control.count()) + " + " + Amounts.count(treatment.count()) + " runs";
        if (control.count() == 0 || treatment.count() == 0) {
            return new Effect(
                    "median",
                    control.count() == 0 ? "–" : Amounts.millis(control.medianMillis()),
                    treatment.count() == 0 ? "–" : Amounts.millis(treatment.medianMillis()),
                    "–",
                    "too early to say",
                    Tone.UNSURE,
                    runs);
        }
        return new Effect(
                "median",
                Amounts.millis(control.medianMillis()),
                Amounts.millis(treatment.medianMillis()),
                Amounts.factor(trial.speedup()),
                interval(trial),
                tone(trial),
                runs);
    }

    static Tone tone(TrialResult trial) {
        if (trial.speedupLow() > 1) {
            return Tone.BETTER;
        }
        return trial.speedupHigh() < 1 ? Tone.WORSE : Tone.UNSURE;
    }

    static String interval(TrialResult trial) {
        return Double.isFinite(trial.speedupLow()) && Double.isFinite(trial.speedupHigh())
                ? Amounts.factor(trial.speedupLow()) + " to " + Amounts.factor(trial.speedupHigh())
                : "too early to say";
    }

    private static Effect estimated(Evidence evidence) {
        boolean known =
                Double.isFinite(evidence.costBefore()) && Double.isFinite(evidence.costAfter());
        return new Effect(
                "planner cost",
                Amounts.number(evidence.costBefore()),
                known ? Amounts.number(evidence.costAfter()) : "?",
                known ? Amounts.factor(evidence.costBefore() / evidence.costAfter()) : "",
                known ? "estimate" : "no estimate",
                Tone.ESTIMATE,
                Amounts.number(evidence.callsPerHour())
                        + " runs/h of "
                        + Amounts.millis(evidence.meanMillis()));
    }
}
