package io.quern.bench;

import io.quern.bench.demo.Demo;
import io.quern.bench.demo.Loop;
import io.quern.bench.demo.RunningQuern;
import io.quern.proxy.Cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line of the demo and the benchmarks. */
@Command(name = "quern", description = "A PostgreSQL proxy that learns.")
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(run(args, RunningQuern::open));
    }

    /** Runs one command and returns its exit code. */
    static int run(String[] args, Loop.Opener opener) {
        return Cli.run(
                new CommandLine(new Main())
                        .addSubcommand(new Demo(opener))
                        .addSubcommand(new Bench()),
                args);
    }
}
