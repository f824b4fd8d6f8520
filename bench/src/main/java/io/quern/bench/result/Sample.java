package io.quern.bench.result;

/**
 * What one run of pgbench through one target measured.
 *
 * @param round from 1; samples of one round and cell were taken one right after the other
 * @param target {@code direct}, {@code relay}, {@code pgbouncer} or {@code quern}
 * @param tps transactions per second, one SELECT each, connecting not counted
 * @param p50Micros the median latency pgbench saw
 * @param cpuMicros CPU time of the target's process for each transaction, counted from the second
 *     second on, so without connecting; 0 for the direct connection
 */
public record Sample(
        int round,
        String mode,
        int clients,
        String target,
        double tps,
        double p50Micros,
        double p99Micros,
        double cpuMicros) {
    public static final String DIRECT = "direct";
    public static final String RELAY = "relay";
    public static final String PGBOUNCER = "pgbouncer";
    public static final String QUERN = "quern";
}
