package io.quern.advisor.trial;

import java.util.Arrays;

/**
 * The observations of two arms, reduced to winsorised moments.
 *
 * <p>Latencies have heavy tails: one checkpoint, one lock, one lost packet makes a 10 s observation
 * among those of 1 ms, by no fault of the arm it fell into, and shifts that arm's mean for good. So
 * the {@code k} largest values of <em>both arms pooled</em> are counted as if they were the next
 * largest, with {@code k = 1 + ⌊√n / 4⌋} of {@code n} observations. Three properties matter. The
 * cap is the same for both arms and ignores which arm a value came from, so that under equal
 * distributions it cannot favour either. A lone outlier, or a burst smaller than k, weighs no more
 * than an ordinary bad value. And k/n goes to 0, so what recurs, however rarely, counts in full in
 * the end: means, in which users pay, are what is compared, not trimmed means.
 *
 * <p>Not thread-safe. Memory is bounded by the {@value #MOST} largest values.
 */
final class Arms {
    /** The k at which winsorising stops to grow (at 16 million observations). */
    private static final int MOST = 1000;

    private final long[] counts = new long[2];
    private final double[] sums = new double[2];
    private final double[] squares = new double[2];

    /** The largest values ascending, and the arm of each. */
    private final double[] top = new double[MOST + 1];

    private final byte[] topArm = new byte[MOST + 1];
    private int held;

    /** Adds a value, not negative. */
    void add(boolean treatment, double value) {
        int arm = treatment ? 1 : 0;
        counts[arm]++;
        sums[arm] += value;
        squares[arm] += value * value;
        if (held < top.length || value > top[0]) {
            insert(value, (byte) arm);
        }
    }

    private void insert(double value, byte arm) {
        int found = Arrays.binarySearch(top, 0, held, value);
        int at = found < 0 ? -found - 1 : found;
        if (held == top.length) {
            at--;
            System.arraycopy(top, 1, top, 0, at);
            System.arraycopy(topArm, 1, topArm, 0, at);
        } else {
            System.arraycopy(top, at, top, at + 1, held - at);
            System.arraycopy(topArm, at, topArm, at + 1, held - at);
            held++;
        }
        top[at] = value;
        topArm[at] = arm;
    }

    private int outliers() {
        return (int) Math.min(MOST, 1 + (long) (Math.sqrt((double) count()) / 4));
    }

    long count() {
        return counts[0] + counts[1];
    }

    Moments control() {
        return moments(0);
    }

    Moments treatment() {
        return moments(1);
    }

    /** Without winsorising. */
    double rawMean(boolean treatment) {
        int arm = treatment ? 1 : 0;
        return counts[arm] == 0 ? 0 : sums[arm] / counts[arm];
    }

    private Moments moments(int arm) {
        double sum = sums[arm];
        double square = squares[arm];
        int k = Math.min(outliers(), held - 1);
        if (k > 0) {
            double cap = top[held - 1 - k];
            for (int i = held - k; i < held; i++) {
                if (topArm[i] == arm) {
                    sum -= top[i] - cap;
                    square -= top[i] * top[i] - cap * cap;
                }
            }
        }
        return Moments.of(counts[arm], sum, square);
    }
}
