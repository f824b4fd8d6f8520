package io.quern.advisor.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quern.optimizer.lex.SqlText;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReadingTest {

    @Test
    void namesCallsAndLiteralsAreGathered() throws Unsupported {
        Reading reading =
                read(
                        "SELECT lower(\"Na\"\"me\") FROM Item WHERE a = 'it''s' AND b > 1_000"
                                + " AND c = $$x$$ AND d = E'q\\'r'");
        assertThat(reading.names()).contains("lower", "Na\"me", "item", "a", "select");
        assertThat(reading.calls()).containsExactly("lower");
        assertThat(reading.literals()).containsExactly("it's", "1000", "x", "q'r");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT 1 ORDER BY 1|true",
                "(SELECT 1) ORDER BY 1|true",
                "SELECT rank() OVER (ORDER BY a) FROM t|false",
                "SELECT 1|false"
            })
    void onlyTheOutermostOrderCounts(String sql, boolean ordered) throws Unsupported {
        assertThat(read(sql).ordered()).isEqualTo(ordered);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT a FROM t ORDER BY a LIMIT 1",
                "SELECT a FROM t WHERE EXISTS (SELECT 1 FROM s LIMIT 1)",
                "SELECT a FROM (SELECT a FROM t OFFSET 0) s",
                "SELECT t.limit FROM t",
                "WITH s AS (SELECT 1) SELECT * FROM s;",
                "VALUES (1)",
                "TABLE t"
            })
    void tries(String sql) throws Unsupported {
        assertThat(read(sql).names()).isNotEmpty();
        assertThat(read(sql).arbitrary()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT a FROM t LIMIT 1",
                "SELECT a FROM t FETCH FIRST ROW ONLY",
                "SELECT a FROM t OFFSET 1",
                "SELECT a FROM (SELECT a FROM t LIMIT 1) s ORDER BY a"
            })
    void rowsTakenInNoOrderAreArbitrary(String sql) throws Unsupported {
        assertThat(read(sql).arbitrary()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT a FROM t FOR NO KEY UPDATE",
                "SELECT a FROM t TABLESAMPLE SYSTEM (10)",
                "SELECT 1; SELECT 2",
                "UPDATE t SET a = 1",
                "EXPLAIN ANALYZE SELECT 1",
                ""
            })
    void declines(String sql) {
        assertThatThrownBy(() -> read(sql)).isInstanceOf(Unsupported.class);
    }

    @Test
    void itShowsNoLiteral() throws Unsupported {
        assertThat(read("SELECT 'secret'").toString()).doesNotContain("secret");
    }

    private static Reading read(String sql) throws Unsupported {
        return Reading.of(SqlText.of(sql));
    }
}
