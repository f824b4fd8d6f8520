package io.quern.optimizer;

import static java.util.Objects.requireNonNull;

/**
 * What a fingerprint stands for, the unit of learning.
 *
 * @param text the normalised statement, every literal and parameter replaced by {@code ?}; it holds
 *     no user data and may be stored and shown
 */
public record Template(Fingerprint fingerprint, String text) {
    public Template {
        requireNonNull(fingerprint, "fingerprint");
        requireNonNull(text, "text");
    }
}
