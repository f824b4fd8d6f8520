package io.quern.proxy.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;

import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.quern.advisor.StoreUnavailable;
import io.quern.proxy.console.FakeDesk;
import io.quern.proxy.console.FakeOperations;
import io.quern.proxy.console.Figure;
import io.quern.proxy.console.Tallies;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

class MetersTest {
    private static final Pattern LINE =
            Pattern.compile(
                    "[a-zA-Z_:][\\w:]*(\\{[a-zA-Z_]\\w*=\"(?:[^\"\\\\\\n]|\\\\.)*\""
                            + "(,[a-zA-Z_]\\w*=\"(?:[^\"\\\\\\n]|\\\\.)*\")*\\})? "
                            + "([-+]?[0-9.]+(E-?[0-9]+)?|NaN|[+-]Inf)");

    private final FakeOperations operations = new FakeOperations();
    private final FakeDesk desk = new FakeDesk();
    private final AtomicLong treated = new AtomicLong(41);
    private Meters meters = meters(MetricsSettings.DEFAULT);

    private Meters meters(MetricsSettings settings) {
        return new Meters(
                operations,
                desk,
                new Tallies(Map.of(Figure.TREATED, treated::get), () -> Map.of("CHOOSE", 2L)),
                settings);
    }

    @AfterEach
    void close() {
        meters.close();
    }

    private List<String> scraped() {
        List<String> lines = meters.scrape().lines().toList();
        assertThat(lines)
                .allSatisfy(
                        line ->
                                assertThat(line.startsWith("#") || LINE.matcher(line).matches())
                                        .as(line)
                                        .isTrue());
        return lines;
    }

    @Test
    void what_is_counted_elsewhere_is_read_at_every_scrape() {
        assertThat(scraped())
                .contains(
                        "quern_statements_treated_total 41.0",
                        "quern_mishaps_total{kind=\"CHOOSE\"} 2.0",
                        "quern_kill_switch 0.0",
                        "# TYPE quern_statements_treated_total counter",
                        "quern_suggestions{state=\"trial\"} 1.0",
                        "quern_suggestions{state=\"on\"} 0.0",
                        "quern_clients{state=\"active\"} 1.0",
                        "quern_clients{state=\"idle\"} 1.0",
                        "quern_backends{state=\"idle\"} 3.0")
                .anyMatch(line -> line.startsWith("jvm_memory_used_bytes{"))
                .anyMatch(line -> line.startsWith("process_uptime_seconds "));
        treated.set(50);
        desk.killed = true;
        operations.clients.removeFirst();
        assertThat(scraped())
                .contains("quern_statements_treated_total 50.0", "quern_kill_switch 1.0")
                .contains("quern_clients{state=\"idle\"} 1.0")
                .noneMatch(line -> line.startsWith("quern_clients{state=\"active\"}"));
    }

    @Test
    void a_figure_nobody_counts_is_absent() {
        assertThat(scraped()).noneMatch(line -> line.contains("quern_gate"));
    }

    @Test
    void pools_have_labels() {
        assertThat(scraped())
                .contains(
                        "quern_pool_backends{database=\"shop\",state=\"active\",upstream=\"main\","
                                + "user=\"app\"} 1.0",
                        "quern_pool_waiting{database=\"shop\",upstream=\"main\",user=\"app\"} 1.0",
                        "quern_pool_wait_longest_seconds{database=\"shop\",upstream=\"main\","
                                + "user=\"report\"} 0.009");
    }

    @Test
    void pools_beyond_the_bound_are_summed_and_those_labelled_stay_so() {
        meters.close();
        meters = meters(new MetricsSettings(Optional.empty(), Duration.ofMinutes(1), 2));
        scraped();
        for (int i = 0; i < 1000; i++) {
            operations.pools.addFirst(FakeOperations.pool("db" + i, "user", 1, 0, i));
        }
        List<String> maxima =
                scraped().stream().filter(line -> line.startsWith("quern_pool_maximum{")).toList();
        assertThat(maxima)
                .hasSize(3)
                .contains(
                        "quern_pool_maximum{database=\"other\",upstream=\"other\",user=\"other\"}"
                                + " 20000.0")
                .anyMatch(line -> line.contains("user=\"app\""))
                .anyMatch(line -> line.contains("user=\"report\""));
        operations.pools.removeIf(pool -> pool.user().equals("app"));
        assertThat(scraped())
                .noneMatch(line -> line.contains("user=\"app\""))
                .anyMatch(line -> line.startsWith("quern_pool_maximum{database=\"db999\""));
    }

    @Test
    void a_name_cannot_break_the_format() {
        operations.pools.add(FakeOperations.pool("a\"b\\c\nd{", "ü", 1, 0, 0));
        assertThat(scraped()).anyMatch(line -> line.contains("a\\\"b\\\\c\\nd{"));
    }

    @Test
    void a_store_that_is_down_costs_nothing_else() {
        scraped();
        desk.failure = new StoreUnavailable("down", new Exception());
        assertThat(scraped())
                .contains("quern_suggestions{state=\"trial\"} 1.0")
                .contains("quern_statements_treated_total 41.0");
    }

    @Test
    void the_same_goes_to_an_otlp_receiver() throws IOException {
        List<ExportMetricsServiceRequest> received = new CopyOnWriteArrayList<>();
        HttpServer receiver =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext(
                "/v1/metrics",
                exchange -> {
                    received.add(ExportMetricsServiceRequest.parseFrom(exchange.getRequestBody()));
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
        receiver.start();
        try {
            meters.close();
            meters =
                    meters(
                            new MetricsSettings(
                                    Optional.of(
                                            URI.create(
                                                    "http://127.0.0.1:"
                                                            + receiver.getAddress().getPort()
                                                            + "/v1/metrics")),
                                    Duration.ofMillis(200),
                                    10));
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> received.stream().anyMatch(MetersTest::complete));
            meters.close();
        } finally {
            receiver.stop(0);
        }
        assertThat(received.getLast().getResourceMetrics(0).getResource().getAttributesList())
                .anyMatch(
                        attribute ->
                                attribute.getKey().equals("service.name")
                                        && attribute.getValue().getStringValue().equals("quern"));
    }

    private static boolean complete(ExportMetricsServiceRequest request) {
        List<Metric> metrics = request.getResourceMetrics(0).getScopeMetrics(0).getMetricsList();
        boolean counts =
                metrics.stream()
                        .filter(metric -> metric.getName().equals("quern.statements.treated"))
                        .anyMatch(metric -> metric.getSum().getDataPoints(0).getAsDouble() == 41);
        boolean pools =
                metrics.stream()
                        .filter(metric -> metric.getName().equals("quern.pool.backends"))
                        .anyMatch(
                                metric ->
                                        metric.getGauge().getDataPointsList().stream()
                                                .anyMatch(point -> point.getAsDouble() == 2));
        return counts && pools;
    }
}
