package io.quern.proxy.auth;

import java.util.Base64;
import java.util.Optional;

/**
 * Base64 with one spelling for each value: padded, without spaces and without stray bits, so that
 * what was compared is what was meant.
 */
final class ExactBase64 {
    static String encode(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** Empty if it is not the one spelling of a value. */
    static Optional<byte[]> decode(String text) {
        try {
            byte[] bytes = Base64.getDecoder().decode(text);
            return encode(bytes).equals(text) ? Optional.of(bytes) : Optional.empty();
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    private ExactBase64() {}
}
