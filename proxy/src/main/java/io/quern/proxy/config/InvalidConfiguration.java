package io.quern.proxy.config;

/** A setting that cannot be used; the message is one clear line that names it, without secrets. */
public final class InvalidConfiguration extends RuntimeException {
    private static final long serialVersionUID = 1;

    public InvalidConfiguration(String message) {
        super(message);
    }
}
