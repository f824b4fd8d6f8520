package io.quern.proxy.auth;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/** Where users' verifiers are known. Thread-safe; asking may block. */
public interface Verifiers {

    /** What is known of a user. */
    sealed interface Answer {

        /**
         * The user may try to prove the password.
         *
         * @param validUntil when that ends, {@link Instant#MAX} if never
         */
        record Known(Verifier verifier, Instant validUntil) implements Answer {
            public Known {
                requireNonNull(verifier, "verifier");
                requireNonNull(validUntil, "validUntil");
            }
        }

        /**
         * No password can be right: the client must not learn why.
         *
         * @param why for the log: follows the user's name
         */
        record Unknown(String why) implements Answer {
            public Unknown {
                requireNonNull(why, "why");
            }
        }

        /**
         * It cannot be said just now.
         *
         * @param why one line fit for a client
         */
        record Unavailable(String why) implements Answer {
            public Unavailable {
                requireNonNull(why, "why");
            }
        }
    }

    /** What is known of a user. */
    Answer lookUp(String user);

    /** The same, not taken from a cache if that gave the answer that did not serve. */
    default Answer lookUpAnew(String user, Answer doubted) {
        return lookUp(user);
    }

    /** A source that knows nobody. */
    static Verifiers none() {
        return user -> new Answer.Unknown("is in no user list");
    }

    /** The list's answer if it knows the user, else the other's. */
    static Verifiers firstOf(Verifiers list, Verifiers other) {
        return new Verifiers() {
            @Override
            public Answer lookUp(String user) {
                return listed(user).orElseGet(() -> other.lookUp(user));
            }

            @Override
            public Answer lookUpAnew(String user, Answer doubted) {
                return listed(user).orElseGet(() -> other.lookUpAnew(user, doubted));
            }

            private Optional<Answer> listed(String user) {
                return list.lookUp(user) instanceof Answer.Known known
                        ? Optional.of(known)
                        : Optional.empty();
            }
        };
    }
}
