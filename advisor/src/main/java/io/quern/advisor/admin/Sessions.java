package io.quern.advisor.admin;

import static java.util.Objects.requireNonNull;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The open logins, in memory: a restart ends them all. Each ends after a fixed time; beyond {@value
 * #MAX} the oldest is closed. Thread-safe.
 */
final class Sessions {
    private static final int MAX = 100;
    private static final int TOKEN_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private record Session(String csrf, Instant end) {}

    private final InstantSource clock;
    private final Duration life;
    private final Map<String, Session> open = new LinkedHashMap<>();

    Sessions(InstantSource clock, Duration life) {
        this.clock = requireNonNull(clock, "clock");
        this.life = requireNonNull(life, "life");
    }

    /** Opens a session; returns the secret that finds it again. */
    synchronized String open() {
        Instant now = clock.instant();
        open.values().removeIf(session -> !now.isBefore(session.end()));
        if (open.size() >= MAX) {
            open.remove(open.keySet().iterator().next());
        }
        String secret = token();
        open.put(secret, new Session(token(), now.plus(life)));
        return secret;
    }

    /** The token that changes must carry under the session of a secret, while it is open. */
    synchronized Optional<String> find(String secret) {
        return Optional.ofNullable(open.get(secret))
                .filter(session -> clock.instant().isBefore(session.end()))
                .map(Session::csrf);
    }

    synchronized void close(String secret) {
        open.remove(secret);
    }

    /** 256 random bits, safe in cookies and forms. */
    static String token() {
        byte[] bytes = new byte[TOKEN_BYTES];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
