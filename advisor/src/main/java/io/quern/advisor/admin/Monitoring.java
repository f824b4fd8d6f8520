package io.quern.advisor.admin;

import static com.linecorp.armeria.common.HttpMethod.GET;

import static io.quern.advisor.admin.Route.Role.ANYONE;
import static io.quern.advisor.admin.Route.Role.PROGRAM;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;

import java.util.List;
import java.util.Map;

/** The routes of monitoring systems: is it up, is it ready, what does it count. */
final class Monitoring {
    private static final MediaType PROMETHEUS =
            MediaType.parse("text/plain; version=0.0.4; charset=utf-8");

    private final Vitals vitals;

    private Monitoring(Vitals vitals) {
        this.vitals = vitals;
    }

    static List<Route> routes(Vitals vitals) {
        Monitoring monitoring = new Monitoring(vitals);
        return List.of(
                new Route(GET, "/ready", ANYONE, monitoring::ready),
                new Route(GET, "/metrics", vitals.open() ? ANYONE : PROGRAM, monitoring::metrics));
    }

    private AggregatedHttpResponse ready(Visit visit) {
        return vitals.unready()
                .get()
                .map(
                        reason ->
                                Json.reply(
                                        HttpStatus.SERVICE_UNAVAILABLE,
                                        Map.of("status", "unready", "reason", reason)))
                .orElseGet(() -> Json.ok(Map.of("status", "ready")));
    }

    private AggregatedHttpResponse metrics(Visit visit) {
        return AggregatedHttpResponse.of(HttpStatus.OK, PROMETHEUS, vitals.metrics().get());
    }
}
