package io.quern.optimizer.rule;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Resolved;

import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;

import java.util.ArrayList;
import java.util.List;

/**
 * A column plus or minus something, as one side of a comparison.
 *
 * @param column the column as written
 * @param use the same as PostgreSQL reads it
 * @param summand the other as written
 * @param read the same as PostgreSQL reads it
 */
record Sum(SqlNode column, Expression use, SqlNode summand, Expression read, boolean minus) {
    Sum {
        requireNonNull(column, "column");
        requireNonNull(use, "use");
        requireNonNull(summand, "summand");
        requireNonNull(read, "read");
    }

    /** What a comparison's subject may be taken for: a sum of two columns for two of these. */
    static List<Sum> of(Resolved statement, Comparison comparison) {
        List<Expression> arguments = comparison.left().arguments();
        boolean plus = comparison.left().operator().filter(o -> o.is("+")).isPresent();
        boolean minus = comparison.left().operator().filter(o -> o.is("-")).isPresent();
        if (!(comparison.subject() instanceof SqlCall call)
                || (call.getKind() != SqlKind.PLUS && call.getKind() != SqlKind.MINUS)
                || (!plus && !minus)
                || arguments.size() != 2) {
            return List.of();
        }
        List<Sum> sums = new ArrayList<>();
        for (int i = 0; i < (minus ? 1 : 2); i++) {
            SqlNode column = call.operand(i);
            if (arguments.get(i).column().isPresent() && statement.column(column).isPresent()) {
                SqlNode summand = call.operand(1 - i);
                sums.add(new Sum(column, arguments.get(i), summand, arguments.get(1 - i), minus));
            }
        }
        return sums;
    }
}
