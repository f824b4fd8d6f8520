package io.quern.proxy.metrics;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micrometer.registry.otlp.OtlpConfig;
import io.micrometer.registry.otlp.OtlpMeterRegistry;
import io.quern.advisor.Desk;
import io.quern.proxy.console.Operations;
import io.quern.proxy.console.Tallies;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * All meters of a running Quern. A statement costs nothing here: counters that exist elsewhere are
 * read, and snapshots are taken, when Prometheus scrapes or an OTLP step ends. Thread-safe.
 */
public final class Meters implements AutoCloseable {
    private static final String PREFIX = "quern.";

    private final PrometheusMeterRegistry prometheus =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final CompositeMeterRegistry all = new CompositeMeterRegistry();
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final WireGauges wire;
    private final AdvisorGauges advisor;

    public Meters(Operations operations, Desk desk, Tallies tallies, MetricsSettings settings) {
        all.add(prometheus);
        wire = new WireGauges(all, operations, settings.pools());
        advisor = new AdvisorGauges(all, desk);
        Gauge.builder(PREFIX + "kill.switch", desk, d -> d.killed() ? 1 : 0)
                .description("1 while originals only run")
                .strongReference(true)
                .register(all);
        count(tallies);
        new JvmMemoryMetrics().bindTo(all);
        new JvmThreadMetrics().bindTo(all);
        new ProcessorMetrics().bindTo(all);
        new FileDescriptorMetrics().bindTo(all);
        new UptimeMetrics().bindTo(all);
        collections.bindTo(all);
        // the last, for it sends from another thread
        settings.otlp().ifPresent(url -> all.add(otlp(url, settings.step())));
    }

    private void count(Tallies tallies) {
        tallies.figures()
                .forEach(
                        (figure, value) ->
                                FunctionCounter.builder(
                                                PREFIX + figure.meter(),
                                                value,
                                                counter -> counter.getAsLong())
                                        .description(figure.help())
                                        .register(all));
        for (String kind : tallies.mishaps().get().keySet()) {
            FunctionCounter.builder(
                            PREFIX + "mishaps",
                            tallies,
                            counts -> counts.mishaps().get().getOrDefault(kind, 0L))
                    .tag("kind", kind)
                    .description("What went wrong inside Quern without harm to a client")
                    .register(all);
        }
    }

    /** All that Prometheus wants to know, in its text format. */
    public String scrape() {
        refresh();
        return prometheus.scrape();
    }

    /** The registry behind it, for meters of other rooms. */
    public MeterRegistry registry() {
        return all;
    }

    /** Sends a last time where OTLP is configured, and ends. */
    @Override
    public void close() {
        all.getRegistries().forEach(MeterRegistry::close);
        all.close();
        collections.close();
    }

    private synchronized void refresh() {
        wire.refresh();
        advisor.refresh();
    }

    private OtlpMeterRegistry otlp(URI url, Duration step) {
        OtlpConfig config =
                new OtlpConfig() {
                    @Override
                    public @Nullable String get(String key) {
                        return null;
                    }

                    @Override
                    public String url() {
                        return url.toString();
                    }

                    @Override
                    public Duration step() {
                        return step;
                    }

                    @Override
                    public Map<String, String> resourceAttributes() {
                        Map<String, String> attributes =
                                new HashMap<>(OtlpConfig.super.resourceAttributes());
                        attributes.putIfAbsent("service.name", "quern");
                        return attributes;
                    }
                };
        return new OtlpMeterRegistry(
                config, Clock.SYSTEM, Thread.ofPlatform().name("quern-otlp").daemon().factory()) {
            @Override
            protected void publish() {
                refresh();
                super.publish();
            }
        };
    }
}
