package io.quern.advisor.twin;

import io.quern.optimizer.QualifiedName;

import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * What ANALYZE would write beside the values of a column of the twin's.
 *
 * @param relation the table's or index's OID
 * @param number {@code attnum}
 * @param type the values' type, a domain's own
 * @param equal the equality of the type's default operator class, 0 without one
 * @param less its less-than, 0 without one
 * @param element what its elements are, 0 without
 * @param range the range type that bounds are kept as, 0 if it is none
 */
record AttributeType(
        Place place,
        long relation,
        int number,
        long type,
        long collation,
        long equal,
        long less,
        long element,
        long elementCollation,
        long elementEqual,
        long range) {

    /** A column of a relation. */
    record Place(QualifiedName relation, String column) {}

    /**
     * A type without an operator class of its own uses that of what it is a kind of, or of a type
     * it is stored like (varchar as text). tsvector's elements are text.
     */
    static final String QUERY =
            """
            WITH RECURSIVE base(domain, oid) AS (
              SELECT t.oid, t.oid FROM pg_type t WHERE t.typtype <> 'd'
              UNION ALL
              SELECT t.oid, b.oid FROM pg_type t JOIN base b ON b.domain = t.typbasetype
              WHERE t.typtype = 'd'),
            ordered AS (
              SELECT b.domain, b.oid AS base, c.opcfamily, c.opcintype, a.amname, row_number() OVER (
                PARTITION BY b.domain ORDER BY a.amname, c.opcintype <> b.oid, t2.typispreferred DESC) AS rank
              FROM base b
              JOIN pg_type t ON t.oid = b.oid
              JOIN pg_opclass c ON c.opcdefault AND (c.opcintype = b.oid
                OR c.opcintype = CASE t.typtype WHEN 'e' THEN 3500 WHEN 'r' THEN 3831 WHEN 'm' THEN 4537
                  WHEN 'c' THEN 2249 ELSE CASE WHEN t.typcategory = 'A' AND t.typlen = -1 THEN 2277 END END::oid
                OR EXISTS (SELECT FROM pg_cast k WHERE k.castsource = b.oid AND k.casttarget = c.opcintype
                           AND k.castmethod = 'b' AND k.castcontext = 'i'))
              JOIN pg_am a ON a.oid = c.opcmethod AND a.amname IN ('btree', 'hash')
              JOIN pg_type t2 ON t2.oid = c.opcintype),
            operators AS (
              SELECT o.domain,
                (SELECT p.amopopr FROM pg_amop p WHERE p.amopfamily = o.opcfamily
                 AND p.amoplefttype = o.opcintype AND p.amoprighttype = o.opcintype
                 AND p.amopstrategy = CASE o.amname WHEN 'btree' THEN 3 ELSE 1 END) AS equal,
                (SELECT p.amopopr FROM pg_amop p WHERE o.amname = 'btree' AND p.amopfamily = o.opcfamily
                 AND p.amoplefttype = o.opcintype AND p.amoprighttype = o.opcintype
                 AND p.amopstrategy = 1) AS less
              FROM ordered o WHERE o.rank = 1)
            SELECT n.nspname AS schema, c.relname AS name, a.attname AS column_name, c.oid::bigint AS relation,
              a.attnum, a.atttypid::bigint AS type, a.attcollation::bigint AS collation,
              coalesce(o.equal, 0)::bigint AS equal, coalesce(o.less, 0)::bigint AS less,
              e.oid::bigint AS element,
              CASE WHEN t.oid = 3614 THEN 100 ELSE a.attcollation END::bigint AS element_collation,
              coalesce(eo.equal, 0)::bigint AS element_equal,
              coalesce(r.rngtypid, 0)::bigint AS range
            FROM pg_class c
            JOIN pg_namespace n ON n.oid = c.relnamespace
              AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            JOIN base b ON b.domain = a.atttypid
            JOIN pg_type t ON t.oid = b.oid
            LEFT JOIN operators o ON o.domain = a.atttypid
            CROSS JOIN LATERAL (SELECT CASE WHEN t.oid = 3614 THEN 25 ELSE t.typelem END AS oid) e
            LEFT JOIN operators eo ON eo.domain = e.oid
            LEFT JOIN pg_range r ON r.rngtypid = b.oid OR r.rngmultitypid = b.oid
            WHERE c.relkind IN ('r', 'm', 'p', 'i', 'I')
            """;

    static AttributeType of(ResultSet row) throws SQLException {
        return new AttributeType(
                new Place(SnapshotLoader.name(row), SnapshotLoader.text(row, "column_name")),
                row.getLong("relation"),
                row.getInt("attnum"),
                row.getLong("type"),
                row.getLong("collation"),
                row.getLong("equal"),
                row.getLong("less"),
                row.getLong("element"),
                row.getLong("element_collation"),
                row.getLong("element_equal"),
                row.getLong("range"));
    }
}
