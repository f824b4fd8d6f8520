package io.quern.optimizer.lex;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quern.optimizer.PostgresServer;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Compares the lexer with PostgreSQL's own by what statements mean: a text whose tokens are set
 * apart by comments must give the same result, or the same error, as it stands. And a string that
 * the lexer takes for one token must be one: put in brackets, the statement stays the same.
 */
final class ServerLexerIT {
    private static final long SEED = Long.getLong("quern.test.seed", 8_120);
    private static final int TEXTS = Integer.getInteger("quern.test.lexed", 4_000);

    private static final List<String> PARTS =
            List.of(
                    "1",
                    "1e5",
                    "1e",
                    "1e+",
                    "e",
                    "1_000",
                    "1__0",
                    "_",
                    "0x1F",
                    "0x",
                    "0b101",
                    "0o17",
                    "0x_1",
                    "1.",
                    ".5",
                    "1..2",
                    ".",
                    "$1",
                    "$1a",
                    "a$1",
                    "a",
                    "$$",
                    "$a$",
                    "$ä$",
                    "'a'",
                    "'a",
                    "'",
                    "''",
                    "E'\\''",
                    "e'\\\\'",
                    "E'",
                    "U&'\\0061'",
                    "u&'",
                    "N'x'",
                    "B'01'",
                    "x'1F'",
                    "X'g'",
                    "\"a\"",
                    "\"",
                    "U&\"a\"",
                    "\"a\"\"b\"",
                    "--",
                    "--x\n",
                    "/*",
                    "*/",
                    "/* a /* b */ c */",
                    "/",
                    "*",
                    "-",
                    "+",
                    "=-",
                    "@-",
                    "<>",
                    "!=",
                    "=>",
                    "->",
                    "->>",
                    "::",
                    ":",
                    ":=",
                    "|",
                    "||",
                    "~",
                    "?",
                    "#",
                    "%",
                    "&",
                    "^",
                    "`",
                    "\\",
                    "\n",
                    " ",
                    "\t",
                    "\r",
                    "\f",
                    "\u000b",
                    "\u00a0",
                    "(",
                    ")",
                    "[",
                    "]",
                    ",",
                    "int",
                    "as",
                    "AS",
                    "b",
                    "null",
                    "'b'",
                    "\n'c'",
                    " -- x\n'd'",
                    "uescape '!'",
                    "é",
                    "Ä",
                    "{",
                    "2147483648",
                    "-2147483648",
                    "9223372036854775808",
                    "array[1]",
                    "text",
                    "date '2024-01-01'");

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void cutsWhereTheServerCuts(boolean conforming) throws SQLException {
        Random random = new Random(SEED);
        List<String> differences = new ArrayList<>();
        int values = 0;
        try (Connection c =
                        PostgresServer.shared().connect(PostgresServer.shared().createDatabase());
                Statement s = c.createStatement()) {
            s.setEscapeProcessing(false);
            s.execute("SET escape_string_warning = off");
            for (int i = 0; i < TEXTS; i++) {
                StringBuilder text = new StringBuilder("SELECT ");
                for (int n = 1 + random.nextInt(5); n > 0; n--) {
                    text.append(PARTS.get(random.nextInt(PARTS.size())));
                }
                String apart = apart(text.toString(), conforming);
                if (apart == null) {
                    continue;
                }
                String one = run(s, text.toString(), conforming);
                String other = run(s, apart, conforming);
                values += one.startsWith("error") ? 0 : 1;
                if (!one.equals(other)) {
                    differences.add(text + "\n  is " + one + "\n" + apart + "\n  is " + other);
                }
            }
        }
        System.out.printf("%d texts with a value compared, seed %d%n", values, SEED);
        assertThat(differences.stream().limit(10)).isEmpty();
        assertThat(values).isGreaterThan(TEXTS / 20);
    }

    /** The tokens with a comment between any two; null if there is nothing to compare. */
    private static @Nullable String apart(String sql, boolean conforming) {
        Lexer lexer = new Lexer();
        byte[] bytes = sql.getBytes(UTF_8);
        if (!lexer.lex(bytes, 0, bytes.length, conforming)) {
            return null;
        }
        StringBuilder text = new StringBuilder();
        for (int token = 0; token < lexer.count(); token++) {
            if (token + 1 < lexer.count()
                    && lexer.end(token) == lexer.start(token + 1)
                    && (lexer.kind(token) == TokenKind.INTEGER
                            || lexer.kind(token) == TokenKind.NUMERIC
                            || lexer.kind(token) == TokenKind.PARAMETER)
                    && Scan.startsWord(bytes[lexer.start(token + 1)])) {
                // trailing junk, an error from 15 on: marked in the skeleton
                return null;
            }
            int from = lexer.start(token);
            text.append(new String(bytes, from, lexer.end(token) - from, UTF_8)).append(" /**/ ");
        }
        return text.toString();
    }

    private static String run(Statement s, String sql, boolean conforming) throws SQLException {
        s.execute("SET standard_conforming_strings = " + (conforming ? "on" : "off"));
        try (ResultSet rows = s.executeQuery("/**/" + sql)) {
            rows.next();
            return rows.getMetaData().getColumnTypeName(1) + " " + rows.getString(1);
        } catch (SQLException e) {
            return "error " + e.getSQLState();
        }
    }
}
