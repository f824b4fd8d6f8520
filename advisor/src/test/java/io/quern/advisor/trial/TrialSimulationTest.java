package io.quern.advisor.trial;

import static org.assertj.core.api.Assertions.assertThat;

import io.quern.advisor.Execution;
import io.quern.advisor.Execution.Arm;
import io.quern.optimizer.Fingerprint;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;

/** What trials decide over many simulated ones, looking after every execution. */
class TrialSimulationTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final long SEED = 20260101;

    enum Shape {
        LOGNORMAL_NARROW {
            @Override
            double draw(Random random) {
                return Math.exp(0.5 * random.nextGaussian());
            }
        },
        LOGNORMAL_WIDE {
            @Override
            double draw(Random random) {
                return Math.exp(random.nextGaussian());
            }
        },
        BIMODAL {
            @Override
            double draw(Random random) {
                double noise = Math.exp(0.2 * random.nextGaussian());
                return noise * (random.nextDouble() < 0.2 ? 30 : 0.3);
            }
        },
        RARELY_SLOW {
            @Override
            double draw(Random random) {
                double noise = Math.exp(0.2 * random.nextGaussian());
                return noise * (random.nextDouble() < 0.03 ? 100 : 1);
            }
        };

        abstract double draw(Random random);
    }

    private record Outcome(Decision decision, int executions) {
        boolean adopted() {
            return decision instanceof Decision.Adopt;
        }
    }

    private static Outcome run(Shape shape, double factor, Random random, int most) {
        TrialRules rules =
                new TrialRules(0.01, 20, 0.05, 1.5, 0.10, 1000, most, Duration.ofDays(7));
        Trial trial = new Trial(rules, Trial.Purpose.ADOPTION, 0.5, 100_000, START);
        for (int i = 1; ; i++) {
            boolean treated = random.nextBoolean();
            double millis = shape.draw(random) * (treated ? factor : 1);
            Decision decision = trial.add(execution(treated, millis), START);
            if (!(decision instanceof Decision.Continue)) {
                return new Outcome(decision, i);
            }
        }
    }

    private static Execution execution(boolean treated, double millis) {
        return new Execution(
                "db",
                new Fingerprint(1),
                7,
                treated ? Arm.TREATMENT : Arm.CONTROL,
                (long) (millis * 1e6),
                1,
                null);
    }

    @ParameterizedTest
    @EnumSource
    void equalArmsAreAdoptedNoMoreOftenThanAlphaAllows(Shape shape) {
        int runs = 500;
        Random random = new Random(SEED);
        long adopted = 0;
        long slower = 0;
        for (int i = 0; i < runs; i++) {
            Outcome outcome = run(shape, 1, random, 2000);
            adopted += outcome.adopted() ? 1 : 0;
            slower +=
                    outcome.decision() instanceof Decision.RollBack back
                                    && back.reason().contains("slower: mean")
                            ? 1
                            : 0;
        }
        assertThat(adopted)
                .as("adopted, %s, seed %d", shape, SEED)
                .isLessThanOrEqualTo(runs / 200 + 1);
        assertThat(slower).as("slower, %s, seed %d", shape, SEED).isLessThanOrEqualTo(runs / 100);
    }

    @ParameterizedTest
    @EnumSource
    void aGainNotWorthKeepingIsAdoptedNoMoreOftenThanAlphaAllows(Shape shape) {
        int runs = 500;
        Random random = new Random(SEED + 1);
        long adopted = 0;
        for (int i = 0; i < runs; i++) {
            adopted += run(shape, 0.95, random, 2000).adopted() ? 1 : 0;
        }
        assertThat(adopted).as("%s, seed %d", shape, SEED + 1).isLessThanOrEqualTo(runs / 100);
    }

    @Test
    void aFifthFasterIsAdopted() {
        int[] needed = needed(Shape.LOGNORMAL_NARROW, 0.8, 300);
        assertThat(needed[150]).as("median, seed %d", SEED).isLessThan(900);
        assertThat(needed[270]).as("p90, seed %d", SEED).isLessThan(1600);
    }

    @ParameterizedTest
    @EnumSource(names = "RARELY_SLOW", mode = EnumSource.Mode.EXCLUDE)
    void aHundredTimesFasterIsAdoptedWithinDozens(Shape shape) {
        int[] needed = needed(shape, 0.01, 200);
        assertThat(needed[100]).as("median, %s, seed %d", shape, SEED).isLessThan(150);
    }

    private static int[] needed(Shape shape, double factor, int runs) {
        Random random = new Random(SEED);
        int[] needed = new int[runs];
        for (int i = 0; i < runs; i++) {
            Outcome outcome = run(shape, factor, random, 20_000);
            assertThat(outcome.decision()).as("run %d", i).isInstanceOf(Decision.Adopt.class);
            needed[i] = outcome.executions();
        }
        Arrays.sort(needed);
        return needed;
    }

    @ParameterizedTest
    @EnumSource
    void aSlowerTreatmentIsStopped(Shape shape) {
        Random random = new Random(SEED);
        for (int i = 0; i < 100; i++) {
            Outcome outcome = run(shape, 3, random, 20_000);
            assertThat(outcome.decision()).isInstanceOf(Decision.RollBack.class);
            assertThat(outcome.executions())
                    .as("%s, run %d, seed %d", shape, i, SEED)
                    .isLessThan(shape == Shape.RARELY_SLOW ? 4000 : 800);
        }
    }
}
