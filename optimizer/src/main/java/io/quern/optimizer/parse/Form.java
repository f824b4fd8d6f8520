package io.quern.optimizer.parse;

import org.apache.calcite.sql.SqlBasicCall;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlSyntax;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.List;

/**
 * A construct of PostgreSQL that Calcite has no operator for: its operators by name, its special
 * calls and its clauses. Operands that were not written are left out, unless the constant says
 * which place is null then. Two are equal if their names and syntax are.
 */
public final class Form extends SqlOperator {
    /** {@code a[i]}: the array, the subscript. */
    public static final Form SUBSCRIPT = new Form("[]");

    /** {@code a[i:j]}: the array, first and last index, null where left out. */
    public static final Form SLICE = new Form("[:]");

    /** {@code (x).f}: the composite value, the field, {@code *} for all. */
    public static final Form FIELD = new Form(".");

    /** {@code x::t}, {@code CAST (x AS t)}: value and type. */
    public static final Form CAST = new Form("CAST");

    /** {@code t 'x'}: type and string. */
    public static final Form TYPED_LITERAL = new Form("TYPED LITERAL");

    /** {@code x COLLATE c}. */
    public static final Form COLLATE = new Form("COLLATE");

    /** {@code x AT TIME ZONE z}. */
    public static final Form AT_TIME_ZONE = new Form("AT TIME ZONE");

    /** {@code x AT LOCAL}. */
    public static final Form AT_LOCAL = new Form("AT LOCAL");

    /** {@code x op ANY (array or query)}: value, the other side. The name tells the operator. */
    static Form quantified(String operator, String quantifier) {
        return new Form(operator + " " + quantifier, SqlSyntax.BINARY);
    }

    /** {@code (query)} as a value. */
    public static final Form SCALAR_QUERY = new Form("SCALAR QUERY");

    /** {@code EXISTS (query)}. */
    public static final Form EXISTS = new Form("EXISTS");

    /** {@code ARRAY (query)}. */
    public static final Form ARRAY_QUERY = new Form("ARRAY QUERY");

    /** {@code ARRAY[…]}, and the inner brackets of a nested one. */
    public static final Form ARRAY = new Form("ARRAY");

    /** {@code ROW(…)} and {@code (a, b)}. */
    public static final Form ROW = new Form("ROW");

    /** {@code f(x) FILTER (WHERE c)}. */
    public static final Form FILTER = new Form("FILTER");

    /** {@code f(x) OVER w}: the call, a window's name or definition. */
    public static final Form OVER = new Form("OVER");

    /** {@code f(x) WITHIN GROUP (ORDER BY y)}: the call, the sort keys. */
    public static final Form WITHIN_GROUP = new Form("WITHIN GROUP");

    /** ORDER BY among a call's arguments: the sort keys. */
    public static final Form ARGUMENT_ORDER = new Form("ORDER BY");

    /** {@code name => x}. */
    public static final Form NAMED_ARGUMENT = new Form("=>");

    /** {@code VARIADIC x}. */
    public static final Form VARIADIC = new Form("VARIADIC");

    /**
     * A window's definition: name, the window it builds on, partition, order and frame, null where
     * left out.
     */
    public static final Form WINDOW = new Form("WINDOW");

    /** ROWS, RANGE or GROUPS with its bounds. */
    public static final Form FRAME = new Form("FRAME");

    /**
     * {@code x DESC}, {@code x USING <}, {@code x NULLS LAST}: the value; the text tells the rest.
     */
    public static final Form SORT_KEY = new Form("SORT KEY");

    /** {@code ONLY t}. */
    public static final Form ONLY = new Form("ONLY");

    /** {@code t *}. */
    public static final Form DESCENDANTS = new Form("*");

    /** {@code t TABLESAMPLE m (x) REPEATABLE (y)}: the relation with its alias, then the rest. */
    public static final Form SAMPLE = new Form("TABLESAMPLE");

    /** {@code LATERAL x}. */
    public static final Form LATERAL = new Form("LATERAL");

    /** {@code f(x) WITH ORDINALITY}. */
    public static final Form ORDINALITY = new Form("WITH ORDINALITY");

    /** {@code ROWS FROM (…)}. */
    public static final Form ROWS_FROM = new Form("ROWS FROM");

    /**
     * {@code x AS a (b, c)}: the relation, its alias or null, the names or definitions of its
     * columns or null.
     */
    public static final Form ALIAS = new Form("AS", SqlKind.AS);

    /** {@code a integer COLLATE c}: name, type and the rest. */
    public static final Form COLUMN_DEFINITION = new Form("COLUMN");

    /** {@code FOR UPDATE OF t NOWAIT}: the tables; the text tells the strength. */
    public static final Form LOCKING = new Form("FOR");

    /** {@code TABLE t}. */
    public static final Form TABLE = new Form("TABLE");

    /** {@code VALUES (…), (…)}. */
    public static final Form VALUES = new Form("VALUES", SqlKind.VALUES);

    /** {@code DEFAULT VALUES}. */
    public static final Form DEFAULT_VALUES = new Form("DEFAULT VALUES");

    /** {@code USING (a) AS x} of a join: the columns, the alias. */
    public static final Form JOIN_USING = new Form("USING");

    /**
     * {@code ON CONFLICT …}: target, its condition, assignments, condition; null where left out.
     */
    public static final Form CONFLICT = new Form("ON CONFLICT");

    /** An item of an index: expression, then collation and operator class. */
    public static final Form INDEX_ITEM = new Form("INDEX ITEM");

    /** {@code a = x}, {@code (a, b) = x} behind SET: target and value. */
    public static final Form ASSIGNMENT = new Form("SET");

    /** RETURNING: what OLD and NEW are called, or null, and the list. */
    public static final Form RETURNING = new Form("RETURNING");

    /** WHEN of MERGE: condition or null, then what is done. */
    public static final Form WHEN = new Form("WHEN");

    /** What a WHEN of MERGE does: columns or assignments, and values. */
    public static final Form ACTION = new Form("ACTION");

    /** WHERE CURRENT OF a cursor. */
    public static final Form CURRENT_OF = new Form("CURRENT OF");

    /** SEARCH of a recursive query: columns, the new column. */
    public static final Form SEARCH = new Form("SEARCH");

    /** CYCLE of a recursive query: columns, then marks and the path. */
    public static final Form CYCLE = new Form("CYCLE");

    /** A clause inside a special call, such as {@code RETURNING text} or {@code NULL ON ERROR}. */
    public static final Form CLAUSE = new Form("CLAUSE");

    /** A pair of key and value, or a value with its label. */
    public static final Form PAIR = new Form("PAIR");

    /** DEFAULT in place of a value. */
    public static final Form DEFAULT = new Form("DEFAULT");

    /** {@code LIMIT ALL}. */
    public static final Form ALL = new Form("ALL");

    /** {@code ()} of GROUP BY, ROLLUP (…), CUBE (…), GROUPING SETS (…). */
    static Form grouping(String name) {
        return new Form(name);
    }

    private final SqlSyntax syntax;

    private Form(String name) {
        this(name, SqlSyntax.FUNCTION, SqlKind.OTHER);
    }

    private Form(String name, SqlKind kind) {
        this(name, SqlSyntax.FUNCTION, kind);
    }

    private Form(String name, SqlSyntax syntax) {
        this(name, syntax, SqlKind.OTHER);
    }

    private Form(String name, SqlSyntax syntax, SqlKind kind) {
        super(name, kind, 0, true, null, null, null);
        this.syntax = syntax;
    }

    /** A binary operator, by its name as written, {@code OPERATOR(s.+)} included. */
    public static Form operator(String name) {
        return new Form(name, SqlSyntax.BINARY);
    }

    /** A prefix operator. */
    public static Form prefix(String name) {
        return new Form(name, SqlSyntax.PREFIX);
    }

    /** A test behind its operand, such as {@code IS DOCUMENT}. */
    static Form test(String name) {
        return new Form(name, SqlSyntax.POSTFIX);
    }

    /** A call with words between its arguments, such as {@code EXTRACT}; the name tells them. */
    static Form special(String name) {
        return new Form(name);
    }

    static SqlCall call(SqlOperator operator, SqlParserPos pos, @Nullable SqlNode... operands) {
        return call(operator, pos, Arrays.asList(operands));
    }

    static SqlCall call(
            SqlOperator operator, SqlParserPos pos, List<? extends @Nullable SqlNode> operands) {
        return new SqlBasicCall(operator, operands, pos);
    }

    @Override
    public SqlSyntax getSyntax() {
        return syntax;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Form form
                && form.getName().equals(getName())
                && form.syntax == syntax;
    }

    @Override
    public int hashCode() {
        return getName().hashCode();
    }
}
