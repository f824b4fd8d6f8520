package io.quern.proxy.config;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How far a connection to a PostgreSQL is protected.
 *
 * @param mode libpq's word: {@code disable}, {@code prefer}, {@code require}, {@code verify-ca} or
 *     {@code verify-full}
 * @param rootCertificate a PEM file of trusted authorities; empty: those of the JDK
 * @param certificate a PEM file: Quern's own certificate
 * @param key a PEM file: its private key
 * @param keyPassword empty if the key has none
 */
public record Ssl(
        String mode,
        Optional<Path> rootCertificate,
        Optional<Path> certificate,
        Optional<Path> key,
        String keyPassword) {
    public Ssl {
        requireNonNull(mode, "mode");
        requireNonNull(rootCertificate, "rootCertificate");
        requireNonNull(certificate, "certificate");
        requireNonNull(key, "key");
        requireNonNull(keyPassword, "keyPassword");
    }

    /** Whether the server's certificate is looked at. */
    boolean verifies() {
        return mode.startsWith("verify") || rootCertificate.isPresent();
    }

    /** Without the key's password. */
    @Override
    public String toString() {
        return "sslmode=" + mode;
    }
}
