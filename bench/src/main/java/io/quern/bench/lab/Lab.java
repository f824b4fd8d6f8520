package io.quern.bench.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quern.bench.result.LabResult;
import io.quern.bench.result.LabResult.Run;
import io.quern.bench.result.LabResult.Size;
import io.quern.bench.result.Machine;
import io.quern.bench.result.Saving;
import io.quern.bench.tpc.Suite;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;

/** {@code quern bench lab}: the planner twin beside the server whose twin it is; and the lab. */
@Command(
        name = "lab",
        description =
                "Compares the planner twin's plans and index sizes with the real ones, and has the lab"
                        + " refute pairs of statements.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:all goals met", "1:some goal missed"})
public final class Lab implements Callable<Integer> {
    /** The pairs of statements that the lab is to refute, or not. */
    private static final String PAIRS = "pairs";

    @Option(
            names = "--scale",
            description = "of TPC-H and TPC-DS (default: ${DEFAULT-VALUE})",
            defaultValue = "0.05")
    private double scale = 0.05;

    @Option(
            names = "--versions",
            split = ",",
            description = "major versions of PostgreSQL (default: ${DEFAULT-VALUE})",
            defaultValue = "15,18")
    private List<Integer> versions = List.of(15, 18);

    @Option(
            names = "--only",
            split = ",",
            description = "of TPC-H,TPC-DS,shop,delicate,pairs (default: all)")
    private List<String> only = List.of();

    @Mixin private Saving saving = new Saving();

    @Spec private CommandSpec spec = CommandSpec.create();

    private final PrintWriter err = new PrintWriter(System.err, true, UTF_8);

    @Override
    public Integer call() throws IOException, InterruptedException, SQLException {
        if (!(scale >= 0.01) || scale > 10) {
            throw new ParameterException(
                    spec.commandLine(), "scale must be from 0.01 to 10: " + scale);
        }
        double load = Machine.loadNow();
        List<Scene> scenes =
                scenes().stream()
                        .filter(s -> only.isEmpty() || only.contains(s.name().split(",", 2)[0]))
                        .toList();
        List<Run> runs = new ArrayList<>();
        List<Size> sizes = new ArrayList<>();
        Map<String, Double> speeds = new TreeMap<>();
        List<String> notes = new ArrayList<>();
        List<String> servers = new ArrayList<>();
        for (int version : scenes.isEmpty() ? List.<Integer>of() : versions) {
            try (Workbench bench = Workbench.start(version, err::println)) {
                servers.add(version(bench));
                for (Scene scene : scenes) {
                    bench.examine(scene, err::println);
                }
                runs.addAll(bench.runs());
                sizes.addAll(bench.sizes());
                speeds.putAll(bench.speeds());
            } catch (IOException e) {
                // one version that is not to be had does not keep the others from it
                notes.add(version + ": " + e.getMessage());
            }
        }
        LabResult result =
                new LabResult(
                        Machine.here(load, String.join(" and ", servers), ""),
                        scale,
                        runs,
                        sizes,
                        speeds,
                        only.isEmpty() || only.contains(PAIRS)
                                ? Refutation.measure(Refutation.Effort.FULL, err::println)
                                : null,
                        notes);
        System.out.println(result.text());
        System.out.flush();
        saving.keep(result, "lab");
        return result.sound() && notes.isEmpty() ? 0 : 1;
    }

    private static String version(Workbench bench) throws SQLException {
        try (var connection = bench.upstream().superuser()) {
            return connection.getMetaData().getDatabaseProductVersion();
        }
    }

    private List<Scene> scenes() {
        List<Scene> scenes = new ArrayList<>();
        Suite.all().forEach(suite -> scenes.add(new TpcScene(suite, scale)));
        scenes.add(new ShopScene());
        scenes.add(new PlansScene("C"));
        scenes.add(new PlansScene("C.UTF-8"));
        return scenes;
    }
}
