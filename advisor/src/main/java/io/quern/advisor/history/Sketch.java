package io.quern.advisor.history;

import io.quern.advisor.Execution;

import org.HdrHistogram.AbstractHistogram;
import org.HdrHistogram.PackedHistogram;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The executions of one template under one variant: counts and a latency histogram.
 *
 * <p>Latencies are kept in microseconds with two significant digits (quantiles within 1 %), from 1
 * µs to one hour; what is longer counts as an hour. The histogram is packed: it costs about 2 kB
 * where latencies spread over two decades, instead of 26 kB, and never resizes its range. Not
 * thread-safe.
 */
final class Sketch {
    private static final long LONGEST_MICROS = 3_600_000_000L;

    /** What a sketch occupies beside its histogram, roughly. */
    private static final long OWN_BYTES = 96;

    private final PackedHistogram latencies = new PackedHistogram(1, LONGEST_MICROS, 2);
    private long count;
    private long errors;
    private long rows;
    private long nanos;

    /** Returns by how many bytes this has grown. */
    long add(Execution execution) {
        count++;
        if (execution.sqlState() != null) {
            errors++;
        }
        rows += Math.max(0, execution.rows());
        nanos += execution.elapsedNanos();
        long before = latencies.getEstimatedFootprintInBytes();
        latencies.recordValue(Math.clamp(execution.elapsedNanos() / 1000, 1, LONGEST_MICROS));
        return latencies.getEstimatedFootprintInBytes() - before;
    }

    void addTo(AbstractHistogram sum) {
        sum.add(latencies);
    }

    /** Returns by how many bytes this has grown: not at all, or less than that. */
    long clear() {
        count = 0;
        errors = 0;
        rows = 0;
        nanos = 0;
        long before = latencies.getEstimatedFootprintInBytes();
        latencies.reset();
        return latencies.getEstimatedFootprintInBytes() - before;
    }

    /** The histogram in HdrHistogram's compressed encoding. */
    byte[] encoded() {
        ByteBuffer buffer = ByteBuffer.allocate(latencies.getNeededByteBufferCapacity());
        int length = latencies.encodeIntoCompressedByteBuffer(buffer);
        return Arrays.copyOf(buffer.array(), length);
    }

    AbstractHistogram latencies() {
        return latencies;
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
        return nanos / 1e6;
    }

    /** What it occupies, estimated. */
    long bytes() {
        return OWN_BYTES + latencies.getEstimatedFootprintInBytes();
    }
}
