package io.quern.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quern.advisor.Desk;
import io.quern.advisor.Lab;
import io.quern.advisor.Suggestion;
import io.quern.advisor.suggest.Optimizer;
import io.quern.optimizer.Analysis;
import io.quern.optimizer.Context;
import io.quern.optimizer.Edit;
import io.quern.optimizer.PostgresServer;
import io.quern.optimizer.Relay;
import io.quern.optimizer.catalog.ParseAnalyzer;
import io.quern.optimizer.index.IndexAnalyzer;

import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/** Whatever of Quern fails, applications get their results, soon. */
class FailOpenIT {
    /** Far above what a statement here takes, far below any time-out of Quern's own. */
    private static final Duration SOON = Duration.ofSeconds(2);

    private final PostgresServer server = PostgresServer.shared();

    @Test
    void theStoreIsUnreachableFromTheStart() throws Exception {
        int nobody;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = socket.getLocalPort();
        }
        String store = "postgresql://quern:secret@127.0.0.1:" + nobody + "/store";
        try (QuernFixture house =
                QuernFixture.open(
                        QuernFixture.optimizer(),
                        QuernFixture::without,
                        Map.of("quern.store", store))) {
            awaitNotice(house.quern.desk(), "The store cannot be used");
            assertTrafficFlows(house);
            assertThat(house.quern.desk().notices()).noneMatch(line -> line.contains("secret"));
        }
    }

    @Test
    void theStoreGoesAndComesBack() throws Exception {
        try (Relay relay = new Relay(server.host(), server.port())) {
            String store =
                    "postgresql://"
                            + server.user()
                            + ":"
                            + server.password()
                            + "@127.0.0.1:"
                            + relay.port()
                            + "/"
                            + server.createDatabase();
            try (QuernFixture house =
                            QuernFixture.open(
                                    QuernFixture.optimizer(),
                                    QuernFixture::without,
                                    Map.of("quern.store", store));
                    Connection session = house.connect("");
                    PreparedStatement day = session.prepareStatement(QuernFixture.DAY)) {
                Suggestion found = house.awaitRewrite(day, "date_trunc");
                Desk desk = house.quern.desk();
                desk.approve(found.id(), "test");
                relay.cut();
                awaitNotice(desk, "The store cannot be used");
                assertTrafficFlows(house);
                assertExecutes(day);
                desk.kill("test", "works without the store");
                assertThat(desk.killed()).isTrue();
                assertExecutes(day);
                relay.mend();
                await().atMost(QuernFixture.PATIENCE)
                        .untilAsserted(() -> assertThat(desk.notices()).isEmpty());
                await().atMost(QuernFixture.PATIENCE)
                        .untilAsserted(
                                () ->
                                        assertThat(desk.audit(10))
                                                .anyMatch(row -> row.action().equals("kill")));
                assertTrafficFlows(house);
            }
        }
    }

    @Test
    void quernsRoleIsLockedOutInTheMiddle() throws Exception {
        String role = "quern_" + System.nanoTime();
        String database = QuernFixture.visits(server);
        sql("CREATE ROLE " + role + " SUPERUSER LOGIN PASSWORD 'secret'");
        try (QuernFixture house =
                        new QuernFixture(
                                server,
                                database,
                                QuernFixture.optimizer(),
                                QuernFixture::without,
                                Map.of(
                                        "quern.upstream",
                                        "postgresql://"
                                                + role
                                                + ":secret@"
                                                + server.host()
                                                + ":"
                                                + server.port()
                                                + "/"
                                                + database));
                Connection session = house.connect("");
                PreparedStatement day = session.prepareStatement(QuernFixture.DAY)) {
            Suggestion found = house.awaitRewrite(day, "date_trunc");
            house.quern.desk().approve(found.id(), "test");
            sql(
                    "ALTER ROLE " + role + " NOLOGIN",
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '"
                            + role
                            + "'");
            awaitNotice(house.quern.desk(), "not permitted to log in");
            assertExecutes(day);
            assertTrafficFlows(house);
        } finally {
            sql("ALTER ROLE " + role + " NOSUPERUSER");
        }
    }

    @Test
    void theOptimizerThrowsFromTheStart() throws Exception {
        FaultyOptimizer optimizer = new FaultyOptimizer();
        optimizer.fault.set(
                () -> {
                    throw new StackOverflowError();
                });
        try (QuernFixture house =
                        QuernFixture.open(optimizer::over, QuernFixture::without, Map.of());
                Connection session = house.connect("");
                PreparedStatement day = session.prepareStatement(QuernFixture.DAY)) {
            await().atMost(QuernFixture.PATIENCE)
                    .untilAsserted(
                            () -> {
                                assertExecutes(day);
                                assertThat(optimizer.asked).hasPositiveValue();
                            });
            assertTrafficFlows(house);
            assertThat(house.quern.desk().suggestions()).isEmpty();
        }
    }

    @Test
    void theOptimizerThrowsWhileItsRewriteActs() throws Exception {
        FaultyOptimizer optimizer = new FaultyOptimizer();
        try (QuernFixture house =
                        QuernFixture.open(optimizer::over, QuernFixture::without, Map.of());
                Connection session = house.connect("");
                PreparedStatement day = session.prepareStatement(QuernFixture.DAY)) {
            house.quern.desk().approve(house.awaitRewrite(day, "date_trunc").id(), "test");
            await().atMost(QuernFixture.PATIENCE)
                    .untilAsserted(
                            () -> {
                                assertExecutes(day);
                                assertThat(QuernFixture.executions(session, "came >="))
                                        .isPositive();
                            });
            optimizer.fault.set(
                    () -> {
                        throw new IllegalStateException("broken");
                    });
            optimizer.asked.set(0);
            try (Statement ddl = session.createStatement()) {
                ddl.execute("CREATE TABLE another (id int)"); // every statement is resolved anew
            }
            await().atMost(QuernFixture.PATIENCE)
                    .untilAsserted(
                            () -> {
                                assertExecutes(day);
                                assertThat(optimizer.asked).hasPositiveValue();
                            });
            long rewritten = QuernFixture.executions(session, "came >=");
            assertTrafficFlows(house);
            assertExecutes(day);
            assertThat(QuernFixture.executions(session, "came >=")).isEqualTo(rewritten);
        }
    }

    @Test
    void theLabThrowsOrHangs() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        UnaryOperator<Lab> broken =
                lab ->
                        (context, before, after) -> {
                            if (asked.getCount() > 0) {
                                asked.countDown();
                                throw new IllegalStateException("the lab burns");
                            }
                            try {
                                never.await();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                            throw new IllegalStateException("the lab hung");
                        };
        try (QuernFixture house = QuernFixture.open(QuernFixture.optimizer(), broken, Map.of());
                Connection session = house.connect("");
                PreparedStatement day = session.prepareStatement(QuernFixture.DAY)) {
            await().atMost(QuernFixture.PATIENCE)
                    .untilAsserted(
                            () -> {
                                assertExecutes(day);
                                assertThat(asked.getCount()).isZero();
                            });
            assertTrafficFlows(house);
        }
    }

    @Test
    void theAdminPageDies() throws Exception {
        try (QuernFixture house = QuernFixture.open()) {
            house.quern.admin().close();
            assertTrafficFlows(house);
        }
    }

    /** New sessions of every kind are served, with the right results, without a long wait. */
    private static void assertTrafficFlows(QuernFixture house) throws SQLException {
        for (String options : List.of("", "preferQueryMode=simple", "prepareThreshold=1")) {
            long began = System.nanoTime();
            try (Connection session = house.connect(options);
                    Statement statement = session.createStatement();
                    PreparedStatement day = session.prepareStatement(QuernFixture.DAY)) {
                assertThat(elapsed(began)).as("login with '%s'", options).isLessThan(SOON);
                assertExecutes(day);
                session.setAutoCommit(false);
                statement.execute("UPDATE visit SET cents = cents + 1 WHERE id < 1000");
                assertThat(QuernFixture.day(day, 0))
                        .isEqualTo(List.of(1000L, QuernFixture.sum(0) + 1000));
                session.rollback();
                assertThat(QuernFixture.day(day, 0)).isEqualTo(List.of(1000L, QuernFixture.sum(0)));
                session.rollback();
            }
        }
    }

    /** Some days, each with the right result, without a long wait. */
    private static void assertExecutes(PreparedStatement day) throws SQLException {
        for (int i = 0; i < 10; i++) {
            long began = System.nanoTime();
            assertThat(QuernFixture.day(day, i)).isEqualTo(List.of(1000L, QuernFixture.sum(i)));
            assertThat(elapsed(began)).isLessThan(SOON);
        }
    }

    private static Duration elapsed(long since) {
        return Duration.ofNanos(System.nanoTime() - since);
    }

    private static void awaitNotice(Desk desk, String words) {
        await().atMost(QuernFixture.PATIENCE)
                .untilAsserted(
                        () -> assertThat(desk.notices()).anyMatch(line -> line.contains(words)));
    }

    private void sql(String... statements) throws SQLException {
        try (Connection c = server.connect("postgres");
                Statement statement = c.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** The real optimizer until it is told to throw. */
    private static final class FaultyOptimizer implements Optimizer {
        private static final ParseAnalyzer NOBODY =
                (statement, context) -> new ParseAnalyzer.Unavailable("nobody reads yet");

        private volatile Optimizer real = Optimizer.of(NOBODY);
        final AtomicInteger asked = new AtomicInteger();
        final AtomicReference<Runnable> fault = new AtomicReference<>(() -> {});

        Optimizer over(ParseAnalyzer analyzer) {
            real = Optimizer.of(analyzer);
            return this;
        }

        @Override
        public Analysis rewrites(io.quern.optimizer.Statement statement, Context context) {
            fail();
            return real.rewrites(statement, context);
        }

        @Override
        public IndexAnalyzer.Findings indexes(
                io.quern.optimizer.Statement statement, Context context) {
            fail();
            return real.indexes(statement, context);
        }

        @Override
        public String redacted(String sql, List<Edit> edits) {
            return real.redacted(sql, edits);
        }

        @Override
        public List<String> searchPath(String setting, String role) {
            return real.searchPath(setting, role);
        }

        private void fail() {
            asked.incrementAndGet();
            fault.get().run();
        }
    }
}
