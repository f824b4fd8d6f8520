package io.quern.proxy.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import io.quern.optimizer.lex.Lexer;
import io.quern.proxy.tuning.KnownStatement.Kind;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;

class TraitsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "QUERY|select 1",
                "QUERY|((SELECT 1)) UNION SELECT 2",
                "QUERY|/* SET */ WITH a AS (INSERT INTO t VALUES (1) RETURNING *) TABLE a",
                "QUERY|INSERT INTO temp SELECT 'set_config'",
                "QUERY|SELECT name FROM pg_settings",
                "QUERY|;UPDATE t SET a = 1;",
                "TRANSACTION|begin",
                "TRANSACTION|PREPARE TRANSACTION 'x'",
                "TRANSACTION|ROLLBACK TO s",
                "SETTING|SET search_path = a",
                "SETTING|SELECT pg_catalog.Set_Config('a', 'b', false)",
                "SETTING|SELECT \"set_config\"('a', 'b', false)",
                "SETTING|SELECT U&\"set\\005fconfig\"('a', 'b', false)",
                "SETTING|UPDATE pg_settings SET setting = 1",
                "SETTING|DO $$ begin end $$",
                "SETTING|CALL p()",
                "SETTING|EXECUTE p",
                "SETTING|DISCARD ALL",
                "SETTING|SELECT 1; RESET ALL",
                "SETTING|CREATE TABLE a AS SELECT set_config('a', 'b', false)",
                "DDL|CREATE TABLE a ()",
                "DDL|SELECT a INTO b FROM c",
                "DDL|WITH x AS (SELECT 1) SELECT * INTO b FROM x",
                "DDL|SELECT 1; DROP TABLE a",
                "DDL|SECURITY LABEL ON TABLE a IS 'x'",
                "OTHER|SELECT 1; SELECT 2",
                "OTHER|SHOW search_path",
                "OTHER|PREPARE p AS SELECT 1",
                "OTHER|EXPLAIN SELECT 1",
                "OTHER|-- nothing",
            })
    void kinds(Kind kind, String sql) {
        assertThat(traits(sql).kind()).isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SETTINGS|CREATE TEMP TABLE a ()",
                "SETTINGS|create local temporary table a ()",
                "SETTINGS|CREATE OR REPLACE TEMP VIEW a AS SELECT 1",
                "SETTINGS|CREATE TABLE pg_temp.a ()",
                "SETTINGS|CREATE TABLE \"pg_temp\".a ()",
                "SETTINGS|SELECT 1 INTO TEMP a",
                "SETTINGS|SELECT 1 INTO LOCAL TEMPORARY TABLE a",
                "SETTINGS|SELECT 1; CREATE TEMP TABLE a ()",
                "SETTINGS|EXPLAIN ANALYZE CREATE TEMP TABLE a AS SELECT 1",
                "SETTINGS|SET search_path = a",
                "SETTINGS|SET SESSION x = 1",
                "SETTINGS|BEGIN; SET x = 1; COMMIT",
                "SETTINGS|RESET ALL",
                "SETTINGS|SELECT set_config('a.b', $1, false)",
                "SETTINGS|SELECT set_config('a.b', lower('x'), false)",
                "SETTINGS|UPDATE pg_settings SET setting = 1",
                "SETTINGS|LISTEN c",
                "SETTINGS|PREPARE p AS SELECT 1",
                "SETTINGS|DEALLOCATE p",
                "SETTINGS|DECLARE c CURSOR WITH HOLD FOR SELECT 1",
                "LOCKS|DO 'x'",
                "LOCKS|CALL p()",
                "LOCKS|SELECT log_in(42)",
                "LOCKS|SELECT app.log_in(42)",
                "LOCKS|SELECT app.lower('A')",
                "LOCKS|SELECT \"Log in\" (42)",
                "LOCKS|UPDATE t SET a = lower(mine(b))",
                "LOCKS|EXPLAIN ANALYZE SELECT log_in(42)",
                "LOCKS|COPY (SELECT log_in(42)) TO STDOUT",
                "LOCKS|SELECT query_to_xml('SELECT 1', true, true, '')",
                "NONE|SELECT lower(a), pg_catalog.upper(\"left\"(b, 2)), ST_X(c), count(*)",
                "NONE|INSERT INTO t (a, b) VALUES (now(), coalesce($1, 2))",
                "NONE|INSERT INTO s.t(a) SELECT 1 ON CONFLICT (a) DO UPDATE SET (a) = (SELECT 1)",
                "NONE|WITH x (a) AS (SELECT 1) SELECT a::numeric(3, 1) FROM x AS y (b)",
                "NONE|SELECT 1 FROM t JOIN u USING (a) WHERE a IN (1) AND NOT (EXISTS (TABLE t))",
                "NONE|SELECT rank() OVER (PARTITION BY (a) ORDER BY (b)) FROM unnest($1) AS x(a)",
                "NONE|EXPLAIN (ANALYZE) SELECT extract(year FROM a)",
                "NONE|COPY s.t (a, b) FROM STDIN",
                "NONE|SELECT similarity(a, 'x'), gen_random_uuid(), json_build_object('a', 1)",
                "LOCKS|EXECUTE p",
                "LOCKS|SELECT pg_advisory_lock(1)",
                "LOCKS|SELECT pg_catalog.pg_try_advisory_lock(1, 2)",
                "INDELIBLE|LOAD 'x'",
                "INDELIBLE|SELECT dblink_connect('a', $1)",
                "INDELIBLE|SELECT public.dblink_connect_u('a', $1)",
                "INDELIBLE|SELECT setseed(0.5)",
                "FOR_GOOD|SELECT set_config($1, $2, false)",
                "FOR_GOOD|SELECT set_config(b + 'a', $2, false)",
                "FOR_GOOD|SELECT set_config('a' + b, $2, false)",
                "FOR_GOOD|SELECT set_config('a'::varchar(1), $2, false)",
                "SETTINGS|SELECT set_config('a.b'::text, $2, false)",
                "NONE|SELECT set_config($1, $2, true)",
                "NONE|SELECT set_config('a.b', $1, true)",
                "NONE|SET LOCAL x = 1",
                "NONE|SET TRANSACTION READ ONLY",
                "NONE|SELECT pg_advisory_xact_lock(1)",
                "NONE|SELECT temp, temporary, pg_advisory_lock FROM t",
                "NONE|INSERT INTO temp VALUES (1)",
                "NONE|MERGE INTO temp USING a ON b WHEN MATCHED THEN DO NOTHING",
                "OBJECTS|CREATE TABLE a ()",
                "OBJECTS|SELECT 1 INTO a",
                "OBJECTS|DROP TABLE a",
                "NONE|SELECT 'CREATE TEMP TABLE'",
                "NONE|DECLARE c CURSOR FOR SELECT 1",
                "NONE|COPY t FROM STDIN",
                "NONE|SHOW x",
                "NONE|BEGIN",
            })
    void traces(KnownStatement.Traces traces, String sql) {
        assertThat(traits(sql).traces()).isEqualTo(traces);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "BEGIN ISOLATION LEVEL SERIALIZABLE",
                "set session characteristics as transaction read only"
            })
    void namesIsolation(String sql) {
        assertThat(traits(sql).namesIsolation()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"DISCARD ALL", "deallocate p", "SELECT 1; DISCARD PLANS", "DO 'x'"})
    void endsStatements(String sql) {
        assertThat(traits(sql).endsStatements()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT lastval()",
                "SELECT pg_catalog.currval('s')",
                "SELECT 1; SELECT lastval()",
                "BEGIN; SET x = 1; SELECT lastval()",
                "INSERT INTO t VALUES (currval('s'))",
                "SELECT currval('s'), nextval('s')",
                "SELECT lastval(); INSERT INTO t VALUES (1)"
            })
    void recalls(String sql) {
        assertThat(traits(sql).recalls()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO t DEFAULT VALUES; SELECT lastval()",
                "SELECT nextval('s'), currval('s')",
                "WITH a AS (INSERT INTO t VALUES (1)) SELECT 1; SELECT lastval()",
                "SELECT next_id(); SELECT lastval()",
                "CALL fill(); SELECT lastval()"
            })
    void whatWasDrawnInTheSameTextMayBeRecalled(String sql) {
        assertThat(traits(sql).recalls()).isFalse();
        assertThat(traits(sql).draws()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"SELECT count(*) FROM t", "BEGIN", "SET x = 1", "SELECT lastval()"})
    void drawsNothing(String sql) {
        assertThat(traits(sql).draws()).isFalse();
    }

    private static Traits traits(String sql) {
        byte[] bytes = sql.getBytes(StandardCharsets.UTF_8);
        var lexer = new Lexer();
        assertThat(lexer.lex(bytes, 0, bytes.length, true)).isTrue();
        return Traits.of(lexer);
    }
}
