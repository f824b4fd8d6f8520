package io.quern.advisor.admin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

final class MonitoringTest {
    private static final String PASSWORD = "correct-horse-battery";
    private static final String METRICS = "# TYPE quern_kill_switch gauge\nquern_kill_switch 0.0\n";

    private final AtomicReference<Optional<String>> unready =
            new AtomicReference<>(Optional.empty());
    private final List<AutoCloseable> opened = new ArrayList<>();

    private Browser serve(boolean open) throws IOException {
        AdminServer.Settings settings = AdminServer.Settings.local(0, PASSWORD);
        assertThat(settings.loopback()).isTrue();
        AdminServer server =
                new AdminServer(
                        settings,
                        new FakeDesk(() -> Samples.NOW),
                        new Vitals(() -> METRICS, unready::get, open),
                        () -> Samples.NOW);
        opened.add(server);
        server.start();
        Browser browser = new Browser(server.port());
        opened.addFirst(browser);
        return browser;
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
    }

    @Test
    void metrics_that_are_open_need_no_login() throws IOException {
        Browser browser = serve(true);
        HttpResponse<String> answer = browser.get("/metrics");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type"))
                .contains("text/plain; version=0.0.4; charset=utf-8");
        assertThat(answer.body()).isEqualTo(METRICS);
    }

    @Test
    void metrics_that_are_not_open_need_the_password() throws IOException {
        Browser browser = serve(false);
        HttpResponse<String> answer = browser.get("/metrics");
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).doesNotContain("quern_kill_switch");
        assertThat(browser.get("/metrics", "Authorization", Browser.basic(PASSWORD)).body())
                .isEqualTo(METRICS);
    }

    @Test
    void ready_says_why_not() throws IOException {
        Browser browser = serve(false);
        assertThat(browser.get("/ready").statusCode()).isEqualTo(200);
        unready.set(Optional.of("the upstream cannot be reached"));
        HttpResponse<String> answer = browser.get("/ready");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("\"reason\":\"the upstream cannot be reached\"");
        assertThat(browser.get("/health").statusCode()).isEqualTo(200);
    }
}
