package io.quern.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

class UpstreamsTest {
    private static final String TWO =
            """
            quern:
              upstreams:
                main:
                  url: postgresql://quern:hush@a1,a2:5433/shop?target_session_attrs=primary
                  replicas: [ postgresql://quern:hush@a3/shop ]
                extra:
                  url: postgresql://quern:hush@b/postgres
                  databases: { reports: reporting, "odd.name": shop }
            """;

    @TempDir Path folder;

    @Test
    void everyNameLeadsToOneDatabaseOfOneUpstream() throws Exception {
        Upstreams upstreams = read(TWO);
        assertThat(place(upstreams, "shop")).isEqualTo("main shop");
        assertThat(place(upstreams, "other")).isEqualTo("main other");
        assertThat(place(upstreams, "reports")).isEqualTo("extra reporting");
        assertThat(place(upstreams, "odd.name")).isEqualTo("extra shop");
        // the name there is no name here
        assertThat(place(upstreams, "reporting")).isEqualTo("main reporting");
        assertThat(upstreams.named()).containsExactly("shop", "odd.name", "reports");
    }

    @Test
    void theFirstInTheFileIsTheDefaultOneWhateverItsName() throws Exception {
        Configuration configuration = load(TWO.replace("main", "zebra"));
        assertThat(configuration.upstreams().first().name()).isEqualTo("zebra");
        assertThat(configuration.upstream().where()).isEqualTo("a1:5432,a2:5433");
        assertThat(configuration.store()).isEqualTo(configuration.upstream());
        assertThat(configuration.upstreams().first().replicas())
                .extracting(PostgresUrl::where)
                .containsExactly("a3:5432");
        assertThat(configuration.toString()).doesNotContain("hush");
    }

    @Test
    void whereEveryUpstreamNamesItsDatabasesTheFirstGetsTheRest() throws Exception {
        Upstreams upstreams =
                read(
                        """
                        quern:
                          upstreams:
                            b: { url: "postgresql://u@b", databases: { x: y } }
                            a: { url: "postgresql://u@a", databases: { z: y } }
                        """);
        assertThat(place(upstreams, "x")).isEqualTo("b y");
        assertThat(place(upstreams, "z")).isEqualTo("a y");
        assertThat(place(upstreams, "y")).isEqualTo("b y");
        assertThat(upstreams.named()).containsExactly("x", "z");
    }

    @Test
    void anUpstreamWithoutListServesTheRestWhereverItStands() throws Exception {
        Upstreams upstreams =
                read(
                        """
                        quern:
                          upstreams:
                            b: { url: "postgresql://u@b", databases: { x: y } }
                            a: { url: "postgresql://u@a/x" }
                        """);
        assertThat(place(upstreams, "z")).isEqualTo("a z");
        assertThat(upstreams.named()).as("a's own x is hidden by b's").containsExactly("x");
    }

    @Test
    void theEnvironmentMayNameAnUpstream() {
        Configuration configuration =
                Configuration.load(
                        Optional.empty(),
                        Map.of(
                                "QUERN_UPSTREAMS_MAIN_URL",
                                "postgresql://u@h/d",
                                "QUERN_UPSTREAMS_OTHER_URL",
                                "postgresql://u@i/e",
                                "QUERN_UPSTREAMS_OTHER_DATABASES_REPORTS",
                                "reporting"),
                        Map.of());
        assertThat(place(configuration.upstreams(), "reports")).isEqualTo("other reporting");
        assertThat(configuration.upstream().where()).isEqualTo("h:5432");
    }

    @Test
    void whatCannotBeServedIsOneLine() throws Exception {
        refused(
                """
                quern:
                  upstream: postgresql://u@h
                  upstreams: { a: { url: "postgresql://u@a" } }
                """,
                "give quern.upstream or quern.upstreams, not both");
        refused(
                """
                quern:
                  upstreams:
                    a: { url: "postgresql://u@a" }
                    b: { url: "postgresql://u@b" }
                """,
                "quern.upstreams.b.databases is missing: a already serves every database that is"
                        + " not named");
        refused(
                """
                quern:
                  upstreams:
                    a: { url: "postgresql://u@a", databases: { x: y } }
                    b: { url: "postgresql://u@b", databases: { x: z } }
                """,
                "quern.upstreams.b.databases: x is already served by a");
        refused(
                """
                quern:
                  upstreams:
                    a: { url: "postgresql://u@a", databases: { quern: y } }
                """,
                "quern.upstreams.a.databases: quern is the admin console's name");
        refused(
                """
                quern:
                  upstreams:
                    a: { databases: { x: y } }
                """,
                "quern.upstreams.a.url is missing");
        refused(
                """
                quern:
                  upstreams:
                    a: { url: "postgresql://u@a", urls: y }
                """,
                "unknown setting quern.upstreams.a.urls");
        refused(
                """
                quern:
                  upstreams:
                    a: { url: "postgresql://u@a", replicas: [ "postgresql://hush@" ] }
                """,
                "quern.upstreams.a.replicas[0]: the URL has no valid host");
    }

    private static String place(Upstreams upstreams, String served) {
        Upstreams.Place place = upstreams.place(served);
        return place.upstream().name() + " " + place.database();
    }

    private Upstreams read(String yaml) throws Exception {
        return load(yaml).upstreams();
    }

    private Configuration load(String yaml) throws Exception {
        Path file = Files.writeString(folder.resolve("quern.yaml"), yaml);
        return Configuration.load(Optional.of(file), Map.of(), Map.of());
    }

    private void refused(String yaml, String message) {
        assertThatThrownBy(() -> load(yaml))
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessage(message);
    }
}
