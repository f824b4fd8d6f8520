package io.quern.advisor.lab;

import io.quern.optimizer.Column;
import io.quern.optimizer.QualifiedName;
import io.quern.optimizer.Table;

import java.util.List;
import java.util.Set;

/**
 * A table of the upstream that the lab has an empty copy of.
 *
 * @param keyColumns the columns that some copied unique index covers
 */
record CopiedTable(Table table, Set<String> keyColumns) {
    CopiedTable {
        keyColumns = Set.copyOf(keyColumns);
    }

    QualifiedName name() {
        return table.name();
    }

    List<Column> columns() {
        return table.columns();
    }
}
