package io.quern.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.quern.optimizer.PostgresServer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A real psql at the console of a whole Quern. */
class ConsoleIT {
    private final PostgresServer server = PostgresServer.shared();

    @ParameterizedTest
    @ValueSource(strings = {"session", "transaction"})
    void showsAndActsOnWhatIsReallyThere(String mode) throws Exception {
        try (QuernFixture house = open(mode);
                Connection client = house.connect("ApplicationName=shop");
                Statement statement = client.createStatement()) {
            client.setAutoCommit(false);
            statement.execute("SELECT 41 + 1");
            String clients = psql(house, "SHOW CLIENTS");
            assertThat(clients).contains("|" + house.database + "|", "|in transaction|");
            if (mode.equals("transaction")) {
                assertThat(psql(house, "SHOW POOLS"))
                        .contains("upstream|" + house.database + "|" + server.user() + "|1|0|1|");
                assertThat(psql(house, "SHOW SERVERS")).contains("|lent|");
                assertThat(psql(house, "PAUSE nowhere")).isEqualTo("PAUSE");
            }
            client.commit();
            await().atMost(QuernFixture.PATIENCE)
                    .untilAsserted(
                            () ->
                                    assertThat(psql(house, "SHOW TEMPLATES"))
                                            .contains("SELECT ? + ?"));
            assertThat(psql(house, "SHOW STATS"))
                    .containsPattern("statements\\.executed\\|[1-9]")
                    .containsPattern("logins\\.admitted\\|[1-9]");
            assertThat(psql(house, "SHOW CONFIG")).contains("quern.pool.mode|" + mode + "|f");
            assertThat(psql(house, "SHOW SUGGESTIONS")).doesNotContain("ERROR");
            assertThat(psql(house, "OFF 'a test'")).isEqualTo("OFF");
            assertThat(house.quern.desk().killed()).isTrue();
            assertThat(psql(house, "ON")).isEqualTo("ON");
            assertThat(house.quern.desk().killed()).isFalse();
            String id =
                    clients.lines()
                            .filter(line -> line.contains(house.database))
                            .findFirst()
                            .orElseThrow()
                            .split("\\|", -1)[0];
            assertThat(psql(house, "KILL " + id)).isEqualTo("KILL");
            assertThat(failure(statement)).isEqualTo("57P01");
        }
    }

    @Test
    void aPausedDatabaseWaitsUntilItIsResumed() throws Exception {
        try (QuernFixture house = open("transaction");
                Connection client = house.connect("");
                Statement statement = client.createStatement()) {
            assertThat(psql(house, "PAUSE " + house.database)).isEqualTo("PAUSE");
            CompletableFuture<Boolean> answer =
                    CompletableFuture.supplyAsync(
                            () -> {
                                try {
                                    return statement.execute("SELECT 1");
                                } catch (SQLException e) {
                                    throw new IllegalStateException(e);
                                }
                            });
            await().untilAsserted(
                            () ->
                                    assertThat(psql(house, "SHOW POOLS"))
                                            .containsPattern("\\|0\\|1"));
            assertThat(answer).isNotDone();
            assertThat(psql(house, "RESUME " + house.database)).isEqualTo("RESUME");
            assertThat(answer.get(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aReloadChangesWhatItCanAndNamesTheRest() throws Exception {
        try (QuernFixture house = open("transaction");
                Connection one = house.connect("");
                Connection two = house.connect("");
                Statement first = one.createStatement();
                Statement second = two.createStatement()) {
            one.setAutoCommit(false);
            two.setAutoCommit(false);
            first.execute("SELECT 1");
            second.execute("SELECT 1");
            one.commit();
            two.commit();
            house.settings.put("quern.pool.size", "1");
            house.settings.put("quern.pool.queue-timeout", "PT0.5S");
            house.settings.put("quern.threads", "7");
            assertThat(psql(house, "RELOAD"))
                    .contains(
                            "quern.pool.size: 5 → 1",
                            "quern.pool.queue-timeout: PT2M → PT0.5S",
                            "quern.threads: 0 → 7 at the next start");
            first.execute("SELECT 1");
            assertThat(failure(second)).as("one backend, and it is lent").isEqualTo("53300");
            one.commit();
            assertThat(psql(house, "SHOW SERVERS").lines()).hasSize(1);
            house.settings.put("quern.pool.size", "0");
            assertThat(psql(house, "RELOAD")).startsWith("nothing changed: quern.pool.size");
            house.settings.put("quern.pool.size", "2");
            house.settings.put("quern.auth.rules", "deny all database=" + house.database);
            assertThat(psql(house, "RELOAD")).contains("quern.pool.size: 1 → 2");
            assertThat(
                            catchThrowableOfType(SQLException.class, () -> house.connect(""))
                                    .getSQLState())
                    .isEqualTo("28000");
        }
    }

    @Test
    void drainAnswersBeforeAllEnds() throws Exception {
        try (QuernFixture house = open("transaction");
                Connection client = house.connect("");
                Statement statement = client.createStatement()) {
            assertThat(psql(house, "DRAIN 1")).isEqualTo("DRAIN");
            CompletableFuture<Void> ended =
                    CompletableFuture.runAsync(
                            () -> {
                                try {
                                    house.quern.awaitClose();
                                } catch (InterruptedException e) {
                                    throw new IllegalStateException(e);
                                }
                            });
            ended.get(30, TimeUnit.SECONDS);
            assertThat(failure(statement)).isEqualTo("57P01");
        }
    }

    private QuernFixture open(String mode) throws Exception {
        return QuernFixture.open(
                QuernFixture.optimizer(),
                QuernFixture::without,
                Map.of(
                        "quern.pool.mode",
                        mode,
                        "quern.pool.size",
                        "5",
                        "quern.console.admins",
                        server.user()));
    }

    private static String failure(Statement statement) {
        return catchThrowableOfType(SQLException.class, () -> statement.execute("SELECT 1"))
                .getSQLState();
    }

    private static String psql(QuernFixture house, String command) throws IOException {
        return house.console(command);
    }
}
