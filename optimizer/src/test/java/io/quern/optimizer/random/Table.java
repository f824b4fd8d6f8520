package io.quern.optimizer.random;

import java.util.List;

/**
 * What a FROM clause may name.
 *
 * @param key the columns of a key, if it has one that can be trusted; else empty
 * @param references to other tables, declared or not
 * @param view whether it has no rows of its own
 */
record Table(
        String name,
        List<Column> columns,
        List<String> key,
        List<Reference> references,
        boolean view) {

    /** A column that holds another table's key. */
    record Reference(String column, String table, String target) {}

    Table {
        columns = List.copyOf(columns);
        key = List.copyOf(key);
        references = List.copyOf(references);
    }

    Column column(String wanted) {
        return columns.stream().filter(c -> c.name().equals(wanted)).findFirst().orElseThrow();
    }
}
