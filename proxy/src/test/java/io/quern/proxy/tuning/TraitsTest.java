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
    @ValueSource(
            strings = {
                "CREATE TEMP TABLE a ()",
                "create local temporary table a ()",
                "CREATE OR REPLACE TEMP VIEW a AS SELECT 1",
                "CREATE TABLE pg_temp.a ()",
                "CREATE TABLE \"pg_temp\".a ()",
                "SELECT 1 INTO TEMP a",
                "SELECT 1 INTO LOCAL TEMPORARY TABLE a",
                "SELECT 1; CREATE TEMP TABLE a ()",
                "EXPLAIN ANALYZE CREATE TEMP TABLE a AS SELECT 1",
                "DO 'x'",
                "CALL p()"
            })
    void createsTemporary(String sql) {
        assertThat(traits(sql).createsTemporary()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT temp, temporary FROM t",
                "INSERT INTO temp VALUES (1)",
                "MERGE INTO temp USING a ON b WHEN MATCHED THEN DO NOTHING",
                "CREATE TABLE a ()",
                "SELECT 'CREATE TEMP TABLE'",
            })
    void createsNoTemporary(String sql) {
        assertThat(traits(sql).createsTemporary()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"BEGIN ISOLATION LEVEL SERIALIZABLE", "set transaction serializable"})
    void namesSerializable(String sql) {
        assertThat(traits(sql).serializable()).isTrue();
    }

    private static Traits traits(String sql) {
        byte[] bytes = sql.getBytes(StandardCharsets.UTF_8);
        var lexer = new Lexer();
        assertThat(lexer.lex(bytes, 0, bytes.length, true)).isTrue();
        return Traits.of(lexer);
    }
}
