package io.quern.optimizer.search;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.Column;
import io.quern.optimizer.Table;
import io.quern.optimizer.catalog.Item;
import io.quern.optimizer.catalog.Level;

import org.apache.calcite.plan.RelOptAbstractTable;
import org.apache.calcite.rel.type.RelDataType;

import java.util.List;
import java.util.Optional;

/**
 * A FROM item that the search does not look into: a table, or anything else that has rows. Its
 * fields are its columns by number, those of dropped ones included.
 */
final class Leaf extends RelOptAbstractTable {
    private final Item item;
    private final Level level;
    private final List<String> columns;
    private final int number;

    Leaf(Item item, Level level, List<String> columns, int number, RelDataType type) {
        super(null, "leaf" + number, type);
        this.item = requireNonNull(item, "item");
        this.level = requireNonNull(level, "level");
        this.columns = List.copyOf(columns);
        this.number = number;
    }

    Item item() {
        return item;
    }

    Level level() {
        return level;
    }

    /** Its place among the leaves, in the order of the text. */
    int number() {
        return number;
    }

    String alias() {
        return item.alias();
    }

    /** The name that a column, counted from 0, has here. */
    String column(int field) {
        return columns.get(field);
    }

    boolean has(String columnName) {
        return columns.contains(columnName);
    }

    /** The column of a table, if it is one. */
    Optional<Column> tableColumn(int field) {
        return item.table()
                .flatMap(
                        t ->
                                t.columns().stream()
                                        .filter(c -> c.position() == field + 1)
                                        .findFirst());
    }

    /** Whether its rows are stored, so that to group them first may pay. */
    boolean isStored() {
        return item.table()
                .filter(t -> t.kind() != Table.Kind.VIEW)
                .filter(t -> item.subquery() == null)
                .isPresent();
    }

    @Override
    public String toString() {
        return item.alias();
    }
}
