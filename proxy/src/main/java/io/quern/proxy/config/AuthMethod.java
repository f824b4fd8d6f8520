package io.quern.proxy.config;

/** How a client proves who it is. */
public enum AuthMethod {
    /** Pass-through where possible, else what the role's verifier allows. */
    AUTO,
    /** The upstream asks; Quern passes its questions and the client's answers on. */
    PASS_THROUGH,
    /** Quern asks, by SCRAM-SHA-256. */
    SCRAM_SHA_256,
    /** Quern asks, by the old md5 exchange. */
    MD5,
    /** Quern asks for the password itself. */
    PASSWORD,
    /** Nobody asks. */
    TRUST,
    /** The client's TLS certificate names the role. */
    CERTIFICATE
}
