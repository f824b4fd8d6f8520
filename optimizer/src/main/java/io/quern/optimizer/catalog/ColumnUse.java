package io.quern.optimizer.catalog;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.Column;
import io.quern.optimizer.Table;

/**
 * A column of a table as a query level sees it.
 *
 * @param item the FROM item it belongs to
 * @param levelsUp 0 for the level of the expression itself, 1 for the one around it, …
 */
public record ColumnUse(Item item, Table table, Column column, int levelsUp) {
    public ColumnUse {
        requireNonNull(item, "item");
        requireNonNull(table, "table");
        requireNonNull(column, "column");
    }

    /** Whether no row of the FROM clause can hold NULL here. */
    public boolean neverNull() {
        return column.notNull() && !item.nullable();
    }

    /** The same column seen from levels further in. */
    ColumnUse up(int levels) {
        return new ColumnUse(item, table, column, levels);
    }

    /** Whether both are the same column of the same FROM item. */
    public boolean same(ColumnUse other) {
        return item.equals(other.item) && column.name().equals(other.column.name());
    }

    /** Table and column, for reasons. */
    @Override
    public String toString() {
        return table.name().name() + "." + column.name();
    }
}
