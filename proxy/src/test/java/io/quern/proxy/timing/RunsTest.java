package io.quern.proxy.timing;

import static org.assertj.core.api.Assertions.assertThat;

import io.quern.advisor.Execution;
import io.quern.advisor.Execution.Arm;
import io.quern.advisor.Sighting;
import io.quern.advisor.Watcher;
import io.quern.optimizer.Fingerprint;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

final class RunsTest {
    private final Runs runs = new Runs();
    private final List<Execution> seen = new ArrayList<>();
    private final Stopwatch stopwatch =
            new Stopwatch(
                    new ServerClock(() -> 0),
                    new Watcher() {
                        @Override
                        public boolean executed(Execution execution) {
                            return seen.add(execution);
                        }

                        @Override
                        public boolean sighted(Sighting sighting) {
                            return false;
                        }
                    },
                    "shop");

    @Test
    void aRunUsedAgainIsAnotherExecution() {
        Run first = runs.begin(new Fingerprint(1), 7, Arm.TREATMENT, 0);
        stopwatch.suspended(first, 0, 5);
        stopwatch.done(first, 0, 3, "40001");
        runs.free();

        Run second = runs.begin(new Fingerprint(2), 0, Arm.NONE, 0);
        stopwatch.done(second, 0, 2, null);

        assertThat(second).isSameAs(first);
        assertThat(seen)
                .containsExactly(
                        new Execution("shop", new Fingerprint(1), 7, Arm.TREATMENT, 0, 8, "40001"),
                        new Execution("shop", new Fingerprint(2), 0, Arm.NONE, 0, 2, null));
    }

    @Test
    void runsUnderWayAreNotShared() {
        List<Run> pipeline = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            pipeline.add(runs.begin(null, 0, Arm.NONE, 0));
        }
        assertThat(pipeline).doesNotHaveDuplicates();
    }
}
