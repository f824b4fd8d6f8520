package io.quern.bench.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.quern.advisor.Suggestion.State;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

class AutopilotTest {
    private final FakeDesk desk = new FakeDesk();
    private final List<String> lines = new ArrayList<>();
    private Instant now = Instant.EPOCH;
    private final Autopilot autopilot =
            new Autopilot(
                    desk,
                    () -> now,
                    s -> s.template().fingerprint().value() < 100,
                    line -> lines.add(line));

    @Test
    void waitsForRivalsThenApprovesTheCostliestOfEachKind() {
        desk.rewrite(1, 1, 10);
        desk.index(2, 2, 10);
        step();
        assertThat(desk.approved).isEmpty();
        desk.rewrite(3, 3, 50);
        desk.index(4, 4, 50);
        settle();
        assertThat(desk.approved).containsExactly(3L, 4L);
        step();
        assertThat(desk.approved).as("one of a kind at a time").hasSize(2);
    }

    @Test
    void approvesTheNextWhenATrialTurnsOneDown() {
        desk.rewrite(1, 1, 10);
        desk.rewrite(2, 2, 50);
        settle();
        desk.move(2, State.RETIRED);
        step();
        assertThat(desk.approved).containsExactly(2L, 1L);
    }

    @Test
    void approvesTheNextWhenOneIsOnButGainsTooLittle() {
        desk.index(1, 1, 10);
        desk.index(2, 2, 50);
        settle();
        desk.measure(2, 10, 4);
        desk.move(2, State.ON);
        step();
        assertThat(desk.approved).containsExactly(2L, 1L);
    }

    @Test
    void leavesATemplateAloneThatIsAlreadyBeingChangedIfItCan() {
        desk.rewrite(1, 1, 50);
        desk.index(2, 1, 50);
        desk.index(3, 3, 10);
        settle();
        step();
        assertThat(desk.approved).contains(1L, 3L).doesNotContain(2L);
    }

    @Test
    void leavesAloneWhatItCouldNotCheck() {
        desk.rewrite(1, 100, 50);
        settle();
        assertThat(desk.approved).isEmpty();
    }

    @Test
    void aRefusalIsToldOnceAndTheNextIsApproved() {
        desk.rewrite(1, 1, 50);
        desk.rewrite(2, 2, 10);
        desk.refusing.add(1L);
        settle();
        step();
        step();
        assertThat(desk.approved).containsExactly(2L);
        assertThat(lines).filteredOn(line -> line.contains("not now")).hasSize(1);
    }

    @Test
    void isDoneOnlyWhenOneOfEachIsOnAndFiveTimesFaster() {
        desk.rewrite(1, 1, 50);
        desk.index(2, 2, 50);
        settle();
        desk.measure(1, 50, 1);
        desk.measure(2, 50, 1);
        desk.move(1, State.ON);
        assertThat(step()).isFalse();
        assertThat(Autopilot.missing(desk.suggestions()))
                .contains("no index is on")
                .contains("is being tried")
                .doesNotContain("no rewrite");
        desk.move(2, State.ON);
        assertThat(step()).isTrue();
        assertThat(Autopilot.missing(desk.suggestions())).isEmpty();
        desk.measure(2, 50, 11);
        assertThat(Autopilot.missing(desk.suggestions())).contains("no index");
    }

    @Test
    void anUnmeasuredSideIsNoGain() {
        desk.rewrite(1, 1, 50);
        desk.measure(1, 50, 0);
        assertThat(Autopilot.gain(desk.suggestions().getFirst())).isZero();
    }

    private void settle() {
        step();
        now = now.plus(Autopilot.SETTLE);
        step();
    }

    private boolean step() {
        return autopilot.step();
    }
}
