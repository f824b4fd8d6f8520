package io.quern.proxy.auth;

import static java.util.Objects.requireNonNull;

import io.quern.proxy.backend.Credentials;

/** What follows from a client's answer. */
sealed interface Outcome {

    /** There is a next question. */
    record Asked() implements Outcome {}

    /** The client is who it says. */
    record Proven(Credentials credentials) implements Outcome {
        public Proven {
            requireNonNull(credentials, "credentials");
        }
    }

    /** The answer is well-formed and does not fit the verifier. */
    record Wrong() implements Outcome {}

    /** The login cannot go on, whatever the password. */
    record Refused(String sqlState, String message) implements Outcome {
        public Refused {
            requireNonNull(sqlState, "sqlState");
            requireNonNull(message, "message");
        }

        static Refused violation(String message) {
            return new Refused("08P01", message);
        }
    }
}
