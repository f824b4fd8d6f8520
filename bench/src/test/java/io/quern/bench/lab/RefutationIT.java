package io.quern.bench.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.quern.advisor.lab.Budget;
import io.quern.bench.result.LabResult;

import org.junit.jupiter.api.Test;

import java.time.Duration;

/** The lab tells wrong pairs from right ones, made by hand and by rules whose guards slept. */
final class RefutationIT {
    /**
     * What is right ends after so many databases: more of them are what {@code bench lab} tries.
     */
    private static final Budget RIGHT = new Budget(Duration.ofSeconds(1), 40, 11);

    private static final Refutation.Effort BRIEF = new Refutation.Effort(RIGHT, RIGHT, 2, false);

    @Test
    void wrongPairsAreRefutedAndRightOnesAreNot() throws Exception {
        LabResult.Refutation result = Refutation.measure(BRIEF, step -> {});
        assertThat(result.mistaken()).isEmpty();
        assertThat(result.wrong()).isGreaterThanOrEqualTo(60);
        assertThat(result.right()).isGreaterThanOrEqualTo(60);
        assertThat(result.rewrites().mutants()).isGreaterThanOrEqualTo(60);
        assertThat(result.rewrites().right()).isGreaterThanOrEqualTo(80);
        assertThat(result.seconds()).hasSize(result.wrong() + result.rewrites().mutants());
        assertThat(result.databases()).isPositive();
        assertThat(Pairs.read().all()).extracting(Pairs.Pair::name).doesNotHaveDuplicates();
    }
}
