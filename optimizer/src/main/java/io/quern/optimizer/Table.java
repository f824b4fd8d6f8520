package io.quern.optimizer;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * A relation of a catalog.
 *
 * @param oid its {@code pg_class.oid}
 * @param kind ordinary table, view, … (only {@link Kind#TABLE} is a place where rules act so far)
 * @param rowSecurity whether row-level security is enabled, forced or not
 * @param hasChildren whether inheritance children or partitions exist: keys and NOT NULL then do
 *     not speak for the whole
 * @param rows {@code reltuples}, -1 if never analysed
 * @param bytes the heap's size on disk
 * @param writes inserts + updates + deletes since the statistics were reset
 * @param owner the owning role: only it (or a member) may create indexes
 */
public record Table(
        long oid,
        QualifiedName name,
        Kind kind,
        List<Column> columns,
        List<Index> indexes,
        boolean rowSecurity,
        boolean hasChildren,
        double rows,
        long bytes,
        long writes,
        String owner) {

    /** What kind of relation it is ({@code pg_class.relkind} and {@code relpersistence}). */
    public enum Kind {
        TABLE,
        PARTITIONED_TABLE,
        VIEW,
        MATERIALIZED_VIEW,
        FOREIGN_TABLE
    }

    public Table {
        requireNonNull(name, "name");
        requireNonNull(kind, "kind");
        columns = List.copyOf(columns);
        indexes = List.copyOf(indexes);
        requireNonNull(owner, "owner");
    }

    /** The column of that exact (case-folded) name. */
    public Optional<Column> column(String columnName) {
        return columns.stream().filter(c -> c.name().equals(columnName)).findFirst();
    }
}
