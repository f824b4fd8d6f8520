package io.quern.proxy.auth;

import static java.util.Objects.requireNonNull;

import io.quern.proxy.auth.Verifiers.Answer;

import java.time.InstantSource;
import java.util.Optional;

/** What all logins are judged by. */
record LoginSources(
        Verifiers verifiers,
        Verifiers secrets,
        Passwords passwords,
        Decoys decoys,
        InstantSource clock) {
    LoginSources {
        requireNonNull(verifiers, "verifiers");
        requireNonNull(secrets, "secrets");
        requireNonNull(passwords, "passwords");
        requireNonNull(decoys, "decoys");
        requireNonNull(clock, "clock");
    }

    /** The verifier in an answer, if it is valid now. */
    Optional<Verifier> usable(Answer answer) {
        return answer instanceof Answer.Known known && known.validUntil().isAfter(clock.instant())
                ? Optional.of(known.verifier())
                : Optional.empty();
    }
}
