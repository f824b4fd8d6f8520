package io.quern.bench.soak;

import static java.nio.charset.StandardCharsets.UTF_8;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;

/**
 * {@code quern bench soak}: mixed traffic through a real Quern while everything around it breaks.
 * Exit codes: 0 all held, 1 something did not.
 */
@Command(
        name = "soak",
        description = "Breaks everything around Quern under traffic, and says what held.",
        mixinStandardHelpOptions = true)
public final class Soak implements Callable<Integer> {
    @Option(names = "--minutes", description = "how long", defaultValue = "10")
    private double minutes = 10;

    @Option(names = "--clients", description = "that work at once", defaultValue = "16")
    private int clients = 16;

    @Option(
            names = "--set",
            paramLabel = "QUERN_NAME=VALUE",
            description = "a setting of Quern, such as QUERN_POOL_MODE=transaction")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(names = "--seed", description = "of faults and traffic (default: random)")
    private long seed = new Random().nextLong(1_000_000);

    @Override
    public Integer call() throws IOException, InterruptedException, SQLException {
        PrintWriter err = new PrintWriter(System.err, true, UTF_8);
        long start = System.nanoTime();
        Duration length = Duration.ofMillis(Math.round(minutes * 60_000));
        err.println("seed " + seed);
        List<Check> checks =
                new Ordeal(length, clients, settings, seed)
                        .run(
                                line ->
                                        err.printf(
                                                Locale.ROOT,
                                                "%6.1f s  %s%n",
                                                (System.nanoTime() - start) / 1e9,
                                                line));
        System.out.println("seed " + seed);
        for (Check check : checks) {
            System.out.printf(
                    "%-4s %-34s %s%n", check.holds() ? "ok" : "FAIL", check.what(), check.found());
        }
        System.out.flush();
        return checks.stream().allMatch(Check::holds) ? 0 : 1;
    }
}
