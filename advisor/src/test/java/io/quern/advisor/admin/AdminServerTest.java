package io.quern.advisor.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quern.advisor.Proposal;
import io.quern.advisor.Suggestion;
import io.quern.advisor.Suggestion.State;
import io.quern.optimizer.RuleId;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.BindException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

final class AdminServerTest {
    private static final String PASSWORD = "correct-horse-battery";

    private final AtomicReference<Instant> now = new AtomicReference<>(Samples.NOW);
    private final FakeDesk desk = new FakeDesk(now::get);
    private final AdminServer server =
            new AdminServer(AdminServer.Settings.local(0, PASSWORD), desk, now::get);
    private Browser browser;

    @BeforeEach
    void start() throws IOException {
        server.start();
        browser = new Browser(server.port());
        desk.add(Samples.dateRange(1, State.PROPOSED));
        desk.add(Samples.index(2, State.PROPOSED));
        Suggestion trial = Samples.notExists(3, State.TRIAL);
        desk.add(trial.with(trial.evidence().with(Samples.trial(57, 8340, 41.3))));
        desk.templates.add(Samples.stats(Samples.REVENUE, 41_260, 196.2));
    }

    @AfterEach
    void stop() {
        browser.close();
        server.close();
    }

    // ---- who may enter

    @ParameterizedTest
    @ValueSource(strings = {"/", "/suggestions/1", "/templates", "/declined", "/audit"})
    void a_stranger_is_sent_to_the_login(String path) {
        HttpResponse<String> answer = browser.get(path);
        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(answer.headers().firstValue("location").orElse("")).startsWith("/login");
        assertThat(answer.body()).doesNotContain("orders");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/suggestions",
                "/api/suggestions/1",
                "/api/kill",
                "/api/templates",
                "/api/declined",
                "/api/audit",
                "/api/notices"
            })
    void a_program_without_the_password_gets_nothing(String path) {
        HttpResponse<String> answer = browser.get(path);
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("www-authenticate").orElse(""))
                .startsWith("Bearer")
                .doesNotContain("Basic");
        assertThat(answer.body()).contains("problem").doesNotContain("orders");
        assertThat(browser.get(path, "Authorization", "Bearer wrong").statusCode()).isEqualTo(401);
        assertThat(browser.get(path, "Authorization", "Basic %%%").statusCode()).isEqualTo(401);
        assertThat(browser.get(path, "Authorization", "Bearer " + PASSWORD).statusCode())
                .isEqualTo(200);
        assertThat(browser.get(path, "Authorization", Browser.basic(PASSWORD)).statusCode())
                .isEqualTo(200);
    }

    @Test
    void a_wrong_password_opens_nothing_and_too_many_shut_the_door_for_a_minute() {
        for (int i = 0; i < 10; i++) {
            assertThat(browser.login("wrong").statusCode()).isEqualTo(401);
        }
        assertThat(browser.login(PASSWORD).statusCode()).isEqualTo(429);
        assertThat(browser.get("/api/audit", "Authorization", "Bearer " + PASSWORD).statusCode())
                .isEqualTo(429);
        now.set(Samples.NOW.plusSeconds(61));
        assertThat(browser.login(PASSWORD).statusCode()).isEqualTo(303);
    }

    @Test
    void a_session_is_a_strict_cookie_that_ends() {
        HttpResponse<String> answer = browser.login(PASSWORD);
        assertThat(answer.headers().allValues("set-cookie"))
                .singleElement()
                .asString()
                .startsWith("quern_" + server.port() + "=")
                .contains("HttpOnly", "SameSite=Strict", "Path=/")
                .doesNotContain(PASSWORD);
        assertThat(browser.get("/").statusCode()).isEqualTo(200);
        now.set(Samples.NOW.plus(Duration.ofHours(12)));
        assertThat(browser.get("/").statusCode()).isEqualTo(303);
    }

    @Test
    void a_refresh_after_the_session_ended_leads_to_the_login_instead_of_emptying_the_page() {
        HttpResponse<String> answer = browser.get("/", "HX-Request", "true");
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("hx-redirect")).contains("/login");
    }

    @Test
    void logging_out_ends_the_session_on_the_server() {
        browser.login(PASSWORD);
        String cookie = browser.cookies();
        browser.post("/logout", "csrf", browser.csrf());
        assertThat(browser.get("/", "Cookie", cookie).statusCode()).isEqualTo(303);
    }

    @Test
    void the_login_leads_on_to_pages_of_ours_only() {
        assertThat(browser.login(PASSWORD, "/suggestions/1").headers().firstValue("location"))
                .contains("/suggestions/1");
        assertThat(browser.login(PASSWORD, "//evil.example/").headers().firstValue("location"))
                .contains("/");
    }

    @Test
    void a_login_form_from_elsewhere_is_refused() {
        browser.get("/login");
        assertThat(browser.post("/login", "csrf", "guess", "password", PASSWORD).statusCode())
                .isEqualTo(403);
    }

    // ---- requests from elsewhere

    @Test
    void a_foreign_host_name_is_refused() {
        assertThat(RawHttp.status(server.port(), "evil.example")).isEqualTo(421);
        assertThat(RawHttp.status(server.port(), "evil.example:" + server.port())).isEqualTo(421);
        assertThat(RawHttp.status(server.port(), "127.0.0.1.evil.example")).isEqualTo(421);
        assertThat(RawHttp.status(server.port(), "10.0.0.7")).isEqualTo(421);
        for (String own : List.of("localhost", "127.0.0.1", "[::1]", "LOCALHOST:1234")) {
            assertThat(RawHttp.status(server.port(), own)).as(own).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/suggestions/1/approve",
                "/suggestions/1/reject",
                "/suggestions/3/switch-off",
                "/kill",
                "/revive",
                "/logout",
                "/api/suggestions/1/approve",
                "/api/suggestions/1/reject",
                "/api/suggestions/3/switch-off",
                "/api/kill",
                "/api/revive"
            })
    void a_change_without_the_sessions_token_is_refused(String path) {
        browser.login(PASSWORD);
        assertThat(browser.post(path, "reason", "x").statusCode()).isEqualTo(403);
        assertThat(browser.post(path, "reason", "x", "csrf", "guess").statusCode()).isEqualTo(403);
        assertThat(desk.audit(10)).isEmpty();
    }

    @Test
    void a_change_with_a_remembered_password_from_another_origin_is_refused() {
        String path = "/api/suggestions/1/approve";
        String basic = Browser.basic(PASSWORD);
        for (String origin : List.of("http://evil.example", "null")) {
            assertThat(
                            browser.postJson(path, "", "Authorization", basic, "Origin", origin)
                                    .statusCode())
                    .isEqualTo(403);
        }
        assertThat(desk.audit(10)).isEmpty();
        assertThat(browser.postJson(path, "", "Authorization", basic).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/login", "/health", "/assets/quern.css", "/nowhere", "/api/x"})
    void every_answer_carries_the_security_headers(String path) {
        var headers = browser.get(path).headers();
        assertThat(headers.firstValue("content-security-policy").orElse(""))
                .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(headers.firstValue("x-content-type-options")).contains("nosniff");
        assertThat(headers.firstValue("referrer-policy")).contains("no-referrer");
        assertThat(headers.firstValue("server")).isEmpty();
    }

    // ---- pages

    @Test
    void the_list_shows_what_waits_first_with_its_effect() {
        browser.login(PASSWORD);
        String page = browser.get("/").body();
        assertThat(page.indexOf("Waiting for you")).isBetween(0, page.indexOf("In trial on live"));
        assertThat(page)
                .contains("Truncated date to range")
                .contains("×202")
                .contains("8.34 s")
                .contains("Originals only…")
                .doesNotContain("<script>", "style=");
    }

    @Test
    void an_empty_list_tells_what_will_happen() throws IOException {
        try (var other =
                new AdminServer(
                        AdminServer.Settings.local(0, PASSWORD),
                        new FakeDesk(now::get),
                        now::get)) {
            other.start();
            try (var visitor = new Browser(other.port())) {
                visitor.login(PASSWORD);
                assertThat(visitor.get("/").body()).contains("Quern is watching; nothing to");
                assertThat(visitor.get("/templates").body()).contains("No statement has passed");
                assertThat(visitor.get("/audit").body()).contains("Nothing has been decided yet");
            }
        }
    }

    @Test
    void what_was_not_suggested_is_shown_with_the_reason() {
        desk.declined = Samples.DECLINED;
        browser.login(PASSWORD);
        String page = browser.get("/declined").body();
        assertThat(page)
                .contains("NotInToNotExists", "refuted 3×", "public.line (item): (NULL)")
                .contains("nullable", ">128</td>", "line.item may be NULL");
        assertThat(api("/api/declined").body())
                .contains("\"by\":\"NotInToNotExists\",\"code\":\"nullable\",\"times\":128")
                .contains("\"counterexample\":\"public.item (id): (a)\\n");
    }

    @Test
    void a_rewrite_shows_both_sides_with_the_change_marked() {
        browser.login(PASSWORD);
        String page = browser.get("/suggestions/1").body();
        assertThat(page)
                .contains("<mark>date_trunc(</mark>", "<mark>o.placed_at &gt;=</mark>")
                .contains("Why this is safe", "date_trunc is immutable", "Seq Scan on orders")
                .contains("/suggestions/1/approve", "/suggestions/1/reject")
                .doesNotContain("/suggestions/1/switch-off");
    }

    @Test
    void an_index_shows_its_ddl_and_its_undo() {
        browser.login(PASSWORD);
        assertThat(browser.get("/suggestions/2").body().replaceAll("<[^>]*>", ""))
                .contains("CREATE INDEX CONCURRENTLY \"quern_5f2c81aa\" ON")
                .contains("DROP INDEX CONCURRENTLY IF EXISTS \"public\".\"quern_5f2c81aa\"")
                .contains("24 MB");
    }

    @Test
    void a_trial_shows_both_arms() {
        browser.login(PASSWORD);
        assertThat(browser.get("/suggestions/3").body())
                .contains("concurrent, at random", "p95", "p99", "Errors", "41.3 ms")
                .contains("/suggestions/3/switch-off")
                .doesNotContain("/suggestions/3/approve");
    }

    @Test
    void hostile_text_is_shown_and_not_obeyed() {
        String hostile = "SELECT '<script>alert(1)</script>' AS \"><img src=x onerror=alert(2)>\"";
        Suggestion sample = Samples.dateRange(4, State.PROPOSED);
        desk.add(
                Samples.suggestion(
                                4,
                                hostile,
                                new Proposal.Rewrite(
                                        List.of(new RuleId("Any")), hostile, hostile + " LIMIT 1"),
                                sample.evidence(),
                                State.PROPOSED,
                                Duration.ZERO)
                        .in(State.PROPOSED, hostile, Samples.NOW));
        desk.templates.add(Samples.stats(hostile, 3, 1));
        desk.notices.add(hostile);
        desk.log(Samples.NOW, hostile, "propose", 4, hostile);
        browser.login(PASSWORD);
        for (String path : List.of("/", "/suggestions/4", "/templates", "/declined", "/audit")) {
            String page = browser.get(path).body();
            assertThat(page)
                    .as(path)
                    .contains("&lt;script")
                    .doesNotContain("<script>", "<img src=x");
        }
    }

    @Test
    void a_notice_offers_its_statement_apart() {
        desk.notices.add("No plans of orders. Run: GRANT SELECT ON orders TO quern; then wait.");
        browser.login(PASSWORD);
        assertThat(browser.get("/templates").body())
                .contains(">GRANT SELECT ON orders TO quern;</pre>")
                .contains("<p>then wait.</p>");
    }

    @Test
    void a_refresh_reloads_the_page_when_its_forms_are_out_of_date() {
        browser.login(PASSWORD);
        String path = "/suggestions/1?state=PROPOSED&killed=false";
        assertThat(browser.get(path, "HX-Request", "true").headers().firstValue("hx-refresh"))
                .isEmpty();
        desk.approve(1, "another");
        assertThat(browser.get(path, "HX-Request", "true").headers().firstValue("hx-refresh"))
                .contains("true");
    }

    @ParameterizedTest
    @CsvSource({
        "quern.css, text/css",
        "quern.js, application/javascript",
        "htmx.js, application/javascript",
        "quern.svg, image/svg+xml"
    })
    void assets_are_served_from_here(String name, String type) {
        HttpResponse<String> answer = browser.get("/assets/" + name);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type").orElse("")).startsWith(type);
        String tag = answer.headers().firstValue("etag").orElse("");
        assertThat(browser.get("/assets/" + name, "If-None-Match", tag).statusCode())
                .isEqualTo(304);
    }

    // ---- actions

    @Test
    void a_person_approves() {
        browser.login(PASSWORD);
        HttpResponse<String> answer =
                browser.post("/suggestions/1/approve", "csrf", browser.csrf());
        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(answer.headers().firstValue("location")).contains("/suggestions/1");
        assertThat(desk.suggestion(1).orElseThrow().state()).isEqualTo(State.TRIAL);
        assertThat(desk.audit(1).getFirst().actor()).isEqualTo("admin");
    }

    @Test
    void a_person_rejects_and_switches_off_with_a_reason_only() {
        browser.login(PASSWORD);
        String csrf = browser.csrf();
        assertThat(browser.post("/suggestions/1/reject", "csrf", csrf, "reason", " ").statusCode())
                .isEqualTo(400);
        browser.post("/suggestions/1/reject", "csrf", csrf, "reason", "table goes away & soon");
        browser.post("/suggestions/3/switch-off", "csrf", csrf, "reason", "looks odd");
        assertThat(desk.suggestion(1).orElseThrow().reason()).isEqualTo("table goes away & soon");
        assertThat(desk.suggestion(3).orElseThrow().state()).isEqualTo(State.RETIRED);
    }

    @Test
    void the_kill_switch_is_one_form_away_and_back() {
        browser.login(PASSWORD);
        String csrf = browser.csrf();
        browser.post("/kill", "csrf", csrf, "reason", "");
        assertThat(desk.killed()).isTrue();
        assertThat(browser.get("/audit").body()).contains("Originals only.", "no reason given");
        browser.post("/revive", "csrf", csrf);
        assertThat(desk.killed()).isFalse();
    }

    @Test
    void a_refused_action_is_one_line_on_the_page() {
        browser.login(PASSWORD);
        HttpResponse<String> answer =
                browser.post("/suggestions/3/approve", "csrf", browser.csrf());
        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(answer.body())
                .contains("role=\"alert\">Suggestion 3 is not in a state for that.")
                .contains("Measured")
                .doesNotContain("io.quern");
    }

    @Test
    void a_lost_store_is_one_line_and_the_kill_switch_still_works() {
        desk.loseStore();
        browser.login(PASSWORD);
        String csrf = browser.csrf();
        HttpResponse<String> action = browser.post("/suggestions/1/approve", "csrf", csrf);
        assertThat(action.statusCode()).isEqualTo(503);
        assertThat(action.body()).contains("The store does not answer at db:5432.");
        HttpResponse<String> page = browser.get("/audit");
        assertThat(page.statusCode()).isEqualTo(503);
        assertThat(page.body()).contains("The store does not answer", "Originals only…");
        assertThat(browser.post("/kill", "csrf", csrf).statusCode()).isEqualTo(303);
        assertThat(desk.killed()).isTrue();
    }

    @Test
    void an_unforeseen_failure_tells_nothing_of_its_inside() {
        browser.login(PASSWORD);
        desk.breakDown();
        for (String path : List.of("/", "/api/suggestions")) {
            HttpResponse<String> answer = browser.get(path);
            assertThat(answer.statusCode()).isEqualTo(500);
            assertThat(answer.body())
                    .contains("its log says why")
                    .doesNotContain("hunter2", "at io");
        }
    }

    // ---- the API

    @Test
    void the_api_shows_a_suggestion_in_the_contracts_words() {
        String body = api("/api/suggestions/3").body();
        assertThat(body)
                .contains("\"id\":3", "\"kind\":\"rewrite\"", "\"state\":\"TRIAL\"")
                .contains("\"rules\":[\"NotInToNotExists\"]", "\"costBefore\":8123456.0")
                .contains("\"speedup\":201.9", "\"createdAt\":\"2026-11-22T10:00:00Z\"")
                .doesNotContain("\"ddl\"");
        assertThat(api("/api/suggestions/2").body())
                .contains("\"undo\":\"DROP INDEX", "\"costAfter\":null", "\"sizeBytes\":25165824")
                .doesNotContain("NaN", "\"trial\"");
    }

    @Test
    void the_api_acts() {
        String bearer = "Bearer " + PASSWORD;
        assertThat(
                        browser.postJson("/api/suggestions/1/approve", "", "Authorization", bearer)
                                .body())
                .contains("\"state\":\"TRIAL\"");
        String reject = "/api/suggestions/2/reject";
        assertThat(browser.postJson(reject, "{}", "Authorization", bearer).statusCode())
                .isEqualTo(400);
        assertThat(browser.postJson(reject, "{oops", "Authorization", bearer).statusCode())
                .isEqualTo(400);
        browser.postJson(reject, "{\"reason\":\"no\"}", "Authorization", bearer);
        assertThat(desk.suggestion(2).orElseThrow().reason()).isEqualTo("no");
        assertThat(browser.postJson(reject, "{\"reason\":\"no\"}", "Authorization", bearer).body())
                .contains("not in a state");
        assertThat(browser.postJson("/api/kill", "", "Authorization", bearer).body())
                .contains("{\"killed\":true}");
        assertThat(browser.postJson("/api/revive", "", "Authorization", bearer).body())
                .contains("{\"killed\":false}");
    }

    @Test
    void the_api_reads_with_bounds() {
        assertThat(api("/api/templates?limit=1").body()).contains("\"count\":41260");
        assertThat(api("/api/audit?limit=100000").statusCode()).isEqualTo(400);
        assertThat(api("/api/audit?limit=-1").statusCode()).isEqualTo(400);
        assertThat(api("/api/notices").body()).isEqualTo("[]\n");
    }

    @ParameterizedTest
    @CsvSource({
        "/nowhere, 404",
        "/api/nowhere, 404",
        "/api/suggestions/99, 404",
        "/api/suggestions/x, 404",
        "/suggestions/99, 404",
        "/assets/..%2fFrontDoor.class, 400",
        "/assets/FrontDoor.class, 404",
        "/kill, 405",
        "/api/suggestions/1/approve, 405"
    })
    void what_does_not_exist_says_so(String path, int status) {
        browser.login(PASSWORD);
        HttpResponse<String> answer = browser.get(path);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("allow").isPresent()).isEqualTo(status == 405);
    }

    @Test
    void a_request_that_is_too_large_is_refused() {
        browser.login(PASSWORD);
        String large = "x".repeat(100_000);
        assertThat(browser.post("/kill", "reason", large).statusCode()).isEqualTo(413);
    }

    @Test
    void health_is_open_and_tells_nothing() {
        assertThat(browser.get("/health").body()).isEqualTo("{\"status\":\"up\"}\n");
    }

    // ---- the server itself

    @Test
    void a_port_in_use_is_one_clear_line() {
        var second =
                new AdminServer(
                        AdminServer.Settings.local(server.port(), PASSWORD), desk, now::get);
        assertThatThrownBy(second::start)
                .isInstanceOf(BindException.class)
                .hasMessage(
                        "The admin page cannot listen on 127.0.0.1:%d: the port is in use",
                        server.port());
        second.close();
    }

    @Test
    void a_generated_password_is_long_typeable_and_never_the_same() {
        String password = AdminServer.generatePassword();
        assertThat(password).matches("([0-9a-hjkmnp-tv-z]{4}-){5}[0-9a-hjkmnp-tv-z]{4}");
        assertThat(AdminServer.generatePassword()).isNotEqualTo(password);
    }

    @Test
    void settings_never_show_the_password() {
        assertThat(AdminServer.Settings.local(0, PASSWORD)).asString().doesNotContain(PASSWORD);
    }

    private HttpResponse<String> api(String path) {
        return browser.get(path, "Authorization", "Bearer " + PASSWORD);
    }
}
