package io.quern.advisor.twin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.quern.advisor.Refused;
import io.quern.advisor.twin.Glance.Asked;
import io.quern.advisor.twin.Glance.Seen;
import io.quern.optimizer.QualifiedName;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import java.util.List;
import java.util.Optional;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GlanceReadingIT {
    private static final double LARGE_ROWS = 400_000;

    private RealServer real;
    private String database = "";

    @BeforeAll
    void start() throws Exception {
        real = RealServer.start(18);
        database = real.empty();
        real.sql(
                database,
                """
                CREATE TABLE small (id integer, low integer, high integer, name text);
                INSERT INTO small SELECT i, i % 10, CASE WHEN i % 4 = 0 THEN -1 ELSE 100 END,
                  CASE WHEN i % 5 > 0 THEN 'name' || i % 50 END
                FROM generate_series(1, 2000) i;
                CREATE TABLE large (id integer, neighbour integer, scattered integer, once integer, filler text);
                INSERT INTO large SELECT i, i / 8, (i::bigint * 7919 % 50000)::int, i, repeat('x', 80)
                FROM generate_series(1, 400000) i;
                CREATE TABLE secret (id integer);
                INSERT INTO secret VALUES (1);
                ALTER TABLE secret ENABLE ROW LEVEL SECURITY;
                CREATE TABLE nothing (id integer);
                CREATE ROLE reader LOGIN PASSWORD 'reader';
                GRANT SELECT ON secret TO reader;
                ANALYZE
                """);
    }

    @AfterAll
    void stop() throws Exception {
        real.close();
    }

    private static Asked asked(String table, String predicate, String... keys) {
        return new Asked(
                new QualifiedName("public", table),
                List.of(keys),
                Optional.of(predicate).filter(p -> !p.isEmpty()),
                false);
    }

    private Seen look(Asked asked) {
        return real.glance(database).at(asked);
    }

    @Test
    void countsAllRowsOfASmallTable() {
        Seen seen = look(asked("small", "low < high", "low", "name"));
        assertThat(seen.kept()).isEqualTo(0.75);
        assertThat(seen.groups()).isCloseTo(42 / 1500.0, within(1e-9));
        assertThat(seen.copy()).isEmpty();
    }

    @Test
    void aPredicateThatIsUnknownKeepsNoRow() {
        assertThat(look(asked("small", "name > ''", "id")).kept()).isEqualTo(0.8);
    }

    @Test
    void estimatesHowManyKeysALargeTableHas() {
        assertThat(look(asked("large", "", "neighbour")).groups() * LARGE_ROWS)
                .isCloseTo(50_000, within(4_000.0));
        assertThat(look(asked("large", "", "scattered")).groups() * LARGE_ROWS)
                .isCloseTo(50_000, within(4_000.0));
        assertThat(look(asked("large", "", "once", "neighbour")).groups())
                .isCloseTo(1, within(0.02));
        Seen half = look(asked("large", "scattered % 2 = 0", "neighbour", "filler"));
        assertThat(half.kept()).isCloseTo(0.5, within(0.01));
        assertThat(half.groups() * half.kept() * LARGE_ROWS).isCloseTo(50_000, within(4_000.0));
    }

    @Test
    void givesTheValuesInTheOrderOfTheTable() {
        Asked small = asked("small", "id <= 3", "id", "upper(name)");
        Seen seen = look(new Asked(small.table(), small.keys(), small.predicate(), true));
        assertThat(seen.copy()).isEqualTo("1\tNAME1\n2\tNAME2\n3\tNAME3\n");
        assertThat(seen + "" + small).doesNotContain("NAME1", "id <= 3");
    }

    @Test
    void refusesWhereNotAllIsToBeSeen() {
        assertThatThrownBy(() -> real.glance(database, "reader").at(asked("secret", "", "id")))
                .isInstanceOf(Refused.class)
                .hasMessage("not all rows of public.secret are to be seen");
        assertThatThrownBy(() -> real.glance(database, "reader").at(asked("small", "", "id")))
                .isInstanceOf(Refused.class);
        assertThatThrownBy(() -> look(asked("nothing", "", "id"))).isInstanceOf(Refused.class);
        assertThatThrownBy(() -> look(asked("missing", "", "id"))).isInstanceOf(Refused.class);
    }
}
