package io.quern.bench.result;

import java.util.Locale;
import java.util.stream.DoubleStream;

/** A median with the least and the greatest of what it stands for. */
public record Spread(double median, double min, double max) {

    /** Of at least one value. */
    public static Spread of(DoubleStream values) {
        double[] sorted = values.sorted().toArray();
        if (sorted.length == 0) {
            throw new IllegalArgumentException("no values");
        }
        int half = sorted.length / 2;
        double median =
                sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }

    /** As a ratio: {@code 0.97 (0.91–1.02)}. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.2f (%.2f–%.2f)", median, min, max);
    }
}
