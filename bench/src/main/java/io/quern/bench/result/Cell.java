package io.quern.bench.result;

/**
 * One way of asking: pgbench's protocol mode and how many clients ask at once.
 *
 * @param mode {@code simple}, {@code extended} or {@code prepared}
 */
public record Cell(String mode, int clients) {
    public Cell {
        if (!mode.matches("simple|extended|prepared")) {
            throw new IllegalArgumentException(
                    "a mode is simple, extended or prepared, not " + mode);
        }
        if (clients < 1) {
            throw new IllegalArgumentException("clients is not positive: " + clients);
        }
    }
}
