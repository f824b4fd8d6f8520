package io.quern.optimizer.lex;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

class LexerTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '§',
            quoteCharacter = '`',
            value = {
                "SELECT a FROM t1 § WORD:SELECT WORD:a WORD:FROM WORD:t1",
                "_x$1 été § WORD:_x$1 WORD:été",
                "\"a\"\"b\" § QUOTED_IDENTIFIER:\"a\"\"b\"",
                "U&\"d\\0061\" u&x § UNICODE_IDENTIFIER:U&\"d\\0061\" WORD:u OPERATOR:& WORD:x",
                "'it''s' '' § STRING:'it''s' STRING:''",
                "'a\\' § STRING:'a\\'",
                "E'a\\'b' e'\\\\' § STRING:E'a\\'b' STRING:e'\\\\'",
                "B'01' x'1f' N'x' U&'\\0061' § BIT_STRING:B'01' BIT_STRING:x'1f' NATIONAL_STRING:N'x'"
                        + " STRING:U&'\\0061'",
                "B'0''1' § BIT_STRING:B'0' STRING:'1'",
                "$$a'b$$ $t$x$$y$u$t$ § STRING:$$a'b$$ STRING:$t$x$$y$u$t$",
                "a$b$c $ § WORD:a$b$c OTHER:$",
                "$1$2 § PARAMETER:$1 PARAMETER:$2",
                "1 1.5 1. .5 1e3 1.5E-3 § INTEGER:1 NUMERIC:1.5 NUMERIC:1. NUMERIC:.5 NUMERIC:1e3"
                        + " NUMERIC:1.5E-3",
                "1_000 0x1F 0o17 0b_1 1_0.2_5e1_0 § INTEGER:1_000 INTEGER:0x1F INTEGER:0o17"
                        + " INTEGER:0b_1 NUMERIC:1_0.2_5e1_0",
                "1..2 § INTEGER:1 PUNCTUATION:.. INTEGER:2",
                "1_ 1__0 1FROM 1e 0x § INTEGER:1 WORD:_ INTEGER:1 WORD:__0 INTEGER:1 WORD:FROM"
                        + " INTEGER:1 WORD:e INTEGER:0 WORD:x",
                "a::int := b:c § WORD:a PUNCTUATION::: WORD:int PUNCTUATION::= WORD:b PUNCTUATION::"
                        + " WORD:c",
                "t.*;a[1] § WORD:t PUNCTUATION:. OPERATOR:* PUNCTUATION:; WORD:a PUNCTUATION:["
                        + " INTEGER:1 PUNCTUATION:]",
                "a<=b<>c!=d=>e § WORD:a OPERATOR:<= WORD:b OPERATOR:<> WORD:c OPERATOR:!= WORD:d"
                        + " OPERATOR:=> WORD:e",
                "a=-1 § WORD:a OPERATOR:= OPERATOR:- INTEGER:1",
                "a@-1 a*+-1 § WORD:a OPERATOR:@- INTEGER:1 WORD:a OPERATOR:* OPERATOR:+ OPERATOR:-"
                        + " INTEGER:1",
                "a->>'x'#>>b ?| c § WORD:a OPERATOR:->> STRING:'x' OPERATOR:#>> WORD:b OPERATOR:?|"
                        + " WORD:c",
                "a+/* c */b <--x § WORD:a OPERATOR:+ WORD:b OPERATOR:<",
                "/* a /* b */ '*/ x § WORD:x",
                "/*/*/**/*/*/x§ WORD:x",
                "{ } \\ § OTHER:{ OTHER:} OTHER:\\",
            })
    void splitsLikePostgres(String sql, String tokens) {
        assertThat(tokens(sql, true)).isEqualTo(List.of(tokens.trim().split(" (?=[A-Z_]+:)")));
    }

    @Test
    void stringsContinueAcrossLines() {
        assertThat(tokens("'a'\n 'b' 'c'", true)).containsExactly("STRING:'a'\n 'b'", "STRING:'c'");
        assertThat(tokens("'a' -- it's\n\t'b'", true)).containsExactly("STRING:'a' -- it's\n\t'b'");
        assertThat(tokens("'a' /* \n */ 'b'", true)).containsExactly("STRING:'a'", "STRING:'b'");
        assertThat(tokens("E'a'\n'\\''", true)).containsExactly("STRING:E'a'\n'\\''");
        assertThat(tokens("'a'\n-- end", true)).containsExactly("STRING:'a'");
    }

    @Test
    void backslashesEscapeWhereStringsDoNotConform() {
        assertThat(tokens("'a\\'b' x", false)).containsExactly("STRING:'a\\'b'", "WORD:x");
        assertThat(lexes("'a\\'b' x", true)).isFalse();
        assertThat(lexes("U&'a'", false)).as("refused by PostgreSQL").isFalse();
        assertThat(tokens("'a'\n'\\''", false)).containsExactly("STRING:'a'\n'\\''");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'a",
                "'a''",
                "E'\\'",
                "\"a",
                "U&\"a",
                "$$a$",
                "$a$ $A$",
                "/* /* */",
                "a\0b"
            })
    void refusesWhatDoesNotEnd(String sql) {
        assertThat(lexes(sql, true)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '§',
            quoteCharacter = '`',
            value = {
                "SELECT 1 § select   2 /* x */",
                "SELECT 'a' § SELECT E'b\\n'",
                "SELECT 'a' § SELECT $$b$$",
                "SELECT a.B -- x § SELECT A.b",
                "SELECT 1.5 § SELECT 2e7",
                "SELECT 2147483647 § SELECT 0",
                "SELECT 2147483649 § SELECT 9223372036854775807",
                "SELECT 9223372036854775809 § SELECT 99999999999999999999999999",
                "SELECT 1.5 § SELECT 99999999999999999999",
                "SELECT 0x10 § SELECT 1_0",
            })
    void skeletonForgetsValues(String a, String b) {
        assertThat(skeleton(a)).isEqualTo(skeleton(b));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '§',
            quoteCharacter = '`',
            value = {
                "SELECT 1 § SELECT '1'",
                "SELECT 1 § SELECT 1.0",
                "SELECT 1 § SELECT $1",
                "SELECT $1 § SELECT $2",
                "SELECT 1 § SELECT -1",
                "SELECT 1 § SELECT NULL",
                "SELECT TRUE § SELECT FALSE",
                "SELECT 2147483647 § SELECT 2147483648",
                "SELECT 2147483648 § SELECT 2147483649",
                "SELECT 9223372036854775807 § SELECT 9223372036854775808",
                "SELECT 9223372036854775808 § SELECT 9223372036854775809",
                "SELECT 16 § SELECT 0x10",
                "SELECT 1 a § SELECT 1a",
                "SELECT $1 a § SELECT $1a",
                "SELECT 'a' § SELECT N'a'",
                "SELECT 'a' § SELECT B'0'",
                "SELECT user § SELECT \"user\"",
                "SELECT id § SELECT \"id\"",
                "SELECT \"id\" § SELECT \"ID\"",
                "SELECT U&\"a\" § SELECT \"a\"",
                "SELECT U&\"a!0061\" UESCAPE '!' § SELECT U&\"a!0061\" UESCAPE '#'",
                "SELECT a::int § SELECT a: :int",
                "SELECT a<=b § SELECT a< =b",
                "SELECT x IN (1) § SELECT x IN (1,2)",
                "SELECT ab § SELECT a b",
                "SELECT 1 § SELECT 1;",
            })
    void skeletonTellsApart(String a, String b) {
        assertThat(skeleton(a)).isNotEqualTo(skeleton(b));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '§',
            quoteCharacter = '`',
            value = {
                "SELECT 1 § select 'x'; ;",
                "SELECT a WHERE b = $1 § SELECT a /* c */ WHERE \"b\" = 3.5 -- d",
                "a = -1 § a = 1",
                "a BETWEEN -1 AND +2 § a BETWEEN 1 AND 2",
                "a IN (1) § a IN (1, -2, $3, 'x')",
                "a IN ((1,2)) § a IN (($1,$2),(3,4))",
                "a IN (1::int) § a IN ($1::int, $2::int)",
                "a = ANY (ARRAY[1]) § a = ANY(ARRAY[1,2,3])",
                "INSERT INTO t VALUES (1,'a') § INSERT INTO t VALUES (1,'a'),(2,'b'),(3,'c')",
                "INSERT INTO t VALUES (1) RETURNING a § INSERT INTO t VALUES (1),(2) RETURNING a",
                "IN (IN (1,2), IN (3)) § IN (IN (1))",
            })
    void fingerprintMerges(String a, String b) {
        assertThat(fingerprint(a)).isEqualTo(fingerprint(b));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '§',
            quoteCharacter = '`',
            value = {
                "SELECT a § SELECT b",
                "SELECT NULL § SELECT 1",
                "SELECT user § SELECT \"user\"",
                "SELECT a - 1 § SELECT a + 1",
                "SELECT a - 1 § SELECT a",
                "SELECT f(1) § SELECT f(1,2)",
                "a IN (1, b) § a IN (1)",
                "VALUES (1),(b) § VALUES (1)",
                "VALUES (1),(1,2) § VALUES (1)",
                "VALUES (1), x § VALUES (1) x",
                "SELECT 1; SELECT 1 § SELECT 1",
                "(a) b § (a b)",
            })
    void fingerprintTellsApart(String a, String b) {
        assertThat(fingerprint(a)).isNotEqualTo(fingerprint(b));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '§',
            value = {
                "-- nothing§0",
                ";;§0",
                ";SELECT 1;;§1",
                "SELECT 1; SELECT 2§2",
                "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)§1",
            })
    void countsStatements(String sql, int statements) {
        assertThat(lexer(sql).statements()).isEqualTo(statements);
    }

    @Test
    void aFingerprintIsStableAcrossReleases() {
        assertThat(SqlText.of("SELECT * FROM orders WHERE id = $1").fingerprint())
                .hasToString("001e1bb8d4a9dfc0");
    }

    @Test
    void aPrefixOfBulkRowsHasOneFingerprintWhereverItIsCut() {
        String sql = "INSERT INTO t (a, b) VALUES " + "(1, 'abc'), ".repeat(50);
        byte[] bytes = sql.getBytes(StandardCharsets.UTF_8);
        var lexer = new Lexer();
        lexer.lexPrefix(bytes, 0, 60, true);
        long expected = lexer.fingerprint();
        for (int length = 61; length < bytes.length; length++) {
            assertThat(lexer.lexPrefix(bytes, 0, length, true)).isTrue();
            assertThat(lexer.fingerprint()).as("cut at %d", length).isEqualTo(expected);
        }
        assertThat(expected).isNotEqualTo(fingerprint("INSERT INTO t (a, b) VALUES (1, 'abc')"));
    }

    @Test
    void readsInsideALargerArrayAndKnowsWords() {
        byte[] bytes = "xxSelect 1yy".getBytes(StandardCharsets.UTF_8);
        var lexer = new Lexer();
        assertThat(lexer.lex(bytes, 2, 8, true)).isTrue();
        assertThat(lexer.folded(0)).isEqualTo("select");
        assertThat(lexer.count()).isEqualTo(2);
        assertThat(lexer.start(1)).isEqualTo(7);
        assertThat(lexer.end(1)).isEqualTo(8);
        assertThat(lexer.is(0, "select")).isTrue();
        assertThat(lexer.is(0, "selec")).isFalse();
        assertThat(lexer.reads(0, "Select")).isTrue();
        assertThat(lexer.reads(0, "SELECT")).isFalse();
    }

    @Test
    void deepNestingCostsNoStack() {
        assertThat(lexes("a IN (".repeat(100_000), true)).isTrue();
        assertThat(lexes(")".repeat(1000) + "(".repeat(1000), true)).isTrue();
    }

    static Lexer lexer(String sql) {
        byte[] bytes = sql.getBytes(StandardCharsets.UTF_8);
        var lexer = new Lexer();
        assertThat(lexer.lex(bytes, 0, bytes.length, true)).as(sql).isTrue();
        return lexer;
    }

    static byte[] skeleton(String sql) {
        Lexer lexer = lexer(sql);
        return java.util.Arrays.copyOf(lexer.skeleton(), lexer.skeletonLength());
    }

    static long fingerprint(String sql) {
        return lexer(sql).fingerprint();
    }

    private static boolean lexes(String sql, boolean conforming) {
        byte[] bytes = sql.getBytes(StandardCharsets.UTF_8);
        return new Lexer().lex(bytes, 0, bytes.length, conforming);
    }

    private static List<String> tokens(String sql, boolean conforming) {
        byte[] bytes = sql.getBytes(StandardCharsets.UTF_8);
        var lexer = new Lexer();
        List<String> tokens = new ArrayList<>();
        if (lexer.lex(bytes, 0, bytes.length, conforming)) {
            for (int i = 0; i < lexer.count(); i++) {
                int start = lexer.start(i);
                tokens.add(
                        lexer.kind(i)
                                + ":"
                                + new String(
                                        bytes,
                                        start,
                                        lexer.end(i) - start,
                                        StandardCharsets.UTF_8));
            }
        }
        return tokens;
    }
}
