package io.quern.optimizer.parse;

import org.apache.calcite.avatica.util.Casing;
import org.apache.calcite.sql.SqlBasicCall;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlUnresolvedFunction;
import org.apache.calcite.sql.SqlUserDefinedTypeNameSpec;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParseException;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.validate.SqlConformance;
import org.jspecify.annotations.Nullable;

import java.io.Reader;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.StringJoiner;

/**
 * What the productions of the generated parser do: nodes with exact places, names, bounds.
 *
 * <p>A place is counted in tokens: line 1, the column is the number of the first token from 1, the
 * end column that of the one behind the last, so that an empty list has a place too. It spans what
 * a production took, so brackets that only group belong to the node around them; they are noted in
 * {@link #grouping}.
 */
abstract class Productions extends Lookahead {
    /** Expressions, queries and joins nested deeper than this are refused. */
    static final int MAX_NESTING = 200;

    /** Names between dots; PostgreSQL allows about as many. */
    private static final int MAX_PARTS = 100;

    private final BitSet grouping = new BitSet();
    private int nesting;
    private int open;
    private String construct = "the statement";

    /** Where brackets stand that only group, by the token of the opening one. */
    final BitSet grouping() {
        return grouping;
    }

    /** The token, as numbered in {@link Tokens}, that could not be read. */
    final int stoppedAt() {
        return feed.start(at());
    }

    /** What was being read when it stopped. */
    final String construct() {
        return construct;
    }

    /** Notes that the opening bracket at this number, and its partner, only group. */
    final void grouped(int number) {
        grouping.set(feed.start(number));
    }

    /** Names what is read from here on, for reasons. */
    final void in(String name) {
        construct = name;
    }

    final void enter() {
        if (++nesting > MAX_NESTING) {
            throw new Refused("too-deep", "the statement is nested deeper than " + MAX_NESTING);
        }
    }

    final void leave() {
        nesting--;
    }

    /** Parsing ends with a reason of its own. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        final String code;
        final String reason;

        Refused(String code, String reason) {
            super(code, null, false, false);
            this.code = code;
            this.reason = reason;
        }
    }

    /** Notes that the operator just read ends in an operand, at this level. */
    final void open(int level) {
        open = level;
    }

    /** The level of the operator just read if it ends in an operand, else 0. */
    final int open() {
        int level = open;
        open = 0;
        return level;
    }

    static void into() {
        throw refused("into", "SELECT INTO makes a table");
    }

    static Refused refused(String code, String reason) {
        return new Refused(code, reason);
    }

    // Names

    /** The name that the token taken last stands for. */
    final String taken() {
        int i = feed.start(getToken(0).beginColumn);
        // what a U&"name" means is nobody's guess: as written it equals no name
        return tokens.attribute(i).orElseGet(() -> tokens.text(i));
    }

    final SqlIdentifier columnName() throws ParseException {
        return name(column(0));
    }

    final SqlIdentifier labelName() throws ParseException {
        return name(label(0));
    }

    private SqlIdentifier name(boolean fits) throws ParseException {
        if (!fits) {
            throw new ParseException();
        }
        int from = at();
        getNextToken();
        return new SqlIdentifier(taken(), pos(from));
    }

    /** Names between dots, the first of them as given, {@code *} last where allowed. */
    final SqlIdentifier path(boolean first, boolean star) throws ParseException {
        int from = at();
        List<String> names = new ArrayList<>();
        List<SqlParserPos> places = new ArrayList<>();
        SqlIdentifier head = name(first);
        names.add(head.getSimple());
        places.add(head.getParserPosition());
        while (is(PostgresParserConstants.DOT)
                && (label(1) || (star && kind(1) == PostgresParserConstants.STAR))) {
            getNextToken();
            int part = at();
            boolean all = is(PostgresParserConstants.STAR);
            getNextToken();
            names.add(all ? "" : taken());
            places.add(pos(part));
            if (names.size() > MAX_PARTS) {
                throw refused("too-deep", "a name has more than " + MAX_PARTS + " parts");
            }
            if (all) {
                break;
            }
        }
        return new SqlIdentifier(names, null, pos(from), places);
    }

    // Nodes

    /** The words from a token to the one taken last, as one name. */
    final SqlIdentifier words(int from) {
        var words = new StringJoiner(" ");
        for (int i = feed.start(from); i < feed.start(getToken(0).beginColumn + 1); i++) {
            words.add(tokens.folded(i));
        }
        return new SqlIdentifier(words.toString(), pos(from));
    }

    /** From a token to the one taken last. */
    final SqlParserPos pos(int from) {
        int to = feed.start(getToken(0).beginColumn + 1);
        return new SqlParserPos(1, feed.start(from) + 1, 1, Math.max(to, feed.start(from)) + 1);
    }

    static SqlNode call(SqlOperator operator, SqlParserPos pos, @Nullable SqlNode... operands) {
        return Form.call(operator, pos, operands);
    }

    /** An empty list, here. */
    final SqlNodeList none() {
        int here = feed.start(at());
        return new SqlNodeList(new SqlParserPos(1, here + 1, 1, here + 1));
    }

    final SqlNodeList list(List<? extends SqlNode> nodes, int from) {
        return new SqlNodeList(nodes, pos(from));
    }

    /** The token taken last as a literal. */
    final SqlLiteral constant() {
        int number = getToken(0).beginColumn;
        return new Constant(
                switch (getToken(0).kind) {
                    case PostgresParserConstants.NUMBER_LITERAL -> Constant.Kind.NUMBER;
                    case PostgresParserConstants.BITS -> Constant.Kind.BIT_STRING;
                    default -> Constant.Kind.STRING;
                },
                pos(number));
    }

    /** A word of the syntax, such as the kind of a join, at the place of the tokens taken. */
    final SqlLiteral word(Enum<?> value, int from) {
        return SqlLiteral.createSymbol(value, pos(from));
    }

    final SqlDynamicParam parameter() {
        int number = getToken(0).beginColumn;
        return new SqlDynamicParam(tokens.parameter(feed.start(number)) - 1, pos(number));
    }

    /** A type whose name was read from a token on, modifiers and brackets included. */
    final SqlDataTypeSpec type(SqlIdentifier name, int from) {
        return new SqlDataTypeSpec(new SqlUserDefinedTypeNameSpec(name, pos(from)), pos(from));
    }

    /** The operator that the token taken last stands for, between two operands. */
    final SqlOperator binary() {
        return switch (getToken(0).kind) {
            case PostgresParserConstants.EQ -> SqlStdOperatorTable.EQUALS;
            case PostgresParserConstants.NE -> SqlStdOperatorTable.NOT_EQUALS;
            case PostgresParserConstants.LT -> SqlStdOperatorTable.LESS_THAN;
            case PostgresParserConstants.GT -> SqlStdOperatorTable.GREATER_THAN;
            case PostgresParserConstants.LE -> SqlStdOperatorTable.LESS_THAN_OR_EQUAL;
            case PostgresParserConstants.GE -> SqlStdOperatorTable.GREATER_THAN_OR_EQUAL;
            case PostgresParserConstants.PLUS -> SqlStdOperatorTable.PLUS;
            case PostgresParserConstants.MINUS -> SqlStdOperatorTable.MINUS;
            case PostgresParserConstants.STAR -> SqlStdOperatorTable.MULTIPLY;
            case PostgresParserConstants.SLASH -> SqlStdOperatorTable.DIVIDE;
            case PostgresParserConstants.PERCENT_MARK -> SqlStdOperatorTable.PERCENT_REMAINDER;
            case PostgresParserConstants.CONCAT -> SqlStdOperatorTable.CONCAT;
            default -> Form.operator(symbol());
        };
    }

    final SqlOperator prefix() {
        return switch (getToken(0).kind) {
            case PostgresParserConstants.PLUS -> SqlStdOperatorTable.UNARY_PLUS;
            case PostgresParserConstants.MINUS -> SqlStdOperatorTable.UNARY_MINUS;
            default -> Form.prefix(symbol());
        };
    }

    /** The word or comma taken last, between two arguments. */
    final String separator() {
        return getToken(0).kind == PostgresParserConstants.COMMA ? "," : " " + taken();
    }

    final void expectSymbol() throws ParseException {
        if (!Binding.isSymbol(getToken(1).kind)) {
            throw new ParseException();
        }
        getNextToken();
    }

    /** A call of a function by name. */
    static SqlNode invocation(
            SqlIdentifier name,
            List<SqlNode> arguments,
            @Nullable SqlLiteral quantifier,
            SqlParserPos pos) {
        return new SqlBasicCall(
                new SqlUnresolvedFunction(
                        name, null, null, null, null, SqlFunctionCategory.USER_DEFINED_FUNCTION),
                arguments,
                pos,
                quantifier);
    }

    /** A relation by another name, with names for its columns where given. */
    final SqlNode aliased(
            SqlNode relation, SqlNode alias, @Nullable SqlNodeList columns, int from) {
        List<SqlNode> operands = new ArrayList<>();
        operands.add(relation);
        operands.add(alias);
        if (columns != null) {
            operands.addAll(columns);
        }
        return Form.call(SqlStdOperatorTable.AS, pos(from), operands);
    }

    /** The operator taken last, as written. */
    final String symbol() {
        return tokens.text(feed.start(getToken(0).beginColumn));
    }

    // Calcite's own ways in, of which Quern uses none: its tokens do not come from a reader

    @Override
    public final Metadata getMetadata() {
        throw new UnsupportedOperationException("no metadata");
    }

    @Override
    public final SqlParseException normalizeException(@Nullable Throwable e) {
        return new SqlParseException(
                "not PostgreSQL's syntax", SqlParserPos.ZERO, null, null, null);
    }

    @Override
    protected final SqlParserPos getPos() {
        return pos(getToken(0).beginColumn);
    }

    @Override
    public final void ReInit(Reader reader) {
        throw new UnsupportedOperationException("no reader");
    }

    @Override
    public final SqlNode parseArray() {
        throw new UnsupportedOperationException("no array literals");
    }

    @Override
    public final void setTabSize(int tabSize) {}

    @Override
    public final void setQuotedCasing(Casing casing) {}

    @Override
    public final void setUnquotedCasing(Casing casing) {}

    @Override
    public final void setIdentifierMaxLength(int length) {}

    @Override
    public final void setConformance(SqlConformance conformance) {}

    @Override
    public final void switchTo(LexicalState state) {}
}
