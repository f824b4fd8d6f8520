package io.quern.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quern.optimizer.PostgresServer;
import io.quern.proxy.backend.SslMode;
import io.quern.proxy.tuning.ScriptedGate;
import io.quern.proxy.wire.MessageWriter;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** Clients that use TLS, in front of a server that asks for SCRAM and has none. */
class ClientTlsIT {
    private static final byte[] SSL_REQUEST =
            new MessageWriter().int32(8).int32(80_877_103).toByteArray();

    private static TestAuthority authority;
    private static TestAuthority stranger;
    private static Path first;
    private static Path second;
    private static Path client;
    private static PostgresServer server;
    private static String database;

    private final Recorder recorder = new Recorder();
    private final List<AutoCloseable> open = new ArrayList<>();
    @TempDir private Path shown;

    @BeforeAll
    static void certify(@TempDir Path temp) throws Exception {
        authority = new TestAuthority(temp);
        stranger = new TestAuthority(temp);
        first = authority.issue("localhost");
        second = authority.issue("localhost");
        client = authority.issue("alice");
        server = PostgresServer.shared();
        database = server.createDatabase();
    }

    @BeforeEach
    void show() throws Exception {
        put(first, "server.key");
        put(first, "server.crt");
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    private void put(Path from, String file) throws IOException {
        Files.copy(from.resolve(file), shown.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        Files.setLastModifiedTime(
                shown.resolve(file),
                FileTime.from(Instant.now().plusNanos(System.nanoTime() % 1000)));
    }

    private ProxyServer proxy(TlsSettings.Mode mode, Optional<Path> clientAuthority)
            throws Exception {
        ProxyServer proxy =
                new ProxyServer(
                        new ProxySettings(
                                "127.0.0.1",
                                0,
                                ProxyFixture.upstream(
                                        server.host(), server.port(), SslMode.DISABLE),
                                Duration.ofSeconds(5),
                                2,
                                DoorSettings.DEFAULTS.withTls(
                                        new TlsSettings(
                                                shown.resolve("server.crt"),
                                                shown.resolve("server.key"),
                                                clientAuthority,
                                                mode))),
                        new ScriptedGate(),
                        recorder,
                        recorder);
        proxy.start();
        open.add(proxy);
        return proxy;
    }

    private ProxyServer proxy() throws Exception {
        return proxy(TlsSettings.Mode.ALLOW, Optional.empty());
    }

    private static Connection connect(ProxyServer proxy, String options) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://localhost:" + proxy.port() + "/" + database + "?" + options,
                server.user(),
                server.password());
    }

    private static int one(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT 1")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private static String url(ProxyServer proxy, String options) {
        return "postgresql://"
                + server.user()
                + ":"
                + server.password()
                + "@localhost:"
                + proxy.port()
                + "/"
                + database
                + "?"
                + options;
    }

    private static String run(String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        String drivers = System.getenv("QUERN_TEST_NODE_MODULES");
        if (drivers != null) {
            builder.environment().put("NODE_PATH", drivers + "/node_modules");
        }
        Process process = builder.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return said;
    }

    private static void assume(String... command) throws Exception {
        assumeTrue(
                new ProcessBuilder(command)
                                .redirectErrorStream(true)
                                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                .start()
                                .waitFor()
                        == 0,
                command[command.length - 1] + " is not installed here");
    }

    // ---- programs

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sslmode=prefer",
                "sslmode=require",
                "sslmode=verify-full",
                "sslmode=disable",
                "sslmode=require&channel_binding=disable"
            })
    void psqlLogsInByScram(String options) throws Exception {
        assume("which", "psql");
        String said =
                run(
                        "psql",
                        "-X",
                        "-c",
                        "\\conninfo",
                        "-c",
                        "SELECT 1 AS one",
                        url(proxy(), options + "&sslrootcert=" + authority.root()));
        assertThat(said).contains("(1 row)");
        assertThat(said.contains("SSL connection (protocol: TLSv1.3"))
                .isEqualTo(!options.contains("sslmode=disable"));
    }

    @Test
    void psqlDoesNotBelieveAnotherAuthority() throws Exception {
        assume("which", "psql");
        String options = "sslmode=verify-full&sslrootcert=" + stranger.root();
        assertThat(run("psql", "-X", "-c", "SELECT 1", url(proxy(), options)))
                .contains("certificate verify failed");
    }

    @Test
    void psqlThatDemandsChannelBindingIsToldThatThereIsNone() throws Exception {
        assume("which", "psql");
        assertThat(
                        run(
                                "psql",
                                "-X",
                                "-c",
                                "SELECT 1",
                                url(proxy(), "sslmode=require&channel_binding=require")))
                .contains("channel binding");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sslmode=require",
                "sslmode=verify-full",
                "sslmode=require&sslNegotiation=direct",
                "sslmode=verify-full&sslNegotiation=direct&channelBinding=disable"
            })
    void pgjdbcLogsInByScram(String options) throws Exception {
        String all = options + "&sslrootcert=" + authority.root();
        try (Connection connection = connect(proxy(), all)) {
            assertThat(one(connection)).isEqualTo(1);
        }
    }

    @Test
    void psycopgAndItsCancelWork() throws Exception {
        assume("/usr/bin/python3", "-c", "import psycopg");
        String said =
                run(
                        "/usr/bin/python3",
                        "-c",
                        """
                        import psycopg, threading
                        c = psycopg.connect("%s")
                        assert c.pgconn.ssl_in_use
                        assert c.execute("SELECT sum(g) FROM generate_series(1, 100000) g").fetchone()[0] == 5000050000
                        threading.Timer(1, c.cancel).start()
                        try:
                            c.execute("SELECT pg_sleep(30)")
                        except psycopg.errors.QueryCanceled:
                            print("cancelled")
                        """
                                .formatted(url(proxy(), "sslmode=require")));
        assertThat(said).isEqualTo("cancelled\n");
    }

    @Test
    void nodePostgresWorks() throws Exception {
        assume("which", "node");
        String drivers = System.getenv("QUERN_TEST_NODE_MODULES");
        assumeTrue(drivers != null, "the node module pg is not installed here");
        String said =
                run(
                        "node",
                        "-e",
                        "const {Client}=require('pg');const fs=require('fs');(async()=>{const c=new"
                                + " Client({connectionString:'"
                                + url(proxy(), "")
                                + "',ssl:{ca:fs.readFileSync('"
                                + authority.root()
                                + "')}});await c.connect();const r=await c.query('select 5 as"
                                + " x');console.log(r.rows[0].x,c.connection.stream.encrypted);"
                                + "await c.end()})()");
        assertThat(said).isEqualTo("5 true\n");
    }

    @Test
    void pgjdbcCancelsThroughTls() throws Exception {
        try (Connection connection = connect(proxy(), "sslmode=require");
                Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            assertThatThrownBy(() -> statement.execute("SELECT pg_sleep(30)"))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(e.getSQLState()).isEqualTo("57014"));
        }
    }

    @Test
    void aLargeResultComesThroughTlsToASlowReader() throws Exception {
        try (Connection connection = connect(proxy(), "sslmode=require");
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "SELECT repeat('x', 1000) FROM generate_series(1, 20000)")) {
            int count = 0;
            while (rows.next()) {
                count += rows.getString(1).length();
            }
            assertThat(count).isEqualTo(20_000_000);
        }
    }

    @Test
    void requireRefusesPlainClientsAndServesTheOthers() throws Exception {
        ProxyServer proxy = proxy(TlsSettings.Mode.REQUIRE, Optional.empty());
        assertThatThrownBy(() -> connect(proxy, "sslmode=disable"))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28000"))
                .hasMessageContaining("Quern serves no client without TLS");
        try (Connection connection = connect(proxy, "sslmode=require")) {
            assertThat(one(connection)).isEqualTo(1);
        }
    }

    // ---- client certificates

    @Test
    void aClientsCertificateIsVerifiedButNotDemanded() throws Exception {
        assume("which", "psql");
        ProxyServer proxy = proxy(TlsSettings.Mode.ALLOW, Optional.of(authority.root()));
        assertThat(run("psql", "-XAtc", "SELECT 7", url(proxy, "sslmode=require")))
                .isEqualTo("7\n");
        assertThat(run("psql", "-XAtc", "SELECT 7", url(proxy, showing(client)))).isEqualTo("7\n");
        assertThat(run("psql", "-XAtc", "SELECT 7", url(proxy, showing(stranger.issue("alice")))))
                .doesNotContain("7\n");
    }

    private static String showing(Path issued) {
        return "sslmode=require&sslcert="
                + issued.resolve("server.crt")
                + "&sslkey="
                + issued.resolve("server.key");
    }

    // ---- the handshake

    private static SSLSocket tls(Socket plain, String... protocols) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (InputStream in = Files.newInputStream(authority.root())) {
            trusted.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(plain, null, 0, true);
        socket.setUseClientMode(true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(protocols);
        socket.setSSLParameters(parameters);
        return socket;
    }

    private static Socket plain(ProxyServer proxy) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static X509Certificate shownBy(ProxyServer proxy) throws Exception {
        try (SSLSocket socket = tls(plain(proxy), "postgresql")) {
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    private static X509Certificate certificate(Path issued) throws Exception {
        try (InputStream in = Files.newInputStream(issued.resolve("server.crt"))) {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    @Test
    void insideDirectTlsFurtherEncryptionIsDeclined() throws Exception {
        try (SSLSocket socket = tls(plain(proxy()), "postgresql");
                WireClient wire = new WireClient(socket)) {
            wire.raw(SSL_REQUEST);
            assertThat(wire.readByte()).isEqualTo('N');
            wire.startup(server.user(), database);
            wire.authenticate(server.password());
            assertThat(wire.untilReady().getLast().type()).isEqualTo('Z');
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "http/1.1"})
    void directTlsWithoutPostgresqlsNameIsRefused(String name) throws Exception {
        try (SSLSocket socket = name.isEmpty() ? tls(plain(proxy())) : tls(plain(proxy()), name)) {
            assertThatThrownBy(
                            () -> {
                                socket.startHandshake();
                                if (socket.getInputStream().read() < 0) {
                                    throw new SSLException("closed");
                                }
                            })
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void insideRequestedTlsAnotherRequestIsRefused() throws Exception {
        Socket socket = plain(proxy());
        socket.getOutputStream().write(SSL_REQUEST);
        assertThat(socket.getInputStream().read()).isEqualTo('S');
        try (WireClient wire = new WireClient(tls(socket))) {
            wire.raw(SSL_REQUEST);
            assertThat(wire.read().text())
                    .contains("C0A000", "unsupported frontend protocol 1234.5679");
            assertThat(wire.readByte()).isEqualTo(-1);
        }
    }

    @Test
    void protocol32IsSpokenThroughTls() throws Exception {
        try (WireClient wire = new WireClient(tls(plain(proxy()), "postgresql"))) {
            MessageWriter body = new MessageWriter().int32(196_610);
            for (String word : List.of("user", server.user(), "database", database)) {
                body.string(word.getBytes(UTF_8));
            }
            body.int8(0);
            wire.raw(
                    new MessageWriter()
                            .int32(body.length() + 4)
                            .raw(body.bytes(), 0, body.length())
                            .toByteArray());
            wire.authenticate(server.password());
            assertThat(wire.untilReady().getLast().type()).isEqualTo('Z');
        }
    }

    @Test
    void oldVersionsOfTlsAreRefused() throws Exception {
        SSLSocket socket = tls(plain(proxy()), "postgresql");
        open.add(socket);
        socket.setEnabledProtocols(new String[] {"TLSv1.2"});
        socket.startHandshake();
        assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.2");
        // a ClientHello of TLS 1.0, by hand: the JDK does not speak it any more
        try (Socket old = plain(proxy())) {
            byte[] random = new byte[32];
            MessageWriter hello = new MessageWriter();
            hello.int8(22).int16(0x0301).int16(45).int8(1).int8(0).int16(41).int16(0x0301);
            hello.raw(random, 0, 32).int8(0).int16(2).int16(0x002F).int8(1).int8(0);
            old.getOutputStream().write(hello.toByteArray());
            assertThat(old.getInputStream().read()).isEqualTo(21);
        }
    }

    @Test
    void aHandshakeThatDoesNotGoOnIsCutOff() throws Exception {
        ProxyServer proxy = proxy();
        try (Socket requested = plain(proxy);
                Socket direct = plain(proxy)) {
            requested.getOutputStream().write(SSL_REQUEST);
            assertThat(requested.getInputStream().read()).isEqualTo('S');
            direct.getOutputStream().write(new byte[] {22, 3, 1, 0, (byte) 200, 1});
            for (Socket each : List.of(requested, direct)) {
                byte[] last = each.getInputStream().readAllBytes();
                assertThat(new String(last, UTF_8)).doesNotContain("FATAL");
            }
        }
    }

    // ---- renewal

    @Test
    void aRenewedCertificateIsShownToNewClientsWhileOldSessionsGoOn() throws Exception {
        ProxyServer proxy = proxy();
        try (Connection before = connect(proxy, "sslmode=require")) {
            assertThat(shownBy(proxy)).isEqualTo(certificate(first));
            put(second, "server.key");
            put(second, "server.crt");
            assertThat(proxy.reloadCertificate()).isTrue();
            assertThat(shownBy(proxy)).isEqualTo(certificate(second));
            assertThat(one(before)).isEqualTo(1);
            try (Connection after = connect(proxy, "sslmode=require")) {
                assertThat(one(after)).isEqualTo(1);
            }
        }
    }

    @Test
    void aBrokenCertificateChangesNothing() throws Exception {
        ProxyServer proxy = proxy();
        put(second, "server.key");
        assertThat(proxy.reloadCertificate()).isFalse();
        Files.writeString(shown.resolve("server.crt"), "nonsense");
        assertThat(proxy.reloadCertificate()).isFalse();
        Files.delete(shown.resolve("server.crt"));
        assertThat(proxy.reloadCertificate()).isFalse();
        assertThat(shownBy(proxy)).isEqualTo(certificate(first));
        put(second, "server.crt");
        assertThat(proxy.reloadCertificate()).isTrue();
        assertThat(shownBy(proxy)).isEqualTo(certificate(second));
    }

    @Test
    void certificatesAreSwappedUnderClientsThatComeAndGo() throws Exception {
        ProxyServer proxy = proxy();
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            clients.add(
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        for (int n = 0; n < 15; n++) {
                                            try (Connection c = connect(proxy, "sslmode=require")) {
                                                one(c);
                                            } catch (SQLException e) {
                                                failures.add(e);
                                            }
                                        }
                                    }));
        }
        boolean other = false;
        while (clients.stream().anyMatch(Thread::isAlive)) {
            put(other ? first : second, "server.key");
            put(other ? first : second, "server.crt");
            assertThat(proxy.reloadCertificate()).isTrue();
            other = !other;
            clients.getFirst().join(Duration.ofMillis(20));
        }
        assertThat(failures).isEmpty();
    }
}
