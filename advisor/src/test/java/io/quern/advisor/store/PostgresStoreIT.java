package io.quern.advisor.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.quern.advisor.AuditEntry;
import io.quern.advisor.Evidence;
import io.quern.advisor.Execution.Arm;
import io.quern.advisor.HistoryRow;
import io.quern.advisor.Proposal;
import io.quern.advisor.StoreUnavailable;
import io.quern.advisor.Suggestion;
import io.quern.advisor.TrialResult;
import io.quern.optimizer.Fingerprint;
import io.quern.optimizer.IndexDefinition;
import io.quern.optimizer.PostgresServer;
import io.quern.optimizer.QualifiedName;
import io.quern.optimizer.Relay;
import io.quern.optimizer.RuleId;
import io.quern.optimizer.Template;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;

class PostgresStoreIT {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Template TEMPLATE = new Template(new Fingerprint(-5), "SELECT ?");
    private static final AtomicInteger ROLES = new AtomicInteger();

    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.createDatabase();
    private final List<PostgresStore> stores = new ArrayList<>();

    @AfterEach
    void close() {
        stores.forEach(PostgresStore::close);
    }

    private PostgresStore store(String url, String user, String password) {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        PostgresStore store = new PostgresStore(url, properties, Duration.ofMillis(500));
        stores.add(store);
        return store;
    }

    /** Waits for the opening, which may take longer than a call may. */
    private PostgresStore opened() {
        return opened(store(server.jdbcUrl(database), server.user(), server.password()));
    }

    private static PostgresStore opened(PostgresStore store) {
        await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> !store.killed());
        return store;
    }

    private void sql(String... statements) throws SQLException {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            for (String one : statements) {
                statement.execute(one);
            }
        }
    }

    private static Suggestion suggestion(Proposal proposal) {
        Evidence evidence =
                new Evidence(
                        List.of("a.b is NOT NULL"),
                        "not tried",
                        Optional.of("Seq Scan"),
                        Optional.empty(),
                        12.5,
                        Double.NaN,
                        100,
                        3,
                        List.of(),
                        Optional.empty());
        return new Suggestion(
                0, "shop", TEMPLATE, proposal, evidence, Suggestion.State.PROPOSED, "", NOW, NOW);
    }

    private static final Proposal REWRITE =
            new Proposal.Rewrite(List.of(new RuleId("NotInToNotExists")), "SELECT ?", "SELECT (?)");
    private static final Proposal INDEX =
            new Proposal.NewIndex(
                    new IndexDefinition(
                            new QualifiedName("public", "orders"),
                            List.of(new IndexDefinition.Key("at", true))),
                    "quern_1",
                    8192);

    private static AuditEntry entry(String action) {
        return new AuditEntry(NOW, "ann", action, 0, "because");
    }

    @Test
    void suggestionsComeBackAsTheyWere() {
        PostgresStore store = opened();
        Suggestion rewrite = store.propose(suggestion(REWRITE), entry("propose")).orElseThrow();
        Suggestion index = store.propose(suggestion(INDEX), entry("propose")).orElseThrow();
        assertThat(store.suggestions()).containsExactly(rewrite, index);
        assertThat(store.propose(suggestion(REWRITE), entry("propose"))).isEmpty();

        var arm = new TrialResult.ArmSummary(10, 1, 1, 2, 3, 0, 1);
        TrialResult result =
                new TrialResult(arm, arm, 1, 0.5, Double.POSITIVE_INFINITY, "concurrent");
        Suggestion on =
                rewrite.with(rewrite.evidence().with(result))
                        .in(Suggestion.State.ON, "faster", NOW.plusSeconds(5));
        store.update(on, entry("switch-on"));
        assertThat(store.suggestions()).containsExactly(on, index);
        assertThat(store.audit(10))
                .extracting(AuditEntry::action)
                .containsExactly("switch-on", "propose", "propose");
        assertThat(store.audit(3).getLast().suggestion()).isEqualTo(rewrite.id());
        assertThatThrownBy(() -> store.updateEvidence(on.withId(999)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theKillSwitchIsRemembered() {
        PostgresStore store = opened();
        store.setKilled(true, entry("kill"));
        PostgresStore other = store(server.jdbcUrl(database), server.user(), server.password());
        await().atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(other.killed()).isTrue());
    }

    private static HistoryRow row(Instant bucket, long micros) {
        Histogram histogram = new Histogram(1, 3_600_000_000L, 2);
        histogram.recordValue(micros);
        ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        int length = histogram.encodeIntoCompressedByteBuffer(buffer);
        return new HistoryRow(
                bucket,
                "shop",
                TEMPLATE,
                7,
                Arm.CONTROL,
                1,
                0,
                3,
                micros / 1e3,
                Arrays.copyOf(buffer.array(), length));
    }

    @Test
    void historyAddsUpWithinABucketAndAWriter() throws Exception {
        PostgresStore one = opened();
        PostgresStore two = opened();
        Instant next = NOW.plusSeconds(300);
        one.append(List.of(row(NOW, 1000)));
        one.append(List.of(row(NOW, 3000), row(NOW, 5000), row(next, 1)));
        two.append(List.of(row(NOW, 9000)));

        List<HistoryRow> rows = one.history(NOW);
        assertThat(rows).extracting(HistoryRow::count).containsExactlyInAnyOrder(3L, 1L, 1L);
        HistoryRow summed = rows.stream().filter(r -> r.count() == 3).findFirst().orElseThrow();
        assertThat(summed.totalMillis()).isEqualTo(9);
        assertThat(summed.rows()).isEqualTo(9);
        Histogram latencies =
                Histogram.decodeFromCompressedByteBuffer(ByteBuffer.wrap(summed.histogram()), 1);
        assertThat(latencies.getTotalCount()).isEqualTo(3);

        assertThat(one.history(next)).hasSize(1);
        assertThat(one.forget(next)).isEqualTo(2);
        assertThat(one.history(NOW)).hasSize(1);
    }

    @Test
    void itsConnectionsBearItsNameAndAFixedPath() throws Exception {
        opened();
        try (Connection connection = server.connect(database);
                var rows =
                        connection
                                .createStatement()
                                .executeQuery(
                                        "select count(*) from pg_stat_activity where"
                                                + " application_name = 'quern-store' and datname ="
                                                + " current_database()")) {
            rows.next();
            assertThat(rows.getInt(1)).isPositive();
        }
    }

    private String role() throws SQLException {
        String role = "store_role_" + ROLES.incrementAndGet();
        sql("drop role if exists " + role, "create role " + role + " login password 'x'");
        return role;
    }

    private String problem(PostgresStore store) {
        await().atMost(Duration.ofSeconds(30))
                .until(
                        () -> {
                            assertThatThrownBy(store::killed).isInstanceOf(StoreUnavailable.class);
                            return store.problem().isPresent();
                        });
        return store.problem().orElseThrow();
    }

    @Test
    void aMissingPrivilegeIsOneLineWithTheGrantAndHealsByItself() throws Exception {
        String role = role();
        sql("revoke create on database \"" + database + "\" from public");
        PostgresStore store = store(server.jdbcUrl(database), role, "x");
        assertThat(problem(store))
                .contains("CREATE SCHEMA quern AUTHORIZATION \"" + role + "\";")
                .contains("GRANT CREATE ON DATABASE \"" + database + "\" TO \"" + role + "\";")
                .doesNotContain("\n");

        sql("create schema quern");
        await().atMost(Duration.ofSeconds(30))
                .until(
                        () -> {
                            assertThatThrownBy(store::killed).isInstanceOf(StoreUnavailable.class);
                            return store.problem()
                                    .filter(
                                            p ->
                                                    p.contains(
                                                            "GRANT USAGE, CREATE ON SCHEMA quern TO"
                                                                    + " \""
                                                                    + role
                                                                    + "\";"))
                                    .isPresent();
                        });

        sql("grant usage, create on schema quern to " + role);
        opened(store);
        assertThat(store.suggestions()).isEmpty();
        assertThat(store.problem()).isEmpty();
    }

    @Test
    void itFailsFastWhileDownAndComesBackByItself() throws Exception {
        try (Relay relay = new Relay(server.host(), server.port())) {
            String url =
                    server.jdbcUrl(database)
                            .replace(":" + server.port() + "/", ":" + relay.port() + "/");
            relay.cut();
            PostgresStore store = store(url, server.user(), server.password());
            assertFailsWithinABreath(store);
            relay.mend();
            opened(store);
            relay.cut();
            assertFailsWithinABreath(store);
            assertFailsWithinABreath(store);
            assertThat(store.problem().orElseThrow()).doesNotContain(server.password() + "@");
            relay.mend();
            opened(store);
        }
    }

    private static void assertFailsWithinABreath(PostgresStore store) {
        long start = System.nanoTime();
        assertThatThrownBy(store::suggestions).isInstanceOf(StoreUnavailable.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
    }
}
