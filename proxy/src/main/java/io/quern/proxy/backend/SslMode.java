package io.quern.proxy.backend;

import java.util.Locale;

/** How far the connection to the upstream is protected by TLS; the words are libpq's. */
public enum SslMode {
    /** Never TLS. */
    DISABLE,
    /** TLS if the upstream offers it. */
    PREFER,
    /** TLS or nothing; whoever answers is believed, unless a root certificate is given. */
    REQUIRE,
    /** TLS, and the certificate is signed by a trusted authority. */
    VERIFY_CA,
    /** As before, and the certificate names the host that was asked for. */
    VERIFY_FULL;

    /**
     * Reads libpq's spelling, such as {@code verify-full}.
     *
     * @throws IllegalArgumentException if it is none of these
     */
    public static SslMode parse(String word) {
        for (SslMode mode : values()) {
            if (mode.toString().equals(word)) {
                return mode;
            }
        }
        throw new IllegalArgumentException("unknown sslmode: " + word);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
