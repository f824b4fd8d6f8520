package io.quern.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quern.optimizer.PostgresServer;
import io.quern.proxy.backend.Host;
import io.quern.proxy.backend.TargetSession;
import io.quern.proxy.backend.Upstream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Many clients at work in transaction mode while the ground moves under them. */
@SuppressWarnings("try")
class UpheavalsIT {

    /** What tells a client that its connection is over, or cannot be had just now. */
    private static final Set<String> PROPER =
            Set.of("57P01", "57P02", "57P03", "08001", "08003", "08006", "53300");

    /** Clients that ask what they know the answer to, and connect again after a failure. */
    private static final class Traffic implements AutoCloseable {
        private static final int CLIENTS = 6;

        final AtomicLong answers = new AtomicLong();
        final List<String> wrong = new CopyOnWriteArrayList<>();
        final Set<String> failures = ConcurrentHashMap.newKeySet();
        final List<Statement> running = new CopyOnWriteArrayList<>();
        private final List<Thread> threads = new ArrayList<>();
        private final String url;
        private final ProxyFixture house;
        private volatile boolean over;

        Traffic(ProxyFixture house, String options) {
            this(house, house.database, options);
        }

        Traffic(ProxyFixture house, String database, String options) {
            this.house = house;
            this.url =
                    "jdbc:postgresql://127.0.0.1:"
                            + house.port()
                            + "/"
                            + database
                            + "?prepareThreshold=2&"
                            + options;
            for (int i = 0; i < CLIENTS; i++) {
                int number = i;
                threads.add(Thread.ofPlatform().start(() -> work(number)));
            }
            awaitAnswers(10 * CLIENTS);
        }

        private void work(int number) {
            for (int n = number * 1000; !over; n++) {
                try (Connection connection =
                                DriverManager.getConnection(
                                        url, house.server.user(), house.server.password());
                        PreparedStatement next = connection.prepareStatement("SELECT ? + 1")) {
                    running.add(next);
                    // every so often somebody new comes
                    for (int i = 0; i < 100 && !over; i++, n++) {
                        connection.setAutoCommit(i % 3 != 0);
                        next.setInt(1, n);
                        try (ResultSet row = next.executeQuery()) {
                            if (!row.next() || row.getInt(1) != n + 1) {
                                wrong.add("not " + (n + 1));
                            }
                        } catch (SQLException e) {
                            failures.add(e.getSQLState());
                            if (!"57014".equals(e.getSQLState())) {
                                throw e;
                            }
                        }
                        if (!connection.getAutoCommit()) {
                            connection.rollback();
                        }
                        answers.incrementAndGet();
                    }
                    running.remove(next);
                } catch (SQLException e) {
                    failures.add(String.valueOf(e.getSQLState()));
                }
            }
        }

        /** Waits until so many more were answered. */
        void awaitAnswers(int count) {
            long before = answers.get();
            await().atMost(Duration.ofSeconds(30)).until(() -> answers.get() >= before + count);
        }

        @Override
        public void close() throws InterruptedException {
            over = true;
            for (Thread thread : threads) {
                assertThat(thread.join(Duration.ofSeconds(20))).as("a client is stuck").isTrue();
            }
            assertThat(wrong).isEmpty();
            await().until(house::atRest);
            assertThat(house.proxy.mishaps().values()).containsOnly(0L);
        }
    }

    @Test
    void anUpstreamIsKilledAndStartedAgain(@TempDir Path temp) throws Exception {
        PostgresServer shared = PostgresServer.shared();
        try (MortalServer mortal = new MortalServer(shared, temp);
                ProxyFixture house =
                        new ProxyFixture(Mode.TRANSACTION.pooling().by(mortal.port()))) {
            mortal.execute("CREATE DATABASE " + house.database);
            try (Traffic traffic = new Traffic(house, "sslmode=disable")) {
                assertThat(traffic.failures).isEmpty();
                mortal.kill();
                await().until(() -> !traffic.failures.isEmpty());
                mortal.start();
                traffic.awaitAnswers(500);
                assertThat(traffic.failures).isSubsetOf(PROPER);
            }
        }
    }

    @Test
    void aStandbyTakesOverFromAPrimaryThatIsKilled(@TempDir Path temp) throws Exception {
        PostgresServer shared = PostgresServer.shared();
        try (MortalServer first = new MortalServer(shared, temp);
                MortalServer second = new MortalServer(shared, temp)) {
            second.demote();
            Upstream both =
                    HostsIT.upstream(
                            TargetSession.PRIMARY,
                            new Host("127.0.0.1", first.port()),
                            new Host("127.0.0.1", second.port()));
            try (ProxyFixture lending = Mode.TRANSACTION.open(both);
                    ProxyFixture passing = Mode.PASSING.open(both);
                    Traffic lent = new Traffic(lending, "postgres", "sslmode=disable");
                    Traffic passed = new Traffic(passing, "postgres", "sslmode=disable")) {
                first.kill();
                await().until(() -> !lent.failures.isEmpty() && !passed.failures.isEmpty());
                second.promote();
                lent.awaitAnswers(500);
                passed.awaitAnswers(500);
                assertThat(lent.failures).isSubsetOf(PROPER);
                assertThat(passed.failures).isSubsetOf(PROPER);
            }
        }
    }

    @Test
    void operatorsPauseResumeAndReconnect() throws Exception {
        try (ProxyFixture house = ProxyFixture.pooled(true, 3);
                Traffic traffic = new Traffic(house, "sslmode=disable")) {
            for (int i = 0; i < 5; i++) {
                assertThat(house.proxy.wire().pause("", Duration.ofSeconds(5))).isTrue();
                assertThat(house.proxy.wire().pools())
                        .allSatisfy(pool -> assertThat(pool.backendsActive()).isZero());
                house.proxy.wire().resume("");
                traffic.awaitAnswers(50);
                house.proxy.wire().reconnect("");
                traffic.awaitAnswers(50);
            }
            assertThat(traffic.failures).isEmpty();
        }
    }

    @Test
    void aStormOfCancelRequestsHitsOnlyWhatIsCancelled() throws Exception {
        try (ProxyFixture house = ProxyFixture.pooled(true, 2);
                Traffic traffic = new Traffic(house, "sslmode=disable");
                Connection untouched = house.connect("");
                Statement asking = untouched.createStatement()) {
            for (int i = 0; i < 400; i++) {
                for (Statement statement : traffic.running) {
                    statement.cancel();
                }
                try (ResultSet row = asking.executeQuery("SELECT " + i)) {
                    assertThat(row.next()).isTrue();
                    assertThat(row.getInt(1)).isEqualTo(i);
                }
            }
            assertThat(traffic.failures).isSubsetOf("57014");
        }
    }

    @Test
    void certificatesAreSwapped(@TempDir Path authorities, @TempDir Path shown) throws Exception {
        TestAuthority authority = new TestAuthority(authorities);
        List<Path> issued = List.of(authority.issue("localhost"), authority.issue("localhost"));
        install(issued.getFirst(), shown);
        TlsSettings tls =
                new TlsSettings(
                        shown.resolve("server.crt"),
                        shown.resolve("server.key"),
                        Optional.empty(),
                        TlsSettings.Mode.REQUIRE);
        try (ProxyFixture house =
                        new ProxyFixture(
                                Mode.TRANSACTION
                                        .pooling()
                                        .behind(DoorSettings.DEFAULTS.withTls(tls)));
                Traffic traffic = new Traffic(house, "sslmode=require")) {
            for (int i = 0; i < 8; i++) {
                install(issued.get((i + 1) % 2), shown);
                assertThat(house.proxy.reloadCertificate()).isTrue();
                traffic.awaitAnswers(100);
            }
            assertThat(traffic.failures).isEmpty();
        }
    }

    private static void install(Path issued, Path shown) throws IOException {
        for (String file : List.of("server.key", "server.crt")) {
            Files.copy(
                    issued.resolve(file), shown.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
