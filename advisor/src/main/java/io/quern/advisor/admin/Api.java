package io.quern.advisor.admin;

import static java.util.Objects.requireNonNull;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.MediaType;

import io.quern.advisor.Desk;

import java.util.Map;

/** The HTTP API: the pages' content and actions for programs, as JSON. */
final class Api {
    /** What the audit log says when originals were asked for in haste. */
    static final String NO_REASON = "no reason given";

    private static final int LIMIT = 100;
    private static final int MAX_LIMIT = 1000;

    private final Desk desk;

    Api(Desk desk) {
        this.desk = requireNonNull(desk, "desk");
    }

    /** Tells that the page is served, and nothing else, to anyone. */
    static AggregatedHttpResponse health(Visit visit) {
        return Json.ok(Map.of("status", "up"));
    }

    AggregatedHttpResponse suggestions(Visit visit) {
        return Json.ok(desk.suggestions().stream().map(Json.SuggestionShape::of).toList());
    }

    AggregatedHttpResponse suggestion(Visit visit) {
        return Json.ok(
                desk.suggestion(visit.id())
                        .map(Json.SuggestionShape::of)
                        .orElseThrow(() -> missing(visit)));
    }

    AggregatedHttpResponse approve(Visit visit) {
        mustExist(visit);
        desk.approve(visit.id(), visit.entry().actor());
        return suggestion(visit);
    }

    AggregatedHttpResponse reject(Visit visit) {
        mustExist(visit);
        desk.reject(visit.id(), visit.entry().actor(), requiredReason(visit));
        return suggestion(visit);
    }

    AggregatedHttpResponse switchOff(Visit visit) {
        mustExist(visit);
        desk.switchOff(visit.id(), visit.entry().actor(), requiredReason(visit));
        return suggestion(visit);
    }

    AggregatedHttpResponse killed(Visit visit) {
        return Json.ok(new Json.KillShape(desk.killed()));
    }

    AggregatedHttpResponse kill(Visit visit) {
        String reason = reason(visit);
        desk.kill(visit.entry().actor(), reason.isEmpty() ? NO_REASON : reason);
        return killed(visit);
    }

    AggregatedHttpResponse revive(Visit visit) {
        desk.revive(visit.entry().actor());
        return killed(visit);
    }

    AggregatedHttpResponse templates(Visit visit) {
        return Json.ok(desk.templates(limit(visit)).stream().map(Json.TemplateShape::of).toList());
    }

    AggregatedHttpResponse audit(Visit visit) {
        return Json.ok(desk.audit(limit(visit)).stream().map(Json.AuditShape::of).toList());
    }

    AggregatedHttpResponse declined(Visit visit) {
        return Json.ok(Json.DeclinedShape.of(desk.declined()));
    }

    AggregatedHttpResponse notices(Visit visit) {
        return Json.ok(desk.notices());
    }

    private static int limit(Visit visit) {
        String limit = visit.query().get("limit");
        if (limit == null) {
            return LIMIT;
        }
        if (!limit.matches("\\d{1,4}") || Integer.parseInt(limit) > MAX_LIMIT) {
            throw new Visit.Malformed("limit must be a number up to " + MAX_LIMIT + ".");
        }
        return Integer.parseInt(limit);
    }

    private void mustExist(Visit visit) {
        if (desk.suggestion(visit.id()).isEmpty()) {
            throw missing(visit);
        }
    }

    private static Visit.Missing missing(Visit visit) {
        return new Visit.Missing("There is no suggestion " + visit.id() + ".");
    }

    private static String requiredReason(Visit visit) {
        String reason = reason(visit);
        if (reason.isEmpty()) {
            throw new Visit.Malformed("A reason is required.");
        }
        return reason;
    }

    private static String reason(Visit visit) {
        MediaType type = visit.request().contentType();
        return type != null && type.is(MediaType.FORM_DATA)
                ? visit.field("reason")
                : Json.reason(visit.request().contentUtf8());
    }
}
