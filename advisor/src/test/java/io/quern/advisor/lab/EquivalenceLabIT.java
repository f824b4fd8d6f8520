package io.quern.advisor.lab;

import static io.quern.advisor.lab.Schema.context;
import static io.quern.advisor.lab.Schema.statement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quern.advisor.Lab.Outcome;
import io.quern.advisor.Lab.Verdict;
import io.quern.optimizer.Catalog;
import io.quern.optimizer.Context;
import io.quern.optimizer.Statement;
import io.quern.optimizer.Table;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/** Pairs that are not equivalent are refuted, pairs that are, are not. */
class EquivalenceLabIT {
    private static final int TIMESTAMP = 1114;
    private static final int INTEGER = 23;
    private static final Budget SHORT = new Budget(Duration.ofSeconds(3), 1_200, 7);

    private static EquivalenceLab lab;

    @BeforeAll
    static void open() {
        lab = new EquivalenceLab(SHORT, InstantSource.system());
    }

    @AfterAll
    static void close() {
        lab.close();
    }

    record Pair(String name, String before, String after, List<Integer> types) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Pair pair(String name, String before, String after, Integer... types) {
        return new Pair(name, before, after, List.of(types));
    }

    static Stream<Pair> wrong() {
        return Stream.of(
                pair(
                        "NOT IN over a nullable subquery",
                        "SELECT id FROM item WHERE id NOT IN (SELECT item FROM line)",
                        "SELECT id FROM item WHERE NOT EXISTS"
                                + " (SELECT 1 FROM line WHERE line.item = item.id)"),
                pair(
                        "NOT IN of a nullable column",
                        "SELECT id FROM item WHERE sold NOT IN (SELECT holder FROM line)",
                        "SELECT id FROM item WHERE NOT EXISTS"
                                + " (SELECT 1 FROM line WHERE line.holder = item.sold)"),
                pair(
                        "count bug",
                        "SELECT id FROM item WHERE sold ="
                                + " (SELECT count(*) FROM line WHERE line.item = item.id)",
                        "SELECT i.id FROM item i JOIN (SELECT item, count(*) AS n FROM line"
                                + " GROUP BY item) l ON l.item = i.id WHERE i.sold = l.n"),
                pair(
                        "outer join made inner",
                        "SELECT i.id, l.note FROM item i LEFT JOIN line l ON l.item = i.id",
                        "SELECT i.id, l.note FROM item i JOIN line l ON l.item = i.id"),
                pair(
                        "outer join made inner under coalesce",
                        "SELECT i.id FROM item i LEFT JOIN line l ON l.item = i.id"
                                + " WHERE coalesce(l.note, '') = ''",
                        "SELECT i.id FROM item i JOIN line l ON l.item = i.id WHERE l.note = ''"),
                pair(
                        "condition moved from ON to WHERE",
                        "SELECT i.id, l.id FROM item i LEFT JOIN line l"
                                + " ON l.item = i.id AND l.amount > 3",
                        "SELECT i.id, l.id FROM item i LEFT JOIN line l"
                                + " ON l.item = i.id WHERE l.amount > 3"),
                pair(
                        "DISTINCT dropped under duplicates",
                        "SELECT DISTINCT name FROM item WHERE qty = 1",
                        "SELECT name FROM item WHERE qty = 1"),
                pair(
                        "IN made a join",
                        "SELECT id FROM item WHERE id IN (SELECT item FROM line)",
                        "SELECT i.id FROM item i JOIN line l ON l.item = i.id"),
                pair(
                        "truncated date to a range, infinite literal forgotten",
                        "SELECT id FROM item WHERE date_trunc('day', made) = 'infinity'",
                        "SELECT id FROM item WHERE made >= 'infinity'"
                                + " AND made < timestamp 'infinity' + interval '1 day'"),
                pair(
                        "truncated date to a range, parameter not aligned",
                        "SELECT id FROM item WHERE date_trunc('day', made) = $1",
                        "SELECT id FROM item WHERE made >= $1 AND made < $1 + interval '1 day'",
                        TIMESTAMP),
                pair(
                        "truncated date to a closed range, one tick too many",
                        "SELECT id FROM item WHERE date_trunc('day', made) = '2024-05-17'",
                        "SELECT id FROM item WHERE made >= '2024-05-17' AND made <= '2024-05-18'"),
                pair(
                        "date of a timestamp compared as a timestamp",
                        "SELECT id FROM item WHERE made::date = '2024-05-17'",
                        "SELECT id FROM item WHERE made = '2024-05-17'"),
                pair(
                        "BETWEEN off by one",
                        "SELECT id FROM item WHERE qty BETWEEN 10 AND 20",
                        "SELECT id FROM item WHERE qty >= 10 AND qty < 20"),
                pair(
                        "UNION and UNION ALL",
                        "SELECT name FROM item UNION SELECT note FROM line",
                        "SELECT name FROM item UNION ALL SELECT note FROM line"),
                pair(
                        "OR made UNION ALL",
                        "SELECT id FROM item WHERE qty = 1 OR sold = 2",
                        "SELECT id FROM item WHERE qty = 1"
                                + " UNION ALL SELECT id FROM item WHERE sold = 2"),
                pair(
                        "sum of nothing",
                        "SELECT sum(amount) FROM line WHERE item = 5",
                        "SELECT coalesce(sum(amount), 0) FROM line WHERE item = 5"),
                pair(
                        "aggregate of nothing under GROUP BY",
                        "SELECT count(*) FROM line WHERE item = 5",
                        "SELECT count(*) FROM line WHERE item = 5 GROUP BY item"),
                pair(
                        "count of a nullable column",
                        "SELECT count(*) FROM line",
                        "SELECT count(item) FROM line"),
                pair(
                        "integer division",
                        "SELECT id FROM item WHERE qty / 2 = 3",
                        "SELECT id FROM item WHERE qty = 6"),
                pair(
                        "CASE and NULL",
                        "SELECT id FROM item WHERE CASE WHEN sold > 5 THEN false ELSE true END",
                        "SELECT id FROM item WHERE NOT (sold > 5)"),
                pair(
                        "unequal and NULL",
                        "SELECT id FROM item WHERE sold IS DISTINCT FROM 4",
                        "SELECT id FROM item WHERE sold <> 4"),
                pair(
                        "NULL-safe equality of a parameter",
                        "SELECT id FROM item WHERE sold IS NOT DISTINCT FROM $1",
                        "SELECT id FROM item WHERE sold = $1",
                        INTEGER),
                pair(
                        "LIKE without its escape",
                        "SELECT id FROM item WHERE name LIKE 'ab\\_c%'",
                        "SELECT id FROM item WHERE name LIKE 'ab_c%'"),
                pair(
                        "prefix to LIKE, underscore not escaped",
                        "SELECT id FROM item WHERE left(name, 3) = 'a_b'",
                        "SELECT id FROM item WHERE name LIKE 'a_b%'"),
                pair(
                        "lower case forgotten",
                        "SELECT id FROM item WHERE lower(name) = 'abc'",
                        "SELECT id FROM item WHERE name = 'abc'"),
                pair(
                        "text of an integer, not canonical",
                        "SELECT id FROM item WHERE code = '777'",
                        "SELECT id FROM item WHERE code IN ('777', '0777')"),
                pair(
                        "blank-padded strings compared as text",
                        "SELECT id FROM item WHERE coalesce(tag, ' ') = ''",
                        "SELECT id FROM item WHERE tag = ''"),
                pair(
                        "greater than all of nothing",
                        "SELECT id FROM item WHERE qty >= ALL (SELECT holder FROM line)",
                        "SELECT id FROM item WHERE qty >= (SELECT max(holder) FROM line)"),
                pair(
                        "keyset made a row value, wrong way",
                        "SELECT id FROM item WHERE qty > 3 OR (qty = 3 AND id > 7)",
                        "SELECT id FROM item WHERE (qty, id) >= (3, 7)"),
                pair(
                        "overflow that the original does not have",
                        "SELECT id FROM item WHERE qty > $1 - 1::bigint",
                        "SELECT id FROM item WHERE qty + 1 > $1",
                        INTEGER),
                pair(
                        "document containment of a number's text",
                        "SELECT id FROM item WHERE doc ->> 't' = '5'",
                        "SELECT id FROM item WHERE doc @> '{\"t\": \"5\"}'"),
                pair(
                        "array element over NULL",
                        "SELECT id FROM item WHERE NOT (3 = ANY (nums))",
                        "SELECT id FROM item WHERE NOT (nums @> ARRAY[3])"),
                pair(
                        "order reversed",
                        "SELECT id FROM item ORDER BY id",
                        "SELECT id FROM item ORDER BY id DESC"),
                pair(
                        "nulls first and last",
                        "SELECT DISTINCT sold FROM item ORDER BY sold",
                        "SELECT DISTINCT sold FROM item ORDER BY sold NULLS FIRST"),
                pair(
                        "average of integers",
                        "SELECT avg(amount) FROM line",
                        "SELECT sum(amount)::numeric / nullif(count(*), 0) FROM line"),
                pair("other column name", "SELECT id FROM item", "SELECT id AS other FROM item"),
                pair(
                        "other column type",
                        "SELECT qty FROM item",
                        "SELECT qty::bigint AS qty FROM item"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void refutes(Pair pair) {
        Verdict verdict = refute(pair);
        assertThat(verdict.outcome()).as(verdict.toString()).isEqualTo(Outcome.COUNTEREXAMPLE);
        assertThat(verdict.counterexample()).isPresent();
    }

    static Stream<Pair> right() {
        String range =
                "SELECT id FROM item WHERE made >= %1$s AND made <= %1$s"
                        + " + interval '23:59:59.999999' AND date_trunc('day', %1$s) = %1$s";
        return Stream.of(
                pair(
                        "truncated date to a closed range, parameter",
                        "SELECT id FROM item WHERE date_trunc('day', made) = $1",
                        range.formatted("$1"),
                        TIMESTAMP),
                pair(
                        "truncated date to a closed range, literal",
                        "SELECT id FROM item WHERE date_trunc('day', made) = '2024-05-17'",
                        range.formatted("timestamp '2024-05-17'")),
                pair(
                        "truncated date to a closed range, literal not aligned",
                        "SELECT id FROM item WHERE date_trunc('day', made) = '2024-05-17 10:00'",
                        range.formatted("timestamp '2024-05-17 10:00'")),
                pair(
                        "truncated date to a closed range, infinite literal",
                        "SELECT id FROM item WHERE date_trunc('day', made) = 'infinity'",
                        range.formatted("timestamp 'infinity'")),
                pair(
                        "truncated date to a half-open range, aligned literal",
                        "SELECT id FROM item WHERE date_trunc('day', made) = '2024-05-17'",
                        "SELECT id FROM item WHERE made >= '2024-05-17' AND made < '2024-05-18'"),
                pair(
                        "NOT IN over columns that are NOT NULL",
                        "SELECT id FROM item WHERE id NOT IN (SELECT holder FROM line)",
                        "SELECT id FROM item WHERE NOT EXISTS"
                                + " (SELECT 1 FROM line WHERE line.holder = item.id)"),
                pair(
                        "DISTINCT dropped on a key",
                        "SELECT DISTINCT id, name FROM item WHERE qty > 1",
                        "SELECT id, name FROM item WHERE qty > 1"),
                pair(
                        "count compared to EXISTS",
                        "SELECT id FROM item WHERE"
                                + " (SELECT count(*) FROM line WHERE item = item.id) > 0",
                        "SELECT id FROM item WHERE"
                                + " EXISTS (SELECT 1 FROM line WHERE item = item.id)"),
                pair(
                        "OR made UNION over a key",
                        "SELECT id, name FROM item WHERE qty = 1 OR sold = 2",
                        "SELECT id, name FROM item WHERE qty = 1"
                                + " UNION SELECT id, name FROM item WHERE sold = 2"),
                pair(
                        "keyset made a row value",
                        "SELECT id FROM item WHERE sold > 3 OR (sold = 3 AND id > 7)",
                        "SELECT id FROM item WHERE (sold, id) > (3, 7)"),
                pair(
                        "numeric literal made an integer",
                        "SELECT id FROM item WHERE qty = 777.0",
                        "SELECT id FROM item WHERE qty = 777"),
                pair(
                        "text of an integer",
                        "SELECT id FROM item WHERE id::text = '777'",
                        "SELECT id FROM item WHERE id = 777"),
                pair(
                        "prefix to LIKE",
                        "SELECT id FROM item WHERE left(name, 3) = 'a_b'",
                        "SELECT id FROM item WHERE name LIKE 'a\\_b%'"),
                pair(
                        "CASE made a condition",
                        "SELECT id FROM item WHERE CASE WHEN sold > 5 THEN true ELSE false END",
                        "SELECT id FROM item WHERE sold > 5"),
                pair(
                        "NULL-safe equality of a constant",
                        "SELECT id FROM item WHERE sold IS NOT DISTINCT FROM 4",
                        "SELECT id FROM item WHERE sold = 4"),
                pair(
                        "outer join made inner under a strict condition",
                        "SELECT i.id FROM item i LEFT JOIN line l ON l.item = i.id"
                                + " WHERE coalesce(l.note, '') = 'v'",
                        "SELECT i.id FROM item i JOIN line l ON l.item = i.id WHERE l.note = 'v'"),
                pair(
                        "greater than all as a maximum, emptiness kept",
                        "SELECT id FROM item WHERE qty >= ALL (SELECT holder FROM line)",
                        "SELECT id FROM item WHERE qty >= (SELECT max(holder) FROM line)"
                                + " OR NOT EXISTS (SELECT 1 FROM line)"),
                pair(
                        "ties may come in any order",
                        "SELECT qty, name FROM item ORDER BY qty",
                        "SELECT qty, name FROM (SELECT qty, name FROM item ORDER BY name DESC) s"
                                + " ORDER BY qty"),
                pair(
                        "grouped by the primary key",
                        "SELECT i.id, i.name, count(l.id) FROM item i LEFT JOIN line l"
                                + " ON l.item = i.id GROUP BY i.id",
                        "SELECT i.id, i.name, (SELECT count(*) FROM line l WHERE l.item = i.id)"
                                + " FROM item i"));
    }

    @ParameterizedTest
    @MethodSource("right")
    void doesNotRefute(Pair pair) {
        Verdict verdict = refute(pair);
        assertThat(verdict.outcome()).as(verdict.toString()).isEqualTo(Outcome.NO_COUNTEREXAMPLE);
        assertThat(verdict.databases()).isGreaterThan(100);
        assertThat(verdict.reason()).contains("no counterexample in", "seed 7");
        System.out.println(pair + ": " + verdict.reason());
    }

    @Test
    void theSameSeedFindsTheSameCounterexample() {
        Pair pair = wrong().findFirst().orElseThrow();
        Verdict first = refute(pair);
        Verdict second = refute(pair);
        assertThat(second.counterexample()).isEqualTo(first.counterexample());
        assertThat(second.databases()).isEqualTo(first.databases());
    }

    @Test
    void aCounterexampleIsSmallAndPrintedAsSql() {
        Verdict verdict =
                refute(
                        pair(
                                "",
                                "SELECT id FROM item WHERE id NOT IN (SELECT item FROM line)",
                                "SELECT id FROM item WHERE NOT EXISTS"
                                        + " (SELECT 1 FROM line WHERE line.item = item.id)"));
        assertThat(verdict.counterexample().orElseThrow().text())
                .containsOnlyOnce("INSERT INTO \"public\".\"item\"")
                .containsOnlyOnce("INSERT INTO \"public\".\"line\"")
                .contains("-- original:\n--   no rows\n-- rewrite:\n--   ('");
        assertThat(verdict.counterexample().orElseThrow().outline())
                .containsPattern("public\\.item \\(id, .*\\): \\(a, .*\\)\n")
                .contains("original: no rows\nrewrite: (a)\n")
                .doesNotContain("'");
        assertThat(verdict.reason()).contains("database of 2 rows");
    }

    static Stream<Pair> declined() {
        String same = "SELECT id FROM item";
        return Stream.of(
                pair("the lab tries queries only", "DELETE FROM item", "DELETE FROM item"),
                pair(
                        "the lab tries one statement at a time",
                        "SELECT 1; SELECT 2",
                        "SELECT 1; SELECT 2"),
                pair("locks rows", same + " FOR UPDATE", same + " FOR UPDATE"),
                pair("without ORDER BY", same + " LIMIT 1", same + " LIMIT 1"),
                pair("random is volatile", "SELECT random()", "SELECT random()"),
                pair(
                        "pg_sleep is volatile",
                        "SELECT 1 FROM pg_sleep(60)",
                        "SELECT 1 FROM pg_sleep(60)"),
                pair(
                        "the original itself returns different rows",
                        "SELECT id FROM item ORDER BY qty LIMIT 1",
                        "SELECT id FROM item ORDER BY qty, id DESC LIMIT 1"),
                pair(
                        "the original itself returns different rows",
                        "SELECT DISTINCT ON (qty) qty, id FROM item ORDER BY qty",
                        "SELECT qty, max(id) AS id FROM item GROUP BY qty"),
                pair("does not exist", "SELECT x FROM unknown", "SELECT x FROM unknown"),
                pair(
                        "the original fails on every generated database",
                        "SELECT 1 / (count(*) - count(*)) FROM item",
                        "SELECT 1 FROM item"),
                pair(
                        "SQLSTATE 53400",
                        "SELECT count(*) FROM generate_series(1, 1000000000)",
                        "SELECT count(*) FROM generate_series(1, 1000000000)"),
                pair(
                        "SQLSTATE 57014",
                        "SELECT count(*) FROM generate_series(1, 99999) a,"
                                + " generate_series(1, 99999) b",
                        "SELECT count(*) FROM generate_series(1, 99999) a,"
                                + " generate_series(1, 99999) b"),
                pair(
                        "the statement writes",
                        "WITH d AS (DELETE FROM item RETURNING id) SELECT id FROM d",
                        "WITH d AS (DELETE FROM item RETURNING id) SELECT id FROM d"),
                pair(
                        "permission denied or read-only",
                        "SELECT * FROM pg_authid",
                        "SELECT * FROM pg_authid"));
    }

    @ParameterizedTest
    @MethodSource("declined")
    void declines(Pair pair) {
        Verdict verdict = refute(pair);
        assertThat(verdict.outcome()).as(verdict.toString()).isEqualTo(Outcome.UNSUPPORTED);
        if (!pair.name().startsWith("permission") && !pair.name().endsWith("writes")) {
            assertThat(verdict.reason()).contains(pair.name());
        }
    }

    @Test
    void whatCannotBeCopiedTaintsTheStatementsThatNeedIt() {
        Table view = Schema.as(Schema.table("v", List.of(), "id integer"), Table.Kind.VIEW, false);
        Table secured =
                Schema.as(Schema.table("s", List.of(), "id integer"), Table.Kind.TABLE, true);
        Table typed = Schema.table("t", List.of(), "id integer", "mood mood");
        Table name = Schema.as(Schema.table("id", List.of(), "x integer"), Table.Kind.VIEW, false);
        Table plain = Schema.table("p", List.of(), "id integer");
        Catalog catalog = Schema.catalog(view, secured, typed, name, plain);
        assertThat(unsupported(catalog, "SELECT id FROM v")).contains("public.v is a view");
        assertThat(unsupported(catalog, "SELECT count(*) FROM s")).contains("row-level security");
        assertThat(unsupported(catalog, "SELECT count(*) FROM t"))
                .contains("refuses the relation public.t: ERROR: type \"mood\" does not exist");
        Statement statement = statement("SELECT id FROM p", List.of());
        assertThat(lab.refute(context(catalog), statement, statement).outcome())
                .isEqualTo(Outcome.NO_COUNTEREXAMPLE);
    }

    private static String unsupported(Catalog catalog, String sql) {
        Verdict verdict =
                lab.refute(context(catalog), statement(sql, List.of()), statement(sql, List.of()));
        assertThat(verdict.outcome()).as(verdict.toString()).isEqualTo(Outcome.UNSUPPORTED);
        return verdict.reason();
    }

    @Test
    void clockChangesOfTheSessionsZoneAreTried() {
        String before = "SELECT id FROM item WHERE seen >= $1 AND seen < $1 + interval '1 day'";
        String after = "SELECT id FROM item WHERE seen >= $1 AND seen < $1 + interval '24:00:00'";
        Context berlin = new Context(Schema.SHOP, List.of("public"), "Europe/Berlin");
        assertThat(
                        lab.refute(
                                        berlin,
                                        statement(before, List.of(1184)),
                                        statement(after, List.of(1184)))
                                .outcome())
                .isEqualTo(Outcome.COUNTEREXAMPLE);
        assertThat(
                        lab.refute(
                                        context(Schema.SHOP),
                                        statement(before, List.of(1184)),
                                        statement(after, List.of(1184)))
                                .outcome())
                .isEqualTo(Outcome.NO_COUNTEREXAMPLE);
    }

    @Test
    void rowsObeyForeignKeys() {
        Table owner = Schema.table("owner", List.of("id"), "id integer not null", "boss integer");
        Table pet = Schema.table("pet", List.of("id"), "id integer not null", "owner integer");
        Statement joined =
                statement("SELECT p.id FROM pet p JOIN owner o ON o.id = p.owner", List.of());
        Statement alone = statement("SELECT p.id FROM pet p WHERE p.owner IS NOT NULL", List.of());
        assertThat(lab.refute(context(Schema.catalog(owner, pet)), joined, alone).outcome())
                .isEqualTo(Outcome.COUNTEREXAMPLE);
        Catalog kept =
                Schema.catalog(
                        Schema.referring(pet, "owner", "owner"),
                        Schema.referring(owner, "boss", "owner"));
        assertThat(lab.refute(context(kept), joined, alone).outcome())
                .isEqualTo(Outcome.NO_COUNTEREXAMPLE);
        Statement all = statement("SELECT p.id FROM pet p, owner o", List.of());
        assertThat(lab.refute(context(kept), all, alone).outcome())
                .isEqualTo(Outcome.COUNTEREXAMPLE);
    }

    @Test
    void aServerThatDiedIsReplaced() throws Exception {
        AtomicReference<EmbeddedServer> server = new AtomicReference<>();
        Statement statement = statement("SELECT id FROM item", List.of());
        try (EquivalenceLab own =
                new EquivalenceLab(
                        major -> {
                            server.set(EmbeddedServer.start(LabServer.options(major), line -> {}));
                            return server.get();
                        },
                        new Budget(Duration.ofSeconds(3), 20, 7),
                        InstantSource.system())) {
            assertThat(own.refute(context(Schema.SHOP), statement, statement).outcome())
                    .isEqualTo(Outcome.NO_COUNTEREXAMPLE);
            var first = server.get();
            // a fast shutdown: the lab's own sessions do not hold it up
            String pid = Long.toString(Lease.serverOf(first.directory()).orElseThrow().pid());
            new ProcessBuilder("kill", "-INT", pid).inheritIO().start().waitFor();
            await().until(() -> Lease.serverOf(first.directory()).isEmpty());
            assertThat(own.refute(context(Schema.SHOP), statement, statement).outcome())
                    .isEqualTo(Outcome.UNAVAILABLE);
            assertThat(own.refute(context(Schema.SHOP), statement, statement).outcome())
                    .isEqualTo(Outcome.NO_COUNTEREXAMPLE);
            assertThat(first.directory()).doesNotExist();
        }
    }

    @Test
    void atLeastTwoHundredDatabasesASecond() {
        String sql =
                "SELECT i.id, l.note FROM item i JOIN line l ON l.item = i.id"
                        + " JOIN loose ON loose.a = l.amount WHERE i.qty = 3";
        try (EquivalenceLab own =
                new EquivalenceLab(
                        new Budget(Duration.ofSeconds(3), 100_000, 7), InstantSource.system())) {
            Verdict verdict =
                    own.refute(
                            context(Schema.SHOP),
                            statement(sql, List.of()),
                            statement(sql, List.of()));
            System.out.println(verdict.reason());
            assertThat(verdict.databases()).isGreaterThan(600);
        }
    }

    private static Verdict refute(Pair pair) {
        return lab.refute(
                context(Schema.SHOP),
                statement(pair.before(), pair.types()),
                statement(pair.after(), pair.types()));
    }
}
