package io.quern.proxy.config;

import static io.quern.proxy.config.InvalidConfiguration.require;

import static java.util.Objects.requireNonNull;

import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.source.yaml.YamlConfigSource;

import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Makes a {@link Configuration} of a file, the environment and the command line. */
final class Sources {
    private static final Pattern UNKNOWN =
            Pattern.compile("(quern\\.\\S+) (?:in .* )?does not map");
    private static final Pattern UNCONVERTED =
            Pattern.compile("config property (quern\\.\\S+) with the config value");
    private static final Pattern EMPTY =
            Pattern.compile("config property (quern\\.\\S+) is defined as the empty String");
    private static final Pattern WORDS = Pattern.compile("allowed values: ([\\w,-]+)");

    /** What the launcher and the log's own configuration read. */
    private static final Set<String> OTHERS =
            Set.of("QUERN_JAVA_OPTS", "QUERN_LOG_LEVEL", "QUERN_POSTGRES");

    private static final Set<String> VARIABLES =
            Changes.settings().stream()
                    .map(key -> key.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_"))
                    .collect(Collectors.toUnmodifiableSet());

    private Sources() {}

    static Configuration load(
            Optional<Path> file, Map<String, String> environment, Map<String, String> overrides) {
        SmallRyeConfigBuilder builder =
                new SmallRyeConfigBuilder()
                        .withMapping(Settings.class)
                        .withSources(
                                new PropertiesConfigSource(overrides, "command line", 400),
                                new EnvConfigSource(quernOnly(environment), 300));
        Optional<String> text = file.map(Sources::text);
        text.ifPresent(yaml -> builder.withSources(source(file.orElseThrow(), yaml)));
        try {
            Settings settings = builder.build().getConfigMapping(Settings.class);
            return configuration(settings, text.map(Sources::namesInOrder).orElse(List.of()));
        } catch (ConfigValidationException e) {
            throw new InvalidConfiguration(clear(e.getProblem(0).getMessage()));
        } catch (IllegalArgumentException e) {
            throw new InvalidConfiguration(clear(String.valueOf(e.getMessage())));
        }
    }

    private static Configuration configuration(Settings settings, List<String> order) {
        Upstreams upstreams = upstreams(settings, order);
        PostgresUrl first = upstreams.first().url();
        return new Configuration(
                upstreams,
                settings.upstream().isEmpty(),
                settings.store().map(s -> PostgresUrl.parse("store", s)).orElse(first),
                Address.parse("listen", settings.listen()),
                Address.parse("admin", settings.admin()),
                settings.suggestEvery(),
                new TrialSettings(settings.trial().share(), settings.trial().holdback()),
                pool(settings.pool()),
                auth(settings.auth()),
                tls(settings.tls()),
                new ServerSettings(
                        settings.maxClients(),
                        settings.loginTimeout(),
                        settings.drainTimeout(),
                        settings.threads(),
                        settings.transport(),
                        settings.reusePort()),
                new ConsoleSettings(
                        new LinkedHashSet<>(settings.console().admins()),
                        new LinkedHashSet<>(settings.console().stats().orElse(List.of()))),
                metrics(settings.metrics()),
                settings.log().format());
    }

    private static Upstreams upstreams(Settings settings, List<String> order) {
        Map<String, Settings.Upstream> named = settings.upstreams();
        if (settings.upstream().isPresent()) {
            require(named.isEmpty(), "give quern.upstream or quern.upstreams, not both");
            PostgresUrl url = PostgresUrl.parse("upstream", settings.upstream().get());
            return new Upstreams(
                    List.of(new UpstreamSettings("upstream", url, List.of(), Map.of())));
        }
        require(
                !named.isEmpty(),
                "upstream is missing: give --upstream postgresql://user:password@host:port/database");
        Set<String> names = new LinkedHashSet<>(order);
        names.retainAll(named.keySet());
        names.addAll(new TreeSet<>(named.keySet()));
        return new Upstreams(
                names.stream()
                        .map(name -> upstream(name, requireNonNull(named.get(name))))
                        .toList());
    }

    private static UpstreamSettings upstream(String name, Settings.Upstream settings) {
        String key = "quern.upstreams." + name;
        require(settings.url().isPresent(), key + ".url is missing");
        List<PostgresUrl> replicas = new ArrayList<>();
        for (String url : settings.replicas().orElse(List.of())) {
            replicas.add(PostgresUrl.parse(key + ".replicas[" + replicas.size() + "]", url));
        }
        return new UpstreamSettings(
                name,
                PostgresUrl.parse(key + ".url", settings.url().get()),
                replicas,
                settings.databases());
    }

    private static PoolSettings pool(Settings.Pool pool) {
        return new PoolSettings(
                pool.mode(),
                pool.size(),
                pool.minimum(),
                pool.queueTimeout(),
                pool.idleTimeout(),
                pool.lifetime(),
                pool.checkAfter(),
                pool.statements());
    }

    private static AuthSettings auth(Settings.Auth auth) {
        return new AuthSettings(
                auth.method(),
                readable("quern.auth.users", auth.users()),
                auth.query(),
                auth.rules().orElse(List.of()));
    }

    private static TlsSettings tls(Settings.Tls tls) {
        return new TlsSettings(
                readable("quern.tls.certificate", tls.certificate()),
                readable("quern.tls.key", tls.key()),
                readable("quern.tls.client-authority", tls.clientAuthority()),
                tls.mode());
    }

    private static MetricsSettings metrics(Settings.Metrics metrics) {
        try {
            return new MetricsSettings(metrics.otlp().map(URI::create), metrics.step());
        } catch (IllegalArgumentException e) {
            throw new InvalidConfiguration("quern.metrics.otlp is not a URL");
        }
    }

    private static Optional<Path> readable(String setting, Optional<Path> file) {
        file.ifPresent(
                path ->
                        require(
                                Files.isReadable(path) && !Files.isDirectory(path),
                                setting + ": " + path + " cannot be read"));
        return file;
    }

    /** The environment without what other programs put there; a name of nothing is refused. */
    private static Map<String, String> quernOnly(Map<String, String> environment) {
        Map<String, String> own = new HashMap<>();
        environment.forEach(
                (name, value) -> {
                    if (name.startsWith("QUERN_")
                            && !OTHERS.contains(name)
                            && !name.startsWith("QUERN_TEST_")) {
                        require(
                                VARIABLES.contains(name) || name.startsWith("QUERN_UPSTREAMS_"),
                                "unknown setting " + name);
                        own.put(name, value);
                    }
                });
        return own;
    }

    private static String text(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new InvalidConfiguration("config file " + path + " cannot be read");
        }
    }

    private static YamlConfigSource source(Path path, String text) {
        try {
            return new YamlConfigSource(path.toString(), text, 200);
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

    /** The upstreams' names as the file has them: the sources above sort them. */
    private static List<String> namesInOrder(String yaml) {
        Object root = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
        return root instanceof Map<?, ?> top
                        && top.get("quern") instanceof Map<?, ?> quern
                        && quern.get("upstreams") instanceof Map<?, ?> upstreams
                ? upstreams.keySet().stream().map(String::valueOf).toList()
                : List.of();
    }

    /** What SmallRye says, without the value: it may be a secret in the wrong place. */
    private static String clear(String message) {
        Matcher unknown = UNKNOWN.matcher(message);
        if (unknown.find()) {
            return "unknown setting " + unknown.group(1);
        }
        Matcher empty = EMPTY.matcher(message);
        if (empty.find()) {
            return empty.group(1) + " is empty";
        }
        Matcher unconverted = UNCONVERTED.matcher(message);
        return unconverted.find()
                ? unconverted.group(1) + expected(message)
                : "the configuration is invalid";
    }

    private static String expected(String message) {
        Matcher words = WORDS.matcher(message);
        if (words.find()) {
            List<String> allowed =
                    new ArrayList<>(new TreeSet<>(List.of(words.group(1).split(","))));
            return " is not one of " + String.join(", ", allowed);
        }
        if (message.contains("SRCFG00029")) {
            return " is not a whole number";
        }
        if (message.contains(Settings.YesOrNo.NEITHER)) {
            return " is " + Settings.YesOrNo.NEITHER;
        }
        return " has a value that cannot be used";
    }
}
