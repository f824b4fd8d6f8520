package io.quern.proxy.net;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * What Quern needs to offer TLS to clients.
 *
 * @param certificate a PEM file: the certificate shown, then those between it and its authority
 * @param key a PEM file: the certificate's private key, not encrypted
 * @param clientAuthority a PEM file of authorities; given, clients are asked for a certificate, and
 *     one that none of them signed is refused
 */
public record TlsSettings(Path certificate, Path key, Optional<Path> clientAuthority, Mode mode) {
    public TlsSettings {
        requireNonNull(certificate, "certificate");
        requireNonNull(key, "key");
        requireNonNull(clientAuthority, "clientAuthority");
        requireNonNull(mode, "mode");
    }

    /** Whether clients may do without. */
    public enum Mode {
        /** Each client does as it likes. */
        ALLOW,
        /**
         * A client without TLS is refused; a cancel request, which libpq sends in clear, is not.
         */
        REQUIRE;

        /**
         * Reads {@code allow} or {@code require}.
         *
         * @throws IllegalArgumentException if it is neither
         */
        public static Mode parse(String word) {
            for (Mode mode : values()) {
                if (mode.toString().equals(word)) {
                    return mode;
                }
            }
            throw new IllegalArgumentException("unknown TLS mode: " + word);
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
