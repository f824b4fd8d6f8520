package io.quern.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

class ConfigurationTest {
    private static final String URL = "postgresql://quern:s%2Bcret@db.example:5433/shop";

    @TempDir Path folder;

    @Test
    void hasTheDocumentedDefaults() {
        Configuration configuration =
                Configuration.load(Optional.empty(), Map.of(), Map.of("quern.upstream", URL));
        assertThat(configuration.listen()).isEqualTo(new Address("127.0.0.1", 6432));
        assertThat(configuration.admin()).isEqualTo(new Address("127.0.0.1", 8432));
        assertThat(configuration.store()).isEqualTo(configuration.upstream());
        assertThat(configuration.suggestEvery()).isEqualTo(Duration.ofSeconds(30));
        assertThat(configuration.trialShare()).isEqualTo(0.5);
        assertThat(configuration.holdback()).isEqualTo(0.02);
    }

    @Test
    void theCommandLineWinsOverTheEnvironmentWhichWinsOverTheFile() throws Exception {
        Path file =
                file(
                        "quern:\n  upstream: "
                                + URL
                                + "\n  listen: h:1\n  admin: h:2\n  trial:\n    share: 0.1\n");
        Configuration configuration =
                Configuration.load(
                        Optional.of(file),
                        Map.of("QUERN_LISTEN", "h:3", "QUERN_TRIAL_HOLDBACK", "0.1", "PATH", "x"),
                        Map.of("quern.listen", "h:4"));
        assertThat(configuration.listen().port()).isEqualTo(4);
        assertThat(configuration.admin().port()).isEqualTo(2);
        assertThat(configuration.trialShare()).isEqualTo(0.1);
        assertThat(configuration.holdback()).isEqualTo(0.1);
    }

    @Test
    void readsBothKindsOfUrl() {
        PostgresUrl url = PostgresUrl.parse("upstream", URL);
        assertThat(url)
                .isEqualTo(
                        new PostgresUrl("db.example", 5433, "shop", "quern", "s+cret", Map.of()));
        assertThat(
                        PostgresUrl.parse(
                                "upstream",
                                "jdbc:postgresql://db.example:5433/shop?user=quern&password=s+cret&sslmode=require"))
                .isEqualTo(
                        new PostgresUrl(
                                "db.example",
                                5433,
                                "shop",
                                "quern",
                                "s+cret",
                                Map.of("sslmode", "require")));
        assertThat(PostgresUrl.parse("upstream", "postgres://ann@[::1]").jdbcPrefix())
                .isEqualTo("jdbc:postgresql://[::1]:5432/");
        assertThat(url.toString()).doesNotContain("cret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mysql://u:hush@h/db",
                "postgresql://:hush@h/db",
                "postgresql://u:hush@h1:1,h2:2/db",
                "postgresql://u:hush hush@h/db",
                "postgresql://u:hush@h:99999/db",
                "postgresql://u:hush@h:port/db",
                "hush",
                ""
            })
    void aBadUrlIsOneLineWithoutItsSecrets(String url) {
        assertThatThrownBy(() -> PostgresUrl.parse("upstream", url))
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageStartingWith("upstream: ")
                .hasMessageNotContaining("hush")
                .message()
                .hasLineCount(1);
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
                "quern:\\n  trial:\\n    share: lots|quern.trial.share",
                "quern:\\n  suggest-every: soon|quern.suggest-every",
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

    private Path file(String text) throws Exception {
        return Files.writeString(folder.resolve("quern.yaml"), text);
    }
}
