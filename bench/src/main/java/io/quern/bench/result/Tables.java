package io.quern.bench.result;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Keeps results as files, and the page of tables that is made of them. */
public final class Tables {
    private static final String ENDING = ".json";
    private static final String HEAD =
            """
            # Benchmarks

            Made by `./quern bench wire`, `start`, `jmh`, `rewrites`, `tpc` and `lab` with `--save docs/benchmarks` from the
            files beside it; not written by hand. Ratios compare measurements of the same round, taken one right after the other:
            median (least–greatest) of the rounds. TPS: more is better. p99 and CPU time of the proxy's
            process for each query: less is better. The load is what else the machine had to do.

            """;

    private Tables() {}

    /**
     * @param name of the file without its ending, and of its section
     * @param directory {@code docs/benchmarks}; the page is beside it
     */
    public static void save(Result result, String name, Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve(name + ENDING), result.json() + "\n", UTF_8);
        StringBuilder page = new StringBuilder(HEAD);
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(f -> f.toString().endsWith(ENDING)).sorted().toList()) {
                page.append("## ").append(file.getFileName().toString().replace(ENDING, ""));
                page.append("\n\n").append(Result.read(file).markdown()).append('\n');
            }
        }
        Files.writeString(
                directory.resolveSibling("benchmarks.md"), page.toString().strip() + "\n", UTF_8);
    }
}
