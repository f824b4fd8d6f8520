package io.quern.proxy;

import io.quern.proxy.config.Configuration;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The options that every command with a configuration shares. */
final class Where {
    @Option(
            names = "--upstream",
            paramLabel = "URL",
            description = "the PostgreSQL to serve, and Quern's own role there")
    private @Nullable String upstream;

    @Option(
            names = "--store",
            paramLabel = "URL",
            description = "where history and suggestions are kept (default: the upstream)")
    private @Nullable String store;

    @Option(names = "--config", paramLabel = "FILE", description = "a YAML file of settings")
    private @Nullable Path config;

    /** The configuration these options, the environment and the file make. */
    Configuration configuration(Map<String, Optional<String>> more) {
        Map<String, String> overrides = new HashMap<>();
        put(overrides, "quern.upstream", Optional.ofNullable(upstream));
        put(overrides, "quern.store", Optional.ofNullable(store));
        more.forEach((key, value) -> put(overrides, key, value));
        return Configuration.load(Optional.ofNullable(config), System.getenv(), overrides);
    }

    private static void put(Map<String, String> overrides, String key, Optional<String> value) {
        value.ifPresent(v -> overrides.put(key, v));
    }
}
