package io.quern.bench.jmh;

import io.quern.bench.process.Jvm;

import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.Collection;
import java.util.Locale;
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

    @Override
    public Integer call() throws RunnerException {
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
        System.out.printf(Locale.ROOT, "%-28s %12s %12s %12s%n", "step", "ns/op", "±", "bytes/op");
        for (RunResult result : results) {
            Result<?> time = result.getPrimaryResult();
            Result<?> bytes = result.getSecondaryResults().get("gc.alloc.rate.norm");
            System.out.printf(
                    Locale.ROOT,
                    "%-28s %12.1f %12.1f %12.1f%n",
                    result.getParams().getBenchmark().replace("io.quern.bench.jmh.", ""),
                    time.getScore(),
                    time.getScoreError(),
                    bytes == null ? Double.NaN : bytes.getScore());
        }
        System.out.flush();
        return 0;
    }
}
