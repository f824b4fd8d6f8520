package io.quern.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.quern.optimizer.PostgresServer;
import io.quern.proxy.net.TestAuthority;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** A real {@code serve} process whose files change while it runs. */
class ReloadIT {
    private static final PostgresServer SERVER = PostgresServer.shared();
    private static final String GUEST = "reload_guest";

    @TempDir static Path temp;

    private static Path config;
    private static Path users;
    private static TestAuthority first;
    private static TestAuthority second;
    private static Path firstIssued;
    private static Path secondIssued;
    private static ServeProcess serve;

    @BeforeAll
    static void open() throws Exception {
        try (Connection direct = SERVER.connect("postgres");
                Statement statement = direct.createStatement()) {
            statement.execute("DROP ROLE IF EXISTS " + GUEST);
            statement.execute("CREATE ROLE " + GUEST + " LOGIN PASSWORD 'guest'");
        }
        first = new TestAuthority(temp);
        second = new TestAuthority(temp);
        firstIssued = first.issue("localhost");
        secondIssued = second.issue("localhost");
        install(firstIssued);
        config = temp.resolve("quern.yaml");
        users = Files.writeString(temp.resolve("users.txt"), "");
        configure("", "", "");
        serve =
                ServeProcess.start(
                        temp.resolve("log"),
                        "--config",
                        config.toString(),
                        "--listen",
                        "127.0.0.1:0",
                        "--admin",
                        "127.0.0.1:0");
    }

    @AfterAll
    static void close() {
        serve.close();
    }

    private static void install(Path issued) throws IOException {
        for (String file : new String[] {"server.key", "server.crt"}) {
            Files.copy(
                    issued.resolve(file), temp.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /**
     * Writes the file.
     *
     * @param pool, auth, more what it says besides, of pools, of logins and otherwise
     */
    private static void configure(String pool, String auth, String more) throws IOException {
        Files.writeString(
                config,
                """
                quern:
                  upstream: postgresql://%s:%s@%s:%d/postgres
                  pool: { mode: transaction%s }
                  auth: { users: %s%s }
                  tls: { certificate: %s, key: %s }
                  %s
                """
                        .formatted(
                                SERVER.user(),
                                SERVER.password(),
                                SERVER.host(),
                                SERVER.port(),
                                pool,
                                users,
                                auth,
                                temp.resolve("server.crt"),
                                temp.resolve("server.key"),
                                more));
    }

    /** Has it read the file again; what was logged from then on, once it holds some words. */
    private static String reloaded(String words) throws Exception {
        int before = serve.log().length();
        assumeTrue(heedsSignals(), "SIGHUP is ignored here");
        serve.signal("HUP");
        return await().atMost(QuernFixture.PATIENCE)
                .until(() -> serve.log().substring(before), log -> log.contains(words));
    }

    /** Not where whoever runs this has SIGHUP ignored, as {@code nohup} does. */
    private static boolean heedsSignals() throws IOException {
        Path status = Path.of("/proc/" + serve.process().pid() + "/status");
        return !Files.exists(status)
                || Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("SigIgn:"))
                        .allMatch(
                                line ->
                                        Character.digit(line.charAt(line.length() - 1), 16) % 2
                                                == 0);
    }

    private static Connection guest(String password, String options) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://localhost:"
                        + serve.address().replaceFirst(".*:", "")
                        + "/postgres?"
                        + options,
                GUEST,
                password);
    }

    private static boolean enters(String password) throws SQLException {
        try (Connection guest = guest(password, "sslmode=disable")) {
            return guest.isValid(5);
        }
    }

    private static String refusal(String password) {
        return catchThrowableOfType(
                        SQLException.class, () -> guest(password, "sslmode=disable").close())
                .getSQLState();
    }

    @Test
    void whatChangedIsTakenOverAndNamed() throws Exception {
        assertThat(enters("guest")).isTrue();
        configure(", size: 7", ", rules: [ deny all user=" + GUEST + " ]", "threads: 3");
        assertThat(reloaded("quern.threads"))
                .contains(
                        "quern.pool.size: 20 → 7\n",
                        "quern.auth.rules: (none) → ",
                        "quern.threads: 0 → 3 at the next start\n");
        assertThat(refusal("guest")).isEqualTo("28000");
        configure("", "", "");
        assertThat(reloaded("quern.auth.rules")).contains("quern.pool.size: 7 → 20\n");
        assertThat(enters("guest")).isTrue();
        assertThat(reloaded("nothing changed")).endsWith("nothing changed\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                ", size: [ hush|| is not valid YAML at line ",
                ", size: 0|| quern.pool.size",
                ", size: hush|| quern.pool.size is not a whole number",
                ", minimum: 9, size: 8|| quern.pool.minimum",
                "|colour: hush| unknown setting quern.colour",
                "|max-clients: 0| quern.max-clients"
            })
    void aFileThatCannotBeUsedChangesNothingAndIsOneLine(
            @Nullable String pool, @Nullable String more, String words) throws Exception {
        configure(or(pool), ", rules: [ deny all ]", or(more));
        String log = reloaded("nothing changed: ");
        assertThat(log.lines())
                .singleElement()
                .asString()
                .contains(words)
                .doesNotContain("hush", SERVER.password());
        assertThat(enters("guest")).isTrue();
        configure("", "", "");
        reloaded("nothing changed\n");
    }

    private static String or(@Nullable String text) {
        return text == null ? "" : text;
    }

    @Test
    void rulesThatCannotBeUsedChangeNothing() throws Exception {
        configure(", size: 8", ", rules: [ allow hush ]", "");
        assertThat(reloaded("nothing changed: "))
                .contains("quern.auth.rules: ")
                .doesNotContain("→");
        configure("", "", "");
        reloaded("nothing changed\n");
    }

    @Test
    void aMissingUserListChangesNothing() throws Exception {
        Path away = temp.resolve("away.txt");
        Files.move(users, away);
        assertThat(reloaded("nothing changed: ")).contains("quern.auth.users: " + users);
        assertThat(enters("guest")).isTrue();
        Files.move(away, users);
    }

    @Test
    void theUserListHoldsForTheNextLogin() throws Exception {
        assertThat(enters("guest")).as("by what the upstream knows").isTrue();
        Files.writeString(users, "\"" + GUEST + "\" \"listed\"\n");
        assertThat(refusal("guest")).isEqualTo("28P01");
        Files.writeString(users, "\"" + GUEST + "\" \"guest\"\n");
        assertThat(enters("guest")).isTrue();
        Files.writeString(users, "");
        assertThat(enters("guest")).isTrue();
    }

    @Test
    void aRenewedCertificateIsShownByItselfAndAtOnceAfterASignal() throws Exception {
        try (Connection before = guest("guest", verifying(first))) {
            install(secondIssued);
            await().atMost(QuernFixture.PATIENCE)
                    .ignoreExceptions()
                    .until(
                            () -> {
                                try (Connection renewed = guest("guest", verifying(second))) {
                                    return renewed.isValid(5);
                                }
                            });
            assertThat(before.isValid(5)).isTrue();
        }
        install(firstIssued);
        reloaded("nothing changed\n");
        try (Connection again = guest("guest", verifying(first))) {
            assertThat(again.isValid(5)).isTrue();
        }
        Files.writeString(temp.resolve("server.crt"), "nonsense");
        assertThat(reloaded("clients are still shown the certificate before"))
                .contains("server.crt");
        try (Connection still = guest("guest", verifying(first))) {
            assertThat(still.isValid(5)).isTrue();
        }
        install(firstIssued);
        reloaded("nothing changed\n");
    }

    private static String verifying(TestAuthority authority) {
        return "sslmode=verify-full&sslrootcert=" + authority.root();
    }
}
