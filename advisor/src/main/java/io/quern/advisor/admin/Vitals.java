package io.quern.advisor.admin;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a monitoring system asks the admin server for. Both may block.
 *
 * @param metrics all metrics in Prometheus' text format
 * @param unready why clients would not be served now; empty if they would
 * @param open whether the metrics are for anyone, rather than for those who send the password
 */
public record Vitals(Supplier<String> metrics, Supplier<Optional<String>> unready, boolean open) {
    public Vitals {
        requireNonNull(metrics, "metrics");
        requireNonNull(unready, "unready");
    }
}
