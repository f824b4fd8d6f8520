package io.quern.optimizer.search;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.parse.Span;

import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlOperator;

import java.util.List;

/**
 * A written expression as an operator of its columns. Calcite moves it about and knows nothing of
 * it; what it means is PostgreSQL's to say, and its text is the statement's own.
 *
 * <p>The operands are the columns in the holes, in order, and behind them those that a query inside
 * it speaks of, which have no hole: such an expression can stand only where all names stay.
 */
final class Opaque extends SqlOperator {
    private final SqlNode node;
    private final Level level;
    private final List<Span> holes;
    private final boolean holdsQuery;
    private final boolean where;

    /**
     * @param level whose names it speaks
     * @param holes where its columns are written, in the order of the text
     * @param where whether it is a conjunct of WHERE
     */
    Opaque(
            SqlNode node,
            Level level,
            int number,
            List<Span> holes,
            boolean holdsQuery,
            boolean where) {
        // written alike in two places is not the same: each has a name of its own
        super("#" + number, SqlKind.OTHER, 0, true, null, null, null);
        this.node = requireNonNull(node, "node");
        this.level = requireNonNull(level, "level");
        this.holes = List.copyOf(holes);
        this.holdsQuery = holdsQuery;
        this.where = where;
    }

    SqlNode node() {
        return node;
    }

    Level level() {
        return level;
    }

    List<Span> holes() {
        return holes;
    }

    boolean holdsQuery() {
        return holdsQuery;
    }

    boolean where() {
        return where;
    }

    @Override
    public org.apache.calcite.sql.SqlSyntax getSyntax() {
        return org.apache.calcite.sql.SqlSyntax.FUNCTION;
    }
}
