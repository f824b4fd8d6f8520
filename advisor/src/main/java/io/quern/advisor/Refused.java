package io.quern.advisor;

/** An action a person asked for that cannot be done now; the message is one clear line. */
public final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    public Refused(String message) {
        super(message);
    }
}
