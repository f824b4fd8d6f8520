package io.quern.advisor.twin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quern.advisor.Refused;
import io.quern.optimizer.QualifiedName;
import io.quern.optimizer.Statement;
import io.quern.optimizer.plan.Plan;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Set;

/**
 * An upstream whose schema somebody has written who wants to get out of the planner twin. Its
 * functions claim to be immutable, so PostgreSQL computes them while rows are made, statistics read
 * and statements planned.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileTwinIT {
    private static final String SCHEMA =
            """
            -- fails where a superuser of the twin computes it, and on no other server
            CREATE FUNCTION spy(x int) RETURNS int LANGUAGE sql IMMUTABLE AS $$
              SELECT CASE WHEN current_setting('shared_buffers') = '32MB'
                AND current_user = 'postgres'
                THEN current_setting('spied.on')::int ELSE 1 END $$;
            CREATE FUNCTION out_of_role(x int) RETURNS int LANGUAGE sql IMMUTABLE AS $$
              SELECT length(set_config('role', 'none', false)) $$;
            CREATE FUNCTION out_of_time(x int) RETURNS int LANGUAGE sql IMMUTABLE AS $$
              SELECT length(set_config('statement_timeout', '0', false)) $$;
            CREATE FUNCTION reads(x int) RETURNS int LANGUAGE sql IMMUTABLE AS $$
              SELECT length(pg_read_file('/etc/passwd')) $$;
            CREATE FUNCTION lists(x int) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
              SELECT count(*) FROM pg_ls_dir('/') $$;
            CREATE FUNCTION secrets(x int) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
              SELECT count(rolpassword) FROM pg_authid $$;
            CREATE FUNCTION writes(x int) RETURNS int LANGUAGE sql IMMUTABLE AS $$
              SELECT lo_export(lo_from_bytea(0, 'x'), '/tmp/written') $$;
            CREATE FUNCTION ends(x int) RETURNS bool LANGUAGE sql IMMUTABLE AS $$
              SELECT pg_terminate_backend(pg_backend_pid()) $$;
            CREATE DOMAIN watched AS int CHECK (spy(VALUE) = 1);
            CREATE TABLE t (id int PRIMARY KEY, w watched, n int, CHECK (spy(id) > 0),
              g int GENERATED ALWAYS AS (spy(id)) STORED);
            INSERT INTO t SELECT i, i % 10, i % 7 FROM generate_series(1, 1000) i;
            CREATE INDEX by_spy ON t (n, spy(id)) WHERE spy(1) > 0;
            """;

    private RealServer real;
    private TwinServer twins;
    private Twin twin;

    @BeforeAll
    void start() throws Exception {
        real = RealServer.start(18);
        real.sql("postgres", "CREATE DATABASE hostile");
        real.sql("hostile", SCHEMA);
        real.sql("hostile", "ANALYZE t");
        twins = TwinServer.start(18, step -> {});
        twin = twins.open(real.schema("hostile"), real.snapshot("hostile"));
    }

    @AfterAll
    void stop() throws Exception {
        twins.close();
        real.close();
    }

    private static Question question(String sql) {
        return Question.of(new Statement(sql, List.of()), List.of("public"));
    }

    @Test
    void nothingOfTheSchemaIsComputedByASuperuser() {
        assertThat(twin.notes()).isEmpty();
        Plan plan = twin.plan(question("SELECT w FROM t WHERE n = 3 AND w = 4"));
        assertThat(plan.rows()).as("of statistics of a domain").isBetween(10.0, 20.0);
        ExtraIndex extra =
                new ExtraIndex(
                        new QualifiedName("public", "t"),
                        "CREATE INDEX extra ON public.t (public.spy(id), w)");
        twin.plan(question("SELECT w FROM t WHERE spy(id) = 3").with(Set.of(extra), Set.of()));
        assertThat(twin.bytes(extra)).isPositive();
        ExtraIndex rehearsed =
                new ExtraIndex(
                        new QualifiedName("public", "t"),
                        "CREATE INDEX extra ON public.t USING gin ((ARRAY[public.spy(id), w::int]))");
        assertThat(twin.bytes(rehearsed)).isPositive();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"out_of_role", "out_of_time", "reads", "lists", "secrets", "writes", "ends"})
    void whatAStatementHasPlannedMayDoNothing(String function) {
        String sql = "SELECT id FROM t WHERE id = length(" + function + "(1)::text)";
        assertThatThrownBy(() -> twin.plan(question(sql)))
                .isInstanceOf(Refused.class)
                .hasMessage("the twin's PostgreSQL refuses: SQLSTATE 42501");
        assertThat(twin.plan(question("SELECT id FROM t WHERE id = spy(1)")).totalCost())
                .isPositive();
    }

    @Test
    void whatManyStatementsCallIsPlanned() {
        assertThat(
                        twin.plan(
                                        question(
                                                "SELECT id, random(), clock_timestamp(),"
                                                        + " gen_random_uuid() FROM t"))
                                .totalCost())
                .isPositive();
    }
}
