package io.quern.advisor.trial;

import static org.assertj.core.api.Assertions.assertThat;

import io.quern.advisor.Execution;
import io.quern.advisor.Execution.Arm;
import io.quern.optimizer.Fingerprint;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;

class TrialTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private static Trial trial(Trial.Purpose purpose, double share) {
        return new Trial(TrialRules.DEFAULT, purpose, share, 1000, START);
    }

    private static Execution execution(Arm arm, double millis, long rows, @Nullable String state) {
        return new Execution("db", new Fingerprint(1), 7, arm, (long) (millis * 1e6), rows, state);
    }

    @Test
    void anErrorTheOriginalDoesNotShowEndsItAtOnce() {
        Trial trial = trial(Trial.Purpose.ADOPTION, 0.5);
        Decision decision = trial.add(execution(Arm.TREATMENT, 1, 0, "22P02"), START);
        assertThat(decision).isInstanceOf(Decision.RollBack.class);
        assertThat(((Decision.RollBack) decision).reason()).contains("22P02");
    }

    @Test
    void anErrorTheOriginalShowsTooDoesNot() {
        Trial trial = trial(Trial.Purpose.ADOPTION, 0.5);
        trial.add(execution(Arm.NONE, 1, 0, "22P02"), START);
        assertThat(trial.add(execution(Arm.TREATMENT, 1, 0, "22P02"), START))
                .isEqualTo(Decision.CONTINUE);
    }

    @Test
    void anErrorFromOutsideEndsItOnlyWhenTooManyFallOnTheTreatment() {
        Trial trial = trial(Trial.Purpose.ADOPTION, 0.5);
        assertThat(trial.add(execution(Arm.TREATMENT, 1, 0, "57014"), START))
                .isEqualTo(Decision.CONTINUE);
        int more = 0;
        while (trial.add(execution(Arm.TREATMENT, 1, 0, "57014"), START)
                instanceof Decision.Continue) {
            assertThat(++more).isLessThan(30);
        }
        assertThat(more).isGreaterThan(5);
    }

    @Test
    void otherRowCountsEndIt() {
        Trial trial = trial(Trial.Purpose.ADOPTION, 0.5);
        Decision decision = Decision.CONTINUE;
        for (int i = 0; i < 10; i++) {
            trial.add(execution(Arm.CONTROL, 1, 5, null), START);
            decision = trial.add(execution(Arm.TREATMENT, 1, 4, null), START);
        }
        assertThat(decision).isInstanceOf(Decision.RollBack.class);
        assertThat(((Decision.RollBack) decision).reason()).contains("row counts");
    }

    @Test
    void aFatterTailEndsItThoughTheMeanIsBetter() {
        Random random = new Random(1);
        Trial trial = trial(Trial.Purpose.HOLDBACK, 0.5);
        Decision decision = Decision.CONTINUE;
        for (int i = 0; i < 2000 && decision instanceof Decision.Continue; i++) {
            trial.add(execution(Arm.CONTROL, 10 + random.nextDouble(), 1, null), START);
            double millis = random.nextDouble() < 0.2 ? 30 : 1;
            decision = trial.add(execution(Arm.TREATMENT, millis, 1, null), START);
        }
        assertThat(decision).isInstanceOf(Decision.RollBack.class);
        assertThat(((Decision.RollBack) decision).reason()).contains("p95");
    }

    @Test
    void aVeryHarmfulTreatmentIsStoppedAfterAHandful() {
        Trial trial = trial(Trial.Purpose.ADOPTION, 0.5);
        Decision decision = Decision.CONTINUE;
        int treated = 0;
        while (decision instanceof Decision.Continue) {
            trial.add(execution(Arm.CONTROL, 10, 1, null), START);
            decision = trial.add(execution(Arm.TREATMENT, 10_000, 1, null), START);
            assertThat(++treated).isLessThan(6);
        }
        assertThat(((Decision.RollBack) decision).reason()).contains("budget");
    }

    @Test
    void oneOutlierFlipsNothing() {
        for (Arm unlucky : List.of(Arm.CONTROL, Arm.TREATMENT)) {
            Random random = new Random(2);
            Trial with = trial(Trial.Purpose.ADOPTION, 0.5);
            Decision decision = with.add(execution(unlucky, 10_000, 1, null), START);
            int executions = 0;
            while (decision instanceof Decision.Continue) {
                double noise = Math.exp(0.3 * random.nextGaussian());
                with.add(execution(Arm.CONTROL, 2 * noise, 1, null), START);
                decision = with.add(execution(Arm.TREATMENT, noise, 1, null), START);
                assertThat(++executions).as("%s", unlucky).isLessThan(200);
            }
            assertThat(decision).as("%s", unlucky).isInstanceOf(Decision.Adopt.class);
        }
    }

    @Test
    void timeRunsOut() {
        Trial trial = trial(Trial.Purpose.ADOPTION, 0.5);
        assertThat(trial.at(START)).isEqualTo(Decision.CONTINUE);
        assertThat(trial.at(START.plus(Duration.ofDays(7)))).isInstanceOf(Decision.RollBack.class);
        assertThat(trial(Trial.Purpose.HOLDBACK, 0.98).at(START.plus(Duration.ofDays(70))))
                .isEqualTo(Decision.CONTINUE);
    }

    @Test
    void whileOnAChangeThatBecomesSlowerGoes() {
        Random random = new Random(3);
        Trial trial = trial(Trial.Purpose.HOLDBACK, 0.98);
        Decision decision = Decision.CONTINUE;
        for (int i = 0; i < 20_000 && decision instanceof Decision.Continue; i++) {
            boolean treated = random.nextDouble() < 0.98;
            double millis = Math.exp(0.5 * random.nextGaussian()) * (treated ? 2 : 1);
            decision =
                    trial.add(
                            execution(treated ? Arm.TREATMENT : Arm.CONTROL, millis, 1, null),
                            START);
        }
        assertThat(decision).isInstanceOf(Decision.RollBack.class);
    }

    private static Histogram around(double millis, int count, Random random) {
        Histogram histogram = new Histogram(1, 3_600_000_000L, 2);
        for (int i = 0; i < count; i++) {
            histogram.recordValue(
                    (long) (1000 * millis * Math.exp(0.4 * random.nextGaussian())) + 1);
        }
        return histogram;
    }

    private static BeforeAfter.Windows windows(double before, double after, Random random) {
        return new BeforeAfter.Windows(around(before, 300, random), around(after, 300, random));
    }

    @Test
    void anIndexThatHelpsIsKept() {
        Random random = new Random(4);
        var judgement =
                new BeforeAfter(TrialRules.DEFAULT)
                        .judge(
                                windows(50, 1, random),
                                List.of(windows(3, 3.3, random), windows(9, 9, random)),
                                Duration.ofMinutes(1));
        assertThat(judgement.decision()).isInstanceOf(Decision.Adopt.class);
        assertThat(judgement.result().speedupLow()).isGreaterThan(10).isLessThan(50);
        assertThat(judgement.result().speedupHigh()).isGreaterThan(50);
    }

    @Test
    void anIndexIsNotCreditedWithWhatHelpedEverybody() {
        Random random = new Random(5);
        var judgement =
                new BeforeAfter(TrialRules.DEFAULT)
                        .judge(
                                windows(50, 20, random),
                                List.of(windows(5, 2, random), windows(10, 4, random)),
                                Duration.ofMinutes(1));
        assertThat(judgement.decision()).isEqualTo(Decision.CONTINUE);
        assertThat(judgement.result().speedup()).isBetween(0.8, 1.25);
    }

    @Test
    void anIndexThatHarmsOrShowsNothingIsUndone() {
        Random random = new Random(6);
        BeforeAfter judge = new BeforeAfter(TrialRules.DEFAULT);
        List<BeforeAfter.Windows> untouched = List.of(windows(5, 5, random));
        assertThat(judge.judge(windows(10, 30, random), untouched, Duration.ZERO).decision())
                .isInstanceOf(Decision.RollBack.class);
        assertThat(judge.judge(windows(10, 10, random), untouched, Duration.ofDays(7)).decision())
                .isInstanceOf(Decision.RollBack.class);
        var few = new BeforeAfter.Windows(around(10, 300, random), around(1, 5, random));
        assertThat(judge.judge(few, untouched, Duration.ZERO).decision())
                .isEqualTo(Decision.CONTINUE);
    }
}
