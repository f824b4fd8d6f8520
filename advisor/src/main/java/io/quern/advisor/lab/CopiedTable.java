package io.quern.advisor.lab;

import io.quern.optimizer.Column;
import io.quern.optimizer.ForeignKey;
import io.quern.optimizer.QualifiedName;
import io.quern.optimizer.Table;

import java.util.List;
import java.util.Set;

/**
 * A table of the upstream that the lab has an empty copy of.
 *
 * @param keyColumns the columns that some copied unique index covers
 * @param references the foreign keys to other copied tables, or to itself, that rows obey
 * @param conditions expressions over its columns that are false of no row
 */
record CopiedTable(
        Table table, Set<String> keyColumns, List<ForeignKey> references, List<String> conditions) {
    CopiedTable {
        keyColumns = Set.copyOf(keyColumns);
        references = List.copyOf(references);
        conditions = List.copyOf(conditions);
    }

    /** A table whose rows may be any. */
    CopiedTable(Table table, Set<String> keyColumns, List<ForeignKey> references) {
        this(table, keyColumns, references, List.of());
    }

    QualifiedName name() {
        return table.name();
    }

    List<Column> columns() {
        return table.columns();
    }

    /** Those that a row is inserted with. */
    List<Column> given() {
        return columns().stream().filter(c -> !isGenerated(c)).toList();
    }

    /** Whether PostgreSQL computes a column from the others. */
    static boolean isGenerated(Column column) {
        return column.origin() == Column.Origin.STORED || column.origin() == Column.Origin.VIRTUAL;
    }

    /** Where a column's value stands in a row. */
    int place(String column) {
        for (int i = 0; i < columns().size(); i++) {
            if (columns().get(i).name().equals(column)) {
                return i;
            }
        }
        throw new IllegalArgumentException("no column " + column + " in " + name());
    }
}
