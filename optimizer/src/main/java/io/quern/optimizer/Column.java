package io.quern.optimizer;

import static java.util.Objects.requireNonNull;

/**
 * A column of a {@link Table}.
 *
 * @param position {@code attnum}, from 1
 * @param typeOid {@code atttypid}, a domain's own OID included
 * @param type as {@code format_type} prints it, such as {@code timestamp(0) without time zone}
 * @param notNull whether no row can hold NULL: a validated constraint that speaks for inheritance
 *     children too
 * @param collation the OID of its collation, 0 for a type that has none
 * @param deterministicCollation false only for a non-deterministic collation
 * @param nullFraction {@code pg_stats.null_frac}, from 0 to 1; NaN where there are no statistics
 *     (or none this role may read)
 * @param distinct {@code pg_stats.n_distinct}: positive a count, negative a fraction of the rows;
 *     NaN unknown
 * @param averageWidth {@code pg_stats.avg_width} in bytes; NaN unknown
 */
public record Column(
        String name,
        int position,
        int typeOid,
        String type,
        boolean notNull,
        long collation,
        boolean deterministicCollation,
        double nullFraction,
        double distinct,
        double averageWidth) {
    public Column {
        requireNonNull(name, "name");
        requireNonNull(type, "type");
    }
}
