package io.quern.advisor.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quern.advisor.Lab.Outcome;
import io.quern.advisor.Lab.Verdict;
import io.quern.advisor.copy.Original;
import io.quern.advisor.copy.SchemaCopy;
import io.quern.advisor.copy.Words;
import io.quern.optimizer.Catalog;
import io.quern.optimizer.Context;
import io.quern.optimizer.Statement;
import io.quern.optimizer.lex.SqlText;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.sql.Connection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An upstream whose schema somebody has written who wants to get out of the lab, and statements
 * that use it. Its functions claim to be immutable, so PostgreSQL computes them whenever it likes:
 * while an index is made, a statement planned, a literal read.
 */
class HostileSchemaIT {
    private static final AtomicInteger LAUNCHES = new AtomicInteger();
    private static EquivalenceLab lab;
    private static Catalog catalog;

    @BeforeAll
    static void start() throws Exception {
        catalog =
                Original.empty()
                        .sql(
                                """
                                CREATE EXTENSION tablefunc;
                                -- 1 where nothing is amiss; fails in a superuser's session of the lab
                                CREATE FUNCTION spy(x int) RETURNS int LANGUAGE sql IMMUTABLE AS $$
                                  SELECT CASE WHEN current_setting('shared_buffers') = '16MB'
                                    AND (session_user = 'postgres' OR current_user = 'postgres'
                                      OR current_setting('is_superuser') = 'on')
                                    THEN current_setting('spied.on')::int ELSE 1 END $$;
                                CREATE FUNCTION out_of_role(x int) RETURNS int LANGUAGE sql IMMUTABLE
                                  AS $$ SELECT length(set_config('role', 'none', false)) $$;
                                CREATE FUNCTION reads(x int) RETURNS int LANGUAGE sql IMMUTABLE
                                  AS $$ SELECT length(pg_read_file('/etc/passwd')) $$;
                                CREATE FUNCTION leaky(x int) RETURNS int LANGUAGE sql IMMUTABLE LEAKPROOF
                                  AS $$ SELECT length(set_config('role', 'none', false)) $$;
                                CREATE FUNCTION unlimited(x int) RETURNS int LANGUAGE sql IMMUTABLE
                                  AS $$ SELECT length(set_config('statement_timeout', '0', false)) $$;
                                CREATE FUNCTION defined(x int) RETURNS int LANGUAGE sql IMMUTABLE
                                  SECURITY DEFINER AS $$ SELECT x $$;
                                CREATE FUNCTION set_up(x int) RETURNS int LANGUAGE sql IMMUTABLE
                                  SET statement_timeout = 0 AS $$ SELECT x $$;
                                CREATE FUNCTION scripted(x int) RETURNS int LANGUAGE plpgsql IMMUTABLE
                                  AS $$ BEGIN RETURN x; END $$;
                                CREATE DOMAIN watched AS int CHECK (spy(VALUE) = 1);
                                CREATE TABLE t (id int PRIMARY KEY, w watched, g text
                                  GENERATED ALWAYS AS ((spy(id))::text || id::text) STORED,
                                  CHECK (spy(1) + spy(id) > 0));
                                CREATE UNIQUE INDEX by_spy ON t (id, spy(id)) WHERE spy(1) > 0;
                                CREATE FUNCTION changes(t) RETURNS int LANGUAGE sql VOLATILE
                                  AS $$ DELETE FROM t; SELECT 1 $$;
                                CREATE FUNCTION tells(x int) RETURNS int LANGUAGE sql VOLATILE
                                  AS $$ NOTIFY x; SELECT 1 $$;
                                CREATE FUNCTION tells(x int, y int) RETURNS boolean LANGUAGE sql
                                  VOLATILE AS $$ SELECT true $$;
                                CREATE OPERATOR <!!> (FUNCTION = tells, LEFTARG = int, RIGHTARG = int);
                                CREATE TYPE box_of AS (x int);
                                CREATE FUNCTION unbox(box_of) RETURNS int LANGUAGE sql VOLATILE
                                  AS $$ SELECT ($1).x $$;
                                CREATE CAST (box_of AS int) WITH FUNCTION unbox(box_of);
                                CREATE VIEW passwords AS SELECT rolpassword FROM pg_authid;
                                CREATE VIEW wordy AS SELECT query FROM pg_stat_activity;
                                CREATE VIEW spied AS SELECT id, spy(id) AS s, session_user AS u,
                                  current_user AS c FROM t;
                                """)
                        .catalog();
        lab =
                new EquivalenceLab(
                        HostileSchemaIT::launch,
                        new Budget(Duration.ofSeconds(4), 200, 7),
                        InstantSource.system());
    }

    private static EmbeddedServer launch(int major) throws IOException, InterruptedException {
        LAUNCHES.incrementAndGet();
        return EmbeddedServer.start(LabServer.options(major), line -> {});
    }

    @AfterAll
    static void stop() {
        lab.close();
    }

    private static Context context() {
        return new Context(catalog, List.of("public"), "UTC");
    }

    private static Verdict refute(String before, String after) {
        return lab.refute(
                context(), new Statement(before, List.of()), new Statement(after, List.of()));
    }

    @Test
    void nothingOfTheSchemaRunsInASessionOfASuperuser() throws Exception {
        try (EmbeddedServer own = EmbeddedServer.start(LabServer.options(18), line -> {});
                LabServer server = LabServer.of(own, 18);
                LabServer.Database database = server.open()) {
            Mirror mirror = new Mirror(database, Mirror.Purpose.HUNTING);
            mirror.add(context(), copy("SELECT id, w, g FROM t"));
            assertThat(mirror.failed()).isEmpty();
            mirror.add(context(), SchemaCopy.whole(catalog));
            assertThat(mirror.failed())
                    .containsKeys(
                            "function public.defined(x integer)",
                            "function public.set_up(x integer)",
                            "function public.scripted(x integer)")
                    .doesNotContainKeys(
                            "index by_spy of public.t",
                            "relation public.t",
                            "relation public.spied",
                            "type public.watched");
        }
        Verdict verdict =
                refute(
                        "SELECT id, w, g, s, u, c FROM t JOIN spied USING (id) WHERE spy(1) = 1",
                        "SELECT id, w, '1' || id AS g, 1 AS s, 'quern_lab'::name AS u,"
                                + " 'quern_lab'::name AS c FROM t");
        assertThat(verdict.outcome())
                .as("%s %s", verdict.reason(), verdict.counterexample())
                .isEqualTo(Outcome.NO_COUNTEREXAMPLE);
    }

    /** Whoever calls them: the volatile functions behind them are nobody's. */
    @Test
    void whatFunctionsWouldCallIsRefusedToTheirCallers() throws Exception {
        try (EmbeddedServer own = EmbeddedServer.start(LabServer.options(18), line -> {});
                LabServer server = LabServer.of(own, 18);
                LabServer.Database database = server.open()) {
            Mirror mirror = new Mirror(database, Mirror.Purpose.HUNTING);
            mirror.add(context(), SchemaCopy.whole(catalog));
            try (LabServer.Arena arena = database.enter()) {
                for (Connection session :
                        List.of(arena.player(), arena.reader(), database.owner())) {
                    for (String call :
                            List.of("out_of_role(1)", "reads(1)", "leaky(1)", "unlimited(1)")) {
                        assertThatThrownBy(
                                        () -> LabServer.execute(session, List.of("SELECT " + call)))
                                .hasMessageContaining("permission denied for function");
                    }
                }
                for (String call :
                        List.of(
                                "t.changes FROM t",
                                "tells(1)",
                                "1 <!!> 2",
                                "row(1)::box_of::int")) {
                    LabServer.execute(arena.player(), List.of("INSERT INTO t VALUES (1)"));
                    assertThatThrownBy(
                                    () ->
                                            LabServer.execute(
                                                    arena.player(), List.of("SELECT " + call)))
                            .hasMessageContaining("permission denied for function");
                    LabServer.execute(arena.player(), List.of("DELETE FROM t"));
                }
            }
        }
    }

    private static SchemaCopy copy(String sql) {
        return SchemaCopy.of(
                catalog, List.of("public"), Words.of(SqlText.of(sql)), List.<Integer>of());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "out_of_role(id) FROM t | set_config is volatile",
                "out_of_role(1) FROM t | set_config is volatile",
                "reads(1) FROM t | pg_read_file is volatile",
                "leaky(id) FROM t | set_config is volatile",
                "unlimited(1) FROM t | set_config is volatile",
                "id FROM t WHERE id = reads(id) | pg_read_file is volatile",
                "defined(id) FROM t | SECURITY DEFINER",
                "set_up(id) FROM t | changes settings",
                "scripted(id) FROM t | written in plpgsql",
                "t.changes FROM t | privilege",
                "changes(t) FROM t | volatile",
                "tells(id) FROM t | volatile",
                "id <!!> id FROM t | privilege",
                "row(id)::box_of::int FROM t | privilege",
                "* FROM passwords | permission denied or privilege",
                "* FROM crosstab('SELECT rolname, rolpassword, 1 FROM pg_authid') AS c (a name, b int) | 42501",
                "* FROM crosstab('SET statement_timeout = 0') AS c (a name, b int) | 0A000",
                "* FROM crosstab('CREATE TABLE x ()') AS c (a name, b int) | 0A000",
            })
    void isDeclined(String select, String why) {
        Verdict verdict = refute("SELECT " + select, "SELECT " + select);
        assertThat(verdict.outcome()).as(verdict.reason()).isEqualTo(Outcome.UNSUPPORTED);
        if (!why.startsWith("permission") && !why.matches("[0-9A-Z]{5}")) {
            assertThat(verdict.reason()).contains(why);
        }
    }

    @Test
    void nobodySeesWhatOthersAsk() {
        assertThat(
                        refute(
                                        "SELECT count(query) FROM wordy WHERE query ILIKE '%select%'",
                                        "SELECT 0::bigint AS count")
                                .outcome())
                .isEqualTo(Outcome.NO_COUNTEREXAMPLE);
    }

    /** Declined, one after the other, by one and the same server. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "length(repeat('x', 1000000000)) FROM t",
                "count(*) FROM generate_series(1, 1000000000)",
                "'' FROM generate_series(1, 100000000)",
                "repeat('x', 1000000) FROM generate_series(1, 200)",
                "repeat('a', 300) ~ '^(a+)(a+)(a+)(a+)(a+)\\5\\4\\3\\2\\1$'",
                "array_agg(i) FROM generate_series(1, 300000000) i"
            })
    void aBombIsDeclined(String bomb) {
        Verdict verdict = refute("SELECT " + bomb, "SELECT " + bomb);
        assertThat(verdict.outcome()).as(verdict.reason()).isEqualTo(Outcome.UNSUPPORTED);
        assertThat(refute("SELECT id FROM t", "SELECT id FROM t").outcome())
                .isEqualTo(Outcome.NO_COUNTEREXAMPLE);
        assertThat(LAUNCHES).hasValue(1);
    }
}
