package io.quern.optimizer.rule;

import io.quern.optimizer.catalog.ColumnUse;
import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Item;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.PgNode;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A condition that is true and reads nothing, for whose sake PostgreSQL still checks that the
 * client may read certain columns: {@code NOT EXISTS (SELECT c FROM t WHERE false)}. It stands for
 * a table that a rewrite no longer reads; the plan has a one-time filter for it. Rights are checked
 * for every table that a statement names ({@code ExecCheckPermissions}), before it runs.
 */
final class RightsCheck {
    private RightsCheck() {}

    /**
     * For the columns of an item that some of PostgreSQL's nodes mention; empty if its columns have
     * other names here or one cannot be told.
     */
    static Optional<List<Object>> of(Item item, Level level, List<PgNode> mentions) {
        Set<String> names = new LinkedHashSet<>();
        for (PgNode mention : mentions) {
            Optional<ColumnUse> use = new Expression(mention, level).column();
            if (use.isEmpty() || !use.get().item().equals(item)) {
                return Optional.empty();
            }
            names.add(Names.of(use.get().column().name()));
        }
        return item.aliased()
                ? Optional.empty()
                : Optional.of(
                        List.of(
                                "NOT EXISTS (SELECT ",
                                String.join(", ", names),
                                " FROM ",
                                item.node(),
                                " WHERE false)"));
    }
}
