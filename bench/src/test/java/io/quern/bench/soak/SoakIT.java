package io.quern.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** The soak in its short form: every fault happens at least once. */
class SoakIT {
    private static final Duration LENGTH = Duration.ofSeconds(20);

    @Test
    void everythingHoldsWhateverBreaksAroundQuern() throws Exception {
        long seed = new Random().nextLong(1_000_000);
        StringBuilder story = new StringBuilder("seed " + seed + "\n");
        List<Check> checks =
                new Ordeal(LENGTH, 8, Map.of(), seed).run(line -> story.append(line).append('\n'));
        assertThat(checks)
                .as(story.toString())
                .hasSizeGreaterThan(10)
                .allSatisfy(check -> assertThat(check.holds()).as(check.toString()).isTrue());
    }
}
