package io.quern.bench.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Keeps results as files, and the page of tables that is made of them. */
final class Tables {
    private static final String HEAD =
            """
            # Benchmarks

            Made by `./quern bench wire --save docs/benchmarks` from the files beside it; not written by
            hand. Ratios compare measurements of the same round, taken one right after the other:
            median (least–greatest) of the rounds. TPS: more is better. p99 and CPU time of the proxy's
            process for each query: less is better.

            """;

    private Tables() {}

    /**
     * @param directory {@code docs/benchmarks}; the page is beside it
     */
    static void save(WireResult result, Path directory) throws IOException {
        Files.createDirectories(directory);
        Path file = directory.resolve("wire.json");
        Files.writeString(file, result.json() + "\n", UTF_8);
        Path page = directory.resolveSibling("benchmarks.md");
        Files.writeString(page, HEAD + "## The wire\n\n" + WireResult.read(file).markdown(), UTF_8);
    }
}
