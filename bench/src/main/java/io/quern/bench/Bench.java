package io.quern.bench;

import io.quern.bench.jmh.Jmh;
import io.quern.bench.lab.Lab;
import io.quern.bench.rewrites.Rewrites;
import io.quern.bench.soak.Soak;
import io.quern.bench.start.Start;
import io.quern.bench.tpc.Tpc;
import io.quern.bench.wire.Wire;

import picocli.CommandLine.Command;

/** {@code quern bench}: the side-by-side benchmarks. */
@Command(
        name = "bench",
        description = "Runs a benchmark.",
        mixinStandardHelpOptions = true,
        subcommands = {
            Wire.class,
            Jmh.class,
            Start.class,
            Soak.class,
            Rewrites.class,
            Tpc.class,
            Lab.class
        },
        synopsisSubcommandLabel = "NAME")
final class Bench {
    Bench() {}
}
