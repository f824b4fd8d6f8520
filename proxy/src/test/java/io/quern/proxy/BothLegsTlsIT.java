package io.quern.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.quern.optimizer.PostgresServer;
import io.quern.proxy.net.TestAuthority;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;

/**
 * Clients that use TLS, in front of a server that wants TLS and a certificate of Quern's: Quern
 * conducts the logins, and logs in as the client upstream.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BothLegsTlsIT {
    private static final String ENCRYPTED =
            "SELECT current_user || ' ' || ssl::text || ' ' || coalesce(client_dn, '')"
                    + " FROM pg_stat_ssl WHERE pid = pg_backend_pid()";

    private TestAuthority authority;
    private EmbeddedPostgres server;
    private Path users;
    private Path shown;
    private Path own;
    private QuernFixture session;
    private QuernFixture transaction;

    @BeforeAll
    void open(@TempDir Path temp) throws Exception {
        authority = new TestAuthority(temp);
        shown = authority.issue("localhost");
        own = authority.issue("quern");
        server =
                EmbeddedPostgres.builder()
                        .setServerConfig("ssl", "on")
                        .setServerConfig("ssl_cert_file", shown.resolve("server.crt").toString())
                        .setServerConfig("ssl_key_file", shown.resolve("server.key").toString())
                        .setServerConfig("ssl_ca_file", authority.root().toString())
                        .setServerConfig("listen_addresses", "127.0.0.1")
                        .start();
        users = temp.resolve("users.txt");
        prepare();
        session = house("session");
        transaction = house("transaction");
    }

    private void prepare() throws SQLException, IOException {
        try (Connection direct = server.getPostgresDatabase().getConnection();
                Statement statement = direct.createStatement()) {
            for (String sql :
                    new String[] {
                        "SET password_encryption = 'scram-sha-256'",
                        "CREATE ROLE quern LOGIN SUPERUSER PASSWORD 'own'",
                        "CREATE ROLE scram LOGIN PASSWORD 's3cret'",
                        "CREATE ROLE listed LOGIN PASSWORD 's3cret'",
                        "CREATE ROLE plain LOGIN PASSWORD 's3cret'",
                        "CREATE ROLE bare LOGIN",
                        "SET password_encryption = 'md5'",
                        "CREATE ROLE md LOGIN PASSWORD 's3cret'"
                    }) {
                statement.execute(sql);
            }
            Files.writeString(
                    Path.of(one(statement, "SHOW hba_file")),
                    """
                    hostssl all quern 127.0.0.1/32 scram-sha-256 clientcert=verify-full
                    hostssl all bare 127.0.0.1/32 cert map=quern
                    hostssl all md 127.0.0.1/32 md5 clientcert=verify-ca
                    hostssl all all 127.0.0.1/32 scram-sha-256 clientcert=verify-ca
                    """);
            Files.writeString(Path.of(one(statement, "SHOW ident_file")), "quern quern bare\n");
            String verifiers =
                    "SELECT string_agg(concat('\"', rolname, '\" \"', rolpassword, '\"'), chr(10))"
                            + " FROM pg_authid WHERE rolname IN ('listed', 'md')";
            Files.writeString(
                    users,
                    one(statement, verifiers) + "\n\"plain\" \"s3cret\"\n\"bare\" \"s3cret\"\n");
            statement.execute("SELECT pg_reload_conf()");
        }
    }

    private static String one(Statement statement, String sql) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private String upstream(String host, String database) {
        return "postgresql://quern:own@"
                + host
                + "/"
                + database
                + "?sslmode=verify-full&sslrootcert="
                + authority.root()
                + "&sslcert="
                + own.resolve("server.crt")
                + "&sslkey="
                + own.resolve("server.key");
    }

    /** Its other upstream goes by a name that the server's certificate does not have. */
    private QuernFixture house(String mode) throws IOException {
        Map<String, String> settings = new HashMap<>();
        settings.put(
                "quern.upstreams.main.url", upstream("localhost:" + server.getPort(), "postgres"));
        settings.put(
                "quern.upstreams.wrong.url", upstream("127.0.0.1:" + server.getPort(), "postgres"));
        settings.put("quern.upstreams.wrong.databases.elsewhere", "postgres");
        settings.put("quern.pool.mode", mode);
        settings.put("quern.auth.users", users.toString());
        settings.put("quern.tls.certificate", shown.resolve("server.crt").toString());
        settings.put("quern.tls.key", shown.resolve("server.key").toString());
        return new QuernFixture(
                PostgresServer.shared(),
                "postgres",
                QuernFixture.optimizer(),
                QuernFixture::without,
                settings);
    }

    @AfterAll
    void close() throws Exception {
        session.close();
        transaction.close();
        server.close();
    }

    private QuernFixture house(boolean perTransaction) {
        return perTransaction ? transaction : session;
    }

    private Connection jdbc(
            QuernFixture house, String user, String password, String database, String options)
            throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://localhost:"
                        + house.port()
                        + "/"
                        + database
                        + "?sslmode=verify-full&sslrootcert="
                        + authority.root()
                        + options,
                user,
                password);
    }

    private String psql(int port, String user, String password, String options) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(
                                "psql",
                                "-XAtc",
                                ENCRYPTED,
                                "host=localhost dbname=postgres user="
                                        + user
                                        + " port="
                                        + port
                                        + " sslrootcert="
                                        + authority.root()
                                        + " "
                                        + options)
                        .redirectErrorStream(true);
        builder.environment().put("PGPASSWORD", password);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
        process.waitFor();
        return said;
    }

    @ParameterizedTest
    @CsvSource({
        "scram, require",
        "scram, disable",
        "listed, require",
        "listed, disable",
        "plain, require",
        "plain, disable",
        "bare, require",
        "md, prefer"
    })
    void everybodyLogsInAsWhoTheyAre(String user, String binding) throws Exception {
        String expected = user + " true /CN=quern";
        for (boolean perTransaction : new boolean[] {false, true}) {
            QuernFixture house = house(perTransaction);
            try (Connection client =
                            jdbc(house, user, "s3cret", "postgres", "&channelBinding=" + binding);
                    Statement statement = client.createStatement()) {
                assertThat(one(statement, ENCRYPTED)).isEqualTo(expected);
            }
            assertThat(
                            psql(
                                    house.port(),
                                    user,
                                    "s3cret",
                                    "sslmode=verify-full channel_binding=" + binding))
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"scram", "listed", "plain", "md", "nobody"})
    void aWrongPasswordIsRefusedInPostgreSqlsWords(String user) {
        for (boolean perTransaction : new boolean[] {false, true}) {
            SQLException refused =
                    catchThrowableOfType(
                            SQLException.class,
                            () ->
                                    jdbc(house(perTransaction), user, "wrong", "postgres", "")
                                            .close());
            assertThat(refused.getSQLState()).isEqualTo("28P01");
            assertThat(refused.getMessage())
                    .isEqualTo("FATAL: password authentication failed for user \"" + user + "\"");
        }
    }

    /** With TLS on one side only it is the server that asks. */
    @Test
    void withoutTlsTheSessionPassesThroughUnderQuernsCertificate() throws Exception {
        assertThat(psql(session.port(), "scram", "s3cret", "sslmode=disable"))
                .isEqualTo("scram true /CN=quern");
        assertThat(psql(transaction.port(), "scram", "s3cret", "sslmode=disable"))
                .isEqualTo("scram true /CN=quern");
        assertThat(psql(session.port(), "scram", "wrong", "sslmode=disable"))
                .endsWith("FATAL:  password authentication failed for user \"scram\"");
        assertThat(psql(transaction.port(), "scram", "wrong", "sslmode=disable"))
                .endsWith("FATAL:  password authentication failed for user \"scram\"");
    }

    @Test
    void aServerOfAnotherNameIsRefusedInOneLine() throws Exception {
        for (boolean perTransaction : new boolean[] {false, true}) {
            SQLException refused =
                    catchThrowableOfType(
                            SQLException.class,
                            () ->
                                    jdbc(house(perTransaction), "listed", "s3cret", "elsewhere", "")
                                            .close());
            assertThat(refused.getSQLState()).isEqualTo("08001");
            assertThat(requireNonNull(refused.getMessage()).lines())
                    .singleElement()
                    .asString()
                    .startsWith(
                            "FATAL: Quern cannot reach the upstream 127.0.0.1:"
                                    + server.getPort()
                                    + ": TLS failed: No subject alternative names matching IP"
                                    + " address 127.0.0.1 found");
        }
        assertThatThrownBy(
                        () ->
                                new QuernFixture(
                                                PostgresServer.shared(),
                                                "postgres",
                                                QuernFixture.optimizer(),
                                                QuernFixture::without,
                                                Map.of(
                                                        "quern.upstreams.main.url",
                                                        upstream(
                                                                "127.0.0.1:" + server.getPort(),
                                                                "postgres")))
                                        .close())
                .isInstanceOf(IOException.class)
                .message()
                .contains("127.0.0.1")
                .doesNotContain("\n");
    }
}
