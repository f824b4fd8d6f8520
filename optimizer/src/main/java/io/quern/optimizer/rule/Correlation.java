package io.quern.optimizer.rule;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.catalog.ColumnUse;
import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.guard.CoarseCast;

import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;

import java.util.List;
import java.util.Optional;

/**
 * A condition {@code inner = outer} that ties a subquery to a row of the level around it.
 *
 * @param read the comparison as PostgreSQL reads it
 * @param inner the subquery's column
 * @param outer the column of the level around it
 */
record Correlation(SqlNode node, Expression read, ColumnUse inner, ColumnUse outer) {
    Correlation {
        requireNonNull(node, "node");
        requireNonNull(read, "read");
        requireNonNull(inner, "inner");
        requireNonNull(outer, "outer");
    }

    /** What a condition is if it compares two columns so, by the equality that B-trees know. */
    static Optional<Correlation> of(Resolved statement, SqlNode condition) {
        if (!(condition instanceof SqlCall call) || call.getKind() != SqlKind.EQUALS) {
            return Optional.empty();
        }
        Optional<Expression> read =
                statement
                        .expression(call)
                        .filter(e -> e.operator().filter(o -> o.is("=")).isPresent())
                        .filter(e -> e.operator().orElseThrow().isEquality());
        List<SqlNode> sides = call.getOperandList();
        Optional<ColumnUse> left = statement.column(sides.get(0));
        Optional<ColumnUse> right = statement.column(sides.get(1));
        if (read.isEmpty() || left.isEmpty() || right.isEmpty()) {
            return Optional.empty();
        }
        if (left.get().levelsUp() == 0 && right.get().levelsUp() == 1) {
            return Optional.of(new Correlation(call, read.get(), left.get(), right.get()));
        }
        return left.get().levelsUp() == 1 && right.get().levelsUp() == 0
                ? Optional.of(new Correlation(call, read.get(), right.get(), left.get()))
                : Optional.empty();
    }

    /**
     * Whether the inner column is compared as it is: a cast could make different values equal, so
     * that several groups of the column are equal to one outer value.
     */
    boolean uncast() {
        return read.arguments().stream()
                .anyMatch(
                        a ->
                                !CoarseCast.is(a)
                                        && (a.node().is("VAR") || a.node().is("RELABELTYPE"))
                                        && a.uncast()
                                                .column()
                                                .filter(c -> c.same(inner))
                                                .filter(c -> c.levelsUp() == 0)
                                                .isPresent()
                                        && (a.node().is("VAR") || ownEquality(inner, a.level())));
    }

    /**
     * Whether values of a column that are equal by its type's own equality stay so when the type is
     * seen as another of the same bytes. So they do for PostgreSQL's types; citext, seen as text,
     * tells upper from lower case.
     */
    static boolean ownEquality(ColumnUse use, Level level) {
        return level.system()
                .type(use.column().typeOid())
                .filter(t -> t.kind() != 'b' || t.name().schema().equals("pg_catalog"))
                .isPresent();
    }

    /** Whether the comparison finds the same values equal as grouping by the inner column does. */
    boolean collated() {
        return read.collation() == 0 || read.collation() == inner.column().collation();
    }
}
