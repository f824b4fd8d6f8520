package io.quern.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.quern.optimizer.PostgresServer;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;

/** {@code quern verify} as its users call it. */
class VerifyIT {
    private static final PostgresServer SERVER = PostgresServer.shared();
    private static String database = "";

    @TempDir Path temp;

    @BeforeAll
    static void schema() throws Exception {
        database = SERVER.createDatabase();
        try (Connection connection = SERVER.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE a (id int PRIMARY KEY, b_id int)");
            statement.execute("CREATE TABLE b (id int)");
        }
    }

    @Test
    void twoFilesThatDiffer() throws IOException {
        Said said =
                run(
                        "--before",
                        file("before", "SELECT id FROM a WHERE b_id NOT IN (SELECT id FROM b);\n"),
                        "--after",
                        file(
                                "after",
                                "-- not the same if b.id is NULL\nSELECT id FROM a WHERE NOT EXISTS"
                                        + " (SELECT FROM b WHERE b.id = a.b_id)"));
        assertThat(said.code()).isEqualTo(1);
        assertThat(said.out())
                .startsWith("counterexample: ")
                .contains("INSERT INTO", "-- original:", "-- rewrite:");
        assertThat(said.err()).isEmpty();
    }

    @Test
    void twoFilesThatAgreeAsJson() throws IOException {
        String before = file("before", "SELECT id FROM a WHERE id IN (SELECT id FROM b)");
        String after =
                file("after", "SELECT a.id FROM a WHERE EXISTS (SELECT FROM b WHERE id = a.id)");
        Said said =
                run(
                        "--before",
                        before,
                        "--after",
                        after,
                        "--format",
                        "json",
                        "--databases",
                        "500",
                        "--seed",
                        "11");
        assertThat(said.code()).isZero();
        JsonNode verdict = new ObjectMapper().readTree(said.out());
        assertThat(verdict.get("verdict").asText()).isEqualTo("no-counterexample");
        assertThat(verdict.get("databases").asLong()).isBetween(1L, 500L);
        assertThat(verdict.get("reason").asText()).contains("seed 11");
        assertThat(verdict.has("name")).isFalse();
    }

    @Test
    void manyPairsOneLineEach() throws IOException {
        String pairs =
                file(
                        "pairs",
                        """
                        {"name": "same", "before": "SELECT id FROM a", "after": "SELECT a.id FROM a"}

                        {"name": "wrong", "before": "SELECT id FROM b", "after": "SELECT DISTINCT id FROM b"}
                        {"name": "beyond", "before": "SELECT id FROM nowhere", "after": "SELECT 1"}
                        {"before": "SELECT random()", "after": "SELECT random()"}
                        """);
        Said said = run("--pairs", pairs, "--databases", "200");
        assertThat(said.code()).isEqualTo(1);
        List<String> lines = said.out().lines().toList();
        assertThat(lines).hasSize(4);
        assertThat(verdict(lines.get(0))).isEqualTo("same no-counterexample");
        assertThat(verdict(lines.get(1))).isEqualTo("wrong counterexample");
        assertThat(verdict(lines.get(2))).isEqualTo("beyond unsupported");
        assertThat(verdict(lines.get(3))).isEqualTo(" unsupported");
        Said untried =
                run(
                        "--pairs",
                        file("one", "{\"before\": \"SELECT now(\", \"after\": \"SELECT 1\"}"));
        assertThat(untried.code()).isEqualTo(2);
    }

    private static String verdict(String line) throws IOException {
        JsonNode object = new ObjectMapper().readTree(line);
        return object.path("name").asText() + " " + object.get("verdict").asText();
    }

    @Test
    void whatIsWrongIsOneLine() throws IOException {
        wrong("name either --before and --after, or --pairs");
        wrong("name either", "--before", file("b", "SELECT 1"));
        wrong("name either", "--pairs", "-", "--after", "x");
        wrong("there is no file", "--pairs", temp.resolve("none").toString());
        wrong("--pairs: there is no pair", "--pairs", file("empty", "\n"));
        wrong("--pairs: line 2 is no", "--pairs", file("bad", "\n{\"before\": \"SELECT 1\"}\n"));
        wrong("--pairs: line 1 is no", "--pairs", file("text", "SELECT 'secret'"));
        wrong(
                "--before: it holds 2 statements",
                "--before",
                file("two", "SELECT 1; SELECT 2"),
                "--after",
                file("after", "SELECT 1"));
        wrong("at least 1", "--seconds", "0", "--pairs", file("p", "{}"));
    }

    private void wrong(String why, String... arguments) {
        Said said = run(arguments);
        assertThat(said.code()).isEqualTo(2);
        assertThat(said.err()).startsWith("quern: ").contains(why).hasLineCount(1);
        assertThat(said.err() + said.out()).doesNotContain("secret");
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(temp.resolve(name), text).toString();
    }

    private static Said run(String... more) {
        return Said.by("verify", SERVER, database, more);
    }
}
