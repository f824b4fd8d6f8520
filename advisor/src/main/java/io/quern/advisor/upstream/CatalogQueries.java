package io.quern.advisor.upstream;

/**
 * The SQL of {@link CatalogLoader} that is not about one kind of thing, valid on PostgreSQL 15 to
 * 18 under a {@code search_path} of {@code pg_catalog} alone.
 */
final class CatalogQueries {
    private CatalogQueries() {}

    /** Relations of users, whatever the schema; temporary ones belong to one session only. */
    static final String USER_RELATION =
            """
            n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
              AND n.nspname NOT LIKE 'pg\\_temp\\_%' AND n.nspname NOT LIKE 'pg\\_toast\\_temp\\_%'
            """;

    private static final String LOCK_OF_ANOTHER =
            """
            l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock'
              AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d
                                WHERE d.datname = pg_catalog.current_database())
              AND l.pid IS DISTINCT FROM pg_catalog.pg_backend_pid()
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
              WHERE
            """
                    + LOCK_OF_ANOTHER
                    + """
                      AND (c.oid IS NULL
                     OR c.relkind IN ('r', 'p', 'v', 'm', 'f', 'i', 'I') AND
                    """
                    + USER_RELATION
                    + "))";

    /** What every other query depends on. */
    static final String BEGINNING =
            """
            SELECT pg_catalog.current_setting('server_version_num')::int AS version,
              pg_catalog.has_table_privilege('pg_catalog.pg_subscription_rel', 'SELECT')
                AS subscriptions_readable,
              ARRAY(SELECT DISTINCT l.relation FROM pg_catalog.pg_locks l WHERE
            """
                    + LOCK_OF_ANOTHER
                    + ") AS locked";

    /** The beginning of every query that follows: the relations under another's lock. */
    static final String LOCKED =
            """
            WITH RECURSIVE locked(oid) AS MATERIALIZED (
              SELECT pg_catalog.unnest(?::pg_catalog.oid[])),
            """;

    /**
     * Relations with rows on another server, where nothing of what is declared here is enforced.
     */
    static final String FOREIGN_ROWS =
            """
            foreign_rows(oid) AS (
              SELECT f.ftrelid FROM pg_catalog.pg_foreign_table f
              UNION
              SELECT i.inhparent FROM foreign_rows f
              JOIN pg_catalog.pg_inherits i ON i.inhrelid = f.oid)
            """;

    /** Names that are taken, by whatever; only the system's own schemas of the session are left. */
    static final String NAMES =
            LOCKED
                    + """
                    own AS (SELECT n.oid, n.nspname FROM pg_catalog.pg_namespace n
                      WHERE n.nspname <> 'pg_toast' AND n.nspname NOT LIKE 'pg\\_temp\\_%'
                        AND n.nspname NOT LIKE 'pg\\_toast\\_temp\\_%')
                    SELECT n.nspname AS schema, c.relname AS name
                    FROM pg_catalog.pg_class c JOIN own n ON n.oid = c.relnamespace
                    """;

    static final String EXTENDED_STATISTICS =
            LOCKED
                    + """
                    wanted AS (SELECT c.oid FROM pg_catalog.pg_class c
                      WHERE c.oid NOT IN (SELECT l.oid FROM locked l))
                    SELECT s.stxrelid::bigint AS table_oid, n.nspname AS schema, s.stxname AS name,
                      s.stxkind::text[] AS kinds,
                      ARRAY(SELECT a.attname::text
                            FROM pg_catalog.unnest(s.stxkeys::int2[]) WITH ORDINALITY k(number, i)
                            JOIN pg_catalog.pg_attribute a
                              ON a.attrelid = s.stxrelid AND a.attnum = k.number
                            ORDER BY k.i) AS columns,
                      pg_catalog.pg_get_statisticsobjdef_expressions(s.oid) AS expressions
                    FROM pg_catalog.pg_statistic_ext s
                    JOIN wanted w ON w.oid = s.stxrelid
                    JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace
                    ORDER BY n.nspname, s.stxname
                    """;

    /** Functions may be many, with an extension or two; the system's own are left out. */
    static final String ROUTINES =
            LOCKED
                    + """
                    own AS (SELECT n.oid, n.nspname FROM pg_catalog.pg_namespace n
                      WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
                        AND n.nspname NOT LIKE 'pg\\_temp\\_%')
                    SELECT n.nspname AS schema, p.proname AS name, p.prokind AS kind,
                      p.proargtypes::oid[] AS parameters, p.prorettype::bigint AS return_type,
                      p.proretset AS returns_set, p.proisstrict AS strict,
                      p.provolatile AS volatility
                    FROM pg_catalog.pg_proc p JOIN own n ON n.oid = p.pronamespace
                    ORDER BY n.nspname, p.proname, p.oid
                    """;
}
