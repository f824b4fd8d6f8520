package io.quern.advisor.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quern.advisor.Lab.Outcome;
import io.quern.advisor.Lab.Verdict;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** What the lab does when its server does not start. */
class EquivalenceLabTest {
    /** Any number of callers, each on its own thread. */
    private static final Executor CALLERS = task -> Thread.ofVirtual().start(task);

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);

    @Test
    void aServerThatDoesNotStartIsAReasonAndIsTriedAgainLater() {
        AtomicInteger launches = new AtomicInteger();
        try (EquivalenceLab lab =
                new EquivalenceLab(
                        major -> {
                            launches.incrementAndGet();
                            throw new IOException("no binary");
                        },
                        Budget.DEFAULT,
                        now::get)) {
            assertThat(refute(lab).outcome()).isEqualTo(Outcome.UNAVAILABLE);
            assertThat(refute(lab).reason()).isEqualTo("the lab cannot start: no binary");
            assertThat(launches).hasValue(1);
            pass(Duration.ofSeconds(31));
            refute(lab);
            assertThat(launches).hasValue(2);
            pass(Duration.ofSeconds(31));
            refute(lab);
            assertThat(launches).as("the pause has grown").hasValue(2);
            pass(Duration.ofSeconds(31));
            refute(lab);
            assertThat(launches).hasValue(3);
        }
    }

    @Test
    void closingInterruptsTheOneUnderWayAndDeclinesTheOthers() throws Exception {
        CountDownLatch launching = new CountDownLatch(1);
        EquivalenceLab lab =
                new EquivalenceLab(
                        major -> {
                            launching.countDown();
                            new CountDownLatch(1).await();
                            throw new IOException("never");
                        },
                        Budget.DEFAULT,
                        now::get);
        var verdict = CompletableFuture.supplyAsync(() -> refute(lab), CALLERS);
        assertThat(launching.await(10, TimeUnit.SECONDS)).isTrue();
        lab.close();
        assertThat(verdict.get(10, TimeUnit.SECONDS).reason()).isEqualTo("the lab was interrupted");
        assertThat(refute(lab).reason()).isEqualTo("the lab is closed");
    }

    @Test
    void closingReleasesThoseThatWaitForTheirTurn() throws Exception {
        CountDownLatch launching = new CountDownLatch(1);
        EquivalenceLab lab =
                new EquivalenceLab(
                        major -> {
                            launching.countDown();
                            new CountDownLatch(1).await();
                            throw new IOException("never");
                        },
                        Budget.DEFAULT,
                        now::get);
        var first = CompletableFuture.supplyAsync(() -> refute(lab), CALLERS);
        assertThat(launching.await(10, TimeUnit.SECONDS)).isTrue();
        AtomicReference<Thread> waiter = new AtomicReference<>();
        var second =
                CompletableFuture.supplyAsync(
                        () -> {
                            waiter.set(Thread.currentThread());
                            return refute(lab);
                        },
                        CALLERS);
        await().until(
                        () ->
                                waiter.get() != null
                                        && waiter.get().getState() == Thread.State.WAITING);
        lab.close();
        assertThat(first.get(10, TimeUnit.SECONDS).outcome()).isEqualTo(Outcome.UNAVAILABLE);
        assertThat(second.get(10, TimeUnit.SECONDS).outcome()).isEqualTo(Outcome.UNAVAILABLE);
    }

    private void pass(Duration time) {
        now.updateAndGet(instant -> instant.plus(time));
    }

    private static Verdict refute(EquivalenceLab lab) {
        var statement = Schema.statement("SELECT id FROM item", List.of());
        return lab.refute(Schema.context(Schema.SHOP), statement, statement);
    }
}
