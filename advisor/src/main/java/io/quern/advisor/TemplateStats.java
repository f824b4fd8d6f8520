package io.quern.advisor;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.Template;

/**
 * How a template has been doing since the proxy started, or in a window of the store's history; all
 * variants together. Durations are milliseconds.
 */
public record TemplateStats(
        String database,
        Template template,
        long count,
        long errors,
        long rows,
        double totalMillis,
        double medianMillis,
        double p95Millis,
        double p99Millis) {
    public TemplateStats {
        requireNonNull(database, "database");
        requireNonNull(template, "template");
    }

    /** Mean latency in milliseconds; 0 without executions. */
    public double meanMillis() {
        return count == 0 ? 0 : totalMillis / count;
    }
}
