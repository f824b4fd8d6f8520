package io.quern.advisor.upstream;

import static io.quern.advisor.upstream.CatalogReading.text;
import static io.quern.advisor.upstream.CatalogReading.texts;

import io.quern.optimizer.Check;
import io.quern.optimizer.ForeignKey;
import io.quern.optimizer.QualifiedName;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the foreign keys and checks of each table. */
final class ConstraintQuery {
    private ConstraintQuery() {}

    /**
     * A foreign key from or to a partitioned table is a tree of constraints: one for each
     * referencing partition, which are foreign keys of theirs, and one for each referenced
     * partition, which are not: no single partition has all the rows. A row is looked after by
     * triggers of the whole tree, wherever in it the constraint stands.
     */
    private static String foreignKeys(int major) {
        return CatalogQueries.LOCKED
                + """
                tree AS (
                  SELECT k.oid, k.oid AS root, k.confrelid, true AS whole
                  FROM pg_catalog.pg_constraint k WHERE k.contype = 'f' AND k.conparentid = 0
                  UNION ALL
                  SELECT k.oid, t.root, k.confrelid, t.whole AND k.confrelid = t.confrelid
                  FROM tree t JOIN pg_catalog.pg_constraint k ON k.conparentid = t.oid),
                watch AS MATERIALIZED (
                  SELECT t.root, pg_catalog.bool_and(g.tgenabled IN ('O', 'A')) AS awake
                  FROM tree t JOIN pg_catalog.pg_trigger g ON g.tgconstraint = t.oid
                  GROUP BY t.root)
                SELECT k.conrelid::bigint AS table_oid, k.conname AS name,
                  ARRAY(SELECT a.attname::text
                        FROM pg_catalog.unnest(k.conkey) WITH ORDINALITY u(number, i)
                        JOIN pg_catalog.pg_attribute a
                          ON a.attrelid = k.conrelid AND a.attnum = u.number
                        ORDER BY u.i) AS columns,
                  rn.nspname AS referenced_schema, rc.relname AS referenced_name,
                  ARRAY(SELECT a.attname::text
                        FROM pg_catalog.unnest(k.confkey) WITH ORDINALITY u(number, i)
                        JOIN pg_catalog.pg_attribute a
                          ON a.attrelid = k.confrelid AND a.attnum = u.number
                        ORDER BY u.i) AS referenced_columns,
                  k.confmatchtype = 'f' AS match_full,
                  coalesce((SELECT pg_catalog.bool_and(
                              o.oprname = '=' AND o.oprnamespace = 'pg_catalog'::regnamespace)
                            FROM pg_catalog.pg_operator o WHERE o.oid = ANY (k.conpfeqop)), false)
                    AS default_equality,
                  k.convalidated AS validated, k.condeferrable AS is_deferrable,
                  coalesce(w.awake, false) AS triggers_enabled,
                """
                + (major < 18
                        ? "true AS enforced, false AS temporal\n"
                        : "k.conenforced AS enforced, k.conperiod AS temporal\n")
                + """
                FROM tree t
                JOIN pg_catalog.pg_constraint k ON k.oid = t.oid
                JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                JOIN pg_catalog.pg_class rc ON rc.oid = k.confrelid
                JOIN pg_catalog.pg_namespace rn ON rn.oid = rc.relnamespace
                LEFT JOIN watch w ON w.root = t.root
                WHERE t.whole AND c.oid NOT IN (SELECT l.oid FROM locked l) AND
                """
                + CatalogQueries.USER_RELATION
                + "ORDER BY k.conrelid, k.conname";
    }

    private static String checks(int major) {
        return CatalogQueries.LOCKED
                + CatalogQueries.FOREIGN_ROWS
                + """
                SELECT k.conrelid::bigint AS table_oid, k.conname AS name,
                  pg_catalog.pg_get_expr(k.conbin, k.conrelid) AS expression,
                  k.convalidated AS validated, k.connoinherit AS no_inherit,
                  NOT EXISTS (SELECT FROM foreign_rows f WHERE f.oid = c.oid)
                """
                + (major < 18 ? "" : "AND k.conenforced\n")
                + """
                   AS enforced
                FROM pg_catalog.pg_constraint k
                JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE k.contype = 'c' AND c.oid NOT IN (SELECT l.oid FROM locked l) AND
                """
                + CatalogQueries.USER_RELATION
                + "ORDER BY k.conrelid, k.conname";
    }

    static Map<Long, List<ForeignKey>> foreignKeys(CatalogReading reading) throws SQLException {
        Map<Long, List<ForeignKey>> foreignKeys = new HashMap<>();
        reading.each(
                foreignKeys(reading.major()),
                row ->
                        foreignKeys
                                .computeIfAbsent(row.getLong("table_oid"), o -> new ArrayList<>())
                                .add(foreignKey(row)));
        return foreignKeys;
    }

    private static ForeignKey foreignKey(ResultSet row) throws SQLException {
        return new ForeignKey(
                text(row, "name"),
                texts(row, "columns"),
                new QualifiedName(text(row, "referenced_schema"), text(row, "referenced_name")),
                texts(row, "referenced_columns"),
                row.getBoolean("match_full") ? ForeignKey.Match.FULL : ForeignKey.Match.SIMPLE,
                row.getBoolean("default_equality"),
                row.getBoolean("validated"),
                row.getBoolean("enforced"),
                row.getBoolean("is_deferrable"),
                row.getBoolean("triggers_enabled"),
                row.getBoolean("temporal"));
    }

    /**
     * One whose table was dropped since the snapshot was taken has no expression and is left out.
     */
    static Map<Long, List<Check>> checks(CatalogReading reading) throws SQLException {
        Map<Long, List<Check>> checks = new HashMap<>();
        reading.each(
                checks(reading.major()),
                row -> {
                    String expression = row.getString("expression");
                    if (expression != null) {
                        checks.computeIfAbsent(row.getLong("table_oid"), o -> new ArrayList<>())
                                .add(
                                        new Check(
                                                text(row, "name"),
                                                expression,
                                                row.getBoolean("validated"),
                                                row.getBoolean("enforced"),
                                                row.getBoolean("no_inherit")));
                    }
                });
        return checks;
    }
}
