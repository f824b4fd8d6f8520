package io.quern.proxy.config;

import static java.util.Objects.requireNonNull;

import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.source.yaml.YamlConfigSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * All of Quern's configuration, validated. Immutable: only flags change live.
 *
 * @param upstream the PostgreSQL to serve, and Quern's own role there
 * @param store where history, suggestions and audit are kept
 * @param suggestEvery how often suggestions are looked for
 * @param trialShare the fraction of executions that get the treatment while on trial, in (0, 1)
 * @param holdback the fraction that keeps running the original once a treatment is on, in (0, 0.5]
 */
public record Configuration(
        PostgresUrl upstream,
        PostgresUrl store,
        Address listen,
        Address admin,
        Duration suggestEvery,
        double trialShare,
        double holdback) {
    public Configuration {
        requireNonNull(upstream, "upstream");
        requireNonNull(store, "store");
        requireNonNull(listen, "listen");
        requireNonNull(admin, "admin");
        requireNonNull(suggestEvery, "suggestEvery");
        require(
                suggestEvery.compareTo(Duration.ofMillis(100)) >= 0,
                "quern.suggest-every is less than 100 ms");
        require(trialShare > 0 && trialShare < 1, "quern.trial.share is not between 0 and 1");
        require(holdback > 0 && holdback <= 0.5, "quern.trial.holdback is not above 0, up to 0.5");
    }

    /**
     * Reads the configuration.
     *
     * @param file a YAML file, if one was named
     * @param environment the environment's variables
     * @param overrides what the command line says, by full key ({@code quern.upstream})
     * @throws InvalidConfiguration with one clear line
     */
    public static Configuration load(
            Optional<Path> file, Map<String, String> environment, Map<String, String> overrides) {
        SmallRyeConfigBuilder builder =
                new SmallRyeConfigBuilder()
                        .withMapping(Settings.class)
                        .withSources(
                                new PropertiesConfigSource(overrides, "command line", 400),
                                new EnvConfigSource(quernOnly(environment), 300));
        file.ifPresent(path -> builder.withSources(yaml(path)));
        try {
            SmallRyeConfig config = builder.build();
            Settings settings = config.getConfigMapping(Settings.class);
            PostgresUrl upstream =
                    PostgresUrl.parse(
                            "upstream",
                            settings.upstream()
                                    .orElseThrow(
                                            () ->
                                                    new InvalidConfiguration(
                                                            "upstream is missing: give --upstream"
                                                                    + " postgresql://user:password@host:port/database")));
            PostgresUrl store =
                    settings.store().map(s -> PostgresUrl.parse("store", s)).orElse(upstream);
            return new Configuration(
                    upstream,
                    store,
                    Address.parse("listen", settings.listen()),
                    Address.parse("admin", settings.admin()),
                    settings.suggestEvery(),
                    settings.trial().share(),
                    settings.trial().holdback());
        } catch (ConfigValidationException e) {
            throw new InvalidConfiguration(clear(e.getProblem(0).getMessage()));
        } catch (IllegalArgumentException e) {
            throw new InvalidConfiguration(clear(String.valueOf(e.getMessage())));
        }
    }

    /** The environment without what other programs put there. */
    private static Map<String, String> quernOnly(Map<String, String> environment) {
        Map<String, String> own = new HashMap<>();
        environment.forEach(
                (name, value) -> {
                    if (name.startsWith("QUERN_")
                            && !name.equals("QUERN_JAVA_OPTS")
                            && !name.startsWith("QUERN_TEST_")) {
                        own.put(name, value);
                    }
                });
        return own;
    }

    private static YamlConfigSource yaml(Path path) {
        try {
            return new YamlConfigSource(path.toString(), Files.readString(path), 200);
        } catch (IOException e) {
            throw new InvalidConfiguration("config file " + path + " cannot be read");
        } catch (RuntimeException e) {
            // the parser's message quotes the file, secrets and all: keep the position only
            Matcher line = Pattern.compile("line (\\d+)").matcher(String.valueOf(e.getMessage()));
            throw new InvalidConfiguration(
                    "config file "
                            + path
                            + " is not valid YAML"
                            + (line.find() ? " at line " + line.group(1) : ""));
        }
    }

    private static String clear(String message) {
        Matcher unknown =
                Pattern.compile("(quern\\.[\\w.\\-\\[\\]]+) (in \\S+ )?does not map")
                        .matcher(message);
        if (unknown.find()) {
            return "unknown setting " + unknown.group(1);
        }
        return message.lines().findFirst().orElse("the configuration is invalid");
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new InvalidConfiguration(message);
        }
    }
}
