package io.quern.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quern.proxy.net.WireClient.Message;
import io.quern.proxy.session.Mishaps;
import io.quern.proxy.wire.MessageWriter;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Planner settings on the wire: every plan that PostgreSQL executes comes back as a notice, so that
 * it shows under which settings it was made. Once on the client's own backend, once in transaction
 * mode.
 */
class SteeringIT {
    private static final byte[] NONE = {};
    private static final int[] UNDECLARED = {};
    private static final int INT4 = 23;
    private static final String BY_ID = "SELECT id, name FROM things WHERE id = $1";
    private static final String OTHER = "SELECT name FROM things WHERE id = $1";
    private static final Map<String, String> NO_INDEX =
            Map.of("enable_indexscan", "off", "enable_bitmapscan", "off");

    private ProxyFixture house = new ProxyFixture();

    private void open(boolean perTransaction) throws SQLException {
        if (perTransaction) {
            house.close();
            house = ProxyFixture.pooled(true, 1);
        }
        sql("CREATE TABLE things (id int PRIMARY KEY, name text)");
        sql("INSERT INTO things SELECT i, 'n' || i FROM generate_series(1, 2000) i");
        sql("CREATE TABLE parts (id int, thing int REFERENCES things)");
        sql(
                "CREATE FUNCTION named(int) RETURNS text LANGUAGE plpgsql AS"
                        + " 'BEGIN RETURN (SELECT name FROM things WHERE id = $1); END'");
        sql("ANALYZE");
        for (String setting :
                List.of(
                        "session_preload_libraries = 'auto_explain'",
                        "auto_explain.log_min_duration = 0",
                        "auto_explain.log_level = 'notice'",
                        "auto_explain.log_nested_statements = on")) {
            sql("ALTER DATABASE \"" + house.database + "\" SET " + setting);
        }
    }

    @AfterEach
    void close() {
        house.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsBoundUnderSettingsHasAnotherPlanAndWhatComesBehindHasNot(boolean perTransaction)
            throws Exception {
        open(perTransaction);
        house.gate.steer(4, BY_ID, BY_ID, false, NO_INDEX, INT4);
        try (WireClient client = login()) {
            prepare(client, "s", BY_ID);
            prepare(client, "t", OTHER);
            treated(client, "s");
            List<Message> answers =
                    group(
                            client,
                            out -> {
                                run(out, "s", "7");
                                run(out, "t", "7");
                                run(out, "s", "8");
                            });
            assertThat(seen(answers)).isEqualTo("2DC2DC2DCZ");
            assertThat(plans(answers)).containsExactly("Seq", "Index", "Seq");
            assertThat(answers.toString()).doesNotContain("set_config");
            assertThat(value(client, "enable_indexscan")).isEqualTo("on");
            house.gate.enabled(false);
            assertThat(plans(group(client, out -> run(out, "s", "7")))).containsExactly("Index");
            house.gate.enabled(true);
            assertThat(plans(group(client, out -> run(out, "s", "7")))).containsExactly("Seq");
        }
        noMishaps();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void unnamedStatementsAndTheSettingsOfAnotherFormAreGivenToo(boolean perTransaction)
            throws Exception {
        open(perTransaction);
        house.gate.steer(4, BY_ID, BY_ID + " AND id > 0", false, NO_INDEX, INT4);
        try (WireClient client = login()) {
            List<Message> answers = List.of();
            for (int i = 0; i < 12 && !plans(answers).contains("Seq"); i++) {
                answers =
                        group(
                                client,
                                out -> {
                                    out.parse(NONE, b(BY_ID), UNDECLARED);
                                    run(out, "", "7");
                                });
                assertThat(seen(answers)).isEqualTo("12DCZ");
            }
            assertThat(plans(answers)).containsExactly("Seq");
            assertThat(answers.toString()).contains("id > 0");
            client.query("DISCARD ALL");
            prepare(client, "s", BY_ID);
            treated(client, "s");
        }
        noMishaps();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void transactionsSavepointsAndErrorsLeaveTheClientsOwnSettings(boolean perTransaction)
            throws Exception {
        open(perTransaction);
        house.gate.steer(4, BY_ID, BY_ID, false, NO_INDEX, INT4);
        try (WireClient client = login()) {
            prepare(client, "s", BY_ID);
            prepare(client, "t", OTHER);
            treated(client, "s");
            // an error outside a transaction
            assertThat(seen(group(client, out -> run(out, "s", "x")))).isEqualTo("EZ");
            assertThat(value(client, "enable_indexscan")).isEqualTo("on");
            treated(client, "s");
            client.query("BEGIN");
            assertThat(plans(group(client, out -> run(out, "s", "7")))).containsExactly("Seq");
            assertThat(plans(group(client, out -> run(out, "t", "7")))).containsExactly("Index");
            client.query("SAVEPOINT a");
            assertThat(plans(group(client, out -> run(out, "s", "7")))).containsExactly("Seq");
            List<Message> failed = group(client, out -> run(out, "s", "x"));
            assertThat(seen(failed)).isEqualTo("EZ");
            assertThat(failed.getLast().body()).isEqualTo("E");
            assertThat(failed.toString()).contains("C22P02");
            assertThat(group(client, out -> run(out, "s", "7")).toString()).contains("C25P02");
            client.query("ROLLBACK TO a");
            assertThat(value(client, "enable_indexscan")).isEqualTo("on");
            assertThat(plans(group(client, out -> run(out, "t", "7")))).containsExactly("Index");
            client.query("SET LOCAL enable_bitmapscan = off");
            client.query("SET enable_sort = off");
            group(client, out -> run(out, "s", "7"));
            assertThat(value(client, "enable_bitmapscan")).isEqualTo("off");
            client.query("SET enable_indexscan = off");
            client.query("RELEASE a");
            client.query("COMMIT");
            assertThat(value(client, "enable_indexscan")).isEqualTo("off");
            assertThat(value(client, "enable_bitmapscan")).isEqualTo("on");
            assertThat(value(client, "enable_sort")).isEqualTo("off");
        }
        noMishaps();
    }

    /** Their plans are kept for the session: made under the settings they would stay bad. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void plansOfForeignKeysAndFunctionsAreMadeWithoutTheSettings(boolean perTransaction)
            throws Exception {
        open(perTransaction);
        String insert = "INSERT INTO parts VALUES ($1, $2)";
        String call = "SELECT named($1) FROM things WHERE id = $1";
        house.gate.steer(4, insert, insert, false, NO_INDEX, INT4, INT4);
        house.gate.steer(5, call, call, false, NO_INDEX, INT4);
        try (WireClient client = login()) {
            prepare(client, "i", insert);
            prepare(client, "f", call);
            // on an error both are bound, and their variants wanted, but no function has run
            for (int i = 0; i < 4; i++) {
                assertThat(seen(group(client, out -> run(out, "i", "x", "y")))).isEqualTo("EZ");
                assertThat(seen(group(client, out -> run(out, "f", "x")))).isEqualTo("EZ");
            }
            for (int i = 0; i < 8; i++) {
                List<Message> answers =
                        group(
                                client,
                                out -> {
                                    run(out, "i", "1", "7");
                                    run(out, "i", "2", "8");
                                    run(out, "f", "7");
                                });
                assertThat(seen(answers)).isEqualTo("2C2C2DCZ");
                String checks = nested(answers, "FOR KEY SHARE");
                assertThat(checks).contains("Index").doesNotContain("Seq Scan on things");
                assertThat(nested(answers, "(SELECT name FROM things"))
                        .contains("Index")
                        .doesNotContain("Seq Scan");
            }
            // in transaction mode what a function of the application's left is asked for first
            await().until(() -> plans(group(client, out -> run(out, "f", "7"))).contains("Seq"));
            assertThat(plans(client.query("SELECT named(3)")))
                    .contains("Index")
                    .doesNotContain("Seq");
        }
        noMishaps();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPortalIsFetchedInPiecesUnderThePlanItWasBoundWith(boolean perTransaction)
            throws Exception {
        open(perTransaction);
        String range = "SELECT id FROM things WHERE id > $1 AND id < 20";
        house.gate.steer(4, range, range, true, NO_INDEX, INT4);
        try (WireClient client = login()) {
            prepare(client, "r", range);
            treated(client, "r");
            client.query("BEGIN");
            List<Message> first =
                    group(
                            client,
                            out -> {
                                out.bind(b("c"), b("r"), new byte[][] {b("10")});
                                out.begin((byte) 'D').int8('P').string(b("c")).end();
                                out.begin((byte) 'E').string(b("c")).int32(4).end();
                            });
            assertThat(seen(first)).isEqualTo("2TDDDDsZ");
            assertThat(value(client, "enable_indexscan")).isEqualTo("on");
            List<Message> rest = group(client, out -> out.execute(b("c")).closePortal(b("c")));
            assertThat(seen(rest)).isEqualTo("DDDDDCZ");
            assertThat(plans(rest)).containsExactly("Seq");
            client.query("COMMIT");
        }
        noMishaps();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatTheExecutorReadsStaysForOneExecution(boolean perTransaction) throws Exception {
        open(perTransaction);
        String asked = "SELECT current_setting('work_mem') AS asked, $1::int";
        String other = "SELECT current_setting('work_mem') AS other, $1::int";
        house.gate.steer(4, asked, asked, true, Map.of("work_mem", "77MB"), INT4);
        try (WireClient client = login()) {
            prepare(client, "a", asked);
            prepare(client, "o", other);
            List<Message> answers = List.of();
            for (int i = 0; i < 12 && !answers.toString().contains("77MB"); i++) {
                answers =
                        group(
                                client,
                                out -> {
                                    run(out, "a", "1");
                                    run(out, "o", "1");
                                });
                assertThat(seen(answers)).isEqualTo("2DC2DCZ");
            }
            List<Message> rows = answers.stream().filter(m -> m.type() == 'D').toList();
            assertThat(rows.get(0).body()).contains("77MB");
            assertThat(rows.get(1).body()).doesNotContain("77MB");
        }
        noMishaps();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void simpleQueriesLookAsIfNothingWereAroundThem(boolean perTransaction) throws Exception {
        open(perTransaction);
        String asked = "SELECT id, name FROM things WHERE id = 7 -- that one";
        house.gate.steer(4, asked, asked, true, NO_INDEX);
        try (WireClient client = login();
                WireClient direct =
                        WireClient.login(
                                house.server.port(),
                                house.server.user(),
                                house.server.password(),
                                house.database)) {
            List<Message> answers = client.query(asked);
            for (int i = 0; i < 10 && !plans(answers).contains("Seq"); i++) {
                answers = client.query(asked);
            }
            assertThat(plans(answers)).containsExactly("Seq");
            assertThat(seen(answers)).isEqualTo("TDCZ");
            assertThat(without(answers)).isEqualTo(without(direct.query(asked)));
            client.query("BEGIN");
            direct.query("BEGIN");
            answers = client.query(asked);
            assertThat(plans(answers)).containsExactly("Seq");
            assertThat(without(answers)).isEqualTo(without(direct.query(asked)));
            assertThat(value(client, "enable_indexscan")).isEqualTo("on");
            client.query("COMMIT");
            direct.query("COMMIT");
            sql("ALTER TABLE things RENAME name TO title");
            List<Message> failed = client.query(asked);
            assertThat(failed.toString()).contains("|P12|");
            assertThat(failed).isEqualTo(direct.query(asked));
        }
        assertThat(house.proxy.mishaps().get(Mishaps.Kind.TRACKING)).isZero();
        assertThat(house.proxy.mishaps().get(Mishaps.Kind.PREPARE)).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void simpleQueriesInWhichMoreMayRunKeepTheirOriginal(boolean perTransaction) throws Exception {
        open(perTransaction);
        String asked = "SELECT named(id) FROM things WHERE id = 7";
        house.gate.steer(4, asked, asked, false, NO_INDEX);
        try (WireClient client = login()) {
            for (int i = 0; i < 5; i++) {
                assertThat(plans(client.query(asked))).doesNotContain("Seq");
            }
        }
        assertThat(house.proxy.mishaps().get(Mishaps.Kind.UNSTEERED)).isPositive();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void settingsThatPostgresRefusesAreRefused(boolean perTransaction) throws Exception {
        open(perTransaction);
        house.gate.steer(4, BY_ID, BY_ID, true, Map.of("work_mem", "1kB"), INT4);
        house.gate.steer(5, OTHER, OTHER, true, Map.of("enable_wonders", "on"), INT4);
        try (WireClient client = login()) {
            prepare(client, "s", BY_ID);
            prepare(client, "t", OTHER);
            for (int i = 0; i < 20 && house.recorder.refusals().size() < 2; i++) {
                List<Message> answers =
                        group(
                                client,
                                out -> {
                                    run(out, "s", "7");
                                    run(out, "t", "7");
                                });
                assertThat(seen(answers)).isEqualTo("2DC2DCZ");
            }
        }
        await().untilAsserted(
                        () ->
                                assertThat(house.recorder.refusals())
                                        .containsExactlyInAnyOrder(
                                                "4: PostgreSQL refuses its settings: SQLSTATE"
                                                        + " 22023",
                                                "5: PostgreSQL refuses its settings: SQLSTATE"
                                                        + " 42704"));
        noMishaps();
    }

    // ---- words of these tests

    private static byte[] b(String text) {
        return text.getBytes(UTF_8);
    }

    private void sql(String text) throws SQLException {
        try (Connection direct = house.server.connect(house.database);
                Statement statement = direct.createStatement()) {
            statement.execute(text);
        }
    }

    private WireClient login() throws IOException {
        return WireClient.login(
                house.port(), house.server.user(), house.server.password(), house.database);
    }

    private static void prepare(WireClient client, String name, String sql) throws IOException {
        assertThat(seen(group(client, out -> out.parse(b(name), b(sql), UNDECLARED))))
                .isEqualTo("1Z");
    }

    private static List<Message> group(WireClient client, Consumer<MessageWriter> messages)
            throws IOException {
        client.send(messages.andThen(MessageWriter::sync));
        return client.untilReady();
    }

    private static void run(MessageWriter out, String name, String... values) {
        byte[][] parameters = new byte[values.length][];
        for (int i = 0; i < values.length; i++) {
            parameters[i] = b(values[i]);
        }
        // a plan is told of when its portal goes
        out.bind(NONE, b(name), parameters).execute(NONE).closePortal(NONE);
    }

    /** Runs a statement until its variant is there. */
    private static void treated(WireClient client, String name) throws IOException {
        List<Message> answers = group(client, out -> run(out, name, "7"));
        for (int i = 0; i < 10 && !plans(answers).contains("Seq"); i++) {
            answers = group(client, out -> run(out, name, "7"));
        }
        assertThat(plans(answers)).containsExactly("Seq");
    }

    private static String value(WireClient client, String setting) throws IOException {
        return client.query("SELECT current_setting('" + setting + "')").stream()
                .filter(m -> m.type() == 'D')
                .map(m -> m.body().substring(6))
                .findFirst()
                .orElse("");
    }

    /** What came, but for the plans. */
    private static List<Message> without(List<Message> answers) {
        return answers.stream().filter(m -> m.type() != 'N').toList();
    }

    private static String seen(List<Message> answers) {
        return WireClient.types(without(answers)).replace("3", "");
    }

    /** How each plan that was executed reads {@code things}, nested ones too. */
    private static List<String> plans(List<Message> answers) {
        return answers.stream()
                .filter(m -> m.type() == 'N' && m.text().contains("things"))
                .map(
                        m ->
                                m.text().contains("Seq Scan on things")
                                        ? "Seq"
                                        : m.text().contains("Index") ? "Index" : "other")
                .toList();
    }

    private static String nested(List<Message> answers, String words) {
        StringBuilder all = new StringBuilder();
        answers.stream()
                .filter(m -> m.type() == 'N' && m.text().contains(words))
                .forEach(m -> all.append(m.text()));
        return all.toString();
    }

    private void noMishaps() {
        assertThat(house.proxy.mishaps().values()).containsOnly(0L);
    }
}
