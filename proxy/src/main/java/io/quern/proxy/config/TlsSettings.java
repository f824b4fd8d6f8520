package io.quern.proxy.config;

import static io.quern.proxy.config.InvalidConfiguration.require;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Optional;

/**
 * TLS towards clients; none without a certificate.
 *
 * @param certificate a PEM file: Quern's certificate and those between it and its authority
 * @param key a PEM file: its private key
 * @param clientAuthority a PEM file of authorities; clients are asked for a certificate of theirs
 */
public record TlsSettings(
        Optional<Path> certificate,
        Optional<Path> key,
        Optional<Path> clientAuthority,
        TlsMode mode) {
    public TlsSettings {
        requireNonNull(mode, "mode");
        require(
                certificate.isPresent() || key.isEmpty(),
                "quern.tls.key is given without quern.tls.certificate");
        require(
                key.isPresent() || certificate.isEmpty(),
                "quern.tls.certificate is given without quern.tls.key");
        require(
                certificate.isPresent() || clientAuthority.isEmpty(),
                "quern.tls.client-authority is given without quern.tls.certificate");
        require(
                certificate.isPresent() || mode != TlsMode.REQUIRE,
                "quern.tls.mode is require, but there is no quern.tls.certificate");
    }

    /** This one with what of another takes effect at once. */
    TlsSettings taking(TlsSettings newer) {
        return new TlsSettings(newer.certificate, newer.key, newer.clientAuthority, mode);
    }

    /** Whether clients can have TLS. */
    public boolean offered() {
        return certificate.isPresent();
    }
}
