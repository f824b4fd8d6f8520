package io.quern.bench.result;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Locale;

/**
 * All that one run of the benchmark found.
 *
 * @param options of Quern, beyond the defaults; without values that are secret
 * @param seed of the order in which targets were measured
 */
public record WireResult(
        Machine machine,
        List<String> options,
        long seed,
        int rounds,
        int secondsEach,
        List<Comparison> comparisons,
        List<Sample> samples)
        implements Result {
    public WireResult {
        options = List.copyOf(options);
        comparisons = List.copyOf(comparisons);
        samples = List.copyOf(samples);
    }

    /** For a terminal. */
    public String text() {
        StringBuilder table = new StringBuilder(machine + "\n");
        table.append(
                String.format(
                        Locale.ROOT,
                        "median of %d rounds of %d s each, order shuffled with seed %d;"
                                + " ratios within a round: median (least–greatest)%n%n",
                        rounds,
                        secondsEach,
                        seed));
        table.append(
                String.format(
                        Locale.ROOT,
                        "%-8s %7s %-9s %8s %7s %8s %7s  %-18s %-18s %-18s %-18s %-18s%n",
                        "mode",
                        "clients",
                        "target",
                        "tps",
                        "p50 µs",
                        "p99 µs",
                        "CPU µs",
                        "tps/relay",
                        "CPU/relay",
                        "tps/pgbouncer",
                        "p99/pgbouncer",
                        "CPU/pgbouncer"));
        for (Comparison c : comparisons) {
            table.append(
                    String.format(
                            Locale.ROOT,
                            "%-8s %7d %-9s %8.0f %7.0f %8.0f %7.1f  %-18s %-18s %-18s %-18s %-18s%n",
                            c.mode(),
                            c.clients(),
                            c.target(),
                            c.tps(),
                            c.p50Micros(),
                            c.p99Micros(),
                            c.cpuMicros(),
                            cell(c.tpsToRelay()),
                            cell(c.cpuToRelay()),
                            cell(c.tpsToPgbouncer()),
                            cell(c.p99ToPgbouncer()),
                            cell(c.cpuToPgbouncer())));
        }
        return table.toString().stripTrailing();
    }

    /** The ratios alone. */
    @Override
    public String markdown() {
        StringBuilder table = new StringBuilder();
        table.append(machine).append(". Median of ").append(rounds);
        table.append(" rounds of ").append(secondsEach).append(" s each");
        table.append(options.isEmpty() ? "" : "; " + String.join(", ", options));
        table.append(".\n\n");
        table.append("| mode | clients | | TPS / relay | TPS / PgBouncer | p99 / PgBouncer |");
        table.append(" CPU / relay | CPU / PgBouncer |\n|---|---|---|---|---|---|---|---|\n");
        for (Comparison c : comparisons) {
            table.append(
                    String.format(
                            Locale.ROOT,
                            "| %s | %d | %s | %s | %s | %s | %s | %s |%n",
                            c.mode(),
                            c.clients(),
                            c.target(),
                            cell(c.tpsToRelay()),
                            cell(c.tpsToPgbouncer()),
                            cell(c.p99ToPgbouncer()),
                            cell(c.cpuToRelay()),
                            cell(c.cpuToPgbouncer())));
        }
        return table.toString();
    }

    private static String cell(@Nullable Spread spread) {
        return spread == null ? "–" : spread.toString();
    }
}
