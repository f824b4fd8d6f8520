package io.quern.bench.rewrites;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quern.bench.result.RewriteResult.Rows;
import io.quern.bench.result.RewriteResult.Time;
import io.quern.bench.result.Spread;
import io.quern.optimizer.PostgresServer;
import io.quern.optimizer.lex.Script;

import org.junit.jupiter.api.Test;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

class RaceIT {
    private static final Time DONE = new Time(new Spread(1, 1, 1), false);

    private final PostgresServer server = PostgresServer.shared();

    @Test
    void rowsAreComparedAsOftenAsTheyComeInAnyOrder() throws Exception {
        String rows = "SELECT * FROM (VALUES (1, 'a'), (2, NULL), (2, NULL)) v";
        assertThat(
                        compare(
                                rows,
                                rows + " ORDER BY 1 DESC",
                                "SELECT DISTINCT * FROM (" + rows + ")"))
                .containsExactly(Rows.SAME, Rows.OTHER);
        assertThat(compare("SELECT NULL::text", "SELECT ''")).containsExactly(Rows.OTHER);
        assertThat(compare("SELECT 'a', 'bc'", "SELECT 'ab', 'c'")).containsExactly(Rows.OTHER);
    }

    private List<Rows> compare(String... forms) throws Exception {
        try (Connection connection = server.connect(server.createDatabase())) {
            return new Race(connection, Duration.ofMinutes(1))
                    .compare(List.of(forms), Stream.of(forms).map(form -> DONE).toList());
        }
    }

    @Test
    void theFasterFormIsToldFromTheSlower() throws Exception {
        try (Connection connection = server.connect(server.createDatabase())) {
            List<Time> times =
                    new Race(connection, Duration.ofMinutes(1))
                            .run(List.of("SELECT pg_sleep(0.05)", "SELECT pg_sleep(0)"), 3);
            assertThat(times).extracting(Time::stopped).containsOnly(false);
            assertThat(times.getFirst().millis().min()).isGreaterThan(45);
            assertThat(times.getLast().millis().median()).isLessThan(45);
        }
    }

    @Test
    void aFormThatTakesTooLongIsStoppedAndItsRowsAreNotCompared() throws Exception {
        try (Connection connection = server.connect(server.createDatabase())) {
            Race race = new Race(connection, Duration.ofMillis(200));
            List<String> forms = List.of("SELECT pg_sleep(60)", "SELECT pg_sleep(0)");
            List<Time> times = race.run(forms, 1);
            assertThat(times.getFirst()).isEqualTo(new Time(new Spread(200, 200, 200), true));
            assertThat(times.getLast().stopped()).isFalse();
            assertThat(race.compare(forms, times)).containsExactly(Rows.NOT_COMPARED);
            // nor is one that is stopped only when its rows are asked for
            assertThat(race.compare(forms.reversed(), List.of(DONE, DONE)))
                    .containsExactly(Rows.NOT_COMPARED);
            assertThat(race.compare(List.of("SELECT 1", "SELECT 1"), List.of(DONE, DONE)))
                    .containsExactly(Rows.SAME);
        }
    }

    @Test
    void anyOtherFailureIsNotTakenForATimeOut() throws Exception {
        try (Connection connection = server.connect(server.createDatabase())) {
            Race race = new Race(connection, Duration.ofMinutes(1));
            assertThatThrownBy(() -> race.run(List.of("SELECT 1 / 0"), 1))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("division by zero");
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
