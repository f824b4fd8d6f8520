package io.quern.proxy.backend;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How connections to an upstream are protected. The files are read again when they change.
 *
 * @param rootCertificate a PEM file of trusted authorities; empty or {@code system}: those of the
 *     JDK, and {@code system} demands {@code verify-full}
 * @param certificate a PEM file with Quern's own certificate and those between it and the root
 * @param key its private key, PKCS #8 in PEM without a password
 */
public record UpstreamSsl(
        SslMode mode,
        Optional<Path> rootCertificate,
        Optional<Path> certificate,
        Optional<Path> key) {
    private static final Path SYSTEM = Path.of("system");

    public UpstreamSsl {
        requireNonNull(mode, "mode");
        requireNonNull(rootCertificate, "rootCertificate");
        if (certificate.isPresent() != key.isPresent()) {
            throw new IllegalArgumentException("sslcert and sslkey are only useful together");
        }
        if (rootCertificate.equals(Optional.of(SYSTEM)) && mode != SslMode.VERIFY_FULL) {
            throw new IllegalArgumentException("sslrootcert=system needs sslmode=verify-full");
        }
    }

    /** Without a certificate of Quern's own. */
    public UpstreamSsl(SslMode mode, Optional<Path> rootCertificate) {
        this(mode, rootCertificate, Optional.empty(), Optional.empty());
    }

    /** The mode that holds: as in libpq, a root certificate makes {@code require} verify. */
    SslMode effectiveMode() {
        return mode == SslMode.REQUIRE && rootCertificate.isPresent() ? SslMode.VERIFY_CA : mode;
    }

    /** The file of trusted authorities; empty for those of the JDK. */
    Optional<Path> authorities() {
        return rootCertificate.filter(path -> !path.equals(SYSTEM));
    }
}
