package io.quern.bench.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.quern.bench.process.PgBouncer;
import io.quern.bench.result.Cell;
import io.quern.bench.result.Comparison;
import io.quern.bench.result.Figures;
import io.quern.bench.result.Machine;
import io.quern.bench.result.Sample;
import io.quern.bench.result.Saving;
import io.quern.bench.result.WireResult;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;

/**
 * {@code quern bench wire}: pgbench -S straight to the server, through a bare relay, through
 * PgBouncer and through Quern, in turns, in a random order within each round.
 */
@Command(
        name = "wire",
        description = "Compares Quern with a bare relay and PgBouncer, side by side.",
        mixinStandardHelpOptions = true)
public final class Wire implements Callable<Integer> {
    enum Format {
        text,
        json
    }

    @Option(names = "--rounds", description = "how often each is measured", defaultValue = "5")
    private int rounds = 5;

    @Option(names = "--seconds", description = "how long each time", defaultValue = "5")
    private int seconds = 5;

    @Option(names = "--warm-up", description = "seconds for each mode first", defaultValue = "10")
    private int warmUp = 10;

    @Option(names = "--clients", split = ",", defaultValue = "1,16,256")
    private List<Integer> clients = List.of();

    @Option(names = "--modes", split = ",", defaultValue = "simple,extended,prepared")
    private List<String> modes = List.of();

    @Option(
            names = "--only",
            split = ",",
            description = "of direct, relay, pgbouncer and quern",
            defaultValue = "direct,relay,pgbouncer,quern")
    private List<String> only = List.of();

    @Option(names = "--pgbouncer", paramLabel = "PATH", description = "which PgBouncer to run")
    private @Nullable Path pgbouncer;

    @Option(
            names = "--set",
            paramLabel = "QUERN_NAME=VALUE",
            description = "a setting of Quern, as an environment variable")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(names = "--seed", description = "of the order (default: random)")
    private long seed = new Random().nextLong(1_000_000);

    @Option(names = "--scale", description = "of pgbench's tables", defaultValue = "10")
    private int scale = 10;

    @Option(
            names = "--memory",
            description = "instead of pgbench: idle clients, a slow reader, COPY")
    private boolean memory;

    @Option(
            names = "--idle",
            description =
                    "how many idle clients with --memory; in session mode each has a server"
                            + " connection, so no more than 500",
            defaultValue = "500")
    private int idle = 500;

    @Option(names = "--megabytes", description = "of COPY with --memory", defaultValue = "1000")
    private int megabytes = 1_000;

    @Mixin private Saving saving = new Saving();

    @Option(names = "--format", description = "text or json", defaultValue = "text")
    private Format format = Format.text;

    @Option(
            names = "--transport",
            description = "the relay's: epoll, io_uring or nio; Quern's is a setting",
            defaultValue = "epoll")
    private String transport = "epoll";

    @Spec private @Nullable CommandSpec spec;

    private final PrintWriter err = new PrintWriter(System.err, true, UTF_8);
    private final long start = System.nanoTime();

    @Override
    public Integer call() throws IOException, InterruptedException, SQLException {
        List<Cell> cells = cells();
        double load = Machine.loadNow();
        try (Rig rig = new Rig(settings, this::say)) {
            if (memory) {
                weigh(rig, load);
                return 0;
            }
            Pgbench pgbench = new Pgbench(rig.server(), rig.directory());
            say("filling the tables of pgbench");
            pgbench.initialise(scale);
            List<Target> targets = targets(rig);
            warmUp(pgbench, targets);
            WireResult result = measure(rig, pgbench, targets, cells, load);
            System.out.println(format == Format.json ? result.json() : result.text());
            System.out.flush();
            saving.keep(result, "wire");
        }
        return 0;
    }

    private void weigh(Rig rig, double load)
            throws IOException, InterruptedException, SQLException {
        Memory scales = new Memory(rig.server(), rig.directory(), this::say);
        Target quern = rig.quern();
        List<Figures.Figure> rows = new ArrayList<>();
        rows.add(scales.idle(quern, idle));
        rows.add(scales.slowReader(quern, 2 * megabytes));
        rows.addAll(scales.copy(rig.relay(transport), quern, megabytes, rounds));
        Figures figures = new Figures(Machine.of(rig.server(), load, ""), options(), rows);
        System.out.println(format == Format.json ? figures.json() : figures.text());
        System.out.flush();
        saving.keep(figures, "memory");
    }

    private List<String> options() {
        return settings.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList();
    }

    private List<Cell> cells() {
        if (rounds < 1 || seconds < 1 || warmUp < 0 || scale < 1) {
            throw usage("--rounds, --seconds and --scale are at least 1");
        }
        if (!transport.matches("epoll|io_uring|nio")) {
            throw usage("a transport is epoll, io_uring or nio, not " + transport);
        }
        for (String name : only) {
            if (!List.of(Sample.DIRECT, Sample.RELAY, Sample.PGBOUNCER, Sample.QUERN)
                    .contains(name)) {
                throw usage("--only knows direct, relay, pgbouncer and quern, not " + name);
            }
        }
        List<Cell> cells = new ArrayList<>();
        try {
            modes.forEach(mode -> clients.forEach(count -> cells.add(new Cell(mode, count))));
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
        return cells;
    }

    private ParameterException usage(String message) {
        return new ParameterException(requireNonNull(spec).commandLine(), message);
    }

    private List<Target> targets(Rig rig) throws IOException, InterruptedException {
        List<Target> targets = new ArrayList<>();
        for (String name : only) {
            switch (name) {
                case Sample.DIRECT -> targets.add(rig.direct());
                case Sample.RELAY -> targets.add(rig.relay(transport));
                case Sample.PGBOUNCER -> {
                    Path program = pgbouncer == null ? PgBouncer.debians() : pgbouncer;
                    if (Files.isExecutable(program)) {
                        targets.add(rig.pgbouncer(program));
                    } else {
                        say("no PgBouncer at " + program + ": measured without it");
                    }
                }
                default -> targets.add(rig.quern());
            }
        }
        return targets;
    }

    private void warmUp(Pgbench pgbench, List<Target> targets)
            throws IOException, InterruptedException {
        if (warmUp == 0) {
            return;
        }
        say("warming up");
        for (Target target : targets) {
            for (String mode : modes) {
                pgbench.measure(target, new Cell(mode, 16), 0, warmUp);
            }
        }
    }

    private WireResult measure(
            Rig rig, Pgbench pgbench, List<Target> targets, List<Cell> cells, double load)
            throws IOException, InterruptedException, SQLException {
        Random random = new Random(seed);
        List<Sample> samples = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            List<Cell> order = new ArrayList<>(cells);
            Collections.shuffle(order, random);
            say("round %d of %d".formatted(round, rounds));
            for (Cell cell : order) {
                List<Target> turns = new ArrayList<>(targets);
                Collections.shuffle(turns, random);
                for (Target target : turns) {
                    samples.add(pgbench.measure(target, cell, round, seconds));
                }
            }
        }
        boolean bouncer = targets.stream().anyMatch(t -> t.name().equals(Sample.PGBOUNCER));
        return new WireResult(
                Machine.of(
                        rig.server(),
                        load,
                        bouncer
                                ? PgBouncer.version(
                                        pgbouncer == null ? PgBouncer.debians() : pgbouncer)
                                : "no PgBouncer"),
                options(),
                seed,
                rounds,
                seconds,
                Comparison.of(samples, targets.stream().map(Target::name).toList()),
                samples);
    }

    private void say(String line) {
        err.printf(Locale.ROOT, "%5.1f s  %s%n", (System.nanoTime() - start) / 1e9, line);
    }
}
