package io.quern.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.quern.proxy.wire.MessageWriter;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Many clients on few backends, with a driver that knows nothing of it. */
class TransactionModeIT {
    /** A driver that knows the server puts the name into its start-up packet. */
    private static final String NAMED = "assumeMinServerVersion=15&ApplicationName=";

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
        try (Connection one = house.connect(NAMED + "one");
                Connection two = house.connect(NAMED + "two");
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
            house.awaitPinned("temporary table");
            run(connection, "DROP TABLE mine");
            run(connection, "SELECT pg_advisory_lock(42)");
            house.awaitPinned("advisory lock");
            run(connection, "SELECT pg_advisory_unlock(42)");
            house.awaitPinned("");
            run(connection, "LISTEN news");
            house.awaitPinned("LISTEN");
            run(connection, "UNLISTEN *");
            house.awaitPinned("");
            run(connection, "PREPARE p AS SELECT 1");
            house.awaitPinned("PREPARE");
            run(connection, "DEALLOCATE p");
            house.awaitPinned("");
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
                                    try {
                                        house.server.awaitSleeper(house.database);
                                        slow.cancel();
                                    } catch (SQLException | InterruptedException e) {
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

    @Test
    void aRollbackThatOthersPreparedWorksInAFailedTransaction() throws Exception {
        for (int i = 0; i < 6; i++) {
            try (Connection connection = house.connect("prepareThreshold=1")) {
                connection.setAutoCommit(false);
                assertThatThrownBy(() -> run(connection, "SELECT 1/0"))
                        .hasMessageContaining("division by zero");
                connection.rollback();
                run(connection, "SELECT 1");
                connection.commit();
            }
        }
    }

    @Test
    void whoComesAfterAChangeOfColumnsIsToldTheNewOnes() throws Exception {
        try (Connection one = house.connect("prepareThreshold=1&autosave=never");
                Connection other = house.connect("");
                PreparedStatement all = one.prepareStatement("SELECT * FROM changing")) {
            run(other, "CREATE TABLE changing (a int)");
            for (int i = 0; i < 4; i++) {
                all.executeQuery().close();
            }
            run(other, "ALTER TABLE changing ADD b int");
            for (int i = 0; i < 6; i++) {
                assertThat(columnsForANewcomer()).isEqualTo(2);
            }
            // a change that Quern does not see costs one failure at most on each backend
            try (Connection direct = house.server.connect(house.database)) {
                run(direct, "ALTER TABLE changing ADD c int");
            }
            int failures = 0;
            for (int i = 0; i < 6; i++) {
                try {
                    columnsForANewcomer();
                } catch (SQLException e) {
                    assertThat(e.getSQLState()).isEqualTo("0A000");
                    failures++;
                }
            }
            assertThat(failures).isLessThanOrEqualTo(2);
            assertThat(columnsForANewcomer()).isEqualTo(3);
        }
    }

    /** A driver keeps the columns it was told of: only a new client asks again. */
    private static int columnsForANewcomer() throws SQLException {
        try (Connection newcomer = house.connect("prepareThreshold=1");
                PreparedStatement anew = newcomer.prepareStatement("SELECT * FROM changing");
                ResultSet rows = anew.executeQuery()) {
            return rows.getMetaData().getColumnCount();
        }
    }

    @Test
    void whatATransactionPreparesMeansWhatItsOwnSettingsSay() throws Exception {
        try (Connection connection = house.connect("prepareThreshold=1")) {
            run(connection, "CREATE SCHEMA shop_a CREATE TABLE things (a int)");
            run(connection, "CREATE SCHEMA shop_b CREATE TABLE things (a int, b text)");
            connection.setAutoCommit(false);
            run(connection, "SET search_path = shop_a");
            assertThat(columns(connection, "SELECT * FROM things")).isOne();
            run(connection, "SET LOCAL search_path = shop_b");
            assertThat(columns(connection, "SELECT * FROM things")).isEqualTo(2);
            connection.rollback();
        }
    }

    @Test
    void settingsOfATransactionStayOutOfWhatOthersPrepared() throws Exception {
        String prepared = "SELECT extract(month FROM '01/02/2020'::date)::int";
        String early = "SELECT 100 + extract(month FROM '01/02/2020'::date)::int";
        try (Connection blocker = house.connect("");
                Connection keeper = house.connect("");
                Connection one = house.connect("prepareThreshold=1");
                PreparedStatement earlier = one.prepareStatement(early)) {
            blocker.setAutoCommit(false);
            run(blocker, "SELECT 1");
            assertThat(number(earlier)).isEqualTo(101);
            keeper.setAutoCommit(false);
            run(keeper, "SELECT 1");
            blocker.commit();
            // only the backend is left that has not seen it yet
            one.setAutoCommit(false);
            run(one, "SET LOCAL DateStyle = 'ISO, DMY'");
            number(earlier);
            try (PreparedStatement later = one.prepareStatement(prepared)) {
                assertThat(number(later)).isEqualTo(2);
            }
            one.commit();
            try (Connection other = house.connect("prepareThreshold=1");
                    PreparedStatement same = other.prepareStatement(early);
                    PreparedStatement another = other.prepareStatement(prepared)) {
                assertThat(number(same)).isEqualTo(101);
                assertThat(number(another)).isEqualTo(1);
            }
            keeper.commit();
        }
    }

    private static int columns(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet rows = statement.executeQuery()) {
            return rows.getMetaData().getColumnCount();
        }
    }

    private static int number(PreparedStatement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery()) {
            rows.next();
            return rows.getInt(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"simple", "extended"})
    void aSequencesLastNumberIsRefusedWhereItCouldBeSomebodyElses(String mode) throws Exception {
        try (Connection connection = house.connect("preferQueryMode=" + mode)) {
            run(connection, "CREATE SEQUENCE IF NOT EXISTS numbers");
            run(connection, "SELECT nextval('numbers')");
            for (String sql : List.of("SELECT lastval()", "SELECT currval('numbers')")) {
                assertThatThrownBy(() -> run(connection, sql))
                        .hasMessageContaining("transaction mode")
                        .extracting(e -> ((SQLException) e).getSQLState())
                        .isEqualTo("0A000");
            }
            run(connection, "SELECT nextval('numbers'), currval('numbers')");
            connection.setAutoCommit(false);
            run(connection, "SELECT nextval('numbers')");
            run(connection, "SELECT currval('numbers')");
            connection.commit();
            // a transaction that drew nothing could only tell of another
            assertThatThrownBy(() -> run(connection, "SELECT currval('numbers')"))
                    .extracting(e -> ((SQLException) e).getSQLState())
                    .isEqualTo("0A000");
            connection.rollback();
            connection.setAutoCommit(true);
            run(connection, "BEGIN");
            run(connection, "SELECT count(*) FROM pg_class");
            assertThatThrownBy(() -> run(connection, "SELECT lastval()"))
                    .extracting(e -> ((SQLException) e).getSQLState())
                    .isEqualTo("0A000");
            run(connection, "ROLLBACK");
            if (mode.equals("simple")) {
                assertThatThrownBy(() -> run(connection, "SELECT 1; SELECT lastval()"))
                        .extracting(e -> ((SQLException) e).getSQLState())
                        .isEqualTo("0A000");
                run(connection, "SELECT nextval('numbers'); SELECT lastval()");
            }
        }
    }

    @Test
    void anErrorNamesAStatementAsItsClientDoes() throws Exception {
        try (WireClient client = wire()) {
            for (int i = 0; i < 2; i++) {
                client.send(out -> out.parse(b("mine"), b("SELECT 7"), new int[0]).sync());
            }
            List<String> shown = texts(client.untilReady());
            shown.addAll(texts(client.untilReady()));
            assertThat(shown).noneMatch(m -> m.contains("__quern"));
            assertThat(shown)
                    .anyMatch(m -> m.contains("prepared statement \"mine\" already exists"));
        }
    }

    /**
     * What RESET took away is made again on another backend, which has it already: what waited for
     * that must not keep the client unread.
     */
    @Test
    void whatWaitedForSettingsAndThenForABackendHoldsNothingUp() throws Exception {
        try (WireClient blocker = wire();
                WireClient one = named("same");
                WireClient two = named("same");
                Connection slow =
                        DriverManager.getConnection(
                                house.server.jdbcUrl(house.database),
                                house.server.user(),
                                house.server.password())) {
            blocker.query("BEGIN");
            one.query("SELECT 1");
            slow.setAutoCommit(false);
            // so that asking what RESET left takes its time
            run(slow, "LOCK TABLE pg_catalog.pg_depend IN ACCESS EXCLUSIVE MODE");
            one.query("RESET ALL");
            one.send(
                    out ->
                            out.parse(b(""), b("SELECT 'one'"), new int[0])
                                    .describeStatement(b(""))
                                    .flush());
            two.send(out -> out.query(b("SELECT 'two'")));
            Awaitility.await()
                    .until(
                            () ->
                                    house.proxy.wire().clients().stream()
                                            .anyMatch(c -> c.state().equals("waiting")));
            slow.rollback();
            assertThat(texts(two.untilReady())).anyMatch(m -> m.contains("two"));
            String types = "";
            while (!types.endsWith("T")) {
                types += one.read().type();
            }
            assertThat(types).endsWith("1tT");
            one.send(out -> out.bind(b(""), b("")).execute(b("")).sync());
            assertThat(texts(one.untilReady())).anyMatch(m -> m.contains("one"));
        }
    }

    private static WireClient named(String name) throws Exception {
        WireClient client = new WireClient(house.port());
        client.startup(
                WireClient.PROTOCOL_3_0,
                "user",
                house.server.user(),
                "database",
                house.database,
                "application_name",
                name);
        client.authenticate(house.server.password());
        client.untilReady();
        return client;
    }

    /** A server ignores COPY data it does not want, and the rest of a half-sent message too. */
    @Test
    void theRestOfACopyThatFailedStaysWithItsBackend() throws Exception {
        try (WireClient client = wire()) {
            client.send(out -> out.query(b("COPY items FROM STDIN")));
            assertThat(client.read().type()).isEqualTo('G');
            byte[] data = new byte[40_000];
            Arrays.fill(data, (byte) 'x');
            data[3] = '\n';
            byte[] message = written(out -> out.begin((byte) 'd').raw(data, 0, data.length).end());
            // the first line is wrong, and the message behind it is cut in two
            client.send(out -> out.begin((byte) 'd').raw(data, 0, 10).end());
            client.raw(Arrays.copyOf(message, 20_000));
            assertThat(texts(client.untilReady())).anyMatch(m -> m.contains("22P02"));
            client.raw(Arrays.copyOfRange(message, 20_000, message.length));
            client.send(out -> out.begin((byte) 'c').end().query(b("SELECT 'still here'")));
            assertThat(texts(client.untilReady())).anyMatch(m -> m.contains("still here"));
        }
    }

    private static WireClient wire() throws Exception {
        return WireClient.login(
                house.port(), house.server.user(), house.server.password(), house.database);
    }

    private static byte[] b(String text) {
        return text.getBytes(US_ASCII);
    }

    private static byte[] written(Consumer<MessageWriter> messages) {
        MessageWriter out = new MessageWriter();
        messages.accept(out);
        return out.toByteArray();
    }

    private static List<String> texts(List<WireClient.Message> messages) {
        return new ArrayList<>(messages.stream().map(WireClient.Message::toString).toList());
    }

    /** A client may fill its own backend's memory, as it may PostgreSQL's, but not the proxy's. */
    @Test
    void textsBeyondWhatIsKeptPinTheirClient() throws Exception {
        String filler = " /* " + "x".repeat(1_000_000) + " */";
        int[] noTypes = {};
        byte[] unnamed = {};
        try (WireClient client = house.client()) {
            for (int i = 0; i < 40; i++) {
                byte[] name = ("s" + i).getBytes(US_ASCII);
                byte[] sql = ("SELECT " + i + filler).getBytes(US_ASCII);
                client.send(out -> out.parse(name, sql, noTypes).sync());
                assertThat(WireClient.types(client.untilReady())).isEqualTo("1Z");
            }
            house.awaitPinned("statements too long to keep");
            for (int i = 0; i < 40; i++) {
                byte[] name = ("s" + i).getBytes(US_ASCII);
                client.send(out -> out.bind(unnamed, name).execute(unnamed).sync());
                assertThat(client.untilReady().get(1).values()).containsExactly("" + i);
            }
        }
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
