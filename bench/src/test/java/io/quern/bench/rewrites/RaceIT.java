package io.quern.bench.rewrites;

import static org.assertj.core.api.Assertions.assertThat;

import io.quern.bench.result.Spread;
import io.quern.optimizer.PostgresServer;
import io.quern.optimizer.lex.Script;

import org.junit.jupiter.api.Test;

import java.sql.Connection;
import java.sql.Statement;

class RaceIT {
    private final PostgresServer server = PostgresServer.shared();

    @Test
    void rowsAreComparedAsOftenAsTheyComeInAnyOrder() throws Exception {
        try (Connection connection = server.connect(server.createDatabase())) {
            Race race = new Race(connection);
            String rows = "SELECT * FROM (VALUES (1, 'a'), (2, NULL), (2, NULL)) v";
            assertThat(race.sameRows(rows, rows + " ORDER BY 1 DESC")).isTrue();
            assertThat(race.sameRows(rows, "SELECT DISTINCT * FROM (" + rows + ") w")).isFalse();
            assertThat(race.sameRows("SELECT NULL::text", "SELECT ''")).isFalse();
            assertThat(race.sameRows("SELECT 'a', 'bc'", "SELECT 'ab', 'c'")).isFalse();
        }
    }

    @Test
    void theFasterFormIsToldFromTheSlower() throws Exception {
        try (Connection connection = server.connect(server.createDatabase())) {
            Spread[] times =
                    new Race(connection).run("SELECT pg_sleep(0.05)", "SELECT pg_sleep(0)", 3);
            assertThat(times[0].min()).isGreaterThan(45);
            assertThat(times[1].median()).isLessThan(45);
        }
    }

    /** The suite itself is sound: each case's schema can be made, and both forms prepared. */
    @Test
    void everyCaseIsWellFormed() throws Exception {
        assertThat(Case.all()).hasSize(44).filteredOn(Case::folklore).hasSize(6);
        String database = server.createDatabase();
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            for (Case each : Case.all()) {
                statement.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
                // its tables without their rows
                for (Script.Item item : Script.split(each.schema())) {
                    if (!item.sql().startsWith("INSERT")) {
                        statement.execute(item.sql());
                    }
                }
                for (String form : new String[] {each.before(), each.byHand()}) {
                    statement.execute("EXPLAIN " + form);
                }
            }
        }
    }
}
