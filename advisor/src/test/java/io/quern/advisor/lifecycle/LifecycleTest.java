package io.quern.advisor.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.quern.advisor.AuditEntry;
import io.quern.advisor.Catalogs;
import io.quern.advisor.Describer;
import io.quern.advisor.Describer.Shape;
import io.quern.advisor.Evidence;
import io.quern.advisor.Execution;
import io.quern.advisor.Execution.Arm;
import io.quern.advisor.IndexBuilder;
import io.quern.advisor.Proposal;
import io.quern.advisor.Refused;
import io.quern.advisor.Sighting;
import io.quern.advisor.Suggestion;
import io.quern.advisor.Suggestion.State;
import io.quern.advisor.history.History;
import io.quern.advisor.history.HistoryLimits;
import io.quern.optimizer.Analysis;
import io.quern.optimizer.Candidate;
import io.quern.optimizer.Catalog;
import io.quern.optimizer.Edit;
import io.quern.optimizer.Fingerprint;
import io.quern.optimizer.IndexDefinition;
import io.quern.optimizer.Piece;
import io.quern.optimizer.QualifiedName;
import io.quern.optimizer.RuleId;
import io.quern.optimizer.Statement;
import io.quern.optimizer.Template;
import io.quern.optimizer.catalog.SearchPath;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;

class LifecycleTest {
    private static final Template TEMPLATE = new Template(new Fingerprint(1), "SELECT ? FROM a");
    private static final List<RuleId> RULES = List.of(new RuleId("NotInToNotExists"));

    private final AtomicReference<Instant> now =
            new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    private final FakeStore store = new FakeStore();
    private final FakeBuilder builder = new FakeBuilder();
    private final ExecutorService workers = Executors.newCachedThreadPool();
    private final Random random = new Random(11);
    private History history = newHistory();
    private Lifecycle lifecycle = newLifecycle();

    private static final class FakeBuilder implements IndexBuilder {
        final java.util.Set<String> indexes = java.util.concurrent.ConcurrentHashMap.newKeySet();
        volatile CountDownLatch gate = new CountDownLatch(0);
        volatile Optional<String> obstacle = Optional.empty();
        volatile boolean undroppable;

        @Override
        public void build(String database, Proposal.NewIndex index) {
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new Refused("The build was interrupted; nothing is left.");
            }
            indexes.add(index.name());
        }

        @Override
        public void drop(String database, Proposal.NewIndex index) {
            if (undroppable) {
                throw new Refused("locked");
            }
            indexes.remove(index.name());
        }

        @Override
        public Optional<String> obstacle(String database, Proposal.NewIndex index) {
            return obstacle;
        }

        @Override
        public List<String> leftovers(String database) {
            return List.of();
        }
    }

    private static History newHistory() {
        return new History(HistoryLimits.DEFAULT, Statement::sql);
    }

    private Lifecycle newLifecycle() {
        return new Lifecycle(store, history, builder, LifecycleRules.DEFAULT, now::get, workers);
    }

    @BeforeEach
    void start() {
        history.start();
        lifecycle.tick();
    }

    @AfterEach
    void stop() {
        lifecycle.close();
        history.close();
        workers.shutdownNow();
    }

    private void restart() {
        lifecycle.close();
        history.close();
        history = newHistory();
        history.start();
        lifecycle = newLifecycle();
        lifecycle.tick();
    }

    private Suggestion propose(Proposal proposal) {
        Evidence evidence =
                new Evidence(
                        List.of(),
                        "",
                        Optional.empty(),
                        Optional.empty(),
                        1,
                        1,
                        1,
                        1,
                        List.of(),
                        Optional.empty());
        return lifecycle
                .propose(
                        new Suggestion(
                                0,
                                "shop",
                                TEMPLATE,
                                proposal,
                                evidence,
                                State.PROPOSED,
                                "",
                                now.get(),
                                now.get()))
                .orElseThrow();
    }

    private Suggestion rewrite() {
        return propose(new Proposal.Rewrite(RULES, "before", "after"));
    }

    private Suggestion index() {
        return propose(
                new Proposal.NewIndex(
                        new IndexDefinition(
                                new QualifiedName("public", "a"),
                                List.of(new IndexDefinition.Key("b", false))),
                        "quern_a",
                        8192));
    }

    private State state(Suggestion s) {
        return lifecycle.suggestion(s.id()).orElseThrow().state();
    }

    private void execute(long fingerprint, long suggestion, Arm arm, double millis) {
        double noise = Math.exp(0.2 * random.nextGaussian());
        history.executed(
                new Execution(
                        "shop",
                        new Fingerprint(fingerprint),
                        suggestion,
                        arm,
                        (long) (millis * noise * 1e6),
                        1,
                        null));
    }

    private void execute(Suggestion s, int count, double control, double treatment) {
        for (int i = 0; i < count; i++) {
            execute(1, s.id(), Arm.CONTROL, control);
            execute(1, s.id(), Arm.TREATMENT, treatment);
        }
    }

    private Optional<Switchboard.Standing> standing() {
        return lifecycle.board().find("shop", TEMPLATE.fingerprint());
    }

    @Test
    void aFasterRewriteIsSwitchedOnWithAHoldback() {
        Suggestion s = rewrite();
        lifecycle.approve(s.id(), "ann");
        assertThat(state(s)).isEqualTo(State.TRIAL);
        assertThat(standing().orElseThrow().flag().share()).isEqualTo(0.5);

        execute(s, 100, 10, 1);
        await().until(() -> state(s) == State.ON);
        assertThat(standing().orElseThrow().flag().share()).isEqualTo(0.98);
        Suggestion on = lifecycle.suggestion(s.id()).orElseThrow();
        assertThat(on.evidence().trial().orElseThrow().speedup()).isBetween(8.0, 12.0);
        assertThat(store.find(s.id())).isEqualTo(on);
        assertThat(lifecycle.audit(10))
                .extracting(AuditEntry::action)
                .containsExactly("switch-on", "approve", "propose");

        restart();
        assertThat(standing().orElseThrow().flag().share()).isEqualTo(0.98);
    }

    @Test
    void aSlowerRewriteIsRolledBack() {
        Suggestion s = rewrite();
        lifecycle.approve(s.id(), "ann");
        var flag = standing().orElseThrow().flag();
        execute(s, 200, 1, 10);
        await().until(() -> state(s) == State.RETIRED);
        assertThat(flag.share()).isZero();
        assertThat(standing()).isEmpty();
        assertThat(store.find(s.id()).reason()).isNotEmpty();
    }

    @Test
    void whileOnAnErrorRetiresIt() {
        Suggestion s = rewrite();
        lifecycle.approve(s.id(), "ann");
        execute(s, 100, 10, 1);
        await().until(() -> state(s) == State.ON);
        history.executed(
                new Execution(
                        "shop", TEMPLATE.fingerprint(), s.id(), Arm.TREATMENT, 1, 0, "22012"));
        await().until(() -> state(s) == State.RETIRED);
    }

    @Test
    void withoutTheStoreNothingBeginsButEverythingCanStop() {
        Suggestion trial = rewrite();
        Suggestion waiting = index();
        lifecycle.approve(trial.id(), "ann");
        store.down = true;
        assertThatThrownBy(() -> lifecycle.approve(waiting.id(), "ann"))
                .isInstanceOf(Refused.class);
        assertThat(state(waiting)).isEqualTo(State.PROPOSED);
        assertThat(builder.indexes).isEmpty();

        var flag = standing().orElseThrow().flag();
        lifecycle.switchOff(trial.id(), "ann", "no");
        lifecycle.kill("ann", "stop");
        assertThat(flag.share()).isZero();
        assertThat(lifecycle.board().enabled()).isFalse();
        lifecycle.tick();
        assertThat(lifecycle.notices()).anyMatch(n -> n.contains("down"));
        assertThatThrownBy(() -> lifecycle.revive("ann")).isInstanceOf(Refused.class);

        store.down = false;
        lifecycle.tick();
        assertThat(lifecycle.notices()).isEmpty();
        assertThat(store.find(trial.id()).state()).isEqualTo(State.RETIRED);
        assertThat(store.killed()).isTrue();
        lifecycle.revive("ann");
        assertThat(lifecycle.board().enabled()).isTrue();
    }

    @Test
    void nothingIsTreatedBeforeTheStoreHasBeenRead() {
        Suggestion s = rewrite();
        lifecycle.approve(s.id(), "ann");
        store.down = true;
        restart();
        assertThat(lifecycle.board().enabled()).isFalse();
        assertThat(standing()).isEmpty();
        store.down = false;
        lifecycle.tick();
        assertThat(lifecycle.board().enabled()).isTrue();
        assertThat(standing().orElseThrow().flag().share()).isEqualTo(0.5);
    }

    @Test
    void twoRewritesNeverActOnOneTemplate() {
        Suggestion one = rewrite();
        Suggestion two =
                propose(new Proposal.Rewrite(List.of(new RuleId("Other")), "before", "after"));
        lifecycle.approve(one.id(), "ann");
        assertThatThrownBy(() -> lifecycle.approve(two.id(), "ann"))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("switch it off first");
    }

    @Test
    void anIndexIsBuiltMeasuredAndKept() {
        Suggestion s = index();
        history.sighted(sighting(2, "SELECT ? FROM other"));
        for (int i = 0; i < 100; i++) {
            execute(1, 0, Arm.NONE, 50);
            execute(2, 0, Arm.NONE, 5);
        }
        await().until(() -> history.top(2).stream().mapToLong(t -> t.count()).sum() == 200);
        lifecycle.approve(s.id(), "ann");
        await().until(() -> state(s) == State.TRIAL);
        assertThat(builder.indexes).containsExactly("quern_a");
        for (int i = 0; i < 100; i++) {
            execute(1, 0, Arm.NONE, 1);
            execute(2, 0, Arm.NONE, 5);
        }
        await().until(() -> history.top(2).stream().mapToLong(t -> t.count()).sum() == 400);
        lifecycle.tick();
        assertThat(state(s)).isEqualTo(State.ON);
        assertThat(store.find(s.id()).evidence().trial().orElseThrow().speedup())
                .isBetween(35.0, 65.0);
    }

    @Test
    void anIndexThatShowsNothingIsUndone() {
        Suggestion s = index();
        lifecycle.approve(s.id(), "ann");
        await().until(() -> state(s) == State.TRIAL);
        now.updateAndGet(t -> t.plus(Duration.ofDays(8)));
        builder.undroppable = true;
        lifecycle.tick();
        assertThat(state(s)).isEqualTo(State.RETIRED);
        assertThat(lifecycle.notices()).anyMatch(n -> n.contains("DROP INDEX CONCURRENTLY"));
        builder.undroppable = false;
        now.updateAndGet(t -> t.plus(Duration.ofMinutes(1)));
        lifecycle.tick();
        assertThat(builder.indexes).isEmpty();
        assertThat(lifecycle.notices()).isEmpty();
    }

    @Test
    void closingInterruptsABuildAndTheNextStartBuildsAgain() {
        builder.gate = new CountDownLatch(1);
        Suggestion s = index();
        lifecycle.approve(s.id(), "ann");
        assertThat(state(s)).isEqualTo(State.APPROVED);
        lifecycle.close();
        assertThat(builder.indexes).isEmpty();
        assertThat(store.find(s.id()).state()).isEqualTo(State.APPROVED);
        builder.gate = new CountDownLatch(0);
        restart();
        await().until(() -> state(s) == State.TRIAL);
        assertThat(builder.indexes).containsExactly("quern_a");
    }

    @Test
    void switchingOffABuildStopsIt() {
        builder.gate = new CountDownLatch(1);
        Suggestion s = index();
        lifecycle.approve(s.id(), "ann");
        lifecycle.switchOff(s.id(), "ann", "changed my mind");
        assertThat(state(s)).isEqualTo(State.RETIRED);
        await().untilAsserted(
                        () -> {
                            lifecycle.tick();
                            assertThat(builder.indexes).isEmpty();
                            assertThat(lifecycle.notices()).isEmpty();
                        });
        assertThat(store.find(s.id()).reason()).isEqualTo("changed my mind");
    }

    @Test
    void aMissingPrivilegeRefusesTheApproval() {
        builder.obstacle = Optional.of("run: GRANT owner TO quern;");
        Suggestion s = index();
        assertThatThrownBy(() -> lifecycle.approve(s.id(), "ann"))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("GRANT");
        assertThat(state(s)).isEqualTo(State.PROPOSED);
    }

    private static Sighting sighting(long fingerprint, String sql) {
        return new Sighting(
                "shop",
                "app",
                "\"$user\", public",
                "UTC",
                new Fingerprint(fingerprint),
                new Statement(sql, List.of()));
    }

    private static final class FakeCatalogs implements Catalogs {
        long version = 1;
        Optional<Catalog> catalog = Optional.of(new Catalog("shop", 180006, List.of()));

        @Override
        public Optional<Catalog> current(String database) {
            return catalog;
        }

        @Override
        public long version() {
            return version;
        }

        @Override
        public void suspect(String database) {
            catalog = Optional.empty();
            version++;
        }
    }

    @Test
    void theGateGetsATreatmentOnlyWhileEveryGuardHolds() {
        FakeCatalogs catalogs = new FakeCatalogs();
        AtomicReference<Shape> after = new AtomicReference<>(new Shape(List.of(23), List.of(25)));
        Describer describer =
                (database, path, statement) -> {
                    // as the client's role sees it: "$user" would mean Quern's own
                    assertThat(path).isEqualTo("\"app\", \"public\"");
                    return statement.sql().equals("rewritten")
                            ? after.get()
                            : new Shape(List.of(23), List.of(25));
                };
        Candidate candidate =
                new Candidate(
                        RULES,
                        "rewritten",
                        List.of(new Edit(0, 1, List.of(new Piece.Text("x")))),
                        List.of(),
                        List.of());
        LiveTreatments treatments =
                new LiveTreatments(
                        lifecycle,
                        catalogs,
                        describer,
                        (statement, context) -> {
                            assertThat(statement.parameterTypes()).containsExactly(23);
                            return new Analysis(true, List.of(candidate), List.of());
                        },
                        SearchPath::effective);
        Sighting seen = sighting(1, "select");
        assertThat(treatments.resolve(seen)).isEmpty();

        Suggestion s = rewrite();
        long before = treatments.generation();
        lifecycle.approve(s.id(), "ann");
        assertThat(treatments.generation()).isNotEqualTo(before);
        assertThat(treatments.resolve(seen).orElseThrow().parameterTypes()).containsExactly(23);

        after.set(new Shape(List.of(23), List.of(1043)));
        assertThat(treatments.resolve(seen)).isEmpty();
        assertThat(treatments.refusals()).containsEntry("other-shape", 1L);

        long generation = treatments.generation();
        catalogs.suspect("shop");
        assertThat(treatments.generation()).isNotEqualTo(generation);
        assertThat(treatments.resolve(seen)).isEmpty();
        assertThat(treatments.refusals()).containsEntry("no-catalog", 1L);

        treatments.refuse(s.id(), "another result shape");
        assertThat(standing()).isEmpty();
        await().until(() -> state(s) == State.RETIRED);
        assertThat(lifecycle.audit(1).getFirst().action()).isEqualTo("roll-back");
    }
}
