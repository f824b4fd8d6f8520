package io.quern.proxy.backend;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where the upstream is and how to reach it.
 *
 * @param host name or address
 * @param rootCertificate a PEM file of trusted authorities; empty: those of the JDK
 * @param connectTimeout for one address
 */
public record Upstream(
        String host,
        int port,
        SslMode sslMode,
        Optional<Path> rootCertificate,
        Duration connectTimeout) {
    public Upstream {
        requireNonNull(sslMode, "sslMode");
        requireNonNull(rootCertificate, "rootCertificate");
        if (host.isEmpty()) {
            throw new IllegalArgumentException("host is empty");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port is not between 1 and 65535: " + port);
        }
        if (!connectTimeout.isPositive()) {
            throw new IllegalArgumentException("connectTimeout is not positive: " + connectTimeout);
        }
    }

    /** The mode that holds: as in libpq, a root certificate makes {@code require} verify. */
    SslMode effectiveMode() {
        return sslMode == SslMode.REQUIRE && rootCertificate.isPresent()
                ? SslMode.VERIFY_CA
                : sslMode;
    }

    /** {@code host:port}. */
    @Override
    public String toString() {
        return host + ":" + port;
    }
}
