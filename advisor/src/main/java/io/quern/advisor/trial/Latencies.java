package io.quern.advisor.trial;

import io.quern.advisor.TrialResult.ArmSummary;

import org.HdrHistogram.Histogram;

/** One arm's raw measurements, for people and for the guard of the tail. Not thread-safe. */
final class Latencies {
    private static final long LONGEST_MICROS = 3_600_000_000L;
    private final Histogram micros = new Histogram(1, LONGEST_MICROS, 2);
    private long errors;
    private long p95At;
    private double p95Millis;
    private double totalMillis;
    private double totalRows;

    void add(double millis, long rows) {
        micros.recordValue(Math.clamp((long) (millis * 1000), 1, LONGEST_MICROS));
        totalMillis += millis;
        totalRows += rows;
    }

    void addError() {
        errors++;
    }

    long count() {
        return micros.getTotalCount();
    }

    /** The 95th percentile in milliseconds, as it was within the last twentieth of the count. */
    double p95Millis() {
        if (p95At == 0 || count() > p95At + p95At / 20) {
            p95At = count();
            p95Millis = micros.getValueAtPercentile(95) / 1e3;
        }
        return p95Millis;
    }

    double totalMillis() {
        return totalMillis;
    }

    ArmSummary summary() {
        double n = Math.max(1, count());
        return new ArmSummary(
                count() + errors,
                totalMillis / n,
                micros.getValueAtPercentile(50) / 1e3,
                micros.getValueAtPercentile(95) / 1e3,
                micros.getValueAtPercentile(99) / 1e3,
                errors,
                totalRows / n);
    }
}
