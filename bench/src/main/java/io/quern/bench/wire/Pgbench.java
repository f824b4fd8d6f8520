package io.quern.bench.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quern.bench.process.Child;
import io.quern.bench.process.TestServer;

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
        run(server.port(), 600, List.of("-i", "-q", "-s", Integer.toString(scale)));
    }

    /** Measures one target. */
    Sample measure(Target target, Cell cell, int round, int seconds)
            throws IOException, InterruptedException {
        Path prefix = directory.resolve("transactions");
        double cpu = target.cpuMicros();
        String said =
                run(
                        target.port(),
                        seconds + 120,
                        List.of(
                                "-n",
                                "-S",
                                "-M",
                                cell.mode(),
                                "-c",
                                Integer.toString(cell.clients()),
                                "-j",
                                Integer.toString(Math.min(THREADS, cell.clients())),
                                "-T",
                                Integer.toString(seconds),
                                "-l",
                                "--log-prefix=" + prefix));
        cpu = target.cpuMicros() - cpu;
        Histogram latencies = latencies();
        return new Sample(
                round,
                cell.mode(),
                cell.clients(),
                target.name(),
                number(TPS, said),
                latencies.getValueAtPercentile(50),
                latencies.getValueAtPercentile(99),
                cpu / number(DONE, said));
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

    private String run(int port, int patience, List<String> options)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("pgbench", "-h", "127.0.0.1"));
        command.addAll(List.of("-p", Integer.toString(port), "-U", server.user()));
        command.addAll(options);
        command.add(TestServer.DATABASE);
        Path output = directory.resolve("pgbench.out");
        Map<String, String> environment =
                Map.of(
                        "PGPASSWORD",
                        server.password(),
                        "PGSSLMODE",
                        "disable",
                        "PGGSSENCMODE",
                        "disable");
        try (Child pgbench = Child.start("pgbench", output, environment, command)) {
            OptionalInt code = pgbench.await(Duration.ofSeconds(patience));
            String said = Files.readString(output, UTF_8);
            if (code.orElse(-1) != 0) {
                throw new IOException(
                        "pgbench " + (code.isPresent() ? "failed: " : "does not end: ") + said);
            }
            return said;
        }
    }
}
