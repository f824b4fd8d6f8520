package io.quern.advisor.report;

import io.quern.advisor.HistoryRow;

import org.HdrHistogram.Histogram;

import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;

/** Executions added up over buckets of history, with their merged histogram. Not thread-safe. */
final class Latencies {
    private final Histogram merged = new Histogram(3);
    private long count;
    private long errors;
    private long rows;
    private double totalMillis;
    private int unreadable;

    Latencies() {
        merged.setAutoResize(true);
    }

    void add(HistoryRow row) {
        count += row.count();
        errors += row.errors();
        rows += row.rows();
        totalMillis += row.totalMillis();
        try {
            Histogram one =
                    Histogram.decodeFromCompressedByteBuffer(ByteBuffer.wrap(row.histogram()), 0);
            merged.add(one);
        } catch (DataFormatException | RuntimeException e) {
            unreadable++;
        }
    }

    long count() {
        return count;
    }

    long errors() {
        return errors;
    }

    long rows() {
        return rows;
    }

    double totalMillis() {
        return totalMillis;
    }

    /** NaN without executions. */
    double meanMillis() {
        return count == 0 ? Double.NaN : totalMillis / count;
    }

    /** NaN without a histogram. */
    double percentileMillis(double percentile) {
        return merged.getTotalCount() == 0
                ? Double.NaN
                : merged.getValueAtPercentile(percentile) / 1000.0;
    }

    /** The variance of the mean, in square milliseconds; NaN with fewer than two executions. */
    double varianceOfMean() {
        long n = merged.getTotalCount();
        double deviation = merged.getStdDeviation() / 1000.0;
        return n < 2 ? Double.NaN : deviation * deviation / n;
    }

    int unreadable() {
        return unreadable;
    }
}
