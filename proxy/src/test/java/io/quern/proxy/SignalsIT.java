package io.quern.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quern.optimizer.PostgresServer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A real {@code serve} process that is told to stop, or killed, while it builds an index. */
class SignalsIT {
    private static final Pattern INDEX =
            Pattern.compile("\\{[^{}]*\"id\":(\\d+)(?:(?!\"id\":).)*?CREATE INDEX", Pattern.DOTALL);

    @TempDir Path temp;

    private final PostgresServer server = PostgresServer.shared();
    private final List<Process> started = new ArrayList<>();
    private String database = "";

    @BeforeEach
    void visits() throws SQLException {
        database = QuernFixture.visits(server);
    }

    @AfterEach
    void endWhatIsLeft() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void toldToStopInTheMiddleOfABuildItLeavesNothing() throws Exception {
        Process serve = serve("one");
        try (Connection client = client("one");
                Connection direct = server.connect(database)) {
            long index = awaitIndexSuggestion("one", client);
            holdSnapshot(direct);
            api("one", "POST", "/api/suggestions/" + index + "/approve");
            await().atMost(QuernFixture.PATIENCE)
                    .untilAsserted(() -> assertThat(indexes()).isEqualTo("1 of 1 invalid"));
            long began = System.nanoTime();
            signal("TERM", serve);
            assertThat(serve.waitFor(40, TimeUnit.SECONDS)).as(log("one")).isTrue();
            System.out.printf("stopped in %d ms%n", (System.nanoTime() - began) / 1_000_000);
            assertThat(serve.exitValue()).isEqualTo(143);
            assertThat(indexes()).isEqualTo("0 of 0 invalid");
            SQLException told =
                    catchThrowableOfType(
                            SQLException.class, () -> client.createStatement().execute("SELECT 1"));
            assertThat(told.getSQLState()).isEqualTo("57P01");
            assertThat(log("one")).doesNotContain("Exception");
        }
    }

    @Test
    void killedInTheMiddleOfABuildItFinishesAtTheNextStart() throws Exception {
        Process serve = serve("one");
        try (Connection client = client("one");
                Connection direct = server.connect(database)) {
            long index = awaitIndexSuggestion("one", client);
            direct.setAutoCommit(false);
            lockVisits(direct);
            api("one", "POST", "/api/suggestions/" + index + "/approve");
            await().atMost(QuernFixture.PATIENCE)
                    .untilAsserted(() -> assertThat(indexes()).isEqualTo("1 of 1 invalid"));
            signal("KILL", serve);
            assertThat(serve.waitFor(10, TimeUnit.SECONDS)).isTrue();
            SQLException lost =
                    catchThrowableOfType(
                            SQLException.class, () -> client.createStatement().execute("SELECT 1"));
            assertThat(lost.getSQLState()).startsWith("08");
            serve("two");
            direct.rollback();
            await().atMost(QuernFixture.PATIENCE)
                    .untilAsserted(
                            () -> assertThat(indexes()).as(log("two")).isEqualTo("0 of 1 invalid"));
        }
    }

    private Process serve(String name) throws IOException {
        long began = System.nanoTime();
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseCompactObjectHeaders",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Main.class.getName(),
                                "serve",
                                "--config",
                                config().toString(),
                                "--listen",
                                "127.0.0.1:0",
                                "--admin",
                                "127.0.0.1:0",
                                "--upstream",
                                "postgresql://"
                                        + server.user()
                                        + ":"
                                        + server.password()
                                        + "@"
                                        + server.host()
                                        + ":"
                                        + server.port()
                                        + "/"
                                        + database)
                        .redirectErrorStream(true)
                        .redirectOutput(temp.resolve(name).toFile())
                        .start();
        started.add(process);
        await().pollInterval(Duration.ofMillis(10))
                .atMost(QuernFixture.PATIENCE)
                .until(() -> log(name).contains("password:") || !process.isAlive());
        assertThat(process.isAlive()).as(log(name)).isTrue();
        System.out.printf("serving after %d ms%n", (System.nanoTime() - began) / 1_000_000);
        return process;
    }

    private Path config() throws IOException {
        return Files.writeString(
                temp.resolve("quern.yaml"),
                "quern:\n  suggest-every: PT0.2S\n  drain-timeout: PT1S\n");
    }

    private Connection client(String name) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://"
                        + found(name, "Clients connect to (\\S+)")
                        + "/"
                        + database
                        + "?sslmode=disable",
                server.user(),
                server.password());
    }

    private long awaitIndexSuggestion(String name, Connection client) throws Exception {
        try (PreparedStatement shop =
                client.prepareStatement("SELECT sum(cents) FROM visit WHERE shop = ?")) {
            return await().atMost(QuernFixture.PATIENCE)
                    .until(
                            () -> {
                                for (int i = 0; i < 30; i++) {
                                    shop.setInt(1, i);
                                    shop.executeQuery().close();
                                }
                                Matcher found = INDEX.matcher(api(name, "GET", "/api/suggestions"));
                                return found.find() ? Long.parseLong(found.group(1)) : 0;
                            },
                            id -> id > 0);
        }
    }

    /** A build has to wait for an older snapshot before its index is valid; a drop need not. */
    private static void holdSnapshot(Connection direct) throws SQLException {
        direct.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        direct.setAutoCommit(false);
        try (Statement statement = direct.createStatement()) {
            statement.execute("SELECT 1 FROM pg_class");
        }
    }

    /** A build, and a drop too, has to wait for a transaction that has written to the table. */
    private static void lockVisits(Connection direct) throws SQLException {
        try (Statement statement = direct.createStatement()) {
            statement.execute("UPDATE visit SET cents = 1 WHERE id = 1");
        }
    }

    private String api(String name, String method, String path) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            String url = found(name, "Admin page: (\\S+)/ ") + path;
            HttpResponse<String> answer =
                    http.send(
                            HttpRequest.newBuilder(URI.create(url))
                                    .header(
                                            "Authorization",
                                            "Bearer " + found(name, "password: (\\S+)"))
                                    .method(method, HttpRequest.BodyPublishers.noBody())
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            return answer.body();
        }
    }

    private String indexes() throws SQLException {
        try (Connection c = server.connect(database);
                Statement statement = c.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                "SELECT count(*) FILTER (WHERE NOT indisvalid) || ' of '"
                                        + " || count(*) || ' invalid' FROM pg_index"
                                        + " WHERE indexrelid::regclass::text LIKE 'quern\\_%'")) {
            row.next();
            return row.getString(1);
        }
    }

    private String found(String name, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(log(name));
        assertThat(matcher.find()).as(log(name)).isTrue();
        return matcher.group(1);
    }

    private String log(String name) {
        try {
            return Files.readString(temp.resolve(name), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void signal(String name, Process process) throws Exception {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
    }
}
