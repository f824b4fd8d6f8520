package io.quern.optimizer.parse;

import io.quern.optimizer.Refusal;
import io.quern.optimizer.lex.SqlText;

import org.apache.calcite.avatica.util.Casing;
import org.apache.calcite.avatica.util.Quoting;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.parser.SqlParseException;
import org.apache.calcite.sql.parser.SqlParser;
import org.apache.calcite.sql.parser.babel.SqlBabelParserImpl;
import org.apache.calcite.sql.validate.SqlConformanceEnum;

/**
 * Reads the structure of a statement with Calcite's Babel grammar. Stateless, thread-safe; what
 * cannot be read is refused, never thrown, and no refusal quotes the statement.
 */
public final class Grammar {
    /** Statements longer than this are not parsed. */
    public static final int MAX_CHARS = 64 * 1024;

    /** Brackets nested deeper than this are not parsed: the grammar is recursive. */
    private static final int MAX_DEPTH = 100;

    private static final SqlParser.Config CONFIG =
            SqlParser.config()
                    .withParserFactory(SqlBabelParserImpl.FACTORY)
                    .withQuoting(Quoting.DOUBLE_QUOTE)
                    .withUnquotedCasing(Casing.UNCHANGED)
                    .withQuotedCasing(Casing.UNCHANGED)
                    .withCaseSensitive(true)
                    .withConformance(SqlConformanceEnum.BABEL)
                    .withIdentifierMaxLength(MAX_CHARS);

    private Grammar() {}

    /** What came of it: a tree or a refusal. */
    public sealed interface Result permits Tree, Declined {}

    /** Why there is no tree. */
    public record Declined(Refusal refusal) implements Result {}

    /** Parses one statement. */
    public static Result parse(String sql) {
        if (sql.length() > MAX_CHARS) {
            return declined(
                    "too-long", "the statement is longer than " + MAX_CHARS + " characters");
        }
        Tokens tokens;
        try {
            tokens = Tokens.of(SqlText.of(sql));
        } catch (IllegalArgumentException e) {
            return declined("lexer", "the statement cannot be split into tokens");
        }
        if (tokens.count() == 0) {
            return declined("empty", "the statement is empty");
        }
        if (depth(tokens) > MAX_DEPTH) {
            return declined("too-deep", "brackets are nested deeper than " + MAX_DEPTH);
        }
        StructuralCopy.Result copy = StructuralCopy.of(tokens);
        if (copy.refusal().isPresent()) {
            return new Declined(copy.refusal().get());
        }
        try {
            SqlNode node = SqlParser.create(copy.text(), CONFIG).parseStmt();
            return new TreeReader(tokens, copy.locking()).read(node);
        } catch (SqlParseException e) {
            int column = e.getPos() == null ? 0 : e.getPos().getColumnNum();
            return declined(
                    "grammar",
                    "the grammar does not know this syntax yet"
                            + (column > 0 ? " (at character " + column + ")" : ""));
        } catch (StackOverflowError e) {
            return declined("too-deep", "the statement is nested too deeply");
        } catch (RuntimeException e) {
            // Calcite's own checks; what they say could quote the text
            return declined("grammar", "the grammar refused the statement");
        }
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
