package io.quern.optimizer.lex;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

class ScriptTest {
    private static List<String> split(String text) {
        return Script.split(text).stream().map(Script.Item::sql).toList();
    }

    @Test
    void semicolonsSeparateAndLinesAreCounted() {
        List<Script.Item> items = Script.split("\nSELECT 1;;\n\n  SELECT\n2 ; SELECT 3");
        assertThat(items)
                .containsExactly(
                        new Script.Item("SELECT 1", 2),
                        new Script.Item("SELECT\n2", 4),
                        new Script.Item("SELECT 3", 5));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT ';'",
                "SELECT 'it''s;'",
                "SELECT E'\\';'",
                "SELECT \";\" FROM t",
                "SELECT $$;$$",
                "SELECT $a$;$$;$a$",
                "SELECT 1 /* ; /* ; */ ; */ + 2",
                "SELECT 1 -- ;\n + 2",
                "CREATE RULE r AS ON INSERT TO t DO (DELETE FROM a; DELETE FROM b)",
                "CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN"
                        + " 1 END; SELECT 2; END",
                "SELECT a[1], $1 FROM t",
                "SELECT é'x' FROM ü",
            })
    void whatIsInsideDoesNotSeparate(String sql) {
        assertThat(split(sql + ";SELECT 2;")).containsExactly(sql, "SELECT 2");
    }

    @Test
    void aStringWithoutEscapesMayEndInABackslash() {
        assertThat(split("SELECT 'a\\'; SELECT name'b'"))
                .containsExactly("SELECT 'a\\'", "SELECT name'b'");
    }

    @Test
    void beginAloneIsAStatement() {
        assertThat(split("BEGIN; SELECT 1; END;")).containsExactly("BEGIN", "SELECT 1", "END");
    }

    @Test
    void metaCommandsAndDataAreNoStatements() {
        assertThat(
                        split(
                                """
                                \\set x 1
                                COPY t (a) FROM stdin;
                                1;
                                '
                                \\.
                                SELECT 1 \\gx
                                SELECT 2\\; SELECT 3;
                                \\echo ;
                                """))
                .containsExactly("COPY t (a) FROM stdin", "SELECT 1", "SELECT 2; SELECT 3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"SELECT 'open", "SELECT \"open", "SELECT $$open", "SELECT /* open"})
    void whatIsLeftOpenIsTheLastStatement(String sql) {
        assertThat(split(sql + "; SELECT 2")).containsExactly(sql + "; SELECT 2");
    }

    @Test
    void nothingIsNothing() {
        assertThat(split("")).isEmpty();
        assertThat(split(" ; \n;")).isEmpty();
    }
}
