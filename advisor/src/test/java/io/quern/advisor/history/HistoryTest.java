package io.quern.advisor.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quern.advisor.Execution;
import io.quern.advisor.Execution.Arm;
import io.quern.advisor.HistoryRow;
import io.quern.advisor.Sighting;
import io.quern.advisor.TrialResult.ArmSummary;
import io.quern.optimizer.Fingerprint;
import io.quern.optimizer.Statement;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

class HistoryTest {
    private static final Instant BUCKET = Instant.parse("2026-01-01T00:00:00Z");
    private static final Fingerprint ONE = new Fingerprint(1);
    private History history = history(HistoryLimits.DEFAULT);

    private static History history(HistoryLimits limits) {
        return new History(
                limits,
                statement -> {
                    if (statement.sql().contains("unterminated")) {
                        throw new IllegalArgumentException(statement.sql());
                    }
                    return "SELECT ?";
                });
    }

    @AfterEach
    void close() {
        history.close();
    }

    private static Execution execution(Fingerprint fingerprint, long millis) {
        return new Execution("shop", fingerprint, 0, Arm.NONE, millis * 1_000_000, 2, null);
    }

    private static Sighting sighting(Fingerprint fingerprint, String sql) {
        return new Sighting(
                "shop", "app", "public", "UTC", fingerprint, new Statement(sql, List.of()));
    }

    @Test
    void anExecutionBeforeItsSightingIsKept() {
        history.start();
        history.executed(execution(ONE, 10));
        await().until(() -> history.stats("shop", ONE).isPresent());
        assertThat(history.drainForFlush(BUCKET)).isEmpty();

        history.sighted(sighting(ONE, "select 1"));
        await().until(() -> history.example("shop", ONE).isPresent());

        List<HistoryRow> rows = history.drainForFlush(BUCKET);
        assertThat(rows).hasSize(1);
        assertThat(rows.getFirst().template().text()).isEqualTo("SELECT ?");
        assertThat(rows.getFirst().count()).isEqualTo(1);
        assertThat(rows.getFirst().rows()).isEqualTo(2);
        assertThat(history.drainForFlush(BUCKET)).isEmpty();
    }

    @Test
    void aTextThatNeverComesIsWrittenWithoutIt() {
        history.start();
        history.executed(execution(ONE, 10));
        await().until(() -> history.stats("shop", ONE).isPresent());
        List<HistoryRow> rows = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            rows.addAll(history.drainForFlush(BUCKET));
        }
        assertThat(rows).hasSize(1);
    }

    @Test
    void statisticsAreOfAllVariants() {
        history.start();
        for (int i = 1; i <= 100; i++) {
            history.executed(
                    new Execution(
                            "shop",
                            ONE,
                            i % 2 == 0 ? 7 : 0,
                            i % 2 == 0 ? Arm.TREATMENT : Arm.NONE,
                            i * 1_000_000L,
                            0,
                            i == 100 ? "22012" : null));
        }
        await().until(() -> history.stats("shop", ONE).filter(s -> s.count() == 100).isPresent());
        var stats = history.stats("shop", ONE).orElseThrow();
        assertThat(stats.totalMillis()).isEqualTo(5050);
        assertThat(stats.errors()).isEqualTo(1);
        assertThat(stats.medianMillis()).isBetween(49.0, 51.5);
        assertThat(stats.p95Millis()).isBetween(94.0, 96.5);
        var arms = history.snapshotArms(7);
        assertThat(arms).containsOnlyKeys(Arm.TREATMENT);
        var treated = arms.getOrDefault(Arm.TREATMENT, new ArmSummary(0, 0, 0, 0, 0, 0, 0));
        assertThat(treated.count()).isEqualTo(50);
        assertThat(treated.meanMillis()).isEqualTo(51);
    }

    @Test
    void whatCannotBeLexedIsNotShown() {
        history.start();
        history.sighted(sighting(ONE, "select 'unterminated secret"));
        await().until(() -> history.stats("shop", ONE).isPresent());
        assertThat(history.stats("shop", ONE).orElseThrow().template().text())
                .doesNotContain("secret");
    }

    @Test
    void aFullQueueDropsAndCounts() {
        history = history(new HistoryLimits(2, 2, 1000, 1000, 1 << 20));
        assertThat(history.executed(execution(ONE, 1))).isTrue();
        assertThat(history.executed(execution(ONE, 1))).isTrue();
        assertThat(history.executed(execution(ONE, 1))).isFalse();
        assertThat(history.sighted(sighting(ONE, "x".repeat(600)))).isFalse();
        assertThat(history.sighted(sighting(ONE, "x"))).isTrue();
        assertThat(history.droppedExecutions()).isEqualTo(1);
        assertThat(history.droppedSightings()).isEqualTo(1);
    }

    @Test
    void endlessTemplatesAreBoundedAndTheCostliestStays() {
        history = history(new HistoryLimits(65_536, 65_536, 1 << 28, 10_000, 2 << 20));
        history.start();
        history.sighted(sighting(ONE, "select 1"));
        history.executed(execution(ONE, 60_000));
        await().until(() -> history.stats("shop", ONE).isPresent());
        for (int i = 2; i < 10_000; i++) {
            Fingerprint fingerprint = new Fingerprint(i);
            history.sighted(sighting(fingerprint, "select " + i));
            history.executed(execution(fingerprint, 1));
        }
        await().until(() -> history.evictedTemplates() > 1000);
        assertThat(history.bytes()).isLessThanOrEqualTo(2 << 20);
        assertThat(history.top(1).getFirst().template().fingerprint()).isEqualTo(ONE);
    }

    @Test
    void aListenerThatThrowsHarmsNobody() {
        List<Execution> seen = Collections.synchronizedList(new ArrayList<>());
        history.onExecution(
                e -> {
                    throw new IllegalStateException("broken");
                });
        history.onExecution(seen::add);
        history.start();
        history.executed(execution(ONE, 1));
        history.executed(execution(ONE, 2));
        await().until(() -> seen.size() == 2);
        assertThat(history.listenerFailures()).isEqualTo(2);
    }
}
