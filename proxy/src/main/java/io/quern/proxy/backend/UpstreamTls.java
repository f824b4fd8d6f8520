package io.quern.proxy.backend;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import javax.net.ssl.SSLException;

/** TLS towards the upstream, as its {@link SslMode} asks. Thread-safe. */
final class UpstreamTls {
    private final UpstreamSsl ssl;
    private final long handshakeMillis;
    private final List<Path> files;
    private List<FileTime> read = List.of();
    private volatile @Nullable SslContext context;

    /**
     * @throws UpstreamFailure if a certificate or key cannot be read
     */
    UpstreamTls(Upstream upstream) throws UpstreamFailure {
        this.ssl = upstream.ssl();
        this.handshakeMillis = upstream.connectTimeout().toMillis();
        this.files =
                Stream.of(ssl.authorities(), ssl.certificate(), ssl.key())
                        .flatMap(Optional::stream)
                        .toList();
        refresh();
    }

    /** Whether to ask the upstream for TLS at all. */
    boolean wanted() {
        return ssl.mode() != SslMode.DISABLE;
    }

    /** Whether to do without if the upstream has none. */
    boolean optional() {
        return ssl.mode() == SslMode.PREFER;
    }

    /**
     * Reads the files again if they changed; blocks.
     *
     * @throws UpstreamFailure if one cannot be read
     */
    synchronized void refresh() throws UpstreamFailure {
        if (!wanted()) {
            return;
        }
        List<FileTime> now = times();
        if (context == null || !now.equals(read)) {
            context = build();
            read = now;
        }
    }

    /** For a connection to a host, whose name is told to the server and verified as asked. */
    SslHandler handler(ByteBufAllocator allocator, Host host) {
        SslContext ready = context;
        if (ready == null) {
            throw new IllegalStateException("TLS is disabled");
        }
        SslHandler handler = ready.newHandler(allocator, host.name(), host.port());
        handler.setHandshakeTimeoutMillis(handshakeMillis);
        return handler;
    }

    private List<FileTime> times() throws UpstreamFailure {
        try {
            FileTime[] times = new FileTime[files.size()];
            for (int i = 0; i < times.length; i++) {
                times[i] = Files.getLastModifiedTime(files.get(i));
            }
            return List.of(times);
        } catch (IOException unreadable) {
            throw new UpstreamFailure("cannot read " + unreadable.getMessage());
        }
    }

    private SslContext build() throws UpstreamFailure {
        SslMode mode = ssl.effectiveMode();
        SslContextBuilder builder =
                SslContextBuilder.forClient()
                        .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
                        .endpointIdentificationAlgorithm(
                                mode == SslMode.VERIFY_FULL ? "HTTPS" : null);
        if (mode == SslMode.PREFER || mode == SslMode.REQUIRE) {
            builder.trustManager(InsecureTrustManagerFactory.INSTANCE);
        } else if (ssl.authorities().isPresent()) {
            try {
                builder.trustManager(ssl.authorities().get().toFile());
            } catch (IllegalArgumentException unreadable) {
                throw new UpstreamFailure(
                        "cannot read root certificate " + ssl.authorities().get());
            }
        }
        if (ssl.certificate().isPresent() && ssl.key().isPresent()) {
            try {
                builder.keyManager(ssl.certificate().get().toFile(), ssl.key().get().toFile());
            } catch (IllegalArgumentException unreadable) {
                throw new UpstreamFailure(
                        "cannot read certificate "
                                + ssl.certificate().get()
                                + " or its key "
                                + ssl.key().get()
                                + " (PKCS #8 without a password is wanted)");
            }
        }
        try {
            return builder.build();
        } catch (SSLException | IllegalArgumentException impossible) {
            throw new UpstreamFailure("cannot set up TLS: " + impossible.getMessage());
        }
    }
}
