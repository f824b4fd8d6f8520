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
 */
record CopiedTable(Table table, Set<String> keyColumns, List<ForeignKey> references) {
    CopiedTable {
        keyColumns = Set.copyOf(keyColumns);
        references = List.copyOf(references);
    }

    QualifiedName name() {
        return table.name();
    }

    List<Column> columns() {
        return table.columns();
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
