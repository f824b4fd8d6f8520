package io.quern.advisor.upstream;

/**
 * The SQL of {@link CatalogLoader}, valid on PostgreSQL 15 to 18 under a {@code search_path} of
 * {@code pg_catalog} alone.
 */
final class CatalogQueries {
    private CatalogQueries() {}

    /** Relations of users, whatever the schema; temporary ones belong to one session only. */
    private static final String USER_RELATION =
            """
            n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
              AND n.nspname NOT LIKE 'pg\\_temp\\_%' AND n.nspname NOT LIKE 'pg\\_toast\\_temp\\_%'
            """;

    /**
     * Whether another backend (or a prepared transaction) holds or awaits the lock that DDL takes,
     * on a user relation or on one this snapshot does not show yet. Every DDL that can take a fact
     * away locks so: DROP and ALTER of tables, columns, constraints, indexes and policies, and a
     * new relation that would shadow another.
     */
    static final String PENDING =
            """
            SELECT EXISTS (
              SELECT FROM pg_catalog.pg_locks l
              LEFT JOIN pg_catalog.pg_class c ON c.oid = l.relation
              LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
              WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock'
                AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d
                                  WHERE d.datname = pg_catalog.current_database())
                AND l.pid IS DISTINCT FROM pg_catalog.pg_backend_pid()
                AND (c.oid IS NULL
                     OR c.relkind IN ('r', 'p', 'v', 'm', 'f', 'i', 'I') AND
            """
                    + USER_RELATION
                    + "))";

    /**
     * A size is asked of the file system under a lock of its own, which a VACUUM FULL next door
     * would make wait: such a relation answers with its last known pages instead.
     */
    private static final String LOCKED =
            """
            WITH locked AS MATERIALIZED (
              SELECT DISTINCT l.relation FROM pg_catalog.pg_locks l
              WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock'
                AND l.pid IS DISTINCT FROM pg_catalog.pg_backend_pid())
            """;

    static final String TABLES =
            LOCKED
                    + """
                    SELECT c.oid::bigint AS oid, n.nspname AS schema, c.relname AS name,
                      c.relkind AS kind, c.relrowsecurity AS row_security,
                      EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhparent = c.oid)
                        AS has_children,
                      c.reltuples::float8 AS rows,
                      CASE WHEN c.relkind NOT IN ('r', 'm') THEN 0
                        WHEN l.relation IS NOT NULL
                        THEN c.relpages * pg_catalog.current_setting('block_size')::bigint
                        ELSE coalesce(pg_catalog.pg_relation_size(c.oid), 0) END AS bytes,
                      coalesce(pg_catalog.pg_stat_get_tuples_inserted(c.oid)
                        + pg_catalog.pg_stat_get_tuples_updated(c.oid)
                        + pg_catalog.pg_stat_get_tuples_deleted(c.oid), 0) AS writes,
                      pg_catalog.pg_get_userbyid(c.relowner) AS owner
                    FROM pg_catalog.pg_class c
                    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                    LEFT JOIN locked l ON l.relation = c.oid
                    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND
                    """
                    + USER_RELATION
                    + "ORDER BY n.nspname, c.relname";

    /**
     * NOT NULL holds only where a validated constraint says so (18 has NOT VALID) and where it
     * speaks for inheritance children: up to 17 a child may have dropped it, from 18 on it may be
     * NO INHERIT. The parameter: whether a relation with children keeps no NOT NULL at all.
     */
    static String columns(int major) {
        String unsure =
                major < 18
                        ? ""
                        : """
                          AND NOT EXISTS (
                            SELECT FROM pg_catalog.pg_constraint k
                            WHERE k.conrelid = a.attrelid AND k.contype = 'n'
                              AND k.conkey[1] = a.attnum
                              AND (NOT k.convalidated OR k.connoinherit AND p.inhparent IS NOT NULL))
                          """;
        return """
               WITH parents AS MATERIALIZED (
                 SELECT DISTINCT i.inhparent FROM pg_catalog.pg_inherits i),
               stats AS MATERIALIZED (
                 SELECT s.schemaname, s.tablename, s.attname, s.inherited,
                   s.null_frac, s.n_distinct, s.avg_width
                 FROM pg_catalog.pg_stats s
                 WHERE s.schemaname NOT IN ('pg_catalog', 'information_schema'))
               SELECT a.attrelid::bigint AS table_oid, a.attname AS name, a.attnum AS position,
                 a.atttypid::bigint AS type_oid,
                 pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
                 a.attnotnull AND NOT (? AND p.inhparent IS NOT NULL)
               """
                + unsure
                + """
                   AS not_null,
                 a.attcollation::bigint AS collation,
                 coalesce(co.collisdeterministic, true) AS deterministic,
                 s.null_frac::float8 AS null_fraction, s.n_distinct::float8 AS distinct_values,
                 s.avg_width::float8 AS average_width
                FROM pg_catalog.pg_attribute a
                JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                LEFT JOIN parents p ON p.inhparent = c.oid
                LEFT JOIN pg_catalog.pg_collation co ON co.oid = a.attcollation
                LEFT JOIN stats s ON s.schemaname = n.nspname AND s.tablename = c.relname
                  AND s.attname = a.attname AND s.inherited = (p.inhparent IS NOT NULL)
                WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
                  AND a.attnum > 0 AND NOT a.attisdropped AND
                """
                + USER_RELATION
                + "ORDER BY a.attrelid, a.attnum";
    }

    /**
     * One row per index column. An operator class that is the default of the type it takes is its
     * column's default too: PostgreSQL accepts no class of another type that has one of its own.
     */
    static final String INDEX_KEYS =
            """
            SELECT i.indexrelid::bigint AS oid, k.n > i.indnkeyatts AS included,
              CASE WHEN i.indkey[k.n - 1] <> 0 THEN a.attname END AS column_name,
              pg_catalog.pg_get_indexdef(i.indexrelid, k.n, false) AS expression,
              coalesce((i.indoption[k.n - 1] & 1) <> 0, false) AS descending,
              coalesce((i.indoption[k.n - 1] & 2) <> 0, false) AS nulls_first,
              coalesce(oc.opcdefault
                AND i.indcollation[k.n - 1] = coalesce(a.attcollation, t.typcollation), false)
                AS default_opclass
            FROM pg_catalog.pg_index i
            JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            CROSS JOIN LATERAL pg_catalog.generate_series(1, i.indnatts::int) AS k(n)
            LEFT JOIN pg_catalog.pg_attribute a
              ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k.n - 1]
                AND i.indkey[k.n - 1] <> 0
            LEFT JOIN pg_catalog.pg_attribute ia
              ON ia.attrelid = i.indexrelid AND ia.attnum = k.n
            LEFT JOIN pg_catalog.pg_type t ON t.oid = ia.atttypid
            LEFT JOIN pg_catalog.pg_opclass oc
              ON k.n <= i.indnkeyatts AND oc.oid = i.indclass[k.n - 1]
            WHERE
            """
                    + USER_RELATION
                    + "ORDER BY i.indexrelid, k.n";

    static final String INDEXES =
            LOCKED
                    + """
                    SELECT i.indexrelid::bigint AS oid, i.indrelid::bigint AS table_oid,
                      c.relname AS name, am.amname AS method, i.indisunique AS is_unique,
                      i.indisvalid AND i.indisready AND i.indislive AS valid,
                      i.indimmediate AS immediate, i.indnullsnotdistinct AS nulls_not_distinct,
                      EXISTS (SELECT FROM pg_catalog.pg_constraint k
                              WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
                        AS has_constraint,
                      pg_catalog.pg_get_expr(i.indpred, i.indrelid) AS predicate,
                      CASE WHEN c.relkind = 'I' THEN 0
                        WHEN l.relation IS NOT NULL
                        THEN c.relpages * pg_catalog.current_setting('block_size')::bigint
                        ELSE coalesce(pg_catalog.pg_relation_size(c.oid), 0) END AS bytes,
                      coalesce(pg_catalog.pg_stat_get_numscans(c.oid), 0) AS scans,
                      pg_catalog.pg_get_indexdef(i.indexrelid) AS definition
                    FROM pg_catalog.pg_index i
                    JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
                    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                    JOIN pg_catalog.pg_am am ON am.oid = c.relam
                    LEFT JOIN locked l ON l.relation = c.oid
                    WHERE
                    """
                    + USER_RELATION
                    + "ORDER BY i.indrelid, c.relname";
}
