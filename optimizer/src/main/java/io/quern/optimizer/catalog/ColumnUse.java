package io.quern.optimizer.catalog;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.Column;
import io.quern.optimizer.Table;

/**
 * A column of a table as a query level sees it.
 *
 * @param item the FROM item it belongs to
 * @param column with the OIDs of the server that has read the statement
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

    /**
     * The same with its type and collation as the server numbers them that has read the statement.
     * That need not be the one of the catalog: a copy's OIDs of what users made are its own.
     */
    ColumnUse numbered(int type, long collation) {
        return new ColumnUse(item, table, column.numbered(type, collation), levelsUp);
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
