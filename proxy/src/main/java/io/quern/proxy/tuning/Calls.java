package io.quern.proxy.tuning;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.quern.optimizer.lex.Lexer;
import io.quern.optimizer.lex.TokenKind;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Set;

/**
 * Calls of functions that somebody wrote for this database: inside they may do anything to the
 * session. PostgreSQL's own and those of its contributed modules are known by name to leave
 * nothing; so are PostGIS's, by their prefix. What else stands before a parenthesis is told apart
 * by the words around it, in doubt towards a call.
 */
final class Calls {
    private static final Set<String> LEAVE_NOTHING = words("functions.txt");

    /** Words of the grammar that a parenthesis may follow, and types with a length. */
    private static final Set<String> GRAMMAR =
            Set.of(
                    ("all and any array as asc between bit by case cast char character check"
                                    + " coalesce columns conflict cube current_time"
                                    + " current_timestamp cycle dec decimal default desc distinct"
                                    + " else end escape except exists extract false fetch filter"
                                    + " float for from full greatest group grouping having ilike"
                                    + " in inner insert intersect interval into is join"
                                    + " json_array json_arrayagg json_exists json_object"
                                    + " json_objectagg json_query json_scalar json_serialize"
                                    + " json_table json_value lateral least left like limit"
                                    + " localtime localtimestamp materialized"
                                    + " merge_action national natural nchar next normalize not"
                                    + " null nullif numeric of offset on only or order out over"
                                    + " overlay partition passing path position precision"
                                    + " returning right rollup row rows select set sets similar"
                                    + " some substring symmetric table then time timestamp to treat"
                                    + " trim true union unique update using value values varchar"
                                    + " varying verbose analyze buffers costs format when where"
                                    + " window with within xmlattributes xmlconcat xmlelement"
                                    + " xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot"
                                    + " xmlserialize xmltable explain bernoulli system repeatable vacuum"
                                    + " year month day hour minute second")
                            .split(" "));

    /** Behind these, columns follow a name. */
    private static final Set<String> NAMING =
            Set.of("into", "as", "with", "recursive", "copy", ")");

    private Calls() {}

    /** Whether a token names a function that may leave something. */
    static boolean unknown(Lexer sql, int token) {
        if (token + 1 >= sql.count() || !sql.reads(token + 1, "(")) {
            return false;
        }
        TokenKind kind = sql.kind(token);
        if (kind != TokenKind.WORD && kind != TokenKind.QUOTED_IDENTIFIER) {
            return false;
        }
        boolean qualified = token > 1 && sql.reads(token - 1, ".");
        String name = sql.folded(token);
        if (!qualified && GRAMMAR.contains(name)) {
            return false;
        }
        int first = token;
        while (first > 1 && sql.reads(first - 1, ".")) {
            first -= 2;
        }
        if (first > 0 && NAMING.contains(sql.folded(first - 1))) {
            return false;
        }
        if (qualified && !theirs(sql, first)) {
            return !sql.is(first, "information_schema") && !name.startsWith("st_");
        }
        String plain = kind == TokenKind.WORD ? name : name.substring(1, name.length() - 1);
        return !LEAVE_NOTHING.contains(plain) && !plain.startsWith("st_");
    }

    private static boolean theirs(Lexer sql, int schema) {
        return sql.is(schema, "pg_catalog") || sql.reads(schema, "\"pg_catalog\"");
    }

    private static Set<String> words(String resource) {
        try (InputStream in = Calls.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is missing");
            }
            return Set.of(new String(in.readAllBytes(), US_ASCII).strip().split("\\s+"));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
