package io.quern.advisor.trial;

import static java.util.Objects.requireNonNull;

import io.quern.advisor.Execution;
import io.quern.advisor.Execution.Arm;
import io.quern.advisor.TrialResult;
import io.quern.advisor.trial.ConfidenceSequence.Interval;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * A randomised experiment on live executions between the original and one treatment.
 *
 * <p>It judges what users pay, the mean latency of all executions, by an always-valid interval of
 * the speed-up ({@link ConfidenceSequence}) over winsorised observations ({@link Arms}). The
 * treatment is adopted when the interval lies wholly above the smallest gain worth keeping, and
 * goes when it lies wholly below it. Guards only ever end a trial: an error the original does not
 * show, other row counts, a fatter tail (more than 10 % of the treated executions above {@code
 * p95Factor} times the control's 95th percentile), harm beyond the budget, and time.
 *
 * <p>The harm is the time the treated executions took beyond the control's mean, over the same
 * winsorised observations, so that one outlier cannot spend the budget.
 *
 * <p>With {@link Purpose#HOLDBACK} the same measurement goes on after adoption; then nothing is
 * adopted or timed out any more, and the change goes only if it is certainly slower than the
 * original or a guard fires. Thread-safe; {@link #add} takes microseconds.
 */
public final class Trial {

    /** What the measurement is for. */
    public enum Purpose {
        /** To decide whether the change is worth keeping. */
        ADOPTION,
        /** To notice when a change that is on no longer is. */
        HOLDBACK
    }

    private static final double GUARD_ALPHA = 0.001;
    private static final double TAIL_SHARE = 0.10;
    private static final int TAIL_MINIMUM = 50;
    private static final int CONSTANT_ROWS_MINIMUM = 10;
    private static final int VARYING_ROWS_MINIMUM = 100;

    private final TrialRules rules;
    private final Purpose purpose;
    private final double recentTotalMillis;
    private final Instant startedAt;
    private final Arms times = new Arms();
    private final Arms rows = new Arms();
    private final Latencies control = new Latencies();
    private final Latencies treatment = new Latencies();
    private final ErrorGuard errors;
    private final RateTest tail = new RateTest(GUARD_ALPHA);
    private Decision decision = Decision.CONTINUE;

    /**
     * @param share the share of executions that get the treatment
     * @param recentTotalMillis the template's recent total time, the base of the harm budget
     */
    public Trial(
            TrialRules rules,
            Purpose purpose,
            double share,
            double recentTotalMillis,
            Instant startedAt) {
        this.rules = requireNonNull(rules, "rules");
        this.purpose = requireNonNull(purpose, "purpose");
        this.recentTotalMillis = recentTotalMillis;
        this.startedAt = requireNonNull(startedAt, "startedAt");
        errors = new ErrorGuard(share);
    }

    /**
     * Takes an execution of the template: one of this trial's arms, or one with {@link Arm#NONE},
     * which only tells what errors the original shows. The first decision stands.
     */
    public synchronized Decision add(Execution execution, Instant now) {
        if (!(decision instanceof Decision.Continue)) {
            return decision;
        }
        decision = judge(execution, now);
        return decision;
    }

    /** The decision at a moment without executions: time may have run out. */
    public synchronized Decision at(Instant now) {
        if (decision instanceof Decision.Continue) {
            decision = outOfTime(now).orElse(Decision.CONTINUE);
        }
        return decision;
    }

    /** What was measured so far. */
    public synchronized TrialResult result() {
        Interval interval =
                ConfidenceSequence.ratio(times.control(), times.treatment(), rules.alpha());
        double speedup = times.control().mean() / times.treatment().mean();
        return new TrialResult(
                control.summary(),
                treatment.summary(),
                speedup,
                interval.low(),
                interval.high(),
                "concurrent, at random");
    }

    private Decision judge(Execution execution, Instant now) {
        if (execution.sqlState() != null) {
            if (execution.arm() == Arm.TREATMENT) {
                treatment.addError();
            } else if (execution.arm() == Arm.CONTROL) {
                control.addError();
            }
            return errors.add(execution.arm(), execution.sqlState())
                    .<Decision>map(Decision.RollBack::new)
                    .orElse(Decision.CONTINUE);
        }
        if (execution.arm() == Arm.NONE) {
            return Decision.CONTINUE;
        }
        boolean treated = execution.arm() == Arm.TREATMENT;
        double millis = execution.elapsedNanos() / 1e6;
        if (treated && control.count() >= TAIL_MINIMUM) {
            tail.add(millis > rules.p95Factor() * control.p95Millis(), TAIL_SHARE);
        }
        times.add(treated, millis);
        rows.add(treated, (double) Math.max(0, execution.rows()));
        (treated ? treatment : control).add(millis, Math.max(0, execution.rows()));
        if (!due()) {
            return Decision.CONTINUE;
        }
        return rowsDiffer()
                .or(this::tailIsFatter)
                .or(this::tooMuchHarm)
                .or(this::byMean)
                .or(() -> outOfTime(now))
                .orElse(Decision.CONTINUE);
    }

    /** Looks at every execution of the first thousands, then at every hundredth part more. */
    private boolean due() {
        long n = times.count();
        return n <= 2000 || n % (n / 1000) == 0;
    }

    private Optional<Decision> rowsDiffer() {
        Moments c = rows.control();
        Moments t = rows.treatment();
        long fewest = Math.min(c.count(), t.count());
        boolean constant = c.variance() == 0 && t.variance() == 0;
        if (fewest >= (constant ? CONSTANT_ROWS_MINIMUM : VARYING_ROWS_MINIMUM)
                && ConfidenceSequence.differ(c, t, GUARD_ALPHA)) {
            return rollBack(
                    String.format(
                            Locale.ROOT,
                            "The treatment returns other row counts: %.2f a call instead of %.2f.",
                            rows.rawMean(true),
                            rows.rawMean(false)));
        }
        return Optional.empty();
    }

    private Optional<Decision> tailIsFatter() {
        return tail.above()
                ? rollBack(
                        String.format(
                                Locale.ROOT,
                                "The treatment's slow executions are slower: p95 %.3f ms instead of %.3f.",
                                treatment.p95Millis(),
                                control.p95Millis()))
                : Optional.empty();
    }

    private Optional<Decision> tooMuchHarm() {
        Moments c = times.control();
        Moments t = times.treatment();
        if (c.count() < 2 || t.count() < 2) {
            return Optional.empty();
        }
        double harm = t.count() * (t.mean() - c.mean());
        double budget =
                Math.max(
                        rules.harmFloorMillis(),
                        rules.harmShare() * (recentTotalMillis + control.totalMillis()));
        return harm > budget && purpose == Purpose.ADOPTION
                ? rollBack(
                        String.format(
                                Locale.ROOT,
                                "The trial has cost %.0f ms, its budget was %.0f ms.",
                                harm,
                                budget))
                : Optional.empty();
    }

    private Optional<Decision> byMean() {
        Moments c = times.control();
        Moments t = times.treatment();
        if (Math.min(c.count(), t.count()) < rules.minimumPerArm()) {
            return Optional.empty();
        }
        Interval interval = ConfidenceSequence.ratio(c, t, rules.alpha());
        if (interval.high() < 1) {
            return rollBack(
                    String.format(
                            Locale.ROOT,
                            "The treatment is slower: mean %.3f ms instead of %.3f.",
                            t.mean(),
                            c.mean()));
        }
        if (purpose == Purpose.HOLDBACK) {
            return Optional.empty();
        }
        if (interval.low() > rules.worthwhileSpeedup()) {
            return Optional.of(
                    new Decision.Adopt(
                            String.format(
                                    Locale.ROOT,
                                    "Mean latency fell from %.3f ms to %.3f: %.2f times as fast"
                                            + " (at least %.2f).",
                                    c.mean(),
                                    t.mean(),
                                    c.mean() / t.mean(),
                                    interval.low())));
        }
        if (interval.high() < rules.worthwhileSpeedup()) {
            return rollBack(
                    String.format(
                            Locale.ROOT,
                            "The gain is below %.0f %%: mean %.3f ms instead of %.3f.",
                            100 * rules.minimumGain(),
                            t.mean(),
                            c.mean()));
        }
        return Optional.empty();
    }

    private Optional<Decision> outOfTime(Instant now) {
        boolean over =
                times.count() >= rules.maximumExecutions()
                        || !now.isBefore(startedAt.plus(rules.maximumDuration()));
        return purpose == Purpose.ADOPTION && over
                ? rollBack(
                        String.format(
                                Locale.ROOT,
                                "No gain found in %d executions since %s.",
                                times.count(),
                                startedAt))
                : Optional.empty();
    }

    private static Optional<Decision> rollBack(String reason) {
        return Optional.of(new Decision.RollBack(reason));
    }
}
