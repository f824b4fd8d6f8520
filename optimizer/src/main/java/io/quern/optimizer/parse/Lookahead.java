package io.quern.optimizer.parse;

import io.quern.optimizer.lex.SqlText;

import org.apache.calcite.sql.parser.SqlAbstractParserImpl;

/**
 * What the productions of the generated parser ask about the tokens ahead. They ask by number,
 * which costs nothing, instead of trying productions. PostgreSQL's grammar is LALR; where one or
 * two tokens are not enough, the brackets, which the lexer has paired, tell what follows.
 */
abstract class Lookahead extends SqlAbstractParserImpl {
    Tokens tokens = Tokens.of(SqlText.of(""));
    TokenFeed feed = new TokenFeed(tokens, new Span(0, 0));

    /** Gives the parser its tokens. */
    final void read(Tokens all, TokenFeed fed) {
        this.tokens = all;
        this.feed = fed;
    }

    abstract Token getToken(int index);

    abstract Token getNextToken();

    /** The number of the next token. */
    final int at() {
        return getToken(1).beginColumn;
    }

    final int kind(int ahead) {
        return feed.kind(at(), ahead);
    }

    final boolean is(int first) {
        return getToken(1).kind == first;
    }

    final boolean is(int first, int second) {
        return is(first) && kind(1) == second;
    }

    final boolean is(int first, int second, int third) {
        return is(first, second) && kind(2) == third;
    }

    /** Whether the next token is one of these. */
    final boolean isAny(int... kinds) {
        int next = getToken(1).kind;
        for (int kind : kinds) {
            if (next == kind) {
                return true;
            }
        }
        return false;
    }

    /** A word that may name a column or table. */
    final boolean column(int ahead) {
        return named(kind(ahead), Keywords.Category.COLUMN_NAME);
    }

    /** A word that may name a function or type. */
    final boolean function(int ahead) {
        return named(kind(ahead), Keywords.Category.TYPE_OR_FUNCTION);
    }

    private static boolean named(int kind, Keywords.Category also) {
        if (isName(kind)) {
            return true;
        }
        Keywords.Category category = TokenFeed.category(kind);
        return category == Keywords.Category.UNRESERVED || category == also;
    }

    private static boolean isName(int kind) {
        return kind == PostgresParserConstants.PLAIN_NAME
                || kind == PostgresParserConstants.QUOTED_NAME
                || kind == PostgresParserConstants.UNICODE_NAME;
    }

    /** A key word of any kind. */
    final boolean keyWord() {
        return TokenFeed.category(kind(0)) != null;
    }

    /** Any word, reserved or not. */
    final boolean label(int ahead) {
        int kind = kind(ahead);
        return isName(kind) || TokenFeed.category(kind) != null;
    }

    /** A word that labels a column without AS. */
    final boolean bareLabel(int ahead) {
        int kind = kind(ahead);
        return isName(kind) || (TokenFeed.category(kind) != null && TokenFeed.isBareLabel(kind));
    }

    /** The number behind the partner of an opening bracket, or the end. */
    private int behind(int number) {
        int partner = tokens.partner(feed.start(number));
        return partner < 0 ? feed.count() : feed.number(partner + 1);
    }

    /** Whether the next token opens brackets around a query. */
    final boolean subquery() {
        return subquery(at());
    }

    final boolean subquery(int ahead, int opening) {
        return kind(ahead) == opening && subquery(at() + ahead);
    }

    /**
     * Whether a bracket holds a query: its first word says so, or its first bracket is one and no
     * more than a query's further clauses follow.
     */
    private boolean subquery(int number) {
        if (feed.kind(number, 0) != PostgresParserConstants.LPAREN) {
            return false;
        }
        int first = feed.kind(number, 1);
        if (first != PostgresParserConstants.LPAREN) {
            return startsQuery(number + 1);
        }
        int next = feed.kind(behind(number + 1), 0);
        boolean goesOn =
                switch (next) {
                    case PostgresParserConstants.RPAREN,
                            PostgresParserConstants.UNION,
                            PostgresParserConstants.INTERSECT,
                            PostgresParserConstants.EXCEPT,
                            PostgresParserConstants.ORDER,
                            PostgresParserConstants.LIMIT,
                            PostgresParserConstants.OFFSET,
                            PostgresParserConstants.FETCH,
                            PostgresParserConstants.FOR ->
                            true;
                    default -> false;
                };
        return goesOn && subquery(number + 1);
    }

    private boolean startsQuery(int number) {
        return switch (feed.kind(number, 0)) {
            case PostgresParserConstants.SELECT,
                    PostgresParserConstants.TABLE,
                    PostgresParserConstants.WITH ->
                    true;
            case PostgresParserConstants.VALUES ->
                    feed.kind(number, 1) == PostgresParserConstants.LPAREN;
            default -> false;
        };
    }

    /** Whether a query begins here, in brackets or not. */
    final boolean query() {
        return startsQuery(at()) || subquery();
    }

    /** Whether the bracket {@code ahead} holds names with types rather than names alone. */
    final boolean definitions(int ahead) {
        int after = kind(ahead + 2);
        return kind(ahead) == PostgresParserConstants.LPAREN
                && column(ahead + 1)
                && after != PostgresParserConstants.COMMA
                && after != PostgresParserConstants.RPAREN;
    }

    /** Whether the brackets {@code ahead} are followed by a string: a type with a modifier. */
    final boolean typedString(int ahead) {
        return kind(ahead) == PostgresParserConstants.STRING_LITERAL
                || (kind(ahead) == PostgresParserConstants.LPAREN
                        && feed.kind(behind(at() + ahead), 0)
                                == PostgresParserConstants.STRING_LITERAL);
    }

    /** Whether a select list or a list of groups ends before it began. */
    final boolean outputsEnd() {
        return isAny(
                PostgresParserConstants.EOF,
                PostgresParserConstants.RPAREN,
                PostgresParserConstants.SEMICOLON,
                PostgresParserConstants.INTO,
                PostgresParserConstants.FROM,
                PostgresParserConstants.WHERE,
                PostgresParserConstants.GROUP,
                PostgresParserConstants.HAVING,
                PostgresParserConstants.WINDOW,
                PostgresParserConstants.UNION,
                PostgresParserConstants.INTERSECT,
                PostgresParserConstants.EXCEPT,
                PostgresParserConstants.ORDER,
                PostgresParserConstants.LIMIT,
                PostgresParserConstants.OFFSET,
                PostgresParserConstants.FETCH,
                PostgresParserConstants.FOR,
                PostgresParserConstants.ON,
                PostgresParserConstants.RETURNING);
    }

    /** Whether INSERT, UPDATE, DELETE or MERGE comes next. */
    final boolean change() {
        return isAny(
                PostgresParserConstants.INSERT,
                PostgresParserConstants.UPDATE,
                PostgresParserConstants.DELETE,
                PostgresParserConstants.MERGE);
    }

    /** Whether a join goes on from a relation. */
    final boolean join() {
        return isAny(
                PostgresParserConstants.JOIN,
                PostgresParserConstants.CROSS,
                PostgresParserConstants.NATURAL,
                PostgresParserConstants.INNER,
                PostgresParserConstants.LEFT,
                PostgresParserConstants.RIGHT,
                PostgresParserConstants.FULL);
    }

    /** Whether a call of special syntax stands where a relation may. */
    final boolean tableFunction() {
        return moment()
                || special()
                || is(
                        PostgresParserConstants.ROWS,
                        PostgresParserConstants.FROM,
                        PostgresParserConstants.LPAREN)
                || (isAny(PostgresParserConstants.XMLTABLE, PostgresParserConstants.JSON_TABLE)
                        && kind(1) == PostgresParserConstants.LPAREN);
    }

    /** CURRENT_DATE and other values without brackets. */
    final boolean moment() {
        return switch (kind(0)) {
            case PostgresParserConstants.CURRENT_DATE,
                    PostgresParserConstants.CURRENT_TIME,
                    PostgresParserConstants.CURRENT_TIMESTAMP,
                    PostgresParserConstants.LOCALTIME,
                    PostgresParserConstants.LOCALTIMESTAMP,
                    PostgresParserConstants.CURRENT_CATALOG,
                    PostgresParserConstants.CURRENT_ROLE,
                    PostgresParserConstants.CURRENT_USER,
                    PostgresParserConstants.SESSION_USER,
                    PostgresParserConstants.SYSTEM_USER,
                    PostgresParserConstants.USER ->
                    true;
            case PostgresParserConstants.CURRENT_SCHEMA ->
                    kind(1) != PostgresParserConstants.LPAREN;
            default -> false;
        };
    }

    /** Whether the token taken last may be followed by a precision. */
    final boolean timeOfDay() {
        return switch (getToken(0).kind) {
            case PostgresParserConstants.CURRENT_TIME,
                    PostgresParserConstants.CURRENT_TIMESTAMP,
                    PostgresParserConstants.LOCALTIME,
                    PostgresParserConstants.LOCALTIMESTAMP ->
                    true;
            default -> false;
        };
    }

    /** A key word that is a type by itself. */
    final boolean typeWord() {
        return switch (kind(0)) {
            case PostgresParserConstants.BIGINT,
                    PostgresParserConstants.BIT,
                    PostgresParserConstants.BOOLEAN,
                    PostgresParserConstants.CHAR,
                    PostgresParserConstants.CHARACTER,
                    PostgresParserConstants.DEC,
                    PostgresParserConstants.DECIMAL,
                    PostgresParserConstants.FLOAT,
                    PostgresParserConstants.INT,
                    PostgresParserConstants.INTEGER,
                    PostgresParserConstants.JSON,
                    PostgresParserConstants.NCHAR,
                    PostgresParserConstants.NUMERIC,
                    PostgresParserConstants.REAL,
                    PostgresParserConstants.SMALLINT,
                    PostgresParserConstants.TIME,
                    PostgresParserConstants.TIMESTAMP,
                    PostgresParserConstants.VARCHAR ->
                    true;
            default -> false;
        };
    }

    /** Whether a type of several words, or of a key word, and a string follow. */
    final boolean typedLiteral() {
        if (is(PostgresParserConstants.DOUBLE, PostgresParserConstants.PRECISION)) {
            return kind(2) == PostgresParserConstants.STRING_LITERAL;
        }
        int i = 0;
        if (is(PostgresParserConstants.NATIONAL)) {
            i = 1;
        } else if (!typeWord()) {
            return false;
        }
        i += kind(i + 1) == PostgresParserConstants.VARYING ? 2 : 1;
        if (kind(i) == PostgresParserConstants.LPAREN) {
            i = behind(at() + i) - at();
        }
        boolean zone =
                kind(i) == PostgresParserConstants.WITH
                        || kind(i) == PostgresParserConstants.WITHOUT;
        if (zone && kind(i + 1) == PostgresParserConstants.TIME) {
            i += 3;
        }
        return kind(i) == PostgresParserConstants.STRING_LITERAL;
    }

    /** Whether a call comes next whose arguments are parted by words. */
    final boolean special() {
        if (kind(1) != PostgresParserConstants.LPAREN) {
            return is(PostgresParserConstants.COLLATION, PostgresParserConstants.FOR);
        }
        return switch (kind(0)) {
            case PostgresParserConstants.CAST,
                    PostgresParserConstants.TREAT,
                    PostgresParserConstants.EXTRACT,
                    PostgresParserConstants.POSITION,
                    PostgresParserConstants.OVERLAY,
                    PostgresParserConstants.SUBSTRING,
                    PostgresParserConstants.TRIM,
                    PostgresParserConstants.XMLELEMENT,
                    PostgresParserConstants.XMLEXISTS,
                    PostgresParserConstants.XMLFOREST,
                    PostgresParserConstants.XMLPARSE,
                    PostgresParserConstants.XMLPI,
                    PostgresParserConstants.XMLROOT,
                    PostgresParserConstants.XMLSERIALIZE,
                    PostgresParserConstants.JSON,
                    PostgresParserConstants.JSON_ARRAY,
                    PostgresParserConstants.JSON_ARRAYAGG,
                    PostgresParserConstants.JSON_EXISTS,
                    PostgresParserConstants.JSON_OBJECT,
                    PostgresParserConstants.JSON_OBJECTAGG,
                    PostgresParserConstants.JSON_QUERY,
                    PostgresParserConstants.JSON_SCALAR,
                    PostgresParserConstants.JSON_SERIALIZE,
                    PostgresParserConstants.JSON_VALUE ->
                    true;
            default -> false;
        };
    }

    /** Whether the bracket just opened belongs to this key word. */
    final boolean called(int word) {
        return kind(-2) == word;
    }

    /** Whether a clause of a JSON call comes next, rather than a value. */
    final boolean jsonClause() {
        return switch (kind(0)) {
            case PostgresParserConstants.RETURNING,
                    PostgresParserConstants.PASSING,
                    PostgresParserConstants.WITH,
                    PostgresParserConstants.DEFAULT_ ->
                    true;
            case PostgresParserConstants.FORMAT -> kind(1) == PostgresParserConstants.JSON;
            case PostgresParserConstants.WITHOUT ->
                    kind(1) == PostgresParserConstants.UNIQUE
                            || kind(1) == PostgresParserConstants.WRAPPER
                            || kind(1) == PostgresParserConstants.ARRAY;
            case PostgresParserConstants.KEEP, PostgresParserConstants.OMIT ->
                    kind(1) == PostgresParserConstants.QUOTES;
            case PostgresParserConstants.EMPTY ->
                    kind(1) == PostgresParserConstants.ON
                            || kind(1) == PostgresParserConstants.ARRAY
                            || kind(1) == PostgresParserConstants.OBJECT;
            case PostgresParserConstants.NULL,
                    PostgresParserConstants.ABSENT,
                    PostgresParserConstants.ERROR,
                    PostgresParserConstants.TRUE,
                    PostgresParserConstants.FALSE,
                    PostgresParserConstants.UNKNOWN ->
                    kind(1) == PostgresParserConstants.ON;
            default -> false;
        };
    }
}
