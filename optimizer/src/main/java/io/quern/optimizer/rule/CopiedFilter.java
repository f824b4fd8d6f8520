package io.quern.optimizer.rule;

import io.quern.optimizer.catalog.ColumnUse;
import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.PgNode;
import io.quern.optimizer.catalog.Resolved;

import org.apache.calcite.sql.SqlNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Conditions on a column, said again of another column that equals it: {@code c.id < 10} makes
 * {@code o.customer_id < 10} true wherever {@code o.customer_id = c.id} is. Only comparisons with
 * values that no row changes are copied, by operators of a B-tree, which do not tell equals apart.
 */
final class CopiedFilter {
    private CopiedFilter() {}

    /** What a level's WHERE says of a column, as conditions on another one of the same type. */
    static List<List<Object>> of(
            Resolved statement, Level level, ColumnUse column, ColumnUse equal, String name) {
        List<List<Object>> copies = new ArrayList<>();
        boolean same =
                column.column().typeOid() == equal.column().typeOid()
                        && column.column().collation() == equal.column().collation();
        if (!same) {
            return copies;
        }
        for (SqlNode condition : level.where()) {
            boolean[] only = {true};
            boolean[] compared = {true};
            statement
                    .expression(condition)
                    .ifPresentOrElse(
                            e -> e.node().walk(n -> compared[0] &= compares(n, e)),
                            () -> compared[0] = false);
            Optional<List<Object>> copy =
                    Written.renamed(
                            statement,
                            condition,
                            c -> {
                                only[0] &= c.same(column) && c.levelsUp() == 0;
                                return name;
                            });
            if (copy.isPresent() && only[0] && compared[0] && copy.get().size() > 1) {
                copies.add(List.of("(", copy.get(), ")"));
            }
        }
        return copies;
    }

    private static boolean compares(PgNode node, Expression in) {
        return switch (node.tag()) {
            case "VAR", "CONST", "PARAM", "BOOLEXPR", "ARRAYEXPR", "ARRAY", "RELABELTYPE" -> true;
            case "OPEXPR", "SCALARARRAYOPEXPR" ->
                    new Expression(node, in.level())
                            .operator()
                            .filter(o -> !o.families().isEmpty())
                            .isPresent();
            case "FUNCEXPR" -> new Expression(node, in.level()).isImplicitCast();
            default -> false;
        };
    }
}
