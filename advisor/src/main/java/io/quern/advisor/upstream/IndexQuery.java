package io.quern.advisor.upstream;

import static io.quern.advisor.upstream.CatalogReading.text;

import io.quern.optimizer.Index;
import io.quern.optimizer.QualifiedName;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the indexes of each table. */
final class IndexQuery {
    private IndexQuery() {}

    /**
     * One row per index column. An operator class that is the default of the type it takes is its
     * column's default too: PostgreSQL accepts no class of another type that has one of its own.
     */
    private static final String KEYS =
            CatalogQueries.LOCKED
                    + """
                    class AS MATERIALIZED (
                      SELECT oc.oid, oc.opcdefault AS by_default, cn.nspname AS schema,
                        oc.opcname AS name, fn.nspname AS family_schema, f.opfname AS family_name
                      FROM pg_catalog.pg_opclass oc
                      JOIN pg_catalog.pg_namespace cn ON cn.oid = oc.opcnamespace
                      JOIN pg_catalog.pg_opfamily f ON f.oid = oc.opcfamily
                      JOIN pg_catalog.pg_namespace fn ON fn.oid = f.opfnamespace)
                    SELECT i.indexrelid::bigint AS oid, k.n > i.indnkeyatts AS included,
                      CASE WHEN i.indkey[k.n - 1] <> 0 THEN a.attname END AS column_name,
                      pg_catalog.pg_get_indexdef(i.indexrelid, k.n, false) AS expression,
                      coalesce((i.indoption[k.n - 1] & 1) <> 0, false) AS descending,
                      coalesce((i.indoption[k.n - 1] & 2) <> 0, false) AS nulls_first,
                      coalesce(oc.by_default
                        AND i.indcollation[k.n - 1] = coalesce(a.attcollation, t.typcollation),
                        false) AS default_opclass,
                      oc.schema AS class_schema, oc.name AS class_name,
                      oc.family_schema, oc.family_name,
                      coalesce(i.indcollation[k.n - 1], 0)::bigint AS collation
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
                    LEFT JOIN class oc ON k.n <= i.indnkeyatts AND oc.oid = i.indclass[k.n - 1]
                    WHERE i.indrelid NOT IN (SELECT l.oid FROM locked l) AND
                    """
                    + CatalogQueries.USER_RELATION
                    + "ORDER BY i.indexrelid, k.n";

    /**
     * A size is asked of the file system under a lock of its own, which a REINDEX next door would
     * make wait: such an index answers with its last known pages instead.
     */
    private static final String INDEXES =
            CatalogQueries.LOCKED
                    + """
                    owned AS MATERIALIZED (
                      SELECT k.conindid,
                        min(pg_catalog.pg_get_constraintdef(k.oid)) AS declaration
                      FROM pg_catalog.pg_constraint k
                      WHERE k.contype IN ('p', 'u', 'x')
                        AND k.conrelid NOT IN (SELECT l.oid FROM locked l)
                      GROUP BY k.conindid)
                    SELECT i.indexrelid::bigint AS oid, i.indrelid::bigint AS table_oid,
                      c.relname AS name, am.amname AS method, i.indisunique AS is_unique,
                      i.indisprimary AS is_primary,
                      i.indisvalid AND i.indisready AND i.indislive AS valid,
                      i.indimmediate AS immediate, i.indnullsnotdistinct AS nulls_not_distinct,
                      i.indisunique AND i.indisexclusion AS temporal,
                      o.conindid IS NOT NULL AS has_constraint,
                      pg_catalog.pg_get_expr(i.indpred, i.indrelid) AS predicate,
                      CASE WHEN c.relkind = 'I' THEN 0
                        WHEN c.oid IN (SELECT l.oid FROM locked l)
                        THEN c.relpages * pg_catalog.current_setting('block_size')::bigint
                        ELSE coalesce(pg_catalog.pg_relation_size(c.oid), 0) END AS bytes,
                      coalesce(pg_catalog.pg_stat_get_numscans(c.oid), 0) AS scans,
                      pg_catalog.pg_get_indexdef(i.indexrelid) AS definition, o.declaration
                    FROM pg_catalog.pg_index i
                    JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
                    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                    JOIN pg_catalog.pg_am am ON am.oid = c.relam
                    LEFT JOIN owned o ON o.conindid = i.indexrelid
                    WHERE i.indrelid NOT IN (SELECT l.oid FROM locked l) AND
                    """
                    + CatalogQueries.USER_RELATION
                    + "ORDER BY i.indrelid, c.relname";

    /**
     * The indexes of each table. One that was dropped since the snapshot was taken is left out:
     * what prints its definition knows it no more.
     */
    static Map<Long, List<Index>> read(CatalogReading reading) throws SQLException {
        Map<Long, List<Index.Key>> keys = new HashMap<>();
        Map<Long, List<String>> included = new HashMap<>();
        reading.each(
                KEYS,
                row -> {
                    long oid = row.getLong("oid");
                    String expression = row.getString("expression");
                    if (expression == null) {
                        return;
                    }
                    Optional<String> column = Optional.ofNullable(row.getString("column_name"));
                    if (row.getBoolean("included")) {
                        included.computeIfAbsent(oid, o -> new ArrayList<>())
                                .add(column.orElseThrow());
                    } else {
                        keys.computeIfAbsent(oid, o -> new ArrayList<>())
                                .add(key(row, column, expression));
                    }
                });
        Map<Long, List<Index>> indexes = new HashMap<>();
        reading.each(
                INDEXES,
                row -> {
                    long oid = row.getLong("oid");
                    String definition = row.getString("definition");
                    if (definition == null) {
                        return;
                    }
                    indexes.computeIfAbsent(row.getLong("table_oid"), o -> new ArrayList<>())
                            .add(
                                    index(
                                            row,
                                            oid,
                                            definition,
                                            keys.getOrDefault(oid, List.of()),
                                            included.getOrDefault(oid, List.of())));
                });
        return indexes;
    }

    private static Index.Key key(ResultSet row, Optional<String> column, String expression)
            throws SQLException {
        return new Index.Key(
                column,
                expression,
                row.getBoolean("descending"),
                row.getBoolean("nulls_first"),
                row.getBoolean("default_opclass"),
                new QualifiedName(text(row, "class_schema"), text(row, "class_name")),
                new QualifiedName(text(row, "family_schema"), text(row, "family_name")),
                row.getLong("collation"));
    }

    private static Index index(
            ResultSet row, long oid, String definition, List<Index.Key> keys, List<String> included)
            throws SQLException {
        return new Index(
                oid,
                text(row, "name"),
                text(row, "method"),
                keys,
                included,
                Optional.ofNullable(row.getString("predicate")),
                row.getBoolean("is_unique"),
                row.getBoolean("is_primary"),
                row.getBoolean("valid"),
                row.getBoolean("immediate"),
                row.getBoolean("nulls_not_distinct"),
                row.getBoolean("temporal"),
                row.getBoolean("has_constraint"),
                row.getLong("bytes"),
                row.getLong("scans"),
                definition,
                Optional.ofNullable(row.getString("declaration")));
    }
}
