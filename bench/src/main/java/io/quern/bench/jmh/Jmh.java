package io.quern.bench.jmh;

import io.quern.bench.process.Jvm;
import io.quern.bench.result.Figures;
import io.quern.bench.result.Figures.Figure;
import io.quern.bench.result.Machine;
import io.quern.bench.result.Saving;
import io.quern.bench.result.Spread;

import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.openjdk.jmh.util.Statistics;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** {@code quern bench jmh}: time and memory of single steps, beside their goals. */
@Command(
        name = "jmh",
        description = "Measures single steps on the event loop: time and bytes allocated.",
        mixinStandardHelpOptions = true)
public final class Jmh implements Callable<Integer> {
    @Parameters(
            arity = "0..1",
            paramLabel = "PATTERN",
            description = "which (default: all)",
            defaultValue = ".*")
    private String pattern = ".*";

    @Option(names = "--forks", defaultValue = "2")
    private int forks = 2;

    @Option(names = "--seconds", description = "of each iteration", defaultValue = "1")
    private int seconds = 1;

    @Option(names = "--iterations", defaultValue = "5")
    private int iterations = 5;

    @Mixin private Saving saving = new Saving();

    @Override
    public Integer call() throws RunnerException, IOException {
        double load = Machine.loadNow();
        Collection<RunResult> results =
                new Runner(
                                new OptionsBuilder()
                                        .include("io\\.quern\\.bench\\.jmh\\..*" + pattern)
                                        .mode(Mode.AverageTime)
                                        .timeUnit(TimeUnit.NANOSECONDS)
                                        .forks(forks)
                                        .jvmArgs(Jvm.options().toArray(String[]::new))
                                        .warmupIterations(iterations)
                                        .warmupTime(TimeValue.seconds(seconds))
                                        .measurementIterations(iterations)
                                        .measurementTime(TimeValue.seconds(seconds))
                                        .addProfiler(GCProfiler.class)
                                        .verbosity(VerboseMode.SILENT)
                                        .build())
                        .run();
        List<Figure> rows = new ArrayList<>();
        for (RunResult run : results) {
            rows.addAll(rows(run));
        }
        Figures figures = new Figures(Machine.here(load, "", ""), List.of(), rows);
        System.out.println(figures.text());
        System.out.flush();
        saving.keep(figures, "jmh");
        return 0;
    }

    private static List<Figure> rows(RunResult run) {
        String step = run.getParams().getBenchmark().replace("io.quern.bench.jmh.", "");
        Result<?> time = run.getPrimaryResult();
        Result<?> bytes = run.getSecondaryResults().get("gc.alloc.rate.norm");
        boolean deciding = step.startsWith("Deciding");
        String most =
                deciding ? "≤ 1000 ns" : step.equals("Fingerprinting.kilobyte") ? "≤ 5000 ns" : "";
        List<Figure> rows = new ArrayList<>();
        rows.add(new Figure(step + ": time", spread(time), "ns", most));
        if (bytes != null) {
            rows.add(
                    new Figure(
                            step + ": allocated", spread(bytes), "bytes", deciding ? "none" : ""));
        }
        return rows;
    }

    private static Spread spread(Result<?> result) {
        Statistics statistics = result.getStatistics();
        return new Spread(statistics.getPercentile(50), statistics.getMin(), statistics.getMax());
    }
}
