package io.quern.bench.start;

import io.quern.bench.process.Child;
import io.quern.bench.process.QuernServer;
import io.quern.bench.process.TestServer;
import io.quern.bench.result.Figures;
import io.quern.bench.result.Figures.Figure;
import io.quern.bench.result.Machine;
import io.quern.bench.result.Saving;
import io.quern.bench.result.Spread;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * {@code quern bench start}: the time from starting the process to accepting clients, and to the
 * end of the first login; with several sets of JVM options in turns.
 */
@Command(
        name = "start",
        description = "Measures how soon a started Quern accepts clients.",
        mixinStandardHelpOptions = true)
public final class Start implements Callable<Integer> {
    @Option(names = "--rounds", defaultValue = "7")
    private int rounds = 7;

    @Option(
            names = "--with",
            paramLabel = "NAME=OPTIONS",
            description = "JVM options to compare (default: the launcher's own)")
    private Map<String, String> options = new LinkedHashMap<>();

    @Mixin private Saving saving = new Saving();

    @Override
    public Integer call() throws IOException, InterruptedException, SQLException {
        options.putIfAbsent("default", "");
        Map<String, double[]> accepting = new LinkedHashMap<>();
        Map<String, double[]> loggedIn = new LinkedHashMap<>();
        Path log = Files.createTempFile("quern-bench-", ".log");
        log.toFile().deleteOnExit();
        double load = Machine.loadNow();
        Machine machine;
        try (TestServer server = TestServer.start(line -> {})) {
            machine = Machine.of(server, load, "");
            for (int round = 0; round < rounds; round++) {
                for (var option : options.entrySet()) {
                    double[] times = once(server, option.getValue(), log);
                    accepting.computeIfAbsent(option.getKey(), n -> new double[rounds])[round] =
                            times[0];
                    loggedIn.computeIfAbsent(option.getKey(), n -> new double[rounds])[round] =
                            times[1];
                }
            }
        } finally {
            Files.delete(log);
        }
        List<Figure> rows = new ArrayList<>();
        accepting.forEach(
                (name, times) -> rows.add(row(name, "accepts clients", times, "≤ 1.5 s")));
        loggedIn.forEach((name, times) -> rows.add(row(name, "first login done", times, "")));
        Figures figures = new Figures(machine, List.of(), rows);
        System.out.println(figures.text());
        System.out.flush();
        saving.keep(figures, "start");
        return 0;
    }

    /** Seconds until clients are accepted, and until the first has logged in. */
    private static double[] once(TestServer server, String options, Path log)
            throws IOException, InterruptedException, SQLException {
        int port = Child.freePort();
        long start = System.nanoTime();
        QuernServer.Options quern =
                new QuernServer.Options(server.upstreamUrl(), Map.of("QUERN_JAVA_OPTS", options));
        try (Child child = QuernServer.launch(quern, port, log)) {
            child.awaitListening(port);
            double accepting = (System.nanoTime() - start) / 1e9;
            try (Connection client =
                    DriverManager.getConnection(
                            "jdbc:postgresql://127.0.0.1:" + port + "/" + TestServer.DATABASE,
                            server.user(),
                            server.password())) {
                client.getMetaData().getDatabaseProductVersion();
                return new double[] {accepting, (System.nanoTime() - start) / 1e9};
            }
        }
    }

    private static Figure row(String name, String what, double[] times, String goal) {
        return new Figure(name + ": " + what, Spread.of(Arrays.stream(times)), "s", goal);
    }
}
