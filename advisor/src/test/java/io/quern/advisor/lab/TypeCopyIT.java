package io.quern.advisor.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.quern.advisor.Lab.Outcome;
import io.quern.advisor.Lab.Verdict;
import io.quern.advisor.copy.Original;
import io.quern.optimizer.Catalog;
import io.quern.optimizer.Context;
import io.quern.optimizer.Definition;
import io.quern.optimizer.Statement;
import io.quern.optimizer.catalog.ParseAnalyzer;
import io.quern.optimizer.rewrite.Rewriter;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** Statements over types, checks, functions and partitions of the upstream's own. */
class TypeCopyIT {
    private static EquivalenceLab lab;
    private static Catalog catalog;

    @BeforeAll
    static void start() throws Exception {
        catalog =
                Original.empty()
                        .sql(Original.rich())
                        .sql(
                                """
                                CREATE TABLE public.work (id integer PRIMARY KEY, state public.mood,
                                  started integer, ended integer, pay public.amount, note public.word,
                                  home "My Shop".address, during public.span, at date,
                                  length integer GENERATED ALWAYS AS (ended - started) STORED,
                                  CHECK (started > 7 AND ended >= started), CHECK (state <> 'sad'));
                                CREATE TABLE public.logs (id integer, day date NOT NULL)
                                  PARTITION BY RANGE (day);
                                CREATE TABLE public.logs_24 PARTITION OF public.logs
                                  FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
                                CREATE TABLE public.logs_25 PARTITION OF public.logs
                                  FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
                                CREATE TABLE public.plans (id integer PRIMARY KEY);
                                CREATE TABLE public.old_plans () INHERITS (public.plans);
                                CREATE TABLE public.uses (plan integer NOT NULL
                                  REFERENCES public.plans);
                                CREATE COLLATION public.blind (provider = icu,
                                  locale = 'und-u-ks-level2', deterministic = false);
                                CREATE TABLE public.tags (tag text COLLATE public.blind,
                                  shape box, n integer);
                                """)
                        .catalog();
        lab =
                new EquivalenceLab(
                        new Budget(Duration.ofSeconds(6), 2_000, 7), InstantSource.system());
    }

    @AfterAll
    static void stop() {
        lab.close();
    }

    private static Context context() {
        return new Context(catalog, List.of("public"), "UTC");
    }

    private static Verdict refute(String before, String after, Integer... types) {
        return lab.refute(
                context(),
                new Statement(before, List.of(types)),
                new Statement(after, List.of(types)));
    }

    @Test
    void columnsHaveTheNumbersOfTheServerThatReadsThem() {
        assertThat(
                        new Rewriter(lab.analyzer())
                                .analyse(
                                        new Statement(
                                                "SELECT o.n FROM tags o JOIN (SELECT tag, count(*)"
                                                        + " AS k FROM tags GROUP BY tag) AS t"
                                                        + " ON t.tag = o.tag",
                                                List.of()),
                                        context())
                                .candidates())
                .isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "id FROM work WHERE state = 'happy' | id FROM work WHERE state >= 'happy' AND id > 0",
                "id FROM work WHERE pay > 5 | id FROM work WHERE pay >= 5",
                "id FROM work WHERE note = 'Ab' | id FROM work WHERE note = 'Ac'",
                "id FROM work WHERE (home).street = 'x' | id FROM work WHERE (home).street <> 'x'",
                "id FROM work WHERE during @> 3::float8 | id FROM work WHERE during && '[3,9]'",
                "id FROM work WHERE length > 2 | id FROM work WHERE length >= 2",
                "id FROM work WHERE twice(id) = 6 | id FROM work WHERE twice(id) >= 6",
                "id FROM work WHERE state <<# 6 | id FROM work WHERE NOT state <<# 6",
                "day FROM logs_24 | day FROM logs",
                "DISTINCT id FROM plans | id FROM plans",
                "u.plan FROM uses u JOIN plans p ON p.id = u.plan | plan FROM uses",
                "tag FROM tags WHERE tag = 'ab' | tag FROM tags WHERE tag = 'ab' COLLATE \"C\"",
                "n FROM tags WHERE area(shape) = 1 | n FROM tags WHERE area(shape) >= 1",
                "started FROM work WHERE started < 10 | started FROM work WHERE started <= 8"
            })
    void wrongPairsAreRefuted(String before, String after) {
        assertThat(refute("SELECT " + before, "SELECT " + after).outcome())
                .isEqualTo(Outcome.COUNTEREXAMPLE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "id FROM work WHERE started > 3 OR started IS NULL | id FROM work",
                "id FROM work WHERE ended >= started OR ended + started IS NULL | id FROM work",
                "id FROM work WHERE state = 'sad' | id FROM work WHERE false",
                "id FROM work WHERE pay < 0 | id FROM work WHERE false",
                "id FROM logs_24 WHERE day >= '2025-01-01' | id FROM logs_24 WHERE false",
                "plan FROM uses WHERE plan NOT IN (SELECT id FROM ONLY plans)"
                        + " | plan FROM uses WHERE false",
                "l.id FROM logs, logs_24 l WHERE l.day > '2025-01-01' | l.id FROM logs, logs_24 l WHERE false",
                "count(*) AS n FROM logs | (SELECT count(*) FROM logs_24)"
                        + " + (SELECT count(*) FROM logs_25) AS n"
            })
    void noDatabaseThatCannotBeRefutes(String before, String after) {
        Verdict verdict = refute("SELECT " + before, "SELECT " + after);
        assertThat(verdict.outcome())
                .as("%s %s", verdict.reason(), verdict.counterexample())
                .isEqualTo(Outcome.NO_COUNTEREXAMPLE);
        assertThat(verdict.databases()).isGreaterThan(100);
    }

    @Test
    void aFunctionThatIsNotCopiedTaintsTheStatementsThatCallIt() {
        Verdict verdict =
                refute("SELECT id FROM work WHERE odd(id)", "SELECT id FROM work WHERE odd(id)");
        assertThat(verdict.outcome()).isEqualTo(Outcome.UNSUPPORTED);
        assertThat(verdict.reason())
                .contains("function public.odd(x integer) is not copied: it is written in plpgsql");
        assertThat(refute("SELECT id FROM work", "SELECT id FROM work WHERE true").outcome())
                .isEqualTo(Outcome.NO_COUNTEREXAMPLE);
    }

    @Test
    void aParameterMayBeOfATypeOfTheUpstreamsOwn() {
        int mood =
                catalog.definitions().objects().stream()
                        .filter(d -> d.name().name().equals("mood"))
                        .map(Definition::address)
                        .mapToInt(a -> Integer.parseInt(a.substring(1)))
                        .findFirst()
                        .orElseThrow();
        String sql = "SELECT id FROM work WHERE state = $1";
        assertThat(lab.analyzer().analyze(new Statement(sql, List.of(mood)), context()))
                .isInstanceOf(ParseAnalyzer.Analyzed.class);
        assertThat(refute(sql, "SELECT id FROM work WHERE state >= $1", mood).outcome())
                .isEqualTo(Outcome.COUNTEREXAMPLE);
    }
}
