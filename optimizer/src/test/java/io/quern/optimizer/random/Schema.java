package io.quern.optimizer.random;

import java.util.List;

/**
 * A random schema.
 *
 * @param tables and views
 * @param ddl before there are rows
 * @param rows one INSERT each; those that break a constraint do not get in
 * @param later keys and references that may hold for the rows or not
 */
record Schema(List<Table> tables, List<String> ddl, List<String> rows, List<String> later) {
    static final List<String> TYPES =
            List.of(
                    "CREATE COLLATION blind (provider = icu, locale = 'und-u-ks-level2',"
                            + " deterministic = false)",
                    "CREATE TYPE mood AS ENUM ('bad', 'so', 'good')",
                    "CREATE DOMAIN positive AS int CHECK (VALUE > 0)");

    Schema {
        tables = List.copyOf(tables);
        ddl = List.copyOf(ddl);
        rows = List.copyOf(rows);
        later = List.copyOf(later);
    }
}
