package io.quern.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.quern.optimizer.PostgresServer;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;

/** {@code quern rewrite} as its users call it. */
class RewriteIT {
    private static final PostgresServer SERVER = PostgresServer.shared();
    private static String database = "";

    @TempDir Path temp;

    @BeforeAll
    static void fill() throws Exception {
        database = SERVER.createDatabase();
        try (Connection connection = SERVER.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE visits (id int PRIMARY KEY, at timestamp NOT NULL)");
            statement.execute("CREATE INDEX ON visits (at)");
            statement.execute(
                    "INSERT INTO visits SELECT g, '2026-01-01'::timestamp + g * interval '1 min'"
                            + " FROM generate_series(1, 20000) g");
            statement.execute("ANALYZE visits");
        }
    }

    @Test
    void aFileAsJson() throws Exception {
        Path file =
                Files.writeString(
                        temp.resolve("statements.sql"),
                        """
                        -- what the application sends
                        SELECT id FROM visits WHERE date_trunc('day', at) = '2026-01-05';
                        SELECT 'a;b' FROM visits;
                        SELECT id FROM visits WHERE;
                        SELECT id FROM nowhere;
                        """);
        Said said = run("--sql-file", file.toString(), "--format", "json");
        assertThat(said.code()).isZero();
        JsonNode all = new ObjectMapper().readTree(said.out());
        assertThat(all).hasSize(4);
        JsonNode first = all.get(0);
        assertThat(first.get("sql").asText()).contains("date_trunc");
        assertThat(first.get("line").asInt()).isEqualTo(1);
        assertThat(first.get("fingerprint").asText()).matches("[0-9a-f]{16}");
        assertThat(first.get("parsed").asBoolean()).isTrue();
        assertThat(first.get("reason").asText()).isEmpty();
        JsonNode candidate = first.get("candidates").get(0);
        assertThat(candidate.get("rules").get(0).asText()).isEqualTo("TruncatedDateToRange");
        assertThat(candidate.get("sql").asText()).contains("at >= ");
        assertThat(candidate.get("guards")).isNotEmpty();
        assertThat(candidate.get("lab").get("verdict").asText()).isEqualTo("no-counterexample");
        assertThat(candidate.get("lab").get("databases").asLong()).isPositive();
        assertThat(candidate.get("costAfter").asDouble())
                .isPositive()
                .isLessThan(candidate.get("costBefore").asDouble());
        assertThat(all.get(1).get("parsed").asBoolean()).isTrue();
        assertThat(all.get(1).get("candidates")).isEmpty();
        assertThat(all.get(2).get("parsed").asBoolean()).isFalse();
        assertThat(all.get(2).get("reason").asText()).isNotEmpty();
        assertThat(all.get(3).get("reason").asText()).contains("nowhere");
    }

    @Test
    void oneStatementAsText() {
        Said said = run("SELECT id FROM visits WHERE date_trunc('day', at) = '2026-01-05'");
        assertThat(said.code()).isZero();
        assertThat(said.out())
                .contains(
                        "rewrite by TruncatedDateToRange",
                        "because ",
                        "lab: no counterexample",
                        "planner's cost ",
                        "1 statement, 1 with a rewrite, 0 not parsed");
    }

    @Test
    void whatIsWrongIsOneLine() {
        assertThat(run().err()).contains("name either --sql-file or the statements");
        assertThat(run("--sql-file", "x", "SELECT 1").code()).isEqualTo(2);
        Said missing = run("--sql-file", temp.resolve("none.sql").toString());
        assertThat(missing.code()).isEqualTo(2);
        assertThat(missing.err())
                .startsWith("quern: --sql-file: there is no file ")
                .hasLineCount(1);
    }

    private static Said run(String... more) {
        return Said.by("rewrite", SERVER, database, more);
    }
}
