package io.quern.optimizer.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.quern.optimizer.RuleTester;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Set;

final class TruncatedDateToRangeIT {
    private static final int TIMESTAMP = 1114;

    private static final RuleTester TESTER =
            RuleTester.of(
                    new TruncatedDateToRange(),
                    """
                    CREATE TABLE events (
                        id int PRIMARY KEY, at timestamp, at0 timestamp(0), tz timestamptz, day date, o int,
                        weight float8);
                    INSERT INTO events (id, at, at0, tz, day)
                    SELECT row_number() OVER (), t, CASE WHEN t < '294276-12-31 23:59:59' THEN t END, NULL, NULL FROM (
                        SELECT b + d FROM (VALUES
                            (timestamp '2024-01-01'), ('2024-01-31'), ('2024-02-29'), ('2024-03-01'), ('2023-12-31'),
                            ('2000-02-29 12:34:56.789'), ('1969-12-31'), ('0001-01-01 BC'), ('4700-12-31 BC'),
                            ('294276-12-25'), ('294276-12-31'), ('294276-10-01'), ('1900-03-01')) AS base (b),
                        (VALUES (interval '0'), ('1 microsecond'), ('-1 microsecond'), ('23:59:59.999999'),
                            ('12 hours'), ('59 minutes 59.999999'), ('6 days'), ('0.5 second'), ('1 second')) AS delta (d)
                        WHERE NOT (b > '294276-12-25' AND d > interval '23:59:59.999999')
                        UNION ALL VALUES (timestamp 'infinity'), ('-infinity'), (NULL), ('294276-12-31 23:59:59.999999')) AS v (t);
                    UPDATE events SET tz = at, day = CASE WHEN isfinite(at) THEN at::date END;
                    CREATE TABLE other (id int NOT NULL, at timestamp);
                    INSERT INTO other SELECT id, at FROM events;
                    CREATE INDEX ON events (at);
                    CREATE VIEW seen AS SELECT * FROM events;
                    CREATE TABLE secret (at timestamp);
                    ALTER TABLE secret ENABLE ROW LEVEL SECURITY;
                    CREATE SCHEMA mine;
                    CREATE FUNCTION mine.date_trunc(text, timestamp) RETURNS timestamp LANGUAGE sql IMMUTABLE
                        AS 'SELECT timestamp ''2024-01-01''';
                    """);

    private static final List<String> VALUES =
            List.of(
                    "2024-01-01",
                    "2024-01-01 12:00",
                    "2024-02-29",
                    "2024-02-01",
                    "2023-12-25",
                    "2024-01-01 00:59",
                    "2024-01-01 00:00:01",
                    "294276-12-31",
                    "294276-12-31 12:00",
                    "294276-12-31 23:59:59",
                    "294276-12-25",
                    "294276-12-28",
                    "294276-12-01",
                    "294276-10-01",
                    "294276-01-01",
                    "294276-11-15",
                    "infinity",
                    "-infinity",
                    "epoch",
                    "1969-12-31",
                    "2000-02-29 12:34:56",
                    "1900-01-01",
                    "2023-10-01",
                    "2024-01-08");

    @ParameterizedTest
    @ValueSource(strings = {"second", "minute", "hour", "DAY", "week", "month", "quarter", "year"})
    void keepsTheRowsForLiteralsAndParameters(String unit) {
        for (String value : VALUES) {
            String call = "date_trunc('" + unit + "', at)";
            TESTER.on("SELECT id, at FROM events WHERE " + call + " = '" + value + "'").sameRows();
            TESTER.on("SELECT id FROM events WHERE $1 = " + call)
                    .withParameter(TIMESTAMP, value)
                    .sameRows();
        }
        for (String early :
                List.of("0001-01-01 BC", "4714-11-24 BC", "4714-11-26 BC", "4700-12-01 BC")) {
            TESTER.on("SELECT id FROM events WHERE date_trunc('" + unit + "', at) = $1")
                    .withParameter(TIMESTAMP, early)
                    .sameRows();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "date_trunc('day', e.at) = timestamp '2024-01-01'",
                "pg_catalog.date_trunc('day', e.at) = '2024-01-01'::timestamp",
                "date_trunc('day', e.at) = cast('2024-01-01' AS timestamp without time zone)",
                "date_trunc('day', \"e\".\"at\") = date_trunc('day', localtimestamp)",
                "id > 0 AND (date_trunc('day', e.at) = '2024-01-01' AND id < 1000)",
                "id BETWEEN 1 AND 1000 AND date_trunc('day', at0) = '2024-01-01' -- note",
                "date_trunc('day', at) = now()::timestamp OR id = 1 OR id = 2",
                "date_trunc('day', at) = '2024-01-01' AND date_trunc('month', at0) = '2024-01-01'",
                "e.id IN (SELECT id FROM other o WHERE date_trunc('week', o.at) = '2024-01-01')",
            })
    void readsTheFormsPeopleWrite(String condition) {
        RuleTester tester = TESTER.on("SELECT * FROM public.events AS e WHERE " + condition);
        if (condition.contains(" OR ")) {
            tester.declines("value-type");
        } else {
            tester.sameRows();
        }
    }

    @Test
    void actsInInnerJoins() {
        TESTER.on(
                        "SELECT e.id, o.at FROM events e JOIN other o ON o.id = e.id"
                                + " AND date_trunc('day', o.at) = '2024-01-01'")
                .sameRows();
        TESTER.on(
                        "SELECT e.id, o.at FROM events e LEFT JOIN other o ON o.id = e.id"
                                + " WHERE date_trunc('day', o.at) = '2024-01-01'")
                .sameRows();
    }

    @Test
    void writesPlainSql() {
        assertThat(
                        TESTER.on("SELECT id FROM events WHERE date_trunc('day', at) = $1")
                                .withParameter(TIMESTAMP, "2024-01-01")
                                .sameRows())
                .isEqualTo(
                        "SELECT id FROM events WHERE at >= $1 AND at <= pg_catalog.date_trunc('day',"
                                + " $1) + interval '23:59:59.999999' AND $1 ="
                                + " pg_catalog.date_trunc('day', $1)");
    }

    @Test
    void declinesWhatItCannotProve() {
        TESTER.on("SELECT 1 FROM events WHERE date_trunc('day', tz) = '2024-01-01'")
                .declines("column-type");
        TESTER.on("SELECT 1 FROM events WHERE date_trunc('day', day) = '2024-01-01'")
                .declines("column-type");
        TESTER.on("SELECT 1 FROM events WHERE date_trunc('decade', at) = '2020-01-01'")
                .declines("unit");
        TESTER.on("SELECT 1 FROM seen WHERE date_trunc('day', at) = '2020-01-01'")
                .declines("column");
        TESTER.on("SELECT 1 FROM events, other WHERE date_trunc('day', at) = '2020-01-01'")
                .declines("column");
        TESTER.on("SELECT 1 FROM events WHERE date_trunc('day', at) = 'today'")
                .declines("value-literal");
        TESTER.on("SELECT 1 FROM events WHERE date_trunc('day', at) = '2024-01-01'::date")
                .declines("value-type");
        TESTER.on("SELECT 1 FROM events WHERE date_trunc('day', at) = now()")
                .declines("value-type");
        TESTER.on("SELECT 1 FROM events WHERE date_trunc('day', at) = $1").declines("value-type");
        TESTER.on("SELECT 1 FROM events WHERE date_trunc('day', at) = $1")
                .withParameter(1082, "2024-01-01")
                .declines("value-type");
        TESTER.on("SELECT 1 FROM secret WHERE date_trunc('day', at) = '2024-01-01'")
                .declines("row-security");
        TESTER.on("SELECT 1 FROM events WHERE date_trunc('day', at) = '2024-01-01' FOR UPDATE")
                .declines("locking");
        TESTER.on("SELECT random() FROM events WHERE date_trunc('day', at) = '2024-01-01'")
                .declines("function");
        TESTER.on("DELETE FROM events WHERE date_trunc('day', at) = '2024-01-01'")
                .declines("not-select");
        TESTER.on("SELECT 1 FROM events WHERE date_trunc('day', at) = '2024-01-01'")
                .withSearchPath("mine", "pg_catalog", "public")
                .declines("search-path");
    }

    @Test
    void declinesWhereTheOrderOfRowsShows() {
        String where = " FROM events WHERE date_trunc('day', at) = '2024-01-01'";
        for (String sql :
                List.of(
                        "SELECT at" + where + " LIMIT 1",
                        "SELECT at" + where + " ORDER BY at LIMIT 1",
                        "SELECT at" + where + " ORDER BY 1 OFFSET 1",
                        "SELECT id % 2 AS id" + where + " ORDER BY id LIMIT 1",
                        "SELECT o AS x, at id" + where + " ORDER BY id LIMIT 2",
                        "SELECT DISTINCT ON (o) o, at" + where,
                        "SELECT array_agg(id)" + where,
                        "SELECT id, row_number() OVER (ORDER BY o)" + where,
                        "SELECT sum(weight)" + where,
                        "SELECT avg(id::float8)" + where)) {
            TESTER.on(sql).declines("undetermined");
        }
        for (String sql :
                List.of(
                        "SELECT at" + where + " ORDER BY id LIMIT 1",
                        "SELECT id, at" + where + " ORDER BY at DESC, events.id DESC LIMIT 3",
                        "SELECT sum(id), avg(id), count(weight)" + where)) {
            TESTER.on(sql).sameRows();
        }
    }

    @Test
    void raisesNoErrorTheOriginalDoesNot() {
        // a generic plan evaluates the cast once and first
        TESTER.on("SELECT 1 FROM events WHERE id < 0 AND date_trunc('day', at) = $1::timestamp")
                .withParameter(25, "soon")
                .declines("value-type");
        TESTER.on("SELECT 1 FROM events WHERE date_trunc('day', at) = CAST($1 AS timestamp)")
                .withParameter(1082, "5874897-12-31")
                .declines("value-type");
        TESTER.on("SELECT 1 FROM events WHERE date_trunc('day', at) = $1::timestamp")
                .withParameter(TIMESTAMP, "2024-01-01")
                .sameRows();
        String join = "SELECT e.id FROM events e JOIN other o ON o.id = e.id";
        TESTER.on(join + " WHERE date_trunc('day', e.at) = '2024-01-01' AND 1 / o.id > 0")
                .declines("may-fail");
        TESTER.on(
                        join
                                + " AND 1 / o.id > 0 WHERE date_trunc('day', e.at) = '2024-01-01'"
                                + " AND e.id > 3")
                .declines("may-fail");
        TESTER.on("SELECT id FROM events WHERE date_trunc('day', at) = '2024-01-01' AND 8 / id > 0")
                .sameRows();
        TESTER.on(
                        "SELECT id FROM events e WHERE date_trunc('day', at) = '2024-01-01'"
                                + " AND EXISTS (SELECT 1 FROM other o WHERE 1 / o.id > e.id)")
                .declines("may-fail");
        TESTER.on(
                        "SELECT id FROM events e WHERE date_trunc('day', at) = '2024-01-01'"
                                + " AND EXISTS (SELECT * FROM other o WHERE o.id = e.id)")
                .sameRows();
    }

    /** The client's own Parse froze 'today' earlier than Quern's does. */
    @Test
    void looksAtTheMomentInOtherConditions() {
        String sql = "SELECT 1 FROM events WHERE date_trunc('day', at) = '2024-01-01' AND day > ";
        TESTER.on(sql + "'today'").declines("moment");
        TESTER.on(sql + "'2024-01-01'").checks(sql + "'2023-01-01'").isTrue();
        for (String literal : List.of("'Today'", "' now '", "E'\\x6eow'", "$$yesterday$$")) {
            TESTER.on(sql + "'2024-01-01'").checks(sql + literal).as(literal).isFalse();
        }
        TESTER.on(sql + "'2024-01-01' AND 'known' <> 'snow'").sameRows();
    }

    @Test
    void pinsEveryLiteralItsProofLookedAt() {
        TESTER.on("SELECT 1 FROM events WHERE date_trunc('day', at) = '2024-01-01'")
                .checks("SELECT 1 FROM events WHERE date_trunc('day', at) = '2023-12-31 12:00'")
                .isTrue();
        for (String other :
                List.of(
                        "date_trunc('day', at) = 'today'",
                        "date_trunc('day', at) = 'now'",
                        "date_trunc('day', at) = '1/2/2024'",
                        "date_trunc('day', at) = E'2024-01-01'",
                        "date_trunc('week', at) = '2024-01-01'",
                        "date_trunc($$day$$, at) = '2024-01-01'")) {
            TESTER.on("SELECT 1 FROM events WHERE date_trunc('day', at) = '2024-01-01'")
                    .checks("SELECT 1 FROM events WHERE " + other)
                    .as(other)
                    .isFalse();
        }
        TESTER.on("SELECT 1 FROM events WHERE date_trunc('day', at) = timestamp '2024-01-01'")
                .checks("SELECT 1 FROM events WHERE date_trunc('day', at) = timestamp 'today'")
                .isFalse();
        String nested = "SELECT 1 FROM events WHERE date_trunc('day', at) = date_trunc('week', ";
        TESTER.on(nested + "timestamp '2024-01-01')")
                .checks(nested + "timestamp 'tomorrow')")
                .isFalse();
    }

    @Test
    void leavesOtherConditionsAlone() {
        TESTER.on("SELECT 1 FROM events WHERE date_trunc('day', at) > '2024-01-01'").ignores();
        TESTER.on("SELECT date_trunc('day', at) = '2024-01-01' FROM events").ignores();
        TESTER.on("SELECT 1 FROM events WHERE NOT date_trunc('day', at) = '2024-01-01'").ignores();
        TESTER.on("SELECT 1 FROM events WHERE (id = 1 OR date_trunc('day', at) = '2024-01-01')")
                .ignores();
    }

    @Test
    void isWrongWithoutItsGuards() {
        TESTER.withRule(new TruncatedDateToRange(Set.of("aligned")))
                .on("SELECT id FROM events WHERE date_trunc('day', at) = '2024-01-01 12:00'")
                .differs();
        TESTER.withRule(new TruncatedDateToRange(Set.of("search-path")))
                .on("SELECT id FROM events WHERE date_trunc('day', at) = '2024-01-01'")
                .withSearchPath("mine", "pg_catalog", "public")
                .differs();
    }
}
