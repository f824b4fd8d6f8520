package io.quern.optimizer.guard;

import io.quern.optimizer.Column;
import io.quern.optimizer.Index;
import io.quern.optimizer.Table;
import io.quern.optimizer.catalog.ColumnUse;
import io.quern.optimizer.catalog.Item;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which columns tell the rows of a table apart: a unique, valid, immediate index over all rows, of
 * columns that are never NULL, on a table whose children it speaks for.
 */
public final class Keys {
    private Keys() {}

    /** The keys of a table, each a set of column names. */
    public static List<Set<String>> of(Table table) {
        boolean whole =
                table.kind() == Table.Kind.PARTITIONED_TABLE
                        || (table.kind() == Table.Kind.TABLE && !table.hasChildren())
                        || table.kind() == Table.Kind.MATERIALIZED_VIEW;
        if (!whole) {
            return List.of();
        }
        return table.indexes().stream()
                .filter(i -> isKey(table, i))
                .map(
                        i ->
                                i.keys().stream()
                                        .map(k -> k.column().orElseThrow())
                                        .collect(Collectors.toSet()))
                .toList();
    }

    private static boolean isKey(Table table, Index index) {
        return index.unique()
                && index.valid()
                && index.immediate()
                && index.method().equals("btree")
                && index.predicate().isEmpty()
                && index.keys().stream()
                        .allMatch(
                                k ->
                                        k.defaultOpclass()
                                                && k.column()
                                                        .flatMap(table::column)
                                                        .filter(c -> tellsApart(index, c))
                                                        .isPresent());
    }

    private static boolean tellsApart(Index index, Column column) {
        return column.deterministicCollation() && (column.notNull() || index.nullsNotDistinct());
    }

    /** Whether a FROM item is a table of which these columns hold a key. */
    public static boolean covered(Item item, Collection<ColumnUse> columns) {
        Set<String> names =
                columns.stream()
                        .filter(c -> c.levelsUp() == 0 && c.item().equals(item))
                        .map(c -> c.column().name())
                        .collect(Collectors.toSet());
        return item.isTable()
                && item.table().stream()
                        .flatMap(table -> of(table).stream())
                        .anyMatch(names::containsAll);
    }
}
