package io.quern.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quern.proxy.backend.SslMode;
import io.quern.proxy.backend.Upstream;
import io.quern.proxy.tuning.ScriptedGate;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;

/** A server that wants TLS and SCRAM, and clients without TLS in front of it. */
class UpstreamTlsIT {
    private static final String PASSWORD = "over-tls";
    private static final String ENCRYPTED =
            "SELECT ssl::text FROM pg_stat_ssl WHERE pid = pg_backend_pid()";

    private static TestAuthority authority;
    private static EmbeddedPostgres server;

    @BeforeAll
    static void open(@TempDir Path temp) throws Exception {
        authority = new TestAuthority(temp);
        Path issued = authority.issue("localhost");
        server =
                EmbeddedPostgres.builder()
                        .setServerConfig("ssl", "on")
                        .setServerConfig("ssl_cert_file", issued.resolve("server.crt").toString())
                        .setServerConfig("ssl_key_file", issued.resolve("server.key").toString())
                        .setServerConfig("listen_addresses", "127.0.0.1")
                        .start();
        try (Connection direct = server.getPostgresDatabase().getConnection();
                Statement statement = direct.createStatement()) {
            statement.execute("ALTER ROLE postgres PASSWORD '" + PASSWORD + "'");
            try (ResultSet file = statement.executeQuery("SHOW hba_file")) {
                file.next();
                Files.writeString(
                        Path.of(file.getString(1)), "hostssl all all 127.0.0.1/32 scram-sha-256\n");
            }
            statement.execute("SELECT pg_reload_conf()");
        }
    }

    @AfterAll
    static void close() throws Exception {
        server.close();
    }

    private static ProxyServer proxy(String host, SslMode mode, Optional<Path> root) {
        return ProxyFixture.start(
                new Upstream(host, server.getPort(), mode, root, Duration.ofSeconds(5)),
                new ScriptedGate(),
                new Recorder());
    }

    private static Connection connect(ProxyServer proxy, String sslMode) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + proxy.port() + "/postgres?sslmode=" + sslMode,
                "postgres",
                PASSWORD);
    }

    @ParameterizedTest
    @CsvSource({"REQUIRE,disable", "REQUIRE,prefer", "PREFER,disable", "PREFER,prefer"})
    void pgjdbcLogsInByScramWhileOnlyTheUpstreamLegIsEncrypted(SslMode mode, String client)
            throws Exception {
        try (ProxyServer proxy = proxy("127.0.0.1", mode, Optional.empty());
                Connection connection = connect(proxy, client);
                Statement statement = connection.createStatement();
                ResultSet encrypted = statement.executeQuery(ENCRYPTED)) {
            encrypted.next();
            assertThat(encrypted.getString(1)).isEqualTo("true");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"disable", "prefer"})
    void psqlLogsInByScramThoughTheServerOffersChannelBinding(String client) throws Exception {
        try (ProxyServer proxy = proxy("127.0.0.1", SslMode.REQUIRE, Optional.empty())) {
            assertThat(psql(proxy, client)).isEqualTo("true\n");
        }
    }

    @Test
    void psqlThatDemandsTlsIsToldThatThereIsNone() throws Exception {
        try (ProxyServer proxy = proxy("127.0.0.1", SslMode.REQUIRE, Optional.empty())) {
            assertThat(psql(proxy, "require")).contains("does not support SSL");
        }
    }

    @Test
    void verifyFullBelievesTheRightNameOfTheRightAuthority() throws Exception {
        try (ProxyServer proxy =
                        proxy("localhost", SslMode.VERIFY_FULL, Optional.of(authority.root()));
                Connection connection = connect(proxy, "disable")) {
            assertThat(connection.isValid(5)).isTrue();
        }
    }

    @Test
    void verifyFullRefusesAnotherNameAndVerifyCaDoesNot() throws Exception {
        try (ProxyServer proxy =
                proxy("127.0.0.1", SslMode.VERIFY_FULL, Optional.of(authority.root()))) {
            refused(proxy);
        }
        try (ProxyServer proxy =
                        proxy("127.0.0.1", SslMode.VERIFY_CA, Optional.of(authority.root()));
                Connection connection = connect(proxy, "disable")) {
            assertThat(connection.isValid(5)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"REQUIRE", "VERIFY_CA", "VERIFY_FULL"})
    void anotherAuthorityIsRefused(SslMode mode, @TempDir Path temp) throws Exception {
        Path wrong = new TestAuthority(temp).root();
        try (ProxyServer proxy = proxy("localhost", mode, Optional.of(wrong))) {
            refused(proxy);
        }
    }

    @Test
    void cancelGoesThroughTls() throws Exception {
        try (ProxyServer proxy = proxy("127.0.0.1", SslMode.REQUIRE, Optional.empty());
                Connection connection = connect(proxy, "disable");
                Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            assertThatThrownBy(() -> statement.execute("SELECT pg_sleep(30)"))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(e.getSQLState()).isEqualTo("57014"));
        }
    }

    private static void refused(ProxyServer proxy) {
        assertThatThrownBy(() -> connect(proxy, "disable"))
                .hasMessageContaining("cannot reach the upstream")
                .hasMessageContaining("TLS failed");
    }

    private static String psql(ProxyServer proxy, String sslMode) throws Exception {
        assumeTrue(
                new ProcessBuilder("which", "psql").start().waitFor() == 0,
                "psql is not installed here");
        ProcessBuilder builder =
                new ProcessBuilder(
                                "psql",
                                "-XAtc",
                                ENCRYPTED,
                                "host=127.0.0.1 user=postgres dbname=postgres port="
                                        + proxy.port()
                                        + " sslmode="
                                        + sslMode)
                        .redirectErrorStream(true);
        builder.environment().put("PGPASSWORD", PASSWORD);
        Process process = builder.start();
        String shown = new String(process.getInputStream().readAllBytes(), UTF_8);
        process.waitFor();
        return shown;
    }
}
