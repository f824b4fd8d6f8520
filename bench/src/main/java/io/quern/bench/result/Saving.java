package io.quern.bench.result;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Path;

/** The options of a benchmark's command that keep what it found. */
public final class Saving {
    @Option(
            names = "--save",
            paramLabel = "DIRECTORY",
            description = "write NAME.json there and all tables in benchmarks.md beside it")
    private @Nullable Path directory;

    @Option(names = "--name", description = "of the file with --save (default: the benchmark's)")
    private @Nullable String name;

    /** Keeps it if that was asked for. */
    public void keep(Result result, String benchmark) throws IOException {
        if (directory != null) {
            Tables.save(result, name == null ? benchmark : name, directory);
        }
    }
}
