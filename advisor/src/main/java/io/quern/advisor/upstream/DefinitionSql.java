package io.quern.advisor.upstream;

/**
 * The SQL of {@link DefinitionQuery}, valid on PostgreSQL 15 to 18 under a {@code search_path} of
 * {@code pg_catalog} alone. Every query but the last has the columns of a {@link
 * io.quern.optimizer.Definition}.
 */
final class DefinitionSql {
    private DefinitionSql() {}

    /** The user's schemas, and what belongs to an extension: it is made with that. */
    private static final String OWN =
            CatalogQueries.LOCKED
                    + """
                    own AS (SELECT n.oid, n.nspname FROM pg_catalog.pg_namespace n
                      WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
                        AND n.nspname NOT LIKE 'pg\\_temp\\_%'
                        AND n.nspname NOT LIKE 'pg\\_toast\\_temp\\_%'),
                    member AS (SELECT d.classid, d.objid FROM pg_catalog.pg_depend d
                      WHERE d.deptype = 'e')
                    """;

    private static String notMember(String alias) {
        return " NOT EXISTS (SELECT FROM member m WHERE m.classid = "
                + alias
                + ".tableoid AND m.objid = "
                + alias
                + ".oid)\n";
    }

    /** A collation of a column or a field, unless it is the usual one. */
    private static final String COLLATE =
            """
            (SELECT pg_catalog.format(' COLLATE %I.%I', cn.nspname, co.collname)
             FROM pg_catalog.pg_collation co
             JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
             WHERE co.oid = {} AND co.oid <> 100)
            """;

    static final String EXTENSIONS =
            OWN
                    + """
                    SELECT 'x' || x.oid AS address, n.nspname AS schema, x.extname AS name,
                      'extension ' || x.extname AS title,
                      ARRAY[pg_catalog.format('CREATE EXTENSION IF NOT EXISTS %I SCHEMA %I',
                        x.extname, n.nspname)] AS creates,
                      NULL::text[] AS stand_ins,
                      pg_catalog.format('DROP EXTENSION IF EXISTS %I CASCADE', x.extname)
                        AS dropping,
                      NULL::text AS obstacle, true AS privileged,
                      ARRAY(SELECT DISTINCT coalesce(p.proname, o.oprname, t.typname)::text
                        FROM pg_catalog.pg_depend d
                        LEFT JOIN pg_catalog.pg_proc p
                          ON d.classid = 'pg_catalog.pg_proc'::regclass AND p.oid = d.objid
                        LEFT JOIN pg_catalog.pg_operator o
                          ON d.classid = 'pg_catalog.pg_operator'::regclass AND o.oid = d.objid
                        LEFT JOIN pg_catalog.pg_type t
                          ON d.classid = 'pg_catalog.pg_type'::regclass AND t.oid = d.objid
                        WHERE d.refclassid = 'pg_catalog.pg_extension'::regclass
                          AND d.refobjid = x.oid AND d.deptype = 'e'
                          AND coalesce(p.proname, o.oprname, t.typname) IS NOT NULL) AS words,
                      '' AS body
                    FROM pg_catalog.pg_extension x
                    JOIN pg_catalog.pg_namespace n ON n.oid = x.extnamespace
                    WHERE x.extname <> 'plpgsql'
                    ORDER BY x.extname
                    """;

    /** The locale's column has three names in four versions. */
    static final String COLLATIONS =
            OWN
                    + """
                    SELECT 'c' || c.oid AS address, n.nspname AS schema, c.collname AS name,
                      pg_catalog.format('collation %s.%s', n.nspname, c.collname) AS title,
                      ARRAY[pg_catalog.format('CREATE COLLATION %I.%I (PROVIDER = %s, %s%s%s)',
                        n.nspname, c.collname,
                        CASE c.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin'
                          ELSE 'libc' END,
                        CASE WHEN c.collprovider = 'c'
                          THEN pg_catalog.format('LC_COLLATE = %L, LC_CTYPE = %L',
                            c.collcollate, c.collctype)
                          ELSE pg_catalog.format('LOCALE = %L',
                            coalesce(j.j ->> 'colllocale', j.j ->> 'colliculocale')) END,
                        CASE WHEN c.collisdeterministic THEN '' ELSE ', DETERMINISTIC = false' END,
                        ', RULES = '
                          || pg_catalog.quote_literal(j.j ->> 'collicurules'))] AS creates,
                      NULL::text[] AS stand_ins,
                      pg_catalog.format('DROP COLLATION IF EXISTS %I.%I CASCADE',
                        n.nspname, c.collname) AS dropping,
                      NULL::text AS obstacle, false AS privileged,
                      ARRAY[c.collname::text] AS words, '' AS body
                    FROM pg_catalog.pg_collation c
                    CROSS JOIN LATERAL (SELECT pg_catalog.to_jsonb(c) AS j) j
                    JOIN own n ON n.oid = c.collnamespace WHERE
                    """
                    + notMember("c")
                    + "ORDER BY n.nspname, c.collname";

    /** Enums, domains, composites and ranges; arrays and multiranges come with those. */
    static final String TYPES =
            OWN
                    + """
                    SELECT 't' || t.oid AS address, n.nspname AS schema, t.typname AS name,
                      pg_catalog.format('type %s.%s', n.nspname, t.typname) AS title,
                      CASE t.typtype
                        WHEN 'e' THEN ARRAY[pg_catalog.format('CREATE TYPE %s AS ENUM (%s)', q.q,
                          (SELECT pg_catalog.string_agg(
                             pg_catalog.quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)
                           FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid))]
                        WHEN 'd' THEN ARRAY[pg_catalog.format('CREATE DOMAIN %s AS %s%s%s', q.q,
                            pg_catalog.format_type(t.typbasetype, t.typtypmod),
                    """
                    + COLLATE.replace("{}", "nullif(t.typcollation, b.typcollation)")
                    + """
                            , CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END)]
                          || ARRAY(SELECT pg_catalog.format('ALTER DOMAIN %s ADD CONSTRAINT %I %s',
                               q.q, k.conname, pg_catalog.pg_get_constraintdef(k.oid))
                             FROM pg_catalog.pg_constraint k
                             WHERE k.contypid = t.oid AND k.contype = 'c' ORDER BY k.conname)
                        WHEN 'c' THEN ARRAY[pg_catalog.format('CREATE TYPE %s AS (%s)', q.q,
                          (SELECT pg_catalog.string_agg(pg_catalog.format('%I %s%s', a.attname,
                             pg_catalog.format_type(a.atttypid, a.atttypmod),
                    """
                    + COLLATE.replace("{}", "a.attcollation")
                    + """
                             ), ', ' ORDER BY a.attnum)
                           FROM pg_catalog.pg_attribute a
                           WHERE a.attrelid = t.typrelid AND a.attnum > 0
                             AND NOT a.attisdropped))]
                        WHEN 'r' THEN ARRAY[pg_catalog.format('CREATE TYPE %s AS RANGE (%s)', q.q,
                          (SELECT pg_catalog.concat_ws(', ',
                             'SUBTYPE = ' || pg_catalog.format_type(r.rngsubtype, NULL),
                             pg_catalog.format('SUBTYPE_OPCLASS = %I.%I', kn.nspname, k.opcname),
                             'COLLATION = ' || pg_catalog.quote_ident(cn.nspname) || '.'
                               || pg_catalog.quote_ident(co.collname),
                             CASE WHEN r.rngsubdiff <> 0 THEN 'SUBTYPE_DIFF = '
                               || r.rngsubdiff::pg_catalog.regproc::text END,
                             pg_catalog.format('MULTIRANGE_TYPE_NAME = %I.%I',
                               mn.nspname, m.typname))
                           FROM pg_catalog.pg_range r
                           JOIN pg_catalog.pg_opclass k ON k.oid = r.rngsubopc
                           JOIN pg_catalog.pg_namespace kn ON kn.oid = k.opcnamespace
                           JOIN pg_catalog.pg_type m ON m.oid = r.rngmultitypid
                           JOIN pg_catalog.pg_namespace mn ON mn.oid = m.typnamespace
                           LEFT JOIN pg_catalog.pg_collation co
                             ON co.oid = r.rngcollation AND co.oid <> 100
                           LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
                           WHERE r.rngtypid = t.oid))]
                      END AS creates,
                      NULL::text[] AS stand_ins,
                      pg_catalog.format('DROP TYPE IF EXISTS %s CASCADE', q.q) AS dropping,
                      CASE WHEN t.typtype = 'b' THEN 'its values are made by functions in C'
                        WHEN t.typtype = 'r' AND EXISTS (SELECT FROM pg_catalog.pg_range r
                          WHERE r.rngtypid = t.oid AND r.rngcanonical <> 0)
                        THEN 'it has a canonical function' END AS obstacle,
                      false AS privileged, ARRAY[t.typname::text] AS words,
                      coalesce((SELECT pg_catalog.string_agg(
                          pg_catalog.pg_get_constraintdef(k.oid), ' ' ORDER BY k.conname)
                        FROM pg_catalog.pg_constraint k
                        WHERE k.contypid = t.oid AND k.contype = 'c'), '') AS body
                    FROM pg_catalog.pg_type t
                    JOIN own n ON n.oid = t.typnamespace
                    CROSS JOIN LATERAL (
                      SELECT pg_catalog.format('%I.%I', n.nspname, t.typname) AS q) q
                    LEFT JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype
                    LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
                    WHERE (t.typtype IN ('e', 'd', 'r') OR t.typtype = 'c' AND c.relkind = 'c'
                        OR t.typtype = 'b'
                          AND t.typsubscript <> 'pg_catalog.array_subscript_handler'::regproc)
                      AND
                    """
                    + notMember("t")
                    + "ORDER BY n.nspname, t.typname";

    /** An identity column makes its own. */
    static final String SEQUENCES =
            OWN
                    + """
                    SELECT 'r' || c.oid AS address, n.nspname AS schema, c.relname AS name,
                      pg_catalog.format('sequence %s.%s', n.nspname, c.relname) AS title,
                      ARRAY[pg_catalog.format('CREATE SEQUENCE %I.%I AS %s INCREMENT BY %s'
                          ' MINVALUE %s MAXVALUE %s START WITH %s CACHE %s%s',
                        n.nspname, c.relname, pg_catalog.format_type(s.seqtypid, NULL),
                        s.seqincrement, s.seqmin, s.seqmax, s.seqstart, s.seqcache,
                        CASE WHEN s.seqcycle THEN ' CYCLE' ELSE '' END)] AS creates,
                      NULL::text[] AS stand_ins,
                      pg_catalog.format('DROP SEQUENCE IF EXISTS %I.%I CASCADE',
                        n.nspname, c.relname) AS dropping,
                      NULL::text AS obstacle, false AS privileged,
                      ARRAY[c.relname::text] AS words, '' AS body
                    FROM pg_catalog.pg_sequence s
                    JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
                    JOIN own n ON n.oid = c.relnamespace
                    WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                        WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid
                          AND d.deptype = 'i')
                      AND
                    """
                    + notMember("c")
                    + "ORDER BY n.nspname, c.relname";

    /**
     * Only a function in SQL is made as it is; PostgreSQL then checks whether all that it names is
     * there. Anything else is stood in for by one that promises the same and raises an error.
     */
    static final String ROUTINES =
            OWN
                    + """
                    SELECT 'f' || p.oid AS address, n.nspname AS schema, p.proname AS name,
                      pg_catalog.format('function %s.%s(%s)', n.nspname, p.proname,
                        pg_catalog.pg_get_function_identity_arguments(p.oid)) AS title,
                      CASE WHEN p.prokind = 'f' AND l.lanname = 'sql'
                        THEN ARRAY[pg_catalog.pg_get_functiondef(p.oid)] END AS creates,
                      CASE WHEN p.prokind = 'f' AND p.prorettype NOT IN (2279, 3838)
                        THEN ARRAY[pg_catalog.format('CREATE OR REPLACE FUNCTION %I.%I(%s)'
                          ' RETURNS %s LANGUAGE plpgsql %s%s PARALLEL %s COST %s%s%s AS %L',
                        n.nspname, p.proname, pg_catalog.pg_get_function_arguments(p.oid),
                        pg_catalog.pg_get_function_result(p.oid),
                        CASE p.provolatile WHEN 'i' THEN 'IMMUTABLE' WHEN 's' THEN 'STABLE'
                          ELSE 'VOLATILE' END,
                        CASE WHEN p.proisstrict THEN ' STRICT' ELSE '' END,
                        CASE p.proparallel WHEN 's' THEN 'SAFE' WHEN 'r' THEN 'RESTRICTED'
                          ELSE 'UNSAFE' END,
                        p.procost, CASE WHEN p.proretset THEN ' ROWS ' || p.prorows ELSE '' END,
                        CASE WHEN p.proleakproof THEN ' LEAKPROOF' ELSE '' END,
                        'BEGIN RAISE EXCEPTION USING ERRCODE = ''QN001'','
                          ' MESSAGE = ''not copied''; END')] END AS stand_ins,
                      pg_catalog.format('DROP ROUTINE IF EXISTS %I.%I(%s) CASCADE',
                        n.nspname, p.proname,
                        pg_catalog.pg_get_function_identity_arguments(p.oid)) AS dropping,
                      CASE WHEN p.prokind = 'a' THEN 'aggregates are not copied'
                        WHEN p.prokind = 'w' THEN 'window functions are not copied'
                        WHEN l.lanname <> 'sql' THEN 'it is written in ' || l.lanname
                        WHEN p.prosecdef THEN 'it is SECURITY DEFINER'
                        WHEN p.proconfig IS NOT NULL THEN 'it changes settings' END AS obstacle,
                      p.proleakproof AS privileged, ARRAY[p.proname::text] AS words,
                      CASE WHEN l.lanname = 'sql' THEN p.prosrc ELSE '' END AS body
                    FROM pg_catalog.pg_proc p
                    JOIN own n ON n.oid = p.pronamespace
                    JOIN pg_catalog.pg_language l ON l.oid = p.prolang
                    WHERE p.prokind <> 'p'
                      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                        WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid
                          AND d.deptype = 'i')
                      AND
                    """
                    + notMember("p")
                    + "ORDER BY n.nspname, p.proname, p.oid";

    static final String OPERATORS =
            OWN
                    + """
                    SELECT 'o' || o.oid AS address, n.nspname AS schema, o.oprname AS name,
                      pg_catalog.format('operator %s.%s', n.nspname, o.oprname) AS title,
                      ARRAY[pg_catalog.format('CREATE OPERATOR %I.%s (%s%s%s)',
                        n.nspname, o.oprname,
                        pg_catalog.concat_ws(', ',
                          pg_catalog.format('FUNCTION = %I.%I', fn.nspname, f.proname),
                          'LEFTARG = ' || pg_catalog.format_type(nullif(o.oprleft, 0), NULL),
                          'RIGHTARG = ' || pg_catalog.format_type(o.oprright, NULL),
                          (SELECT pg_catalog.format('COMMUTATOR = OPERATOR(%I.%s)',
                             cn.nspname, c.oprname) FROM pg_catalog.pg_operator c
                           JOIN pg_catalog.pg_namespace cn ON cn.oid = c.oprnamespace
                           WHERE c.oid = o.oprcom),
                          (SELECT pg_catalog.format('NEGATOR = OPERATOR(%I.%s)',
                             cn.nspname, c.oprname) FROM pg_catalog.pg_operator c
                           JOIN pg_catalog.pg_namespace cn ON cn.oid = c.oprnamespace
                           WHERE c.oid = o.oprnegate),
                          CASE WHEN o.oprrest BETWEEN 1 AND 16383
                            THEN 'RESTRICT = ' || o.oprrest::pg_catalog.regproc END,
                          CASE WHEN o.oprjoin BETWEEN 1 AND 16383
                            THEN 'JOIN = ' || o.oprjoin::pg_catalog.regproc END),
                        CASE WHEN o.oprcanhash THEN ', HASHES' ELSE '' END,
                        CASE WHEN o.oprcanmerge THEN ', MERGES' ELSE '' END)] AS creates,
                      NULL::text[] AS stand_ins,
                      pg_catalog.format('DROP OPERATOR IF EXISTS %I.%s (%s, %s) CASCADE',
                        n.nspname, o.oprname,
                        coalesce(pg_catalog.format_type(nullif(o.oprleft, 0), NULL), 'NONE'),
                        pg_catalog.format_type(o.oprright, NULL)) AS dropping,
                      NULL::text AS obstacle, false AS privileged,
                      ARRAY[o.oprname::text] AS words, '' AS body
                    FROM pg_catalog.pg_operator o
                    JOIN own n ON n.oid = o.oprnamespace
                    JOIN pg_catalog.pg_proc f ON f.oid = o.oprcode
                    JOIN pg_catalog.pg_namespace fn ON fn.oid = f.pronamespace
                    WHERE
                    """
                    + notMember("o")
                    + "ORDER BY n.nspname, o.oprname, o.oid";

    /** What is named as missing. */
    static final String OTHERS =
            OWN
                    + """
                    SELECT 'k' || k.oid AS address, n.nspname AS schema, k.opcname AS name,
                      pg_catalog.format('operator class %s.%s', n.nspname, k.opcname) AS title,
                      NULL::text[] AS creates, NULL::text[] AS stand_ins, '' AS dropping,
                      'operator classes are not copied' AS obstacle, true AS privileged,
                      NULL::text[] AS words, '' AS body
                    FROM pg_catalog.pg_opclass k JOIN own n ON n.oid = k.opcnamespace WHERE
                    """
                    + notMember("k")
                    + """
                    UNION ALL
                    SELECT 'a' || a.oid, 'pg_catalog', 'cast',
                      pg_catalog.format('cast from %s to %s',
                        pg_catalog.format_type(a.castsource, NULL),
                        pg_catalog.format_type(a.casttarget, NULL)),
                      CASE WHEN a.castmethod IN ('f', 'i') THEN ARRAY[
                        pg_catalog.format('CREATE CAST (%s AS %s) %s%s',
                          pg_catalog.format_type(a.castsource, NULL),
                          pg_catalog.format_type(a.casttarget, NULL),
                          CASE a.castmethod WHEN 'i' THEN 'WITH INOUT'
                            ELSE 'WITH FUNCTION ' || a.castfunc::pg_catalog.regprocedure END,
                          CASE a.castcontext WHEN 'i' THEN ' AS IMPLICIT'
                            WHEN 'a' THEN ' AS ASSIGNMENT' ELSE '' END)] END,
                      NULL, pg_catalog.format('DROP CAST IF EXISTS (%s AS %s) CASCADE',
                        pg_catalog.format_type(a.castsource, NULL),
                        pg_catalog.format_type(a.casttarget, NULL)),
                      CASE WHEN a.castmethod = 'b' THEN 'it takes bytes for another type''s' END,
                      true, NULL, ''
                    FROM pg_catalog.pg_cast a
                    WHERE a.oid >= 16384
                      -- a range's to its multirange comes with it
                      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                        WHERE d.classid = 'pg_catalog.pg_cast'::regclass AND d.objid = a.oid
                          AND d.deptype = 'i')
                      AND
                    """
                    + notMember("a")
                    + "ORDER BY title";

    /** Edges among what users made, each end put down to what it is part of. */
    static final String DEPENDENCIES =
            CatalogQueries.LOCKED
                    + """
                    address(class, oid, address) AS MATERIALIZED (
                      SELECT c.tableoid, c.oid,
                        CASE WHEN c.relkind IN ('i', 'I') THEN 'i' || c.oid
                          WHEN c.relkind = 'c' THEN 't' || c.reltype ELSE 'r' || c.oid END
                      FROM pg_catalog.pg_class c WHERE c.oid >= 16384
                      UNION ALL
                      SELECT t.tableoid, t.oid,
                        CASE WHEN c.relkind <> 'c' THEN 'r' || c.oid
                          ELSE 't' || coalesce(r.rngtypid, e.oid) END
                      FROM pg_catalog.pg_type t
                      JOIN pg_catalog.pg_type e ON e.oid = CASE
                        WHEN t.typsubscript = 'pg_catalog.array_subscript_handler'::regproc
                        THEN t.typelem ELSE t.oid END
                      LEFT JOIN pg_catalog.pg_range r ON r.rngmultitypid = e.oid
                      LEFT JOIN pg_catalog.pg_class c ON c.oid = e.typrelid
                      WHERE t.oid >= 16384
                      UNION ALL
                      SELECT p.tableoid, p.oid, 'f' || p.oid FROM pg_catalog.pg_proc p
                      WHERE p.oid >= 16384
                      UNION ALL
                      SELECT o.tableoid, o.oid, 'o' || o.oid FROM pg_catalog.pg_operator o
                      WHERE o.oid >= 16384
                      UNION ALL
                      SELECT c.tableoid, c.oid, 'c' || c.oid FROM pg_catalog.pg_collation c
                      WHERE c.oid >= 16384
                      UNION ALL
                      SELECT x.tableoid, x.oid, 'x' || x.oid FROM pg_catalog.pg_extension x
                      UNION ALL
                      SELECT k.tableoid, k.oid, 'k' || k.oid FROM pg_catalog.pg_opclass k
                      WHERE k.oid >= 16384
                      UNION ALL
                      SELECT a.tableoid, a.oid, 'a' || a.oid FROM pg_catalog.pg_cast a
                      WHERE a.oid >= 16384
                      UNION ALL
                      SELECT d.tableoid, d.oid, 'd' || d.adrelid || ' ' || d.adnum
                      FROM pg_catalog.pg_attrdef d
                      UNION ALL
                      SELECT k.tableoid, k.oid, CASE WHEN k.contypid <> 0 THEN 't' || k.contypid
                        ELSE 'q' || k.conrelid || ' ' || k.conname END
                      FROM pg_catalog.pg_constraint k WHERE k.contype = 'c' AND k.oid >= 16384
                      UNION ALL
                      SELECT s.tableoid, s.oid, 's' || s.stxrelid
                      FROM pg_catalog.pg_statistic_ext s
                      UNION ALL
                      SELECT w.tableoid, w.oid, 'r' || w.ev_class FROM pg_catalog.pg_rewrite w
                      WHERE w.ev_type = '1' AND w.oid >= 16384)
                    SELECT DISTINCT a.address AS dependent, b.address AS needed
                    FROM pg_catalog.pg_depend d
                    JOIN address a ON a.class = d.classid AND a.oid = d.objid
                    JOIN address b ON b.class = d.refclassid AND b.oid = d.refobjid
                    WHERE a.address <> b.address
                      -- a sequence goes with its column, and the column's default needs it
                      AND NOT EXISTS (SELECT FROM pg_catalog.pg_sequence s
                        WHERE d.classid = 'pg_catalog.pg_class'::regclass
                          AND s.seqrelid = d.objid AND left(b.address, 1) = 'r')
                    """;
}
