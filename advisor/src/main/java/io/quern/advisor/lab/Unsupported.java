package io.quern.advisor.lab;

/**
 * A pair of statements the lab cannot try; the message is a reason for a person and holds no
 * literal of a statement.
 */
final class Unsupported extends Exception {
    private static final long serialVersionUID = 1;

    Unsupported(String reason) {
        super(reason);
    }
}
