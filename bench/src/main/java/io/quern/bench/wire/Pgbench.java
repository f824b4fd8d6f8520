package io.quern.bench.wire;

import io.quern.bench.process.Child;
import io.quern.bench.process.TestServer;
import io.quern.bench.result.Cell;
import io.quern.bench.result.Sample;

import org.HdrHistogram.Histogram;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Runs pgbench and reads what it measured. */
final class Pgbench {
    private static final Pattern TPS = Pattern.compile("(?m)^tps = ([0-9.]+)");
    private static final Pattern DONE = Pattern.compile("actually processed: (\\d+)");
    private static final Pattern PROGRESS =
            Pattern.compile("(?m)^progress: ([0-9.]+) s, ([0-9.]+) tps");
    private static final Duration CONNECTING = Duration.ofMinutes(1);
    private static final int THREADS = 2;

    private final TestServer server;
    private final Path directory;

    /**
     * @param directory for its log of transactions
     */
    Pgbench(TestServer server, Path directory) {
        this.server = server;
        this.directory = directory;
    }

    /** Fills the server with the tables of pgbench. */
    void initialise(int scale) throws IOException, InterruptedException {
        try (Child pgbench =
                start(server.port(), List.of("-i", "-q", "-s", Integer.toString(scale)))) {
            result(pgbench, 600);
        }
    }

    /**
     * Measures one target. The first second belongs to connecting and to first executions; CPU time
     * is counted only behind it.
     *
     * @param seconds how long, that first second not counted
     */
    Sample measure(Target target, Cell cell, int round, int seconds)
            throws IOException, InterruptedException {
        Path prefix = directory.resolve("transactions");
        List<String> options =
                List.of(
                        "-n",
                        "-S",
                        "-M",
                        cell.mode(),
                        "-c",
                        Integer.toString(cell.clients()),
                        "-j",
                        Integer.toString(Math.min(THREADS, cell.clients())),
                        "-P",
                        "1",
                        "-T",
                        Integer.toString(seconds + 1),
                        "-l",
                        "--log-prefix=" + prefix);
        double cpu;
        double early;
        String said;
        try (Child pgbench = start(target.port(), options)) {
            early = untilFirstProgress(pgbench);
            cpu = target.cpuMicros();
            said = result(pgbench, seconds + 120);
            cpu = target.cpuMicros() - cpu;
        }
        Histogram latencies = latencies();
        return new Sample(
                round,
                cell.mode(),
                cell.clients(),
                target.name(),
                number(TPS, said),
                latencies.getValueAtPercentile(50),
                latencies.getValueAtPercentile(99),
                cpu / (number(DONE, said) - early));
    }

    /** Waits until pgbench has connected and run for a second; returns how much it did by then. */
    private static double untilFirstProgress(Child pgbench)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + CONNECTING.toNanos();
        do {
            Matcher found = PROGRESS.matcher(String.join("\n", pgbench.log()));
            if (found.find()) {
                return Double.parseDouble(found.group(1)) * Double.parseDouble(found.group(2));
            }
        } while (pgbench.await(Duration.ofMillis(5)).isEmpty() && System.nanoTime() < deadline);
        throw new IOException("pgbench does not begin: " + String.join(" | ", pgbench.log()));
    }

    private static double number(Pattern pattern, String said) throws IOException {
        Matcher found = pattern.matcher(said);
        if (!found.find()) {
            throw new IOException("pgbench did not say what it measured: " + said.strip());
        }
        return Double.parseDouble(found.group(1));
    }

    /** The third field of each line of its logs, in microseconds; the logs are removed. */
    private Histogram latencies() throws IOException {
        Histogram latencies = new Histogram(3);
        List<Path> logs;
        try (Stream<Path> files = Files.list(directory)) {
            logs =
                    files.filter(f -> f.getFileName().toString().startsWith("transactions"))
                            .toList();
        }
        for (Path log : logs) {
            try (BufferedReader lines = Files.newBufferedReader(log)) {
                String line;
                while ((line = lines.readLine()) != null) {
                    int from = line.indexOf(' ', line.indexOf(' ') + 1) + 1;
                    int to = line.indexOf(' ', from);
                    // the last line may have been cut when the time was over
                    if (from > 0 && to > from) {
                        latencies.recordValue(Long.parseLong(line, from, to, 10));
                    }
                }
            }
            Files.delete(log);
        }
        return latencies;
    }

    private Child start(int port, List<String> options) throws IOException {
        List<String> command = new ArrayList<>(List.of("pgbench", "-h", "127.0.0.1"));
        command.addAll(List.of("-p", Integer.toString(port), "-U", server.user()));
        command.addAll(options);
        command.add(TestServer.DATABASE);
        Map<String, String> environment =
                Map.of(
                        "PGPASSWORD",
                        server.password(),
                        "PGSSLMODE",
                        "disable",
                        "PGGSSENCMODE",
                        "disable");
        return Child.start("pgbench", directory.resolve("pgbench.out"), environment, command);
    }

    /** What it said, when it has ended well. */
    private static String result(Child pgbench, int patience)
            throws IOException, InterruptedException {
        OptionalInt code = pgbench.await(Duration.ofSeconds(patience));
        String said = String.join("\n", pgbench.log());
        if (code.orElse(-1) != 0) {
            throw new IOException(
                    "pgbench " + (code.isPresent() ? "failed: " : "does not end: ") + said);
        }
        return said;
    }
}
