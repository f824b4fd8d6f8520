package io.quern.advisor.twin;

/**
 * The SQL of {@link SnapshotLoader}, valid on PostgreSQL 15 to 18 under any {@code search_path} and
 * for any role. Where the catalogs differ the newer column is named by a placeholder.
 */
final class SnapshotQueries {
    private SnapshotQueries() {}

    /** Relations of users that others see, but for those under the lock of another's DDL. */
    private static final String READABLE =
            """
            n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
              AND n.nspname NOT LIKE 'pg\\_temp\\_%' AND n.nspname NOT LIKE 'pg\\_toast\\_temp\\_%'
              AND NOT EXISTS (SELECT FROM pg_catalog.pg_locks l
                WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock'
                  AND l.relation IN (c.oid, t.oid) AND l.pid IS DISTINCT FROM pg_catalog.pg_backend_pid()
                  AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d
                                    WHERE d.datname = pg_catalog.current_database()))
            """;

    static final String DATABASE =
            """
            SELECT pg_catalog.current_setting('server_version_num')::int AS version,
              pg_catalog.current_setting('block_size')::int AS page,
              d.datlocprovider::text AS provider, d.datcollate AS collate_name, d.%s AS locale,
              pg_catalog.has_table_privilege('pg_catalog.pg_statistic', 'SELECT') AS raw,
              pg_catalog.has_table_privilege('pg_catalog.pg_statistic_ext_data', 'SELECT') AS raw_joint
            FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()
            """;

    /** Tables, then indexes. */
    static final String RELATIONS =
            """
            SELECT n.nspname AS schema, c.relname AS name, c.relkind::text AS kind, c.relpages AS pages,
              c.reltuples AS tuples, c.relallvisible AS all_visible,
              CASE WHEN c.relkind IN ('r', 'm', 'i') THEN pg_catalog.pg_relation_size(c.oid) ELSE 0 END
                AS bytes,
              (SELECT o.option_value::int FROM pg_catalog.pg_options_to_table(c.reloptions) o
               WHERE o.option_name = 'parallel_workers') AS workers
            FROM pg_catalog.pg_class c
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
            LEFT JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
            WHERE c.relkind IN ('r', 'm', 'p', 'i', 'I')
              AND (i.indexrelid IS NULL OR i.indisvalid AND i.indisready AND i.indislive)
              AND\s"""
                    + READABLE
                    + " ORDER BY i.indexrelid IS NOT NULL, c.relispartition, c.oid";

    /** The columns of ranges came with 17; before, they are read elsewhere if they may be. */
    static final String COLUMNS =
            """
            SELECT s.schemaname AS schema, s.tablename AS name, s.attname AS column_name, s.inherited,
              s.null_frac, s.avg_width, s.n_distinct, s.most_common_vals::text AS common_values,
              s.most_common_freqs::text AS common_frequencies, s.histogram_bounds::text AS histogram,
              s.correlation::text AS correlation, s.most_common_elems::text AS common_elements,
              s.most_common_elem_freqs::text AS element_frequencies,
              s.elem_count_histogram::text AS element_counts, %s
            FROM pg_catalog.pg_stats s
            WHERE s.schemaname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
            """;

    static final String RANGES =
            "s.range_length_histogram::text AS lengths, s.range_empty_frac::text AS empty_fraction,"
                    + " s.range_bounds_histogram::text AS bounds";

    static final String NO_RANGES = "NULL AS lengths, NULL AS empty_fraction, NULL AS bounds";

    /** Of ranges before 17, for a role that may read the table itself. */
    static final String RAW_RANGES =
            """
            SELECT n.nspname AS schema, c.relname AS name, a.attname AS column_name,
              s.stainherit AS inherited, v.kind, v.numbers, v.bounds
            FROM pg_catalog.pg_statistic s
            JOIN pg_catalog.pg_class c ON c.oid = s.starelid
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = s.staattnum
            CROSS JOIN LATERAL (VALUES
              (s.stakind1, s.stanumbers1[1]::text, s.stavalues1::text),
              (s.stakind2, s.stanumbers2[1]::text, s.stavalues2::text),
              (s.stakind3, s.stanumbers3[1]::text, s.stavalues3::text),
              (s.stakind4, s.stanumbers4[1]::text, s.stavalues4::text),
              (s.stakind5, s.stanumbers5[1]::text, s.stavalues5::text)) v(kind, numbers, bounds)
            WHERE v.kind IN (6, 7) AND n.nspname NOT IN ('pg_catalog', 'information_schema')
            """;

    /** The numbers of the columns are in the data, so their names come along. */
    static final String JOINT =
            """
            SELECT s.statistics_schemaname AS schema, s.statistics_name AS name, s.inherited,
              s.n_distinct::text AS distinct_counts, s.dependencies::text AS dependencies,
              NULL AS common,
              ARRAY(SELECT a.attnum::text || ' ' || a.attname FROM pg_catalog.pg_attribute a
                    WHERE a.attrelid = e.stxrelid AND a.attnum = ANY (e.stxkeys)) AS columns
            FROM pg_catalog.pg_stats_ext s
            JOIN pg_catalog.pg_namespace n ON n.nspname = s.statistics_schemaname
            JOIN pg_catalog.pg_statistic_ext e ON e.stxnamespace = n.oid AND e.stxname = s.statistics_name
            """;

    /** The view shows newer versions' owners only; a role that may read the table needs no view. */
    static final String RAW_JOINT =
            """
            SELECT n.nspname AS schema, e.stxname AS name, d.stxdinherit AS inherited,
              d.stxdndistinct::text AS distinct_counts, d.stxddependencies::text AS dependencies,
              pg_catalog.encode(d.stxdmcv::bytea, 'hex') AS common,
              ARRAY(SELECT a.attnum::text || ' ' || a.attname FROM pg_catalog.pg_attribute a
                    WHERE a.attrelid = e.stxrelid AND a.attnum = ANY (e.stxkeys)) AS columns
            FROM pg_catalog.pg_statistic_ext e
            JOIN pg_catalog.pg_namespace n ON n.oid = e.stxnamespace
            JOIN pg_catalog.pg_statistic_ext_data d ON d.stxoid = e.oid
            """;

    /**
     * The columns that a whole B-tree of a table begins with: one probe finds an end. Row-level
     * security would hide rows from this role.
     */
    static final String LEADING =
            """
            SELECT DISTINCT n.nspname AS schema, t.relname AS name, a.attname AS column_name
            FROM pg_catalog.pg_index i
            JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
            JOIN pg_catalog.pg_am m ON m.oid = c.relam AND m.amname = 'btree'
            JOIN pg_catalog.pg_class t ON t.oid = i.indrelid AND t.relkind IN ('r', 'm')
            JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
            JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[0]
            JOIN pg_catalog.pg_opclass o ON o.oid = i.indclass[0] AND o.opcdefault
            WHERE i.indpred IS NULL AND i.indisvalid AND NOT t.relrowsecurity
              AND i.indcollation[0] = a.attcollation
              AND pg_catalog.has_column_privilege(t.oid, a.attnum, 'SELECT')
              AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND\s"""
                    + READABLE
                    + " ORDER BY 1, 2, 3";

    /** What EXPLAIN (SETTINGS) counts as the planner's, and what the meaning of literals needs. */
    static final String SETTINGS =
            """
            SELECT s.name, CASE WHEN s.source IN ('database', 'user', 'database user', 'client', 'session')
              THEN s.boot_val ELSE s.setting END AS value
            FROM pg_catalog.pg_settings s
            WHERE 'EXPLAIN' = ANY (pg_catalog.pg_settings_get_flags(s.name))
              AND s.name NOT IN ('search_path', 'temp_buffers', 'effective_io_concurrency',
                'maintenance_io_concurrency', 'io_combine_limit', 'io_max_combine_limit')
            """;

    static final String CHANGED_SETTINGS =
            """
            SELECT r.rolname AS role, s.setdatabase <> 0 AS here, s.setconfig
            FROM pg_catalog.pg_db_role_setting s
            LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole
            WHERE s.setdatabase = 0 OR s.setdatabase = (
              SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
            ORDER BY s.setdatabase
            """;
}
