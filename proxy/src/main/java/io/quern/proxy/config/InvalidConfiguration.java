package io.quern.proxy.config;

import java.time.Duration;

/** A setting that cannot be used; the message is one clear line that names it, without secrets. */
public final class InvalidConfiguration extends RuntimeException {
    private static final long serialVersionUID = 1;

    public InvalidConfiguration(String message) {
        super(message);
    }

    static void require(boolean condition, String message) {
        if (!condition) {
            throw new InvalidConfiguration(message);
        }
    }

    static void requirePositive(String setting, Duration duration) {
        require(duration.isPositive(), setting + " is not positive: " + duration);
    }
}
