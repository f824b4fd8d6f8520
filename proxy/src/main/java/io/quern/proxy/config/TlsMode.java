package io.quern.proxy.config;

/** Whether clients may come without TLS. */
public enum TlsMode {
    /** They may, also where a certificate is configured. */
    ALLOW,
    /** They may not. */
    REQUIRE
}
