package io.quern.bench;

import io.quern.bench.demo.Demo;
import io.quern.bench.demo.Loop;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;

/** The command line of the demo and the benchmarks. Exit code 2 means bad usage, one line says. */
@Command(name = "quern", description = "A PostgreSQL proxy that learns.")
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(run(args, Main::unwired));
    }

    /**
     * Runs one command.
     *
     * @return its exit code
     */
    public static int run(String[] args, Loop.Opener opener) {
        CommandLine line = new CommandLine(new Main());
        line.addSubcommand(new Demo(opener));
        line.addSubcommand(new Bench());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setParameterExceptionHandler(
                (failure, arguments) -> {
                    failure.getCommandLine().getErr().println("quern: " + oneLine(failure));
                    return CommandLine.ExitCode.USAGE;
                });
        line.setExecutionExceptionHandler(
                (failure, command, result) -> {
                    command.getErr().println("quern: " + oneLine(failure));
                    return CommandLine.ExitCode.SOFTWARE;
                });
        return args.length == 0 ? noCommand(line) : line.execute(args);
    }

    private static int noCommand(CommandLine line) {
        line.getErr().println("quern: name a command: demo or bench");
        return CommandLine.ExitCode.USAGE;
    }

    private static String oneLine(Exception failure) {
        String message = failure.getMessage();
        return message == null
                ? failure.getClass().getSimpleName()
                : message.lines().findFirst().orElse("");
    }

    private static Loop unwired(String upstreamUrl, int proxyPort, int adminPort)
            throws IOException {
        throw new IOException("this build has no proxy to start");
    }

    /** {@code quern bench NAME}: the side-by-side benchmarks. */
    @Command(name = "bench", description = "Runs a benchmark.", mixinStandardHelpOptions = true)
    static final class Bench implements Callable<Integer> {
        private static final List<String> NAMES = List.of();

        @Parameters(paramLabel = "NAME", description = "which benchmark")
        private String name = "";

        @Spec private @Nullable CommandSpec spec;

        @Override
        public Integer call() {
            if (spec == null) {
                throw new IllegalStateException("not run by the command line");
            }
            String known = NAMES.isEmpty() ? "none yet" : String.join(", ", NAMES);
            throw new ParameterException(
                    spec.commandLine(),
                    "no benchmark is called '" + name + "'; there are: " + known);
        }
    }
}
