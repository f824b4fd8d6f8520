package io.quern.optimizer.index;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.PgNode;
import io.quern.optimizer.catalog.SystemCatalog.Operator;
import io.quern.optimizer.catalog.SystemCatalog.Volatility;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** What a column is compared with, in a query level. */
record Value(PgNode node, Level level) {
    private static final int RTE_JOIN = 2;

    Value {
        requireNonNull(node, "node");
        requireNonNull(level, "level");
    }

    /**
     * The places in the level's range table of what it depends on. Empty for what is the same for
     * all rows of the level: constants, parameters, and columns of levels further out.
     */
    Set<Integer> tables() {
        Set<Integer> tables = new HashSet<>();
        tables(node, 0, tables);
        return tables;
    }

    /**
     * @param depth how many queries further in the part is evaluated
     */
    private void tables(PgNode part, int depth, Set<Integer> into) {
        if (part.is("VAR")) {
            if (part.integer("varlevelsup") == depth) {
                variable(part, into);
            }
            return;
        }
        int inside = part.is("QUERY") ? depth + 1 : depth;
        part.children(child -> tables(child, inside, into));
    }

    private void variable(PgNode var, Set<Integer> into) {
        int number = var.integer("varno");
        PgNode entry = level.query().nodes("rtable").get(number - 1);
        if (entry.integer("rtekind") == RTE_JOIN) {
            // a column that a join has merged
            tables(entry.nodes("joinaliasvars").get(var.integer("varattno") - 1), 0, into);
        } else {
            into.add(number);
        }
    }

    /** Whether it may differ from row to row all the same. */
    boolean isVolatile() {
        boolean[] found = {false};
        node.walk(part -> found[0] |= part.is("NEXTVALUEEXPR") || callsVolatile(part));
        return found[0];
    }

    private boolean callsVolatile(PgNode part) {
        long function = part.number("funcid");
        if (function == 0) {
            Optional<Operator> operator = level.system().operator(part.number("opno"));
            function = operator.map(Operator::function).orElse(0L);
        }
        return function != 0
                && level.system()
                        .function(function)
                        .map(f -> f.volatility() == Volatility.VOLATILE)
                        .orElse(true);
    }
}
