package io.quern.bench.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.quern.advisor.lab.Budget;
import io.quern.bench.result.LabResult;

import org.junit.jupiter.api.Test;

/** The lab tells wrong pairs from right ones. */
final class RefutationIT {
    /** A right pair ends after so many databases: more of them are what {@code bench lab} tries. */
    private static final Budget RIGHT = new Budget(Refutation.RIGHT.time(), 40, 11);

    @Test
    void wrongPairsAreRefutedAndRightOnesAreNot() throws Exception {
        LabResult.Refutation result = Refutation.measure(RIGHT, step -> {});
        assertThat(result.mistaken()).isEmpty();
        assertThat(result.wrong()).isGreaterThanOrEqualTo(60);
        assertThat(result.right()).isGreaterThanOrEqualTo(60);
        assertThat(result.databases()).isPositive();
        assertThat(Pairs.read().all()).extracting(Pairs.Pair::name).doesNotHaveDuplicates();
    }
}
