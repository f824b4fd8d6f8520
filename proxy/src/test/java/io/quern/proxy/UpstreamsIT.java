package io.quern.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.quern.optimizer.PostgresServer;
import io.quern.proxy.net.MortalServer;
import io.quern.proxy.net.WireClient;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/** Two servers behind one Quern; the database of one of them is served under another name. */
class UpstreamsIT {
    private static final PostgresServer MAIN = PostgresServer.shared();
    private static MortalServer other;
    private static String database;

    @BeforeAll
    static void open(@TempDir Path temp) throws Exception {
        other = new MortalServer(MAIN, temp);
        other.execute("CREATE DATABASE reporting");
        database = MAIN.createDatabase();
        sql(
                "DROP ROLE IF EXISTS upstreams_guest",
                "CREATE ROLE upstreams_guest LOGIN PASSWORD 'guest'",
                "REVOKE CONNECT ON DATABASE " + database + " FROM PUBLIC");
    }

    @AfterAll
    static void close() throws Exception {
        other.close();
    }

    private static void sql(String... statements) throws SQLException {
        try (Connection direct = MAIN.connect("postgres");
                Statement statement = direct.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static QuernFixture house(String mode) throws IOException {
        return new QuernFixture(
                MAIN,
                database,
                QuernFixture.optimizer(),
                QuernFixture::without,
                Map.of(
                        "quern.upstreams.main.url",
                        url(MAIN.port(), database),
                        "quern.upstreams.other.url",
                        url(other.port(), "postgres"),
                        "quern.upstreams.other.databases.reports",
                        "reporting",
                        "quern.pool.mode",
                        mode));
    }

    private static String url(int port, String database) {
        return "postgresql://"
                + MAIN.user()
                + ":"
                + MAIN.password()
                + "@127.0.0.1:"
                + port
                + "/"
                + database;
    }

    private static WireClient client(QuernFixture house, String database) throws IOException {
        return WireClient.login(house.port(), MAIN.user(), MAIN.password(), database);
    }

    private static String refusal(
            QuernFixture house, String user, String password, String database) {
        SQLException refused =
                catchThrowableOfType(
                        SQLException.class,
                        () ->
                                DriverManager.getConnection(
                                                "jdbc:postgresql://127.0.0.1:"
                                                        + house.port()
                                                        + "/"
                                                        + database
                                                        + "?sslmode=disable",
                                                user,
                                                password)
                                        .close());
        return refused.getSQLState()
                + " "
                + requireNonNull(refused.getMessage()).lines().findFirst().orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"session", "transaction"})
    void everyNameLeadsToItsDatabase(String mode) throws Exception {
        String here = "SELECT current_database() || ' ' || inet_server_port()";
        try (QuernFixture house = house(mode);
                WireClient main = client(house, database);
                WireClient reports = client(house, "reports")) {
            for (int i = 0; i < 2; i++) {
                assertThat(main.value(here)).isEqualTo(database + " " + MAIN.port());
                assertThat(reports.value(here)).isEqualTo("reporting " + other.port());
            }
            assertThat(refusal(house, MAIN.user(), MAIN.password(), "reporting"))
                    .as("the name there is no name here")
                    .isEqualTo("3D000 FATAL: database \"reporting\" does not exist");
            assertThat(refusal(house, MAIN.user(), MAIN.password(), "nowhere"))
                    .isEqualTo("3D000 FATAL: database \"nowhere\" does not exist");
            assertThat(refusal(house, "upstreams_guest", "guest", database))
                    .isEqualTo("42501 FATAL: permission denied for database \"" + database + "\"");
            assertThat(refusal(house, "upstreams_guest", "guest", "reports"))
                    .as("a role of the other server")
                    .startsWith("28")
                    .contains("\"upstreams_guest\"");
            assertThat(refusal(house, MAIN.user(), "wrong", "nowhere"))
                    .as("who is not known is told nothing")
                    .isEqualTo(
                            "28P01 FATAL: password authentication failed for user \""
                                    + MAIN.user()
                                    + "\"");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"session", "transaction"})
    void eachDatabaseHasAHistoryOfItsOwnUnderTheNameItIsServedBy(String mode) throws Exception {
        try (QuernFixture house = house(mode);
                WireClient main = client(house, database);
                WireClient reports = client(house, "reports")) {
            main.query("SELECT 'only here', 1");
            reports.query("SELECT 'only there'");
            await().atMost(QuernFixture.PATIENCE)
                    .untilAsserted(
                            () -> {
                                String templates = house.console("SHOW TEMPLATES");
                                assertThat(templates.lines())
                                        .anyMatch(t -> t.startsWith(database + "|"))
                                        .anyMatch(t -> t.startsWith("reports|"))
                                        .noneMatch(t -> t.startsWith("reporting|"))
                                        .noneMatch(
                                                t ->
                                                        t.startsWith("reports|")
                                                                && t.contains("SELECT ?, ?"));
                            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"reports", ""})
    void operatorsActOnDatabasesByTheNamesOfClients(String paused) throws Exception {
        try (QuernFixture house = house("transaction");
                WireClient main = client(house, database);
                WireClient reports = client(house, "reports")) {
            String backend = reports.value("SELECT pg_backend_pid()");
            assertThat(house.console("SHOW POOLS"))
                    .contains("other|reports|" + MAIN.user() + "|0|0|0|1|0|20|0|f")
                    .contains("main|" + database + "|" + MAIN.user() + "|0|0|0|1|0|20|0|f");
            assertThat(house.console("SHOW SERVERS")).contains("other|reports|");
            assertThat(house.console("SHOW DATABASES")).contains("reports|1|0|1|1|0|f");
            assertThat(house.console("PAUSE " + paused)).isEqualTo("PAUSE");
            reports.send(out -> out.query("SELECT 1".getBytes(UTF_8)));
            await().untilAsserted(
                            () ->
                                    assertThat(house.console("SHOW DATABASES"))
                                            .containsPattern(
                                                    "reports\\|1\\|1\\|1\\|1\\|[0-9]+\\|t"));
            if (!paused.isEmpty()) {
                assertThat(main.value("SELECT 1")).isEqualTo("1");
            }
            assertThat(house.console("RECONNECT " + paused)).isEqualTo("RECONNECT");
            assertThat(house.console("RESUME " + paused)).isEqualTo("RESUME");
            assertThat(WireClient.types(reports.untilReady())).isEqualTo("TDCZ");
            assertThat(reports.value("SELECT pg_backend_pid()")).isNotEqualTo(backend);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"session", "transaction"})
    void oneUpstreamMayBeAwayWhileTheOthersServe(String mode) throws Exception {
        try (QuernFixture house = house(mode);
                WireClient main = client(house, database)) {
            other.kill();
            try {
                assertThatThrownBy(() -> client(house, "reports"))
                        .hasMessageContaining("08001")
                        .hasMessageContaining(
                                mode.equals("session")
                                        ? "Quern cannot reach the upstream 127.0.0.1:"
                                                + other.port()
                                                + ": connection refused"
                                        : "Quern cannot look up passwords at the upstream");
                assertThat(main.value("SELECT 1")).isEqualTo("1");
            } finally {
                other.start();
            }
            await().ignoreExceptions()
                    .until(
                            () -> {
                                try (WireClient back = client(house, "reports")) {
                                    return back.value("SELECT 1").equals("1");
                                }
                            });
        }
    }
}
