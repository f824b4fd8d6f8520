package io.quern.advisor.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.quern.advisor.Refused;
import io.quern.optimizer.Catalog;
import io.quern.optimizer.Column;
import io.quern.optimizer.QualifiedName;
import io.quern.optimizer.Table;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

class CatalogCacheTest {
    private final Clockwork time = new Clockwork();
    private Supplier<CatalogLoader.Loaded> answer = () -> loaded(true, 10, false);
    private int loads;
    private final CatalogCache cache =
            new CatalogCache(
                    database -> {
                        loads++;
                        return answer.get();
                    },
                    time::schedule,
                    CatalogCache.Rhythm.DEFAULT,
                    () -> time.now);

    /** Runs scheduled tasks in the order of their time. */
    private static final class Clockwork {
        private record Task(Instant at, long order, Runnable run) {}

        private Instant now = Instant.EPOCH;
        private long order;
        private final List<Task> tasks = new ArrayList<>();

        void schedule(Duration after, Runnable run) {
            tasks.add(new Task(now.plus(after), order++, run));
        }

        void pass(Duration duration) {
            Instant until = now.plus(duration);
            while (true) {
                Task next =
                        tasks.stream()
                                .filter(t -> !t.at().isAfter(until))
                                .min(Comparator.comparing(Task::at).thenComparingLong(Task::order))
                                .orElse(null);
                if (next == null) {
                    now = until;
                    return;
                }
                tasks.remove(next);
                now = next.at();
                next.run().run();
            }
        }
    }

    private static CatalogLoader.Loaded loaded(boolean notNull, long bytes, boolean pending) {
        Column column =
                new Column(
                        "a",
                        1,
                        23,
                        "integer",
                        -1,
                        Optional.empty(),
                        0,
                        notNull,
                        Column.Origin.GIVEN,
                        Optional.empty(),
                        new Column.Statistics(0.1, 5, 4));
        Table table =
                new Table(
                        1,
                        new QualifiedName("public", "t"),
                        Table.Kind.TABLE,
                        List.of(column),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        Optional.empty(),
                        Table.Inheritance.NONE,
                        new Table.Security("me", false, false),
                        false,
                        false,
                        new Table.Storage(false, bytes, bytes, bytes));
        return new CatalogLoader.Loaded(new Catalog("db", 180000, List.of(table)), pending);
    }

    private void firstLoad() {
        assertThat(cache.current("db")).isEmpty();
        time.pass(Duration.ZERO);
        assertThat(cache.current("db")).isPresent();
    }

    @Test
    void loadsAtTheFirstQuestionAndRefreshes() {
        firstLoad();
        long version = cache.version();
        answer = () -> loaded(true, 99, false);
        time.pass(Duration.ofSeconds(31));
        assertThat(cache.current("db").orElseThrow().tables().getFirst().bytes()).isEqualTo(99);
        assertThat(cache.version()).as("sizes are no facts").isEqualTo(version);
        answer = () -> loaded(false, 99, false);
        time.pass(Duration.ofSeconds(30));
        assertThat(cache.version()).isNotEqualTo(version);
    }

    @Test
    void aSuspicionHoldsUntilALoadThatStartedAfterIt() {
        firstLoad();
        long version = cache.version();
        cache.suspect("db");
        assertThat(cache.current("db")).isEmpty();
        assertThat(cache.version()).isNotEqualTo(version);
        answer =
                () -> {
                    cache.suspect("db");
                    answer = () -> loaded(false, 1, false);
                    return loaded(true, 1, false);
                };
        time.pass(CatalogCache.Rhythm.DEFAULT.settle());
        assertThat(cache.current("db")).as("that load had started before").isEmpty();
        time.pass(CatalogCache.Rhythm.DEFAULT.settle());
        Catalog catalog = cache.current("db").orElseThrow();
        assertThat(catalog.tables().getFirst().columns().getFirst().notNull()).isFalse();
    }

    @Test
    void aSuspicionHoldsWhileDdlIsPending() {
        firstLoad();
        cache.suspect("db");
        answer = () -> loaded(true, 1, true);
        time.pass(Duration.ofMinutes(3));
        assertThat(cache.current("db")).isEmpty();
        answer = () -> loaded(false, 1, false);
        time.pass(Duration.ofSeconds(31));
        assertThat(cache.current("db")).isPresent();
    }

    @Test
    void looksAgainSoonAfterASuspicionWasPutToRest() {
        firstLoad();
        cache.suspect("db");
        time.pass(CatalogCache.Rhythm.DEFAULT.settle());
        assertThat(cache.current("db")).isPresent();
        long version = cache.version();
        answer = () -> loaded(false, 1, false);
        time.pass(Duration.ofSeconds(1));
        assertThat(cache.version()).isNotEqualTo(version);
    }

    @Test
    void aMigrationOfManyStatementsDoesNotPileUpLoads() {
        firstLoad();
        int before = loads;
        for (int i = 0; i < 1000; i++) {
            cache.suspect("db");
        }
        time.pass(CatalogCache.Rhythm.DEFAULT.settle());
        assertThat(loads - before).isEqualTo(1);
        assertThat(time.tasks).hasSizeLessThan(10);
    }

    @Test
    void pendingDdlWithoutASuspicionKeepsTheSnapshotAndComesBackSoon() {
        firstLoad();
        time.pass(Duration.ofSeconds(59));
        answer = () -> loaded(true, 1, true);
        time.pass(Duration.ofSeconds(1));
        assertThat(cache.current("db")).isPresent();
        int before = loads;
        time.pass(Duration.ofSeconds(1));
        assertThat(loads).isGreaterThan(before);
    }

    @Test
    void anUnreachableUpstreamKeepsWhatIsKnownForAWhileOnly() {
        answer =
                () -> {
                    throw new Refused("down");
                };
        assertThat(cache.current("db")).isEmpty();
        time.pass(Duration.ofSeconds(10));
        assertThat(cache.current("db")).isEmpty();
        answer = () -> loaded(true, 1, false);
        time.pass(Duration.ofSeconds(31));
        assertThat(cache.current("db")).isPresent();
        long version = cache.version();
        answer =
                () -> {
                    throw new IllegalStateException("broken");
                };
        time.pass(Duration.ofSeconds(100));
        assertThat(cache.current("db")).isPresent();
        time.pass(Duration.ofMinutes(5));
        assertThat(cache.current("db")).isEmpty();
        assertThat(cache.version()).isNotEqualTo(version);
        answer = () -> loaded(true, 1, false);
        time.pass(Duration.ofSeconds(31));
        assertThat(cache.current("db")).isPresent();
    }

    @Test
    void databasesAreBounded() {
        for (int i = 0; i < CatalogCache.MOST_DATABASES + 10; i++) {
            assertThat(cache.current("db" + i)).isEmpty();
        }
        time.pass(Duration.ZERO);
        assertThat(loads).isEqualTo(CatalogCache.MOST_DATABASES);
        cache.stop();
        time.pass(Duration.ofMinutes(5));
        assertThat(loads).isEqualTo(CatalogCache.MOST_DATABASES);
        assertThat(time.tasks).isEmpty();
    }
}
