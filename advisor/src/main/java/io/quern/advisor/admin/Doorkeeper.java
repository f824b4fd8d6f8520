package io.quern.advisor.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.linecorp.armeria.common.Cookie;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.RequestHeaders;

import org.jspecify.annotations.Nullable;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Decides who may enter. A browser logs in with the password and then carries a session cookie; a
 * program sends the password with each request of the API, as a bearer token or as the password of
 * HTTP Basic. Thread-safe.
 *
 * <p>Three attacks from a page of another site, running in the browser of the person who may enter,
 * are met here. DNS rebinding: a name that is not ours is refused in {@code Host}. Forged requests
 * under a session: the cookie is {@code SameSite=Strict} and every change needs the session's own
 * token. Forged requests under a password the browser remembers: a change sent with {@code
 * Authorization} is refused when it names an origin that is not ours, which browsers always do
 * across sites and programs never do.
 */
final class Doorkeeper {
    static final String CSRF_FIELD = "csrf";
    static final String CSRF_HEADER = "x-csrf-token";

    private static final Set<String> LOOPBACK_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Set<String> WILDCARDS = Set.of("0.0.0.0", "::", "[::]");

    private final byte[] passwordHash;
    private final Set<String> names;
    private final boolean anyAddress;
    private final Sessions sessions;
    private final FailedAttempts failures;

    Doorkeeper(AdminServer.Settings settings, InstantSource clock) {
        passwordHash = hash(settings.password());
        names = new TreeSet<>(LOOPBACK_NAMES);
        settings.otherHosts().forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
        String host = settings.host().toLowerCase(Locale.ROOT);
        names.add(host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host);
        anyAddress = WILDCARDS.contains(host);
        sessions = new Sessions(clock, settings.sessionLife());
        failures = new FailedAttempts(clock);
    }

    /** Too many wrong passwords came from the address; the right one is not looked at either. */
    static final class TooManyAttempts extends RuntimeException {
        private static final long serialVersionUID = 1;

        TooManyAttempts() {
            super("Too many wrong passwords. Try again in a minute.");
        }
    }

    /** Whether an {@code Host} header names this page. */
    boolean knows(@Nullable String authority) {
        if (authority == null) {
            return false;
        }
        String name = authority.replaceFirst(":\\d*$", "").toLowerCase(Locale.ROOT);
        // An address cannot be rebound as a name can; with a wildcard bind, any may be ours.
        boolean address = name.startsWith("[") || name.matches("[0-9.]+");
        return names.contains(name) || (anyAddress && address);
    }

    /** The session a request's cookie opens. */
    Optional<Entry> bySession(RequestHeaders headers) {
        return cookie(headers, sessionCookie(headers)).flatMap(sessions::find).map(Entry::session);
    }

    /**
     * The entry that a request's {@code Authorization} header gives.
     *
     * @throws TooManyAttempts after too many wrong passwords from the address
     */
    Optional<Entry> byPassword(RequestHeaders headers, String address) {
        String given = headers.get(HttpHeaderNames.AUTHORIZATION);
        if (given == null) {
            return Optional.empty();
        }
        return passwordOf(given)
                .filter(password -> isPassword(password, address))
                .map(password -> Entry.WITH_PASSWORD);
    }

    /**
     * Opens a session, or not, if the password is wrong; returns the cookie's value.
     *
     * @throws TooManyAttempts after too many wrong passwords from the address
     */
    Optional<String> login(String password, String address) {
        return isPassword(password, address) ? Optional.of(sessions.open()) : Optional.empty();
    }

    /** Ends the session a request's cookie opens. */
    void logout(RequestHeaders headers) {
        cookie(headers, sessionCookie(headers)).ifPresent(sessions::close);
    }

    /** Whether a change that a request asks for comes from this page, or from a program. */
    boolean trusts(Entry entry, RequestHeaders headers, @Nullable String token) {
        if (entry.csrf().isEmpty()) {
            String origin = headers.get(HttpHeaderNames.ORIGIN);
            return origin == null
                    || origin.matches("https?://" + Pattern.quote(authorityOf(headers)));
        }
        return token != null && same(hash(token), hash(entry.csrf()));
    }

    /** The token that ties a login form to the browser it was sent to. */
    static String loginToken() {
        return Sessions.token();
    }

    /** Whether the token of a login form is the one its browser keeps in a cookie. */
    boolean fromLoginForm(RequestHeaders headers, @Nullable String token) {
        return token != null
                && cookie(headers, loginCookie(headers))
                        .filter(kept -> same(hash(kept), hash(token)))
                        .isPresent();
    }

    /**
     * The session cookie's name. Browsers share cookies between the ports of a host, so it carries
     * the port: two pages on one machine do not log each other out.
     */
    static String sessionCookie(RequestHeaders headers) {
        return "quern" + suffix(headers);
    }

    /** The name of the cookie that ties a login form to its browser. */
    static String loginCookie(RequestHeaders headers) {
        return "quern_login" + suffix(headers);
    }

    private static String authorityOf(RequestHeaders headers) {
        return String.valueOf(headers.authority());
    }

    private static String suffix(RequestHeaders headers) {
        String authority = authorityOf(headers);
        int colon = authority.lastIndexOf(':');
        String port = authority.substring(colon + 1);
        return colon > 0 && port.matches("\\d+") ? "_" + port : "";
    }

    private boolean isPassword(String given, String address) {
        if (failures.exhausted(address)) {
            throw new TooManyAttempts();
        }
        if (same(hash(given), passwordHash)) {
            return true;
        }
        failures.add(address);
        return false;
    }

    private static Optional<String> passwordOf(String authorization) {
        int space = authorization.indexOf(' ');
        String scheme = authorization.substring(0, Math.max(space, 0)).toLowerCase(Locale.ROOT);
        String rest = authorization.substring(space + 1).strip();
        return switch (scheme) {
            case "bearer" -> Optional.of(rest);
            case "basic" -> basicPassword(rest);
            default -> Optional.empty();
        };
    }

    private static Optional<String> basicPassword(String encoded) {
        try {
            String pair = new String(Base64.getDecoder().decode(encoded), UTF_8);
            return Optional.of(pair.substring(pair.indexOf(':') + 1));
        } catch (IllegalArgumentException e) {
            return Optional.of("");
        }
    }

    private static Optional<String> cookie(RequestHeaders headers, String name) {
        return headers.cookies().stream()
                .filter(cookie -> cookie.name().equals(name))
                .map(Cookie::value)
                .findFirst();
    }

    /** Hashed first, so that neither the time nor the length of the comparison tells anything. */
    private static boolean same(byte[] one, byte[] other) {
        return MessageDigest.isEqual(one, other);
    }

    private static byte[] hash(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.strip().getBytes(UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
