package io.quern.proxy;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line of everything but the demo and the benchmarks. */
@Command(
        name = "quern",
        description = "A PostgreSQL proxy that learns how to make an application's queries faster.",
        footer = {"", "Also: quern demo [--once], quern bench NAME."},
        mixinStandardHelpOptions = true,
        version = "quern " + Main.VERSION,
        subcommands = {Serve.class, Rewrite.class, Verify.class, Report.class})
public final class Main {
    static final String VERSION = "0.1.0-SNAPSHOT";

    Main() {}

    public static void main(String[] args) {
        System.exit(Cli.run(new CommandLine(new Main()), args));
    }
}
