package io.quern.optimizer;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * An index of a {@link Table}.
 *
 * @param method the access method, {@code btree} for one
 * @param keys the key columns in order; an expression key has no column name
 * @param include the names of INCLUDE columns
 * @param predicate a partial index's WHERE as {@code pg_get_expr} prints it
 * @param unique whether it is unique
 * @param primary whether it is the primary key's
 * @param valid {@code indisvalid and indisready and indislive}; of a partitioned table: on all
 *     partitions
 * @param immediate false for a deferrable constraint's index
 * @param nullsNotDistinct whether UNIQUE NULLS NOT DISTINCT
 * @param temporal whether WITHOUT OVERLAPS (from 18 on): its last column then overlaps nowhere,
 *     which forbids equal values of the others no more
 * @param constraint whether a constraint stands on it
 * @param bytes its size on disk
 * @param scans {@code idx_scan} since the statistics were reset
 * @param definition {@code pg_get_indexdef}
 * @param declaration {@code pg_get_constraintdef} of the constraint that stands on it, if one does
 */
public record Index(
        long oid,
        String name,
        String method,
        List<Key> keys,
        List<String> include,
        Optional<String> predicate,
        boolean unique,
        boolean primary,
        boolean valid,
        boolean immediate,
        boolean nullsNotDistinct,
        boolean temporal,
        boolean constraint,
        long bytes,
        long scans,
        String definition,
        Optional<String> declaration) {

    /**
     * One key of an index.
     *
     * @param column the column, or empty for an expression
     * @param expression the key as {@code pg_get_indexdef(oid, n, false)} prints it
     * @param descending DESC
     * @param nullsFirst NULLS FIRST
     * @param defaultOpclass whether its operator class is its type's default and its collation the
     *     column's
     * @param opclass its operator class, such as {@code pg_catalog.text_pattern_ops}
     * @param family the operator family of that class; names are per access method
     * @param collation the OID of its collation, 0 for none
     */
    public record Key(
            Optional<String> column,
            String expression,
            boolean descending,
            boolean nullsFirst,
            boolean defaultOpclass,
            QualifiedName opclass,
            QualifiedName family,
            long collation) {
        public Key {
            requireNonNull(column, "column");
            requireNonNull(expression, "expression");
            requireNonNull(opclass, "opclass");
            requireNonNull(family, "family");
        }
    }

    public Index {
        requireNonNull(name, "name");
        requireNonNull(method, "method");
        keys = List.copyOf(keys);
        include = List.copyOf(include);
        requireNonNull(predicate, "predicate");
        requireNonNull(definition, "definition");
        requireNonNull(declaration, "declaration");
    }

    /** An index whose constraint is not told. */
    public Index(
            long oid,
            String name,
            String method,
            List<Key> keys,
            List<String> include,
            Optional<String> predicate,
            boolean unique,
            boolean primary,
            boolean valid,
            boolean immediate,
            boolean nullsNotDistinct,
            boolean temporal,
            boolean constraint,
            long bytes,
            long scans,
            String definition) {
        this(
                oid,
                name,
                method,
                keys,
                include,
                predicate,
                unique,
                primary,
                valid,
                immediate,
                nullsNotDistinct,
                temporal,
                constraint,
                bytes,
                scans,
                definition,
                Optional.empty());
    }
}
