package io.quern.optimizer.search;

import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.PgNode;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.catalog.SystemCatalog.Function;

import java.util.Optional;

/**
 * Whether an expression is NULL wherever all its columns are, as those of a row are that an outer
 * join adds.
 */
final class Strictness {
    private Strictness() {}

    static boolean of(Resolved statement, Term term) {
        if (!(term instanceof Term.Text text)) {
            return true;
        }
        Optional<Expression> read = statement.expression(text.source().node());
        return !text.operands().isEmpty()
                && !text.holdsQuery()
                && text.operands().stream().allMatch(o -> of(statement, o))
                && read.filter(r -> strict(r.node(), r.level())).isPresent();
    }

    /** Strict calls all the way down to the columns; one that has none has its value without. */
    private static boolean strict(PgNode node, Level level) {
        boolean known =
                switch (node.tag()) {
                    case "VAR", "CONST", "PARAM", "RELABELTYPE" -> true;
                    case "OPEXPR" -> strict(level.system().function(node.number("opfuncid")));
                    case "FUNCEXPR" -> strict(level.system().function(node.number("funcid")));
                    default -> false;
                };
        boolean[] all = {known};
        node.children(child -> all[0] = all[0] && strict(child, level));
        return all[0];
    }

    private static boolean strict(Optional<Function> function) {
        return function.filter(f -> f.strict() && !f.set()).isPresent();
    }
}
