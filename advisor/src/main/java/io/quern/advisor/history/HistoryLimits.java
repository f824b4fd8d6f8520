package io.quern.advisor.history;

/**
 * How much a {@link History} may hold.
 *
 * @param executions capacity of the intake queue
 * @param sightings capacity of the queue of new statements
 * @param sightingBytes how much statement text may wait in that queue
 * @param exampleBytes the longest statement kept as an example
 * @param templateBytes what all templates, their examples and sketches may occupy
 */
public record HistoryLimits(
        int executions, int sightings, long sightingBytes, long exampleBytes, long templateBytes) {

    /** 65,536 executions, 1,024 statements or 16 MiB waiting, 64 MiB of templates. */
    public static final HistoryLimits DEFAULT =
            new HistoryLimits(65_536, 1024, 16L << 20, 256L << 10, 64L << 20);

    public HistoryLimits {
        if (executions < 2 || sightings < 2) {
            throw new IllegalArgumentException("executions and sightings are at least 2");
        }
        if (sightingBytes <= 0 || exampleBytes <= 0 || templateBytes <= 0) {
            throw new IllegalArgumentException("byte limits are positive");
        }
    }
}
