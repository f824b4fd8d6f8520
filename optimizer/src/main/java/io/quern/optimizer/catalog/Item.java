package io.quern.optimizer.catalog;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.Table;

import org.apache.calcite.sql.SqlNode;
import org.jspecify.annotations.Nullable;

import java.util.Optional;

/**
 * A leaf of a FROM clause: a table, a view, a subquery, a WITH query, a function, VALUES.
 *
 * @param number its place in PostgreSQL's range table, from 1
 * @param node what is written, alias included
 * @param alias the name its columns are qualified with
 * @param aliased whether the columns are renamed too
 * @param table the relation it names, if any
 * @param subquery the query level inside, if any
 * @param commonTable the WITH query it names, if any
 * @param nullable whether it is on the null-supplying side of an outer join
 * @param plain whether it is the whole relation: not ONLY, not sampled
 */
public record Item(
        int number,
        SqlNode node,
        String alias,
        boolean aliased,
        Optional<Table> table,
        @Nullable Level subquery,
        @Nullable String commonTable,
        boolean nullable,
        boolean plain) {
    public Item {
        requireNonNull(node, "node");
        requireNonNull(alias, "alias");
        requireNonNull(table, "table");
    }

    /** Whether it is a whole ordinary or partitioned table. */
    public boolean isTable() {
        return plain
                && table.isPresent()
                && (table.get().kind() == Table.Kind.TABLE
                        || table.get().kind() == Table.Kind.PARTITIONED_TABLE);
    }

    /** Two leaves may be written alike: an item is where it stands. */
    @Override
    @SuppressWarnings("ReferenceEquality")
    public boolean equals(@Nullable Object other) {
        return other instanceof Item item && item.node == node;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(node);
    }

    @Override
    public String toString() {
        return alias;
    }
}
