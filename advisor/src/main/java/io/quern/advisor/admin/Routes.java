package io.quern.advisor.admin;

import static com.linecorp.armeria.common.HttpMethod.GET;
import static com.linecorp.armeria.common.HttpMethod.POST;

import static io.quern.advisor.admin.Route.Role.ANYONE;
import static io.quern.advisor.admin.Route.Role.PERSON;
import static io.quern.advisor.admin.Route.Role.PROGRAM;

import io.quern.advisor.Desk;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All that can be asked for: GET reads, POST changes. */
record Routes(List<Route> table, Pages pages) {

    static Routes of(
            Doorkeeper doorkeeper, Desk desk, Optional<Vitals> vitals, InstantSource clock) {
        var pages = new Pages(desk, clock);
        var actions = new Actions(desk, pages);
        var login = new Login(doorkeeper, pages);
        var api = new Api(desk);
        var assets = new Assets();
        List<Route> known =
                List.of(
                        new Route(GET, "/", PERSON, pages::suggestions),
                        new Route(GET, "/suggestions/{id}", PERSON, pages::suggestion),
                        new Route(POST, "/suggestions/{id}/approve", PERSON, actions::approve),
                        new Route(POST, "/suggestions/{id}/reject", PERSON, actions::reject),
                        new Route(POST, "/suggestions/{id}/switch-off", PERSON, actions::switchOff),
                        new Route(POST, "/kill", PERSON, actions::kill),
                        new Route(POST, "/revive", PERSON, actions::revive),
                        new Route(GET, "/templates", PERSON, pages::templates),
                        new Route(GET, "/audit", PERSON, pages::audit),
                        new Route(GET, "/declined", PERSON, pages::declined),
                        new Route(GET, "/login", ANYONE, login::form),
                        new Route(POST, "/login", ANYONE, login::enter),
                        new Route(POST, "/logout", PERSON, login::leave),
                        new Route(GET, "/assets/{name}", ANYONE, assets::asset),
                        new Route(GET, "/health", ANYONE, Api::health),
                        new Route(GET, "/api/suggestions", PROGRAM, api::suggestions),
                        new Route(GET, "/api/suggestions/{id}", PROGRAM, api::suggestion),
                        new Route(POST, "/api/suggestions/{id}/approve", PROGRAM, api::approve),
                        new Route(POST, "/api/suggestions/{id}/reject", PROGRAM, api::reject),
                        new Route(
                                POST, "/api/suggestions/{id}/switch-off", PROGRAM, api::switchOff),
                        new Route(GET, "/api/kill", PROGRAM, api::killed),
                        new Route(POST, "/api/kill", PROGRAM, api::kill),
                        new Route(POST, "/api/revive", PROGRAM, api::revive),
                        new Route(GET, "/api/templates", PROGRAM, api::templates),
                        new Route(GET, "/api/audit", PROGRAM, api::audit),
                        new Route(GET, "/api/declined", PROGRAM, api::declined),
                        new Route(GET, "/api/notices", PROGRAM, api::notices));
        List<Route> table = new ArrayList<>(known);
        vitals.map(Monitoring::routes).ifPresent(table::addAll);
        return new Routes(List.copyOf(table), pages);
    }
}
