package io.quern.proxy.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.ongres.scram.client.ScramClient;

import io.quern.optimizer.PostgresServer;
import io.quern.proxy.auth.Verifiers.Answer;
import io.quern.proxy.backend.Credentials;
import io.quern.proxy.wire.MessageReader;
import io.quern.proxy.wire.MessageWriter;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/** Real drivers log in with the verifiers of a real server, and Quern there with what it learnt. */
class LoginsIT {
    private static final PostgresServer SERVER = PostgresServer.shared();

    /** Is changed by SASLprep, and holds a character outside of Latin-1. */
    private static final String PASSWORD = "p\u00AAss ẃord\u00AD'";

    private static final String DATABASE = "postgres";
    private static final ExecutorService WORKERS = LoginWorkers.start();

    private static final List<String> ROLES =
            List.of(
                    "login_scram",
                    "login_md5",
                    "login_expired",
                    "login_valid",
                    "login_forever",
                    "login_odd",
                    "login_group",
                    "login_bare",
                    "login_plain_admin");

    @BeforeAll
    static void roles() throws SQLException {
        run(
                "SET password_encryption = 'scram-sha-256'",
                "CREATE ROLE login_scram LOGIN PASSWORD " + quoted(PASSWORD),
                "CREATE ROLE login_expired LOGIN PASSWORD 'x' VALID UNTIL '2020-01-01'",
                "CREATE ROLE login_valid LOGIN PASSWORD 'x' VALID UNTIL '2200-01-01'",
                "CREATE ROLE login_forever LOGIN PASSWORD 'x' VALID UNTIL 'infinity'",
                "CREATE ROLE login_odd LOGIN PASSWORD E'\\u00AD'",
                "CREATE ROLE login_group NOLOGIN PASSWORD 'x'",
                "CREATE ROLE login_bare LOGIN",
                "CREATE ROLE login_plain_admin LOGIN PASSWORD 'admin'",
                "SET password_encryption = 'md5'",
                "CREATE ROLE login_md5 LOGIN PASSWORD " + quoted(PASSWORD));
    }

    @AfterAll
    static void clean() throws SQLException {
        WORKERS.shutdown();
        for (String role : ROLES) {
            run("DROP ROLE " + role);
        }
    }

    private static void run(String... statements) throws SQLException {
        try (Connection connection = SERVER.connect(DATABASE);
                var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    private static AuthQuery query() {
        return new AuthQuery(
                () -> SERVER.connect(DATABASE), AuthQuery.DEFAULT_SQL, InstantSource.system());
    }

    private static LoginRoom room(Verifiers verifiers, LoginMethod method) throws IOException {
        return new LoginRoom(
                new Doorkeeper(
                        () -> new LoginPolicy(method, true, Rules.none()),
                        verifiers,
                        Verifiers.none(),
                        Decoys.ofThisProcess(),
                        WORKERS,
                        InstantSource.system()));
    }

    private static void jdbc(LoginRoom room, String user, String password) throws SQLException {
        String url = "jdbc:postgresql://127.0.0.1:" + room.port() + "/shop?sslmode=disable";
        try (Connection connection = DriverManager.getConnection(url, user, password);
                var statement = connection.createStatement()) {
            assertThat(statement.execute("SET work_mem = '1MB'")).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"AUTO", "SCRAM_SHA_256", "MD5", "PASSWORD"})
    void pgjdbcLogsInWithTheServersOwnVerifier(LoginMethod method) throws Exception {
        try (LoginRoom room = room(query(), method)) {
            jdbc(room, "login_scram", PASSWORD);
            assertThat(room.admitted).hasSize(1);
            assertThatThrownBy(() -> jdbc(room, "login_scram", PASSWORD + "x"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("password authentication failed for user \"login_scram\"")
                    .extracting(e -> ((SQLException) e).getSQLState())
                    .isEqualTo("28P01");
            assertThat(room.admitted).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"AUTO", "MD5", "PASSWORD"})
    void pgjdbcLogsInWithTheServersMd5Hash(LoginMethod method) throws Exception {
        try (LoginRoom room = room(query(), method)) {
            jdbc(room, "login_md5", PASSWORD);
            assertThat(room.admitted.remove())
                    .isInstanceOf(
                            method == LoginMethod.PASSWORD
                                    ? Credentials.Password.class
                                    : Credentials.Md5.class);
            assertThatThrownBy(() -> jdbc(room, "login_md5", "x"))
                    .hasMessageContaining("password authentication failed");
        }
    }

    @Test
    void libpqLogsInByEveryMethod() throws Exception {
        for (LoginMethod method :
                List.of(LoginMethod.SCRAM_SHA_256, LoginMethod.MD5, LoginMethod.PASSWORD)) {
            try (LoginRoom room = room(LoginScript.users("login_plain", PASSWORD), method)) {
                assertThat(psql(room, "login_plain", PASSWORD)).isEqualTo("SET\n");
                assertThat(psql(room, "login_plain", "x"))
                        .contains("password authentication failed for user \"login_plain\"");
                assertThat(psql(room, "nobody", PASSWORD))
                        .contains("password authentication failed for user \"nobody\"");
            }
        }
    }

    private static String psql(LoginRoom room, String user, String password) throws Exception {
        ProcessBuilder psql =
                new ProcessBuilder(
                        "psql",
                        "-X",
                        "-h",
                        "127.0.0.1",
                        "-p",
                        "" + room.port(),
                        "-U",
                        user,
                        "-d",
                        "shop",
                        "-c",
                        "SET work_mem = '1MB'");
        psql.environment().put("PGPASSWORD", password);
        psql.environment().put("PGCLIENTENCODING", "UTF8");
        psql.environment().put("LC_ALL", "C.UTF-8");
        Process process = psql.redirectErrorStream(true).start();
        String shown = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return shown;
    }

    @Test
    void theKeyThatALoginRevealsLogsInAtTheServer() throws Exception {
        try (LoginRoom room = room(query(), LoginMethod.AUTO)) {
            jdbc(room, "login_scram", PASSWORD);
            Credentials.Scram revealed = (Credentials.Scram) room.admitted.remove();
            assertThat(serverAdmits("login_scram", revealed.clientKey(), revealed.serverKey()))
                    .isTrue();
            byte[] other = revealed.clientKey();
            other[7] ^= 1;
            assertThat(serverAdmits("login_scram", other, revealed.serverKey())).isFalse();
        }
    }

    /** Logs in at the server itself with a key instead of a password. */
    private static boolean serverAdmits(String user, byte[] clientKey, byte[] serverKey)
            throws Exception {
        try (Socket socket = new Socket(SERVER.host(), SERVER.port())) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            byte[] parameters =
                    ("user\0" + user + "\0database\0" + DATABASE + "\0\0").getBytes(UTF_8);
            out.write(
                    new MessageWriter()
                            .int32(parameters.length + 8)
                            .int32(3 << 16)
                            .raw(parameters, 0, parameters.length)
                            .toByteArray());
            ScramClient client =
                    ScramClient.builder()
                            .advertisedMechanisms(List.of(question(in).split("\0")))
                            .username("*")
                            .clientAndServerKey(clientKey, serverKey)
                            .build();
            answer(
                    out,
                    LoginScript.initial("SCRAM-SHA-256", client.clientFirstMessage().toString()));
            client.serverFirstMessage(question(in));
            answer(out, client.clientFinalMessage().toString().getBytes(UTF_8));
            if (in.readByte() != 'R') {
                return false;
            }
            byte[] last = in.readNBytes(in.readInt() - 4);
            client.serverFinalMessage(new String(last, 4, last.length - 4, UTF_8));
            return in.readByte() == 'R' && in.readInt() == 8 && in.readInt() == 0;
        }
    }

    private static String question(DataInputStream in) throws IOException {
        assertThat(in.readByte()).isEqualTo((byte) 'R');
        byte[] body = in.readNBytes(in.readInt() - 4);
        assertThat(new MessageReader().over(body, 0, 4).int32()).isBetween(10, 12);
        return new String(Arrays.copyOfRange(body, 4, body.length), UTF_8);
    }

    private static void answer(OutputStream out, byte[] body) throws IOException {
        out.write(
                new MessageWriter()
                        .begin((byte) 'p')
                        .raw(body, 0, body.length)
                        .end()
                        .toByteArray());
    }

    @Test
    void aPasswordThatSaslprepLeavesNothingOfFitsTheServersVerifier() throws Exception {
        try (LoginRoom room = room(query(), LoginMethod.PASSWORD)) {
            jdbc(room, "login_odd", "\u00AD");
            assertThatThrownBy(() -> jdbc(room, "login_odd", "\u00AD\u00AD"))
                    .hasMessageContaining("password authentication failed");
        }
    }

    @Test
    void whoMayNotLogInAtTheServerIsNotKnown() {
        AuthQuery query = query();
        assertThat(query.lookUp("login_group")).isInstanceOf(Answer.Unknown.class);
        assertThat(query.lookUp("login_bare")).isEqualTo(new Answer.Unknown("has no password"));
        assertThat(query.lookUp("login_nobody")).isInstanceOf(Answer.Unknown.class);
        assertThat(query.lookUp("' OR true --")).isInstanceOf(Answer.Unknown.class);
    }

    @Test
    void validUntilIsHonoured() throws Exception {
        try (LoginRoom room = room(query(), LoginMethod.AUTO)) {
            jdbc(room, "login_valid", "x");
            jdbc(room, "login_forever", "x");
            assertThatThrownBy(() -> jdbc(room, "login_expired", "x"))
                    .hasMessageContaining(
                            "password authentication failed for user \"login_expired\"");
        }
    }

    @Test
    void aChangedPasswordIsTakenAfterOneFailureAtMost() throws Exception {
        run("SET password_encryption = 'scram-sha-256'", "ALTER ROLE login_valid PASSWORD 'y'");
        try (LoginRoom room = room(new CachedVerifiers(query()), LoginMethod.PASSWORD)) {
            jdbc(room, "login_valid", "y");
            run("ALTER ROLE login_valid PASSWORD 'x'");
            // a fresh answer is not doubted for a second
            await().ignoreExceptionsInstanceOf(SQLException.class)
                    .until(
                            () -> {
                                jdbc(room, "login_valid", "x");
                                return true;
                            });
        }
    }

    @Test
    void aRoleWithoutRightsOnThePasswordsFallsBackToTheUserList(@TempDir Path temp)
            throws Exception {
        AuthQuery denied =
                new AuthQuery(
                        () ->
                                DriverManager.getConnection(
                                        SERVER.jdbcUrl(DATABASE), "login_plain_admin", "admin"),
                        AuthQuery.DEFAULT_SQL,
                        InstantSource.system());
        Path file = temp.resolve("users.txt");
        Files.writeString(file, "\"login_scram\" \"listed\"\n");
        Logged logged = new Logged(AuthQuery.class);
        try (logged;
                LoginRoom room =
                        room(Verifiers.firstOf(new UserList(file), denied), LoginMethod.AUTO)) {
            jdbc(room, "login_scram", "listed");
            assertThat(room.admitted.remove()).isEqualTo(new Credentials.Password("listed"));
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> jdbc(room, "login_valid", "x"))
                        .hasMessageContaining("password authentication failed");
            }
            assertThat(logged.lines()).hasSize(1).first().asString().contains("user list");
        }
    }

    @Test
    void aServerThatIsDownIsNotAWrongPassword() throws Exception {
        AuthQuery down =
                new AuthQuery(
                        () -> DriverManager.getConnection("jdbc:postgresql://127.0.0.1:1/x"),
                        AuthQuery.DEFAULT_SQL,
                        InstantSource.system());
        try (LoginRoom room = room(down, LoginMethod.AUTO)) {
            assertThatThrownBy(() -> jdbc(room, "login_valid", "x"))
                    .extracting(e -> ((SQLException) e).getSQLState())
                    .isEqualTo("08001");
        }
    }

    @Test
    void aQueryOfOnesOwnMayAnswerAnyKindOfVerifier() {
        AuthQuery own =
                new AuthQuery(
                        () -> SERVER.connect(DATABASE),
                        "SELECT $1, 'se?cr$1et' /* $1? */ WHERE $1 <> 'nobody'"
                                + " AND '{\"a\":1}'::jsonb ? 'a'",
                        InstantSource.system());
        assertThat(own.lookUp("any"))
                .isEqualTo(new Answer.Known(new Verifier.Plain("se?cr$1et"), Instant.MAX));
        assertThat(own.lookUp("nobody")).isInstanceOf(Answer.Unknown.class);
        assertThatThrownBy(
                        () ->
                                new AuthQuery(
                                        () -> SERVER.connect(DATABASE),
                                        "SELECT 1",
                                        InstantSource.system()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
