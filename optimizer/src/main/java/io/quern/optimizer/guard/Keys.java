package io.quern.optimizer.guard;

import io.quern.optimizer.catalog.ColumnUse;
import io.quern.optimizer.catalog.Item;

import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;

/** Which columns tell the rows of a FROM item apart. */
public final class Keys {
    private Keys() {}

    /** Whether a FROM item is a table of which these columns hold a key. */
    public static boolean covered(Item item, Collection<ColumnUse> columns) {
        Set<String> names =
                columns.stream()
                        .filter(c -> c.levelsUp() == 0 && c.item().equals(item))
                        .map(c -> c.column().name())
                        .collect(Collectors.toSet());
        return item.isTable()
                && item.table().stream()
                        .flatMap(table -> table.keys().stream())
                        .anyMatch(names::containsAll);
    }
}
