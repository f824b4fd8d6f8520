package io.quern.optimizer.rule;

import io.quern.optimizer.Column;
import io.quern.optimizer.catalog.Item;
import io.quern.optimizer.catalog.Level;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A condition that is true and reads nothing, for whose sake PostgreSQL still checks that the
 * client may read certain columns: {@code NOT EXISTS (SELECT c FROM t WHERE false)}. It stands for
 * a table that a rewrite no longer reads; the plan has a one-time filter for it. Rights are checked
 * for every table that a statement names ({@code ExecCheckPermissions}), before it runs.
 */
final class RightsCheck {
    private RightsCheck() {}

    /**
     * For the columns of a table that a query level speaks of; empty if its columns have other
     * names there or one is none of the table's own.
     */
    static Optional<List<Object>> of(Item item, Level level) {
        List<Column> columns = item.table().orElseThrow().columns();
        List<String> names = new ArrayList<>();
        for (int number : Mentions.columns(item, level)) {
            Optional<Column> column =
                    columns.stream().filter(c -> c.position() == number).findFirst();
            if (column.isEmpty()) {
                return Optional.empty();
            }
            names.add(Names.of(column.get().name()));
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
