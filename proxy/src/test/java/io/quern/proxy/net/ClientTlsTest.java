package io.quern.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.Future;
import io.quern.advisor.Watcher;
import io.quern.proxy.auth.Peer;
import io.quern.proxy.auth.Rules;
import io.quern.proxy.tuning.ScriptedGate;
import io.quern.proxy.wire.StartupPacket;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** What is told of clients that use TLS, and when certificates are read again. */
class ClientTlsTest {
    private static TestAuthority authority;
    private static Path first;
    private static Path second;

    @TempDir private Path directory;
    private ClientTls tls;
    private long changes;

    @BeforeAll
    static void certify(@TempDir Path temp) throws Exception {
        authority = new TestAuthority(temp);
        first = authority.issue("localhost");
        second = authority.issue("localhost");
    }

    @BeforeEach
    void open() throws Exception {
        put(first, "server.crt");
        put(first, "server.key");
        tls =
                new ClientTls(
                        new TlsSettings(
                                directory.resolve("server.crt"),
                                directory.resolve("server.key"),
                                Optional.of(authority.root()),
                                TlsSettings.Mode.ALLOW),
                        Duration.ofSeconds(10));
    }

    @AfterEach
    void close() {
        tls.close();
    }

    /** Copies a file; its time differs from all before, however coarse the file system's clock. */
    private void put(Path from, String file) throws Exception {
        Path target = directory.resolve(file);
        Files.copy(from.resolve(file), target, StandardCopyOption.REPLACE_EXISTING);
        Files.setLastModifiedTime(
                target,
                FileTime.from(Instant.parse("2026-01-01T00:00:00Z").plusSeconds(++changes)));
    }

    private Peer peer(Optional<Path> showing) throws Exception {
        CompletableFuture<Peer> seen = new CompletableFuture<>();
        Entrance entrance =
                new Entrance() {
                    @Override
                    public void enter(Arrival arrival) {
                        seen.complete(arrival.peer());
                        arrival.refuse("57P03", "seen");
                    }

                    @Override
                    public Future<?> cancel(
                            EventLoop loop, StartupPacket.CancelRequest request, byte[] packet) {
                        throw new AssertionError("nobody cancels");
                    }
                };
        House house =
                House.of(
                        ProxyFixture.nowhere(NioSocketChannel::new),
                        Duration.ofSeconds(10),
                        new ScriptedGate(),
                        Watcher.BLIND,
                        Signals.NONE,
                        Optional.of(tls),
                        new Headcount(10),
                        Rules::none);
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        try {
            Channel listener =
                    new ServerBootstrap()
                            .group(group)
                            .channelFactory(NioServerSocketChannel::new)
                            .childHandler(
                                    new ChannelInitializer<Channel>() {
                                        @Override
                                        protected void initChannel(Channel client) {
                                            client.pipeline().addLast(new Doorway(house, entrance));
                                        }
                                    })
                            .bind(InetAddress.getLoopbackAddress(), 0)
                            .sync()
                            .channel();
            int port = ((InetSocketAddress) listener.localAddress()).getPort();
            try (WireClient client = new WireClient(connect(port, showing))) {
                client.startup("alice", "shop");
                assertThat(client.read().text()).contains("C57P03");
            }
            return seen.get(10, TimeUnit.SECONDS);
        } finally {
            group.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        }
    }

    private static SSLSocket connect(int port, Optional<Path> showing) throws Exception {
        KeyStore known = KeyStore.getInstance("PKCS12");
        known.load(null, null);
        known.setCertificateEntry("ca", certificate(authority.root()));
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(known);
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, null);
        if (showing.isPresent()) {
            X509Certificate certificate = certificate(showing.get().resolve("server.crt"));
            own.setKeyEntry(
                    "own",
                    PrivateKeyFile.read(
                            showing.get().resolve("server.key"), certificate.getPublicKey()),
                    new char[0],
                    new X509Certificate[] {certificate});
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(own, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        SSLSocket socket =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(
                                        new Socket(InetAddress.getLoopbackAddress(), port),
                                        null,
                                        0,
                                        true);
        socket.setUseClientMode(true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"postgresql"});
        socket.setSSLParameters(parameters);
        return socket;
    }

    private static X509Certificate certificate(Path file) throws Exception {
        try (InputStream in = Files.newInputStream(file)) {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    private byte[] binding() throws Exception {
        Peer peer = peer(Optional.empty());
        return peer.channelBinding().orElseThrow();
    }

    private static byte[] hash(Path issued) throws Exception {
        return MessageDigest.getInstance("SHA-256")
                .digest(certificate(issued.resolve("server.crt")).getEncoded());
    }

    // ---- peers

    @Test
    void aPeerIsKnownByAddressCertificateAndChannel() throws Exception {
        Path alice = authority.issue("alice");
        Peer peer = peer(Optional.of(alice));
        assertThat(peer.address().isLoopbackAddress()).isTrue();
        assertThat(peer.tls()).isTrue();
        assertThat(peer.certificate()).contains(certificate(alice.resolve("server.crt")));
        assertThat(peer.channelBinding().orElseThrow()).isEqualTo(hash(first));
    }

    @Test
    void aPeerNeedNotShowACertificate() throws Exception {
        assertThat(peer(Optional.empty()).certificate()).isEmpty();
    }

    // ---- renewal

    @Test
    void filesAreReadAgainOnlyWhenTheyLookDifferent() throws Exception {
        List<ILoggingEvent> said =
                saidDuring(
                        () -> {
                            tls.look();
                            tls.look();
                        });
        assertThat(said).isEmpty();
        put(second, "server.crt");
        put(second, "server.key");
        assertThat(saidDuring(tls::look))
                .singleElement()
                .asString()
                .contains("[INFO]", "Clients are shown a new certificate");
        assertThat(binding()).isEqualTo(hash(second));
    }

    @Test
    void aRenewalHalfDoneIsOneLineAndIsUsedWhenItIsWhole() throws Exception {
        put(second, "server.crt");
        assertThat(
                        saidDuring(
                                () -> {
                                    tls.look();
                                    tls.look();
                                    tls.look();
                                }))
                .singleElement()
                .asString()
                .contains(
                        "[WARN]", "Clients are still shown the old certificate", "does not belong");
        assertThat(binding()).isEqualTo(hash(first));
        put(second, "server.key");
        tls.look();
        assertThat(binding()).isEqualTo(hash(second));
    }

    private static List<ILoggingEvent> saidDuring(Runnable action) {
        Logger log = (Logger) LoggerFactory.getLogger(ClientTls.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        log.addAppender(lines);
        Level before = log.getLevel();
        log.setLevel(Level.INFO);
        try {
            action.run();
        } finally {
            log.setLevel(before);
            log.detachAppender(lines);
        }
        return lines.list;
    }
}
