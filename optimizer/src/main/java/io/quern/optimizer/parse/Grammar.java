package io.quern.optimizer.parse;

import io.quern.optimizer.Refusal;
import io.quern.optimizer.lex.SqlText;

import org.apache.calcite.sql.SqlNode;

/**
 * Reads a statement with PostgreSQL's grammar, generated from Calcite's template. Stateless,
 * thread-safe; what cannot be read is refused, never thrown, and no refusal quotes the statement.
 */
public final class Grammar {
    /** Statements longer than this are not parsed. */
    public static final int MAX_CHARS = 1024 * 1024;

    /** Statements of more tokens are not parsed: a list of 20,000 values has 40,000. */
    public static final int MAX_TOKENS = 100_000;

    /** Brackets nested deeper than this are not parsed: the grammar is recursive. */
    private static final int MAX_BRACKETS = 100;

    private Grammar() {}

    /** What came of it: a tree or a refusal. */
    public sealed interface Result permits Tree, Declined {}

    /** Why there is no tree. */
    public record Declined(Refusal refusal) implements Result {}

    /** How a generated parser reads what it was given. */
    private interface Start {
        SqlNode read(PostgresParser parser) throws ParseException;
    }

    /** Parses one statement. */
    public static Result parse(String sql) {
        return parse(sql, PostgresParser::SqlStmtEof);
    }

    /** Parses an expression that stands alone; the tree has no blocks worth asking for. */
    public static Result parseExpression(String sql) {
        return parse(sql, PostgresParser::SqlExpressionEof);
    }

    private static Result parse(String sql, Start start) {
        if (sql.length() > MAX_CHARS) {
            return declined(
                    "too-long", "the statement is longer than " + MAX_CHARS + " characters");
        }
        SqlText text;
        try {
            text = SqlText.of(sql);
        } catch (IllegalArgumentException e) {
            return declined("lexer", "the statement cannot be split into tokens");
        }
        if (text.count() > MAX_TOKENS) {
            return declined("too-long", "the statement has more than " + MAX_TOKENS + " tokens");
        }
        Tokens tokens = Tokens.of(text);
        int end = tokens.count();
        while (end > 0 && tokens.symbol(end - 1, ";")) {
            end--;
        }
        if (end == 0) {
            return declined("empty", "the statement is empty");
        }
        if (depth(tokens) > MAX_BRACKETS) {
            return declined("too-deep", "brackets are nested deeper than " + MAX_BRACKETS);
        }
        return parse(tokens, new Span(0, end), start);
    }

    private static Result parse(Tokens tokens, Span span, Start start) {
        var feed = new TokenFeed(tokens, span);
        var parser = new PostgresParser(feed);
        parser.read(tokens, feed);
        try {
            return new TreeReader(tokens, parser.grouping()).read(start.read(parser));
        } catch (ParseException e) {
            return declined(tokens, parser);
        } catch (Productions.Refused e) {
            return declined(e.code, e.reason);
        } catch (StackOverflowError e) {
            return declined("too-deep", "the statement is nested too deeply");
        } catch (RuntimeException e) {
            // Calcite's own checks of its nodes; what they say could quote the text
            return declined("grammar", "the grammar refused the statement");
        }
    }

    private static Declined declined(Tokens tokens, PostgresParser parser) {
        int at = parser.stoppedAt();
        if (tokens.symbol(at, ";")) {
            return declined("several-statements", "the text holds several statements");
        }
        String where =
                at < tokens.count()
                        ? "at character " + (tokens.sql().start(at) + 1)
                        : "at the end of the text";
        return declined(
                "grammar",
                "the grammar does not know this syntax in " + parser.construct() + ", " + where);
    }

    private static int depth(Tokens tokens) {
        int depth = 0;
        int deepest = 0;
        for (int i = 0; i < tokens.count(); i++) {
            if (tokens.partner(i) > i) {
                deepest = Math.max(deepest, ++depth);
            } else if (tokens.partner(i) >= 0) {
                depth--;
            }
        }
        return deepest;
    }

    static Declined declined(String code, String reason) {
        return new Declined(new Refusal("parse", code, reason));
    }
}
