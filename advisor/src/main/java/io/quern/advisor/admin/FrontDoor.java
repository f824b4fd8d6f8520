package io.quern.advisor.admin;

import static java.util.Objects.requireNonNull;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.server.ServiceRequestContext;

import io.quern.advisor.Refused;
import io.quern.advisor.StoreUnavailable;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;

/**
 * Where every request enters: it checks the host, finds the row in the table of routes, checks the
 * role and the token, runs the handler, and turns what the handler throws into one clear line with
 * the right status. Handlers need not check anything again.
 */
final class FrontDoor {
    private static final Logger LOG = LoggerFactory.getLogger(FrontDoor.class);

    private final Doorkeeper doorkeeper;
    private final Routes routes;

    FrontDoor(Doorkeeper doorkeeper, Routes routes) {
        this.doorkeeper = requireNonNull(doorkeeper, "doorkeeper");
        this.routes = requireNonNull(routes, "routes");
    }

    HttpResponse serve(ServiceRequestContext ctx, HttpRequest request) {
        InetAddress remote = ctx.remoteAddress().getAddress();
        return HttpResponse.of(
                request.aggregate()
                        .handleAsync(
                                (whole, failure) ->
                                        Replies.guarded(
                                                answer(
                                                        whole,
                                                        failure,
                                                        ctx.path(),
                                                        ctx.query(),
                                                        remote.getHostAddress())),
                                ctx.blockingTaskExecutor()));
    }

    private AggregatedHttpResponse answer(
            @Nullable AggregatedHttpRequest request,
            @Nullable Throwable failure,
            String path,
            @Nullable String query,
            String address) {
        if (request == null || failure != null) {
            return unreadable(failure);
        }
        if (!doorkeeper.knows(request.headers().authority())) {
            return Replies.text(
                    HttpStatus.MISDIRECTED_REQUEST,
                    "This page is not served under that host name. Open it as localhost, or name"
                            + " the host in Quern's settings.");
        }
        var stranger =
                new Visit(
                        request,
                        Entry.STRANGER,
                        address,
                        "",
                        query == null ? QueryParams.of() : QueryParams.fromQueryString(query));
        List<Route> there =
                routes.table().stream().filter(row -> row.match(path).isPresent()).toList();
        Optional<Route> route =
                there.stream().filter(row -> row.method() == request.method()).findFirst();
        if (route.isEmpty()) {
            return there.isEmpty()
                    ? problem(path, stranger, HttpStatus.NOT_FOUND, "There is no such page.")
                    : wrongMethod(path, stranger, there);
        }
        return admit(route.get(), path, stranger);
    }

    private AggregatedHttpResponse admit(Route route, String path, Visit stranger) {
        try {
            Optional<Entry> entry = entry(route.role(), stranger);
            if (entry.isEmpty()) {
                return unknownVisitor(path, stranger);
            }
            var visit =
                    new Visit(
                            stranger.request(),
                            entry.get(),
                            stranger.address(),
                            route.match(path).orElse(""),
                            stranger.query());
            if (route.method() == HttpMethod.POST && !trusted(route, visit)) {
                return problem(
                        path,
                        visit,
                        HttpStatus.FORBIDDEN,
                        "This form is out of date or came from elsewhere. Reload the page and try"
                                + " again.");
            }
            return route.handler().answer(visit);
        } catch (RuntimeException e) {
            return failed(path, stranger, e);
        }
    }

    private Optional<Entry> entry(Route.Role role, Visit visit) {
        return switch (role) {
            case ANYONE -> Optional.of(Entry.STRANGER);
            case PERSON -> doorkeeper.bySession(visit.headers());
            case PROGRAM ->
                    doorkeeper
                            .bySession(visit.headers())
                            .or(() -> doorkeeper.byPassword(visit.headers(), visit.address()));
        };
    }

    private boolean trusted(Route route, Visit visit) {
        String field = visit.form().get(Doorkeeper.CSRF_FIELD);
        if (route.role() == Route.Role.ANYONE) {
            return doorkeeper.fromLoginForm(visit.headers(), field);
        }
        String header = visit.headers().get(Doorkeeper.CSRF_HEADER);
        return doorkeeper.trusts(visit.entry(), visit.headers(), header == null ? field : header);
    }

    private static AggregatedHttpResponse unreadable(@Nullable Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
        return cause instanceof ContentTooLargeException
                ? Replies.text(HttpStatus.REQUEST_ENTITY_TOO_LARGE, "The request is too large.")
                : Replies.text(HttpStatus.BAD_REQUEST, "The request could not be read.");
    }

    private AggregatedHttpResponse unknownVisitor(String path, Visit visit) {
        if (isApi(path)) {
            return Replies.with(
                    problem(path, visit, HttpStatus.UNAUTHORIZED, "The password is needed."),
                    HttpHeaderNames.WWW_AUTHENTICATE,
                    // Not Basic: a browser would ask for the password itself and keep it.
                    "Bearer realm=\"quern\"");
        }
        if (visit.isRefresh()) {
            return Replies.with(
                    Replies.text(HttpStatus.UNAUTHORIZED, "The login has ended."),
                    "hx-redirect",
                    "/login");
        }
        return Replies.seeOther(
                visit.request().method() == HttpMethod.GET && !path.equals("/")
                        ? "/login?" + QueryParams.of("next", path).toQueryString()
                        : "/login");
    }

    private AggregatedHttpResponse wrongMethod(String path, Visit visit, List<Route> there) {
        String allowed =
                there.stream().map(row -> row.method().name()).collect(Collectors.joining(", "));
        return Replies.with(
                problem(
                        path,
                        visit,
                        HttpStatus.METHOD_NOT_ALLOWED,
                        "This address answers to " + allowed + " only."),
                HttpHeaderNames.ALLOW,
                allowed);
    }

    private AggregatedHttpResponse failed(String path, Visit visit, RuntimeException failure) {
        String message = String.valueOf(failure.getMessage());
        return switch (failure) {
            case Refused e -> problem(path, visit, HttpStatus.CONFLICT, message);
            case StoreUnavailable e ->
                    problem(path, visit, HttpStatus.SERVICE_UNAVAILABLE, message);
            case Visit.Missing e -> problem(path, visit, HttpStatus.NOT_FOUND, message);
            case Visit.Malformed e -> problem(path, visit, HttpStatus.BAD_REQUEST, message);
            case Doorkeeper.TooManyAttempts e ->
                    Replies.with(
                            problem(path, visit, HttpStatus.TOO_MANY_REQUESTS, message),
                            HttpHeaderNames.RETRY_AFTER,
                            "60");
            default -> {
                LOG.error("The admin page failed at {}", path, failure);
                yield problem(
                        path,
                        visit,
                        HttpStatus.INTERNAL_SERVER_ERROR,
                        "Quern could not do this; its log says why. Traffic is not affected.");
            }
        };
    }

    private AggregatedHttpResponse problem(
            String path, Visit visit, HttpStatus status, String message) {
        if (isApi(path)) {
            return Json.problem(status, message);
        }
        try {
            return routes.pages().problem(seenBy(visit), status, message);
        } catch (RuntimeException e) {
            LOG.error("The admin page could not even show a problem", e);
            return Replies.text(status, message);
        }
    }

    /** The visit with its session, so that a person keeps navigation and kill switch in sight. */
    private Visit seenBy(Visit visit) {
        return doorkeeper
                .bySession(visit.headers())
                .map(
                        entry ->
                                new Visit(
                                        visit.request(),
                                        entry,
                                        visit.address(),
                                        visit.captured(),
                                        visit.query()))
                .orElse(visit);
    }

    private static boolean isApi(String path) {
        return path.startsWith("/api/") || path.equals("/metrics") || path.equals("/ready");
    }
}
