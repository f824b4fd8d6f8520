package io.quern.optimizer.parse;

import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlWriter;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.util.Litmus;
import org.jspecify.annotations.Nullable;

/**
 * A literal of the statement. The node holds its kind and place only: its characters are the user's
 * data and stay in {@link Tokens}, out of Calcite's messages.
 */
public final class Constant extends SqlLiteral {

    /** What is written. */
    public enum Kind {
        STRING,
        BIT_STRING,
        NUMBER
    }

    private final Kind kind;

    Constant(Kind kind, SqlParserPos pos) {
        super(kind, SqlTypeName.SYMBOL, pos);
        this.kind = kind;
    }

    /** What is written; {@code getKind} is Calcite's LITERAL. */
    public Kind kind() {
        return kind;
    }

    @Override
    public SqlLiteral clone(SqlParserPos pos) {
        return new Constant(kind, pos);
    }

    /** Of one statement: whether they are the same literal. What is written is not known here. */
    @Override
    public boolean equalsDeep(@Nullable SqlNode node, Litmus litmus) {
        return litmus.check(
                node instanceof Constant other
                        && other.kind == kind
                        && other.getParserPosition().equals(getParserPosition()),
                "another literal");
    }

    @Override
    public void unparse(SqlWriter writer, int leftPrec, int rightPrec) {
        writer.literal("?");
    }
}
