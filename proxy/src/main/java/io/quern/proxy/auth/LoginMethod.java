package io.quern.proxy.auth;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How a client proves to Quern who it is; the words are {@code pg_hba.conf}'s. */
public enum LoginMethod {
    /** What the user's verifier allows: md5 for an md5 hash, else SCRAM. */
    AUTO,
    /** SCRAM, with a verifier or a password that is known. */
    SCRAM_SHA_256,
    /** md5, with a hash or a password that is known; SCRAM for a SCRAM verifier. */
    MD5,
    /** The password in clear. */
    PASSWORD,
    /** No proof. */
    TRUST,
    /** A client certificate whose common name is the user. */
    CERTIFICATE;

    /**
     * Reads the spelling of settings, such as {@code scram-sha-256}.
     *
     * @throws IllegalArgumentException if it is none of these
     */
    public static LoginMethod parse(String word) {
        return Arrays.stream(values())
                .filter(method -> method.word().equals(word))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "\""
                                                + word
                                                + "\" is none of "
                                                + Arrays.stream(values())
                                                        .map(LoginMethod::word)
                                                        .collect(Collectors.joining(", "))));
    }

    /** As settings spell it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
