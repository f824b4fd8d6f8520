package io.quern.advisor.admin;

import static java.util.Objects.requireNonNull;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpStatus;

import java.util.Optional;

/** Logging in with the password, and out again. */
final class Login {
    private final Doorkeeper doorkeeper;
    private final Pages pages;

    Login(Doorkeeper doorkeeper, Pages pages) {
        this.doorkeeper = requireNonNull(doorkeeper, "doorkeeper");
        this.pages = requireNonNull(pages, "pages");
    }

    AggregatedHttpResponse form(Visit visit) {
        if (doorkeeper.bySession(visit.headers()).isPresent()) {
            return Replies.seeOther("/");
        }
        return form(visit, HttpStatus.OK, visit.query().get("next", ""), "");
    }

    AggregatedHttpResponse enter(Visit visit) {
        String next = visit.field("next");
        Optional<String> secret;
        try {
            secret = doorkeeper.login(visit.field("password"), visit.address());
        } catch (Doorkeeper.TooManyAttempts e) {
            return Replies.with(
                    form(visit, HttpStatus.TOO_MANY_REQUESTS, next, String.valueOf(e.getMessage())),
                    HttpHeaderNames.RETRY_AFTER,
                    "60");
        }
        if (secret.isEmpty()) {
            return form(visit, HttpStatus.UNAUTHORIZED, next, "That is not the password.");
        }
        return Replies.with(
                Replies.seeOther(isOurs(next) ? next : "/"),
                HttpHeaderNames.SET_COOKIE,
                cookie(Doorkeeper.sessionCookie(visit.headers()), secret.get()));
    }

    AggregatedHttpResponse leave(Visit visit) {
        doorkeeper.logout(visit.headers());
        return Replies.with(
                Replies.seeOther("/login"),
                HttpHeaderNames.SET_COOKIE,
                cookie(Doorkeeper.sessionCookie(visit.headers()), "") + "; Max-Age=0");
    }

    private AggregatedHttpResponse form(
            Visit visit, HttpStatus status, String next, String problem) {
        String token = Doorkeeper.loginToken();
        return Replies.with(
                Replies.html(status, pages.loginForm(token, isOurs(next) ? next : "", problem)),
                HttpHeaderNames.SET_COOKIE,
                cookie(Doorkeeper.loginCookie(visit.headers()), token));
    }

    /** Whether a path leads to a page of ours; anything else could lead elsewhere. */
    private static boolean isOurs(String path) {
        return path.matches("/(suggestions/\\d{1,19}|templates|audit)");
    }

    /** Gone with the browser; without Secure, for the page is served over plain HTTP. */
    private static String cookie(String name, String value) {
        return name + "=" + value + "; Path=/; HttpOnly; SameSite=Strict";
    }
}
