package io.quern.proxy.metrics;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * Where metrics go besides Prometheus, and how many pools have series of their own.
 *
 * @param otlp the OTLP receiver's URL over HTTP, {@code http://host:4318/v1/metrics}
 * @param step how often they are sent there
 * @param pools most pools with labels of their own; the others are summed as {@code other}
 */
public record MetricsSettings(Optional<URI> otlp, Duration step, int pools) {
    /** Prometheus alone. */
    public static final MetricsSettings DEFAULT =
            new MetricsSettings(Optional.empty(), Duration.ofMinutes(1), 100);

    public MetricsSettings {
        requireNonNull(otlp, "otlp");
        if (!step.isPositive()) {
            throw new IllegalArgumentException("step is not positive: " + step);
        }
        if (pools < 1) {
            throw new IllegalArgumentException("pools is not positive: " + pools);
        }
    }
}
