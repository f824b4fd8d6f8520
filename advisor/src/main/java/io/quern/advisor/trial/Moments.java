package io.quern.advisor.trial;

/**
 * Count, mean and sample variance of one arm.
 *
 * @param mean NaN without observations
 * @param variance 0 with fewer than two
 */
record Moments(long count, double mean, double variance) {

    static Moments of(long count, double sum, double squares) {
        if (count == 0) {
            return new Moments(0, Double.NaN, 0);
        }
        double mean = sum / count;
        double variance = count < 2 ? 0 : (squares - sum * mean) / (count - 1);
        return new Moments(count, mean, Math.max(0, variance));
    }

    /** The variance of the mean. */
    double squaredError() {
        return count == 0 ? Double.POSITIVE_INFINITY : variance / count;
    }
}
