package io.quern.advisor;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.Template;

import java.time.Instant;

/**
 * One bucket of history: a template's executions under one variant in one interval.
 *
 * @param bucket the interval's start
 * @param suggestion whose treatment was at stake, 0 if none
 * @param histogram the latencies in microseconds, an HdrHistogram in its compressed encoding
 */
@SuppressWarnings("ArrayRecordComponent") // written and read as a whole, never compared
public record HistoryRow(
        Instant bucket,
        String database,
        Template template,
        long suggestion,
        Execution.Arm arm,
        long count,
        long errors,
        long rows,
        double totalMillis,
        byte[] histogram) {
    public HistoryRow {
        requireNonNull(bucket, "bucket");
        requireNonNull(database, "database");
        requireNonNull(template, "template");
        requireNonNull(arm, "arm");
        requireNonNull(histogram, "histogram");
    }
}
