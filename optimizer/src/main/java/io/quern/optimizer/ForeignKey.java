package io.quern.optimizer;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A foreign key of a {@link Table}: as in PostgreSQL it speaks for the rows of that very table and
 * of its partitions, not for inheritance children, and refers to rows of the other one likewise.
 *
 * @param columns the referencing columns, in the order of {@code referencedColumns}
 * @param referencedTable the table it was declared to refer to, never a partition of that one
 * @param match what a partly NULL reference means
 * @param defaultEquality whether values are compared by {@code pg_catalog}'s operators {@code =}
 * @param validated false for NOT VALID: rows that were there before may violate it
 * @param enforced false for NOT ENFORCED (from 18 on)
 * @param deferrable whether a statement may run before it was checked
 * @param triggersEnabled whether every trigger that sees to it fires in ordinary sessions, on both
 *     tables and all their partitions
 * @param temporal whether it has a PERIOD (from 18 on): its last columns then overlap, not equal
 */
public record ForeignKey(
        String name,
        List<String> columns,
        QualifiedName referencedTable,
        List<String> referencedColumns,
        Match match,
        boolean defaultEquality,
        boolean validated,
        boolean enforced,
        boolean deferrable,
        boolean triggersEnabled,
        boolean temporal) {

    /** {@code MATCH}: SIMPLE lets any NULL among the columns pass, FULL only all of them. */
    public enum Match {
        SIMPLE,
        FULL
    }

    public ForeignKey {
        requireNonNull(name, "name");
        columns = List.copyOf(columns);
        requireNonNull(referencedTable, "referencedTable");
        referencedColumns = List.copyOf(referencedColumns);
        requireNonNull(match, "match");
        if (columns.isEmpty() || columns.size() != referencedColumns.size()) {
            throw new IllegalArgumentException("columns and referencedColumns must pair up");
        }
    }

    /**
     * Whether every row without NULL among {@code columns} has exactly the row it refers to, in any
     * statement. It says nothing of what replication writes: see {@link Table#subscribed}.
     */
    public boolean holds() {
        return validated
                && enforced
                && !deferrable
                && triggersEnabled
                && !temporal
                && defaultEquality;
    }
}
