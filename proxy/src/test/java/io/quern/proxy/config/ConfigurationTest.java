package io.quern.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

class ConfigurationTest {
    private static final String URL = "postgresql://quern:hush@db.example:5433/shop";

    @TempDir Path folder;

    /**
     * A setting as it is by default and after each of three values; what is shown is what the
     * record holds.
     */
    record Row(String key, String otherwise, List<String> values, List<String> shown) {
        Row(String key, String otherwise, String... values) {
            this(key, otherwise, List.of(values), List.of(values));
        }

        /** The same with values that are read as something that looks otherwise. */
        Row read(List<String> written, String... as) {
            return new Row(key, otherwise, written, List.of(as));
        }
    }

    static List<Row> rows() {
        return List.of(
                new Row("quern.store", "postgresql://quern@db.example:5433/shop")
                        .read(
                                List.of("postgresql://a:x@h", "postgres://b:x@h", "postgres://c@h"),
                                "postgresql://a@h:5432/a",
                                "postgresql://b@h:5432/b",
                                "postgresql://c@h:5432/c"),
                new Row("quern.listen", "127.0.0.1:6432", "h:1", "[::1]:2", "0.0.0.0:0"),
                new Row("quern.admin", "127.0.0.1:8432", "h:1", "h:2", "h:3"),
                new Row("quern.suggest-every", "PT30S")
                        .read(List.of("PT1S", "PT2S", "PT60M"), "PT1S", "PT2S", "PT1H"),
                new Row("quern.trial.share", "0.5", "0.1", "0.2", "0.3"),
                new Row("quern.trial.holdback", "0.02", "0.1", "0.2", "0.5"),
                new Row("quern.pool.mode", "SESSION")
                        .read(
                                List.of("session", "transaction", "session"),
                                "SESSION",
                                "TRANSACTION",
                                "SESSION"),
                new Row("quern.pool.size", "20", "1", "2", "100000"),
                new Row("quern.pool.minimum", "0", "1", "2", "20"),
                new Row("quern.pool.queue-timeout", "PT2M", "PT1S", "PT2S", "PT3S"),
                new Row("quern.pool.idle-timeout", "PT10M", "PT1S", "PT2S", "PT3S"),
                new Row("quern.pool.lifetime", "PT1H", "PT1S", "PT2S", "PT3S"),
                new Row("quern.pool.check-after", "PT30S", "PT0S", "PT2S", "PT3S"),
                new Row("quern.pool.statements", "500", "1", "2", "3"),
                new Row("quern.auth.method", "AUTO")
                        .read(
                                List.of("scram-sha-256", "pass-through", "md5"),
                                "SCRAM_SHA_256",
                                "PASS_THROUGH",
                                "MD5"),
                new Row("quern.auth.query", "Optional.empty")
                        .read(
                                List.of("select a, b", "select c", "select d"),
                                "Optional[select a, b]",
                                "Optional[select c]",
                                "Optional[select d]"),
                new Row("quern.auth.rules", "[]")
                        .read(
                                List.of("deny all", "allow all", "allow 10.0.0.0/8 user=app"),
                                "[deny all]",
                                "[allow all]",
                                "[allow 10.0.0.0/8 user=app]"),
                new Row("quern.max-clients", "10000", "1", "2", "3"),
                new Row("quern.login-timeout", "PT1M", "PT1S", "PT2S", "PT3S"),
                new Row("quern.drain-timeout", "PT30S", "PT0S", "PT2S", "PT3S"),
                new Row("quern.threads", "0", "1", "2", "1024"),
                new Row("quern.transport", "AUTO")
                        .read(List.of("io_uring", "nio", "epoll"), "IO_URING", "NIO", "EPOLL"),
                new Row("quern.reuse-port", "false", "true", "false", "true"),
                new Row("quern.console.admins", "[postgres]")
                        .read(List.of("a", "b,c", "d"), "[a]", "[b, c]", "[d]"),
                new Row("quern.console.stats", "[]")
                        .read(List.of("a", "b,c", "d"), "[a]", "[b, c]", "[d]"),
                new Row("quern.metrics.otlp", "Optional.empty")
                        .read(
                                List.of("http://h:4318/v1/metrics", "https://h", "http://i"),
                                "Optional[http://h:4318/v1/metrics]",
                                "Optional[https://h]",
                                "Optional[http://i]"),
                new Row("quern.metrics.step", "PT1M", "PT1S", "PT2S", "PT3S"),
                new Row("quern.log.format", "TEXT")
                        .read(List.of("json", "text", "json"), "JSON", "TEXT", "JSON"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void theCommandLineWinsOverTheEnvironmentWhichWinsOverTheFileWhichWinsOverTheDefault(Row row)
            throws Exception {
        Optional<Path> none = Optional.empty();
        Optional<Path> file = Optional.of(file(yaml(row.key(), row.values().get(0))));
        Map<String, String> environment =
                Map.of(variable(row.key()), row.values().get(1), "PATH", "x");
        assertThat(shown(row, none, Map.of(), Map.of())).isEqualTo(row.otherwise());
        assertThat(shown(row, file, Map.of(), Map.of())).isEqualTo(row.shown().get(0));
        assertThat(shown(row, file, environment, Map.of())).isEqualTo(row.shown().get(1));
        assertThat(shown(row, file, environment, Map.of(row.key(), row.values().get(2))))
                .isEqualTo(row.shown().get(2));
    }

    @Test
    void theTableHasEverySetting() {
        Set<String> told =
                rows().stream().map(Row::key).collect(Collectors.toCollection(TreeSet::new));
        // these have tests of their own
        told.addAll(Set.of("quern.upstream", "quern.upstreams", "quern.auth.users"));
        told.addAll(Set.of("quern.tls.certificate", "quern.tls.key"));
        told.addAll(Set.of("quern.tls.client-authority", "quern.tls.mode"));
        assertThat(told).isEqualTo(Changes.settings());
    }

    @Test
    void everySettingIsDocumented() throws Exception {
        String operations = Files.readString(Path.of("..", "docs", "operations.md"));
        for (String setting : Changes.settings()) {
            assertThat(operations).contains("`" + setting);
        }
    }

    @Test
    void filesAreNamedTogetherAndMustBeReadable() throws Exception {
        String pem = Files.writeString(folder.resolve("some.pem"), "x").toString();
        Map<String, String> all =
                Map.of(
                        "quern.tls.certificate", pem,
                        "quern.tls.key", pem,
                        "quern.tls.client-authority", pem,
                        "quern.tls.mode", "require",
                        "quern.auth.users", pem);
        Configuration configuration = load(all);
        assertThat(configuration.tls())
                .isEqualTo(
                        new TlsSettings(
                                Optional.of(Path.of(pem)),
                                Optional.of(Path.of(pem)),
                                Optional.of(Path.of(pem)),
                                TlsMode.REQUIRE));
        assertThat(configuration.auth().users()).contains(Path.of(pem));
        assertThat(load(Map.of()).tls().offered()).isFalse();
        for (String file : List.of("quern.tls.certificate", "quern.tls.key", "quern.auth.users")) {
            Map<String, String> missing = new HashMap<>(all);
            missing.put(file, folder.resolve("none").toString());
            refused(missing, file + ": ", "cannot be read");
        }
        refused(Map.of("quern.tls.key", pem), "quern.tls.key is given without");
        refused(Map.of("quern.tls.certificate", pem), "without quern.tls.key");
        refused(Map.of("quern.tls.client-authority", pem), "quern.tls.client-authority is given");
        refused(Map.of("quern.tls.mode", "require"), "quern.tls.mode is require, but");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "quern.store|hush|store: the URL is not",
                "quern.listen|h|'h'",
                "quern.admin|h:70000|70000",
                "quern.suggest-every|soon|quern.suggest-every",
                "quern.suggest-every|PT0.05S|quern.suggest-every is less than",
                "quern.trial.share|2|quern.trial.share is not between 0 and 1",
                "quern.trial.share|lots|quern.trial.share",
                "quern.trial.holdback|0.6|quern.trial.holdback",
                "quern.pool.mode|statement|quern.pool.mode is not one of session, transaction",
                "quern.pool.size|0|quern.pool.size is not between 1 and 100000: 0",
                "quern.pool.size|hush|quern.pool.size is not a whole number",
                "quern.pool.size|''|quern.pool.size is empty",
                "quern.pool.minimum|21|quern.pool.minimum is not between 0 and quern.pool.size",
                "quern.pool.minimum|-1|quern.pool.minimum",
                "quern.pool.queue-timeout|PT0S|quern.pool.queue-timeout is not positive",
                "quern.pool.idle-timeout|hush|quern.pool.idle-timeout",
                "quern.pool.lifetime|-PT1S|quern.pool.lifetime is not positive",
                "quern.pool.check-after|-PT1S|quern.pool.check-after is negative",
                "quern.pool.statements|0|quern.pool.statements is not positive",
                "quern.auth.method|kerberos|quern.auth.method is not one of auto, certificate, md5",
                "quern.auth.method|certificate|needs quern.tls.client-authority",
                "quern.auth.rules|perhaps|quern.auth.rules[0] begins neither",
                "quern.tls.mode|maybe|quern.tls.mode is not one of allow, require",
                "quern.max-clients|0|quern.max-clients is not positive: 0",
                "quern.login-timeout|PT0S|quern.login-timeout is not positive",
                "quern.drain-timeout|-PT1S|quern.drain-timeout is negative",
                "quern.threads|-1|quern.threads is not between 0 and 1024",
                "quern.transport|carrier|quern.transport is not one of auto, epoll, io",
                "quern.reuse-port|maybe|quern.reuse-port is neither true nor false",
                "quern.metrics.otlp|ftp://h|quern.metrics.otlp is not http://",
                "quern.metrics.otlp|a b|quern.metrics.otlp is not a URL",
                "quern.metrics.step|PT0.5S|quern.metrics.step is less than a second",
                "quern.log.format|xml|quern.log.format is not one of json, text",
                "quern.upstrem|hush|unknown setting quern.upstrem",
                "quern.pool.sise|3|unknown setting quern.pool.sise"
            })
    void aBadValueIsOneLineThatNamesTheSetting(String key, String value, String message) {
        refused(Map.of(key, value), message);
    }

    @Test
    void passThroughNeedsSessionMode() {
        refused(
                Map.of("quern.pool.mode", "transaction", "quern.auth.method", "pass-through"),
                "quern.auth.method pass-through needs quern.pool.mode session");
    }

    @ParameterizedTest
    @CsvSource({"h, 'h'", "h:x, h:x", "h:70000, 70000", ":5, :5", "::1:5, brackets"})
    void aBadAddressIsOneLine(String address, String shown) {
        assertThatThrownBy(() -> Address.parse("listen", address))
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageStartingWith("listen: ")
                .hasMessageContaining(shown);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "quern:\\n  upstrem: x|unknown setting quern.upstrem",
                "quern:\\n  trial:\\n    share: 2|quern.trial.share is not between 0 and 1",
                "quern:\\n  pool: 3|unknown setting quern.pool",
                "quern:\\n  - [|is not valid YAML",
                "quern: [1|is not valid YAML"
            })
    void aBadFileIsOneClearLine(String text, String message) throws Exception {
        Path file = file(text.replace("\\n", "\n"));
        assertThatThrownBy(
                        () ->
                                Configuration.load(
                                        Optional.of(file), Map.of(), Map.of("quern.upstream", URL)))
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining(message)
                .message()
                .hasLineCount(1);
    }

    @Test
    void unknownVariablesAreRefusedButForThoseOfOthers() {
        Map<String, String> others =
                Map.of(
                        "QUERN_JAVA_OPTS",
                        "x",
                        "QUERN_LOG_LEVEL",
                        "DEBUG",
                        "QUERN_POSTGRES",
                        "/usr/lib/postgresql",
                        "QUERN_TEST_X",
                        "y");
        Configuration.load(Optional.empty(), others, Map.of("quern.upstream", URL));
        assertThatThrownBy(
                        () ->
                                Configuration.load(
                                        Optional.empty(),
                                        Map.of("QUERN_POOL_SISE", "3"),
                                        Map.of("quern.upstream", URL)))
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessage("unknown setting QUERN_POOL_SISE");
    }

    @Test
    void aMissingFileAndAMissingUpstreamAreSaid() {
        assertThatThrownBy(
                        () ->
                                Configuration.load(
                                        Optional.of(folder.resolve("none.yaml")),
                                        Map.of(),
                                        Map.of()))
                .hasMessageContaining("none.yaml cannot be read");
        assertThatThrownBy(() -> Configuration.load(Optional.empty(), Map.of(), Map.of()))
                .hasMessageStartingWith("upstream is missing");
    }

    @Test
    void aConfigurationShowsNoSecret() throws Exception {
        Configuration configuration =
                Configuration.load(
                        Optional.of(file("quern:\n  store: postgres://a:hush@h?sslpassword=hush")),
                        Map.of(),
                        Map.of("quern.upstream", URL));
        assertThat(configuration.toString()).doesNotContain("hush");
    }

    static Configuration load(Map<String, String> settings) {
        Map<String, String> overrides = new HashMap<>(settings);
        if (settings.keySet().stream().noneMatch(key -> key.startsWith("quern.upstreams"))) {
            overrides.putIfAbsent("quern.upstream", URL);
        }
        return Configuration.load(Optional.empty(), Map.of(), overrides);
    }

    private static void refused(Map<String, String> settings, String... messages) {
        assertThatThrownBy(() -> load(settings))
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContainingAll(messages)
                .hasMessageNotContaining("hush")
                .message()
                .hasLineCount(1);
    }

    private static String shown(
            Row row,
            Optional<Path> file,
            Map<String, String> environment,
            Map<String, String> overrides) {
        Map<String, String> all = new HashMap<>(overrides);
        all.put("quern.upstream", URL);
        return String.valueOf(Changes.value(row.key(), Configuration.load(file, environment, all)));
    }

    private static String variable(String key) {
        return key.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
    }

    private static String yaml(String key, String value) {
        StringBuilder yaml = new StringBuilder();
        String indent = "";
        for (String word : key.split("\\.", -1)) {
            yaml.append(indent).append(word).append(":\n");
            indent += "  ";
        }
        return yaml.deleteCharAt(yaml.length() - 1).append(" '" + value + "'\n").toString();
    }

    private Path file(String text) throws Exception {
        return Files.writeString(folder.resolve("quern.yaml"), text);
    }
}
