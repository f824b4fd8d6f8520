package io.quern.proxy.backend;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;

import org.jspecify.annotations.Nullable;

import javax.net.ssl.SSLException;

/** TLS towards the upstream, as its {@link SslMode} asks. */
final class UpstreamTls {
    private final Upstream upstream;
    private final @Nullable SslContext context;

    /**
     * @throws UpstreamFailure if the root certificate cannot be read
     */
    UpstreamTls(Upstream upstream) throws UpstreamFailure {
        this.upstream = upstream;
        this.context = upstream.sslMode() == SslMode.DISABLE ? null : context(upstream);
    }

    /** Whether to ask the upstream for TLS at all. */
    boolean wanted() {
        return context != null;
    }

    /** Whether to do without if the upstream has none. */
    boolean optional() {
        return upstream.sslMode() == SslMode.PREFER;
    }

    SslHandler handler(ByteBufAllocator allocator) {
        SslContext ready = context;
        if (ready == null) {
            throw new IllegalStateException("TLS is disabled");
        }
        SslHandler handler = ready.newHandler(allocator, upstream.host(), upstream.port());
        handler.setHandshakeTimeoutMillis(upstream.connectTimeout().toMillis());
        return handler;
    }

    private static SslContext context(Upstream upstream) throws UpstreamFailure {
        SslMode mode = upstream.effectiveMode();
        SslContextBuilder builder =
                SslContextBuilder.forClient()
                        .sslProvider(SslProvider.JDK)
                        .endpointIdentificationAlgorithm(
                                mode == SslMode.VERIFY_FULL ? "HTTPS" : null);
        if (mode == SslMode.PREFER || mode == SslMode.REQUIRE) {
            builder.trustManager(InsecureTrustManagerFactory.INSTANCE);
        } else if (upstream.rootCertificate().isPresent()) {
            try {
                builder.trustManager(upstream.rootCertificate().get().toFile());
            } catch (IllegalArgumentException unreadable) {
                throw new UpstreamFailure(
                        "cannot read root certificate " + upstream.rootCertificate().get());
            }
        }
        try {
            return builder.build();
        } catch (SSLException impossible) {
            throw new UpstreamFailure("cannot set up TLS: " + impossible.getMessage());
        }
    }
}
