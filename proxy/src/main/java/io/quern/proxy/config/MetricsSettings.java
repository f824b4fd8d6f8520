package io.quern.proxy.config;

import static io.quern.proxy.config.InvalidConfiguration.require;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * Where metrics are sent; Prometheus may always fetch them.
 *
 * @param otlp an OpenTelemetry collector's HTTP address
 * @param step how often they are sent there, from a second
 */
public record MetricsSettings(Optional<URI> otlp, Duration step) {
    public MetricsSettings {
        require(
                otlp.isEmpty()
                        || (otlp.get().getHost() != null
                                && String.valueOf(otlp.get().getScheme()).matches("https?")),
                "quern.metrics.otlp is not http://host:port/path or https://…");
        require(
                step.compareTo(Duration.ofSeconds(1)) >= 0,
                "quern.metrics.step is less than a second: " + step);
    }
}
