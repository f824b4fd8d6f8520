package io.quern.proxy.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.PSQLException;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The console as psql and pgjdbc, in each of its query modes, see it. */
class ConsoleClientsIT {
    private ConsoleHarness harness;

    @BeforeEach
    void open() throws IOException {
        harness = new ConsoleHarness();
    }

    @AfterEach
    void close() throws IOException {
        harness.close();
    }

    // ---- psql

    private record Heard(int exit, String text) {}

    private Heard psql(String user, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("psql", "-X", "-A", "-t", "-F", "|"));
        command.add("host=127.0.0.1 port=" + harness.port() + " dbname=quern user=" + user);
        command.addAll(Arrays.asList(arguments));
        Process psql = new ProcessBuilder(command).redirectErrorStream(true).start();
        psql.getOutputStream().close();
        String text = new String(psql.getInputStream().readAllBytes(), UTF_8);
        assertThat(psql.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return new Heard(psql.exitValue(), text);
    }

    @Test
    void psql_shows_and_acts() throws Exception {
        Heard heard = psql("boss", "-c", "show clients", "-c", "KILL 7;", "-c", "select version()");
        assertThat(heard.text())
                .contains("3|shop|report|psql|127.0.0.1:5000|session|idle|")
                .contains("KILL\n")
                .contains("PostgreSQL 14.0 (Quern 0.1), the console")
                .doesNotContain("WARNING");
        assertThat(heard.exit()).isZero();
        assertThat(harness.operations.done).containsExactly("kill 7");
    }

    @Test
    void psql_is_told_what_went_wrong() throws Exception {
        Heard heard = psql("looker", "-c", "OFF");
        assertThat(heard.exit()).isEqualTo(1);
        assertThat(heard.text()).contains("ERROR:  OFF is for the console's admins");
        assertThat(psql("boss", "-c", "SHOW NOTHING").text())
                .contains("ERROR:  the console knows no such command")
                .contains("HINT:  SHOW HELP lists the commands.");
        assertThat(psql("stranger", "-c", "SHOW POOLS").text())
                .contains("FATAL:  this role may not use the console");
        assertThat(harness.desk.killed).isFalse();
    }

    @Test
    void psql_watches() throws Exception {
        Process psql =
                new ProcessBuilder(
                                "psql",
                                "-X",
                                "-A",
                                "-t",
                                "host=127.0.0.1 port=" + harness.port() + " dbname=quern user=boss")
                        .redirectErrorStream(true)
                        .start();
        try (var in = psql.outputWriter(UTF_8)) {
            in.write("SHOW VERSION \\watch 0.05\n");
            in.flush();
            try (var out = psql.inputReader(UTF_8)) {
                int seen = 0;
                for (String line = out.readLine(); seen < 3; line = out.readLine()) {
                    seen += String.valueOf(line).startsWith("Quern 0.1|") ? 1 : 0;
                }
            }
        } finally {
            psql.destroy();
        }
    }

    // ---- psycopg

    private static final String PYTHON =
            """
            import sys
            try:
                import psycopg
            except ImportError:
                sys.exit(77)
            with psycopg.connect(sys.argv[1]) as c:
                assert c.info.transaction_status.name == 'IDLE'
                for binary in (False, True):
                    with c.cursor(binary=binary) as cursor:
                        for _ in range(8):
                            cursor.execute('SHOW DATABASES')
                            row = cursor.fetchone()
                            assert row == ('shop', 2, 2, 2, 4, 9, False), row
                            cursor.execute('KILL %s', (7,))
                        cursor.execute('SHOW VERSION', prepare=True)
                        assert cursor.fetchone()[1].year == 2026
                assert c.info.transaction_status.name == 'INTRANS'
                try:
                    c.execute('FROBNICATE')
                    sys.exit('not refused')
                except psycopg.errors.SyntaxError:
                    c.rollback()
                c.execute('PAUSE %s', ('shop',))
            print('done')
            """;

    @Test
    void psycopg_shows_and_acts() throws Exception {
        Process python =
                new ProcessBuilder(
                                "/usr/bin/python3",
                                "-c",
                                PYTHON,
                                "host=127.0.0.1 port=" + harness.port() + " dbname=quern user=boss")
                        .redirectErrorStream(true)
                        .start();
        String said = new String(python.getInputStream().readAllBytes(), UTF_8);
        int exit = python.waitFor();
        assumeTrue(exit != 77, "no psycopg here");
        assertThat(said).isEqualTo("done\n");
        assertThat(harness.operations.done).hasSize(17).last().isEqualTo("pause shop");
    }

    // ---- pgjdbc

    private Connection jdbc(String mode) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:"
                        + harness.port()
                        + "/quern?user=boss&preferQueryMode="
                        + mode);
    }

    @ParameterizedTest
    @ValueSource(strings = {"simple", "extended", "extendedForPrepared", "extendedCacheEverything"})
    void pgjdbc_shows_and_acts(String mode) throws Exception {
        try (Connection connection = jdbc(mode);
                Statement statement = connection.createStatement()) {
            assertThat(connection.isValid(5)).isTrue();
            // often enough for the driver to ask for binary values
            for (int i = 0; i < 8; i++) {
                try (ResultSet rows = statement.executeQuery("SHOW TEMPLATES")) {
                    assertThat(rows.next()).isTrue();
                    assertThat(rows.getLong("count")).isEqualTo(4);
                    assertThat(rows.getDouble("p99_ms")).isEqualTo(4.25);
                    assertThat(rows.getString("template")).isEqualTo("select * from t where x = ?");
                    assertThat(rows.next()).isFalse();
                }
            }
            statement.execute("RELOAD");
            assertThat(statement.executeUpdate("RECONNECT shop")).isZero();
            connection.setReadOnly(true);
            connection.setReadOnly(false);
            DatabaseMetaData about = connection.getMetaData();
            assertThat(about.getDatabaseMajorVersion()).isEqualTo(14);
            assertThat(connection.getTransactionIsolation())
                    .isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
        }
        assertThat(harness.operations.done).containsExactly("reload", "reconnect shop");
    }

    @ParameterizedTest
    @ValueSource(strings = {"extended", "extendedForPrepared", "extendedCacheEverything"})
    void pgjdbc_prepares(String mode) throws Exception {
        try (Connection connection = jdbc(mode);
                PreparedStatement version = connection.prepareStatement("SHOW VERSION");
                PreparedStatement kill = connection.prepareStatement("KILL ?")) {
            for (int i = 0; i < 8; i++) {
                try (ResultSet rows = version.executeQuery()) {
                    assertThat(rows.next()).isTrue();
                    assertThat(rows.getObject("started", OffsetDateTime.class).toInstant())
                            .isEqualTo(FakeOperations.NOW);
                }
                kill.setLong(1, 7);
                kill.executeUpdate();
            }
            kill.setInt(1, 8);
            assertThatThrownBy(kill::executeUpdate)
                    .isInstanceOf(PSQLException.class)
                    .hasMessageContaining("there is no client 8")
                    .extracting(e -> ((PSQLException) e).getSQLState())
                    .isEqualTo("22023");
        }
        assertThat(harness.operations.done).hasSize(9).last().isEqualTo("kill 8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"simple", "extended"})
    void pgjdbc_without_autocommit_fetches_in_portions(String mode) throws Exception {
        for (int i = 10; i < 40; i++) {
            harness.operations.clients.add(FakeOperations.client(i, "shop", "app", "idle"));
        }
        try (Connection connection = jdbc(mode)) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.setFetchSize(10);
                int seen = 0;
                try (ResultSet rows = statement.executeQuery("SHOW CLIENTS")) {
                    while (rows.next()) {
                        seen++;
                    }
                }
                assertThat(seen).isEqualTo(32);
                statement.setMaxRows(5);
                seen = 0;
                try (ResultSet rows = statement.executeQuery("SHOW CLIENTS")) {
                    while (rows.next()) {
                        seen++;
                    }
                }
                // in simple mode the driver has no way to say it
                assertThat(seen).isEqualTo(mode.equals("simple") ? 32 : 5);
                assertThatThrownBy(() -> statement.executeQuery("SELECT * FROM t"))
                        .isInstanceOf(PSQLException.class);
            }
            connection.rollback();
            connection.setAutoCommit(true);
            assertThat(connection.isValid(5)).isTrue();
        }
    }

    @Test
    void a_pause_is_cancelled_from_another_thread() throws Exception {
        harness.operations.busy = true;
        try (Connection connection = jdbc("extended");
                Statement statement = connection.createStatement()) {
            CompletableFuture<SQLException> failure =
                    CompletableFuture.supplyAsync(
                            () -> {
                                try {
                                    statement.execute("PAUSE");
                                    throw new AssertionError("it was not cancelled");
                                } catch (SQLException e) {
                                    return e;
                                }
                            });
            harness.operations.pausing.await();
            statement.cancel();
            assertThat(failure.get(20, TimeUnit.SECONDS).getSQLState()).isEqualTo("57014");
            assertThat(harness.operations.done).containsExactly("pause ", "resume ");
            assertThat(connection.isValid(5)).isTrue();
        }
    }
}
