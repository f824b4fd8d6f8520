package io.quern.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Many clients on few backends, with a driver that knows nothing of it. */
class TransactionModeIT {
    private static ProxyFixture house;

    @BeforeAll
    static void start() throws Exception {
        house = ProxyFixture.pooled(true, 2);
        try (Connection connection = house.connect("");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE items (id int PRIMARY KEY, name text)");
            statement.execute(
                    "INSERT INTO items SELECT i, 'n' || i FROM generate_series(1, 100) i");
        }
    }

    @AfterAll
    static void stop() {
        house.close();
    }

    @AfterEach
    void nothingStays() {
        Awaitility.await().until(() -> house.proxy.sessions() == 0);
    }

    @Test
    void moreClientsThanBackendsAllGetTheirAnswers() throws Exception {
        List<CompletableFuture<Set<Integer>>> all = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            int seed = i;
            all.add(
                    CompletableFuture.supplyAsync(
                            () -> work(seed), task -> Thread.ofPlatform().start(task)));
        }
        Set<Integer> backends = new HashSet<>();
        for (CompletableFuture<Set<Integer>> one : all) {
            backends.addAll(one.get());
        }
        assertThat(backends).hasSizeBetween(1, 2);
    }

    private static Set<Integer> work(int seed) {
        Set<Integer> backends = new HashSet<>();
        try (Connection connection = house.connect("prepareThreshold=2");
                PreparedStatement byId =
                        connection.prepareStatement(
                                "SELECT name, pg_backend_pid() FROM items WHERE id = ?")) {
            for (int i = 0; i < 60; i++) {
                connection.setAutoCommit(i % 3 != 0);
                int id = (seed * 7 + i) % 100 + 1;
                byId.setInt(1, id);
                try (ResultSet rows = byId.executeQuery()) {
                    assertThat(rows.next()).isTrue();
                    assertThat(rows.getString(1)).isEqualTo("n" + id);
                    backends.add(rows.getInt(2));
                }
                if (!connection.getAutoCommit()) {
                    connection.commit();
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return backends;
    }

    @Test
    void settingsFollowTheirClientAndNobodyElse() throws Exception {
        try (Connection one = house.connect("ApplicationName=one");
                Connection two = house.connect("ApplicationName=two");
                Connection blocker = house.connect("")) {
            run(one, "SET statement_timeout = '77s'");
            run(one, "SET app.tenant = 'first'");
            run(two, "SELECT set_config('app.tenant', 'second', false)");
            run(two, "SET search_path = pg_catalog");
            for (int i = 0; i < 4; i++) {
                // turn by turn one of the two backends is not to be had
                blocker.setAutoCommit(false);
                run(blocker, "SELECT 1");
                assertThat(shown(one, "statement_timeout")).isEqualTo("77s");
                assertThat(shown(two, "statement_timeout")).isEqualTo("0");
                assertThat(shown(one, "app.tenant")).isEqualTo("first");
                assertThat(shown(two, "app.tenant")).isEqualTo("second");
                assertThat(shown(one, "search_path")).isEqualTo("\"$user\", public");
                assertThat(shown(two, "search_path")).isEqualTo("pg_catalog");
                assertThat(shown(one, "application_name")).isEqualTo("one");
                assertThat(shown(two, "application_name")).isEqualTo("two");
                blocker.commit();
                blocker.setAutoCommit(true);
            }
            one.setAutoCommit(false);
            run(one, "SET statement_timeout = '5s'");
            one.rollback();
            one.setAutoCommit(true);
            assertThat(shown(one, "statement_timeout")).isEqualTo("77s");
            run(one, "RESET ALL");
            assertThat(shown(one, "statement_timeout")).isEqualTo("0");
            assertThat(shown(one, "application_name")).isEqualTo("one");
        }
    }

    @Test
    void whatCannotBeCarriedPinsWithAName() throws Exception {
        try (Connection connection = house.connect("")) {
            run(connection, "CREATE TEMP TABLE mine (a int)");
            assertThat(pinned()).isEqualTo("temporary table");
            run(connection, "DROP TABLE mine");
            run(connection, "SELECT pg_advisory_lock(42)");
            assertThat(pinned()).isEqualTo("advisory lock");
            run(connection, "SELECT pg_advisory_unlock(42)");
            assertThat(pinned()).isEmpty();
            run(connection, "LISTEN news");
            assertThat(pinned()).isEqualTo("LISTEN");
            run(connection, "UNLISTEN *");
            assertThat(pinned()).isEmpty();
            run(connection, "PREPARE p AS SELECT 1");
            assertThat(pinned()).isEqualTo("PREPARE");
            run(connection, "DEALLOCATE p");
            assertThat(pinned()).isEmpty();
        }
    }

    @Test
    void aCancelReachesTheRightBackendAndAWaitingClientAtOnce() throws Exception {
        try (Connection one = house.connect("");
                Connection two = house.connect("");
                Connection three = house.connect("");
                Statement waiting = three.createStatement()) {
            one.setAutoCommit(false);
            two.setAutoCommit(false);
            run(one, "SELECT 1");
            run(two, "SELECT 1");
            CompletableFuture<String> state =
                    CompletableFuture.supplyAsync(
                            () -> {
                                try {
                                    waiting.execute("SELECT 2");
                                    return "";
                                } catch (SQLException e) {
                                    return e.getSQLState();
                                }
                            });
            Awaitility.await()
                    .until(
                            () ->
                                    house.proxy.wire().clients().stream()
                                            .anyMatch(c -> c.state().equals("waiting")));
            waiting.cancel();
            assertThat(state.get()).isEqualTo("57014");
            one.commit();
            run(three, "SELECT 3");
            two.commit();
            try (Statement slow = two.createStatement()) {
                CompletableFuture<Void> later =
                        CompletableFuture.runAsync(
                                () -> {
                                    Awaitility.await()
                                            .until(
                                                    () ->
                                                            house.proxy.wire().clients().stream()
                                                                    .anyMatch(
                                                                            c ->
                                                                                    c.state()
                                                                                            .equals(
                                                                                                    "active")));
                                    try {
                                        slow.cancel();
                                    } catch (SQLException e) {
                                        throw new IllegalStateException(e);
                                    }
                                });
                assertThatThrownBy(() -> slow.execute("SELECT pg_sleep(20)"))
                        .extracting(e -> ((SQLException) e).getSQLState())
                        .isEqualTo("57014");
                later.get();
            }
            two.rollback();
        }
    }

    private static String pinned() {
        return house.proxy.wire().clients().stream().map(c -> c.pinned()).findFirst().orElse("?");
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String shown(Connection connection, String name) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "SELECT pg_catalog.current_setting('" + name + "')")) {
            rows.next();
            return rows.getString(1);
        }
    }
}
