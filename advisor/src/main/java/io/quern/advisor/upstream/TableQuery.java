package io.quern.advisor.upstream;

import static io.quern.advisor.upstream.CatalogReading.text;
import static io.quern.advisor.upstream.CatalogReading.texts;

import io.quern.optimizer.Check;
import io.quern.optimizer.Column;
import io.quern.optimizer.ExtendedStatistics;
import io.quern.optimizer.ForeignKey;
import io.quern.optimizer.Index;
import io.quern.optimizer.QualifiedName;
import io.quern.optimizer.Table;
import io.quern.optimizer.View;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the relations of a catalog, given what belongs to them by OID. */
record TableQuery(
        Map<Long, List<Column>> columns,
        Map<Long, List<Index>> indexes,
        Map<Long, List<ForeignKey>> foreignKeys,
        Map<Long, List<Check>> checks,
        Map<Long, List<ExtendedStatistics>> statistics) {

    /**
     * Whatever a subscription writes, and all that is related to it by partitioning or inheritance
     * in either direction: changes may be routed to a partition or shown by a parent.
     */
    private static final String SUBSCRIBED =
            """
            subscribed(oid) AS (
              SELECT s.srrelid FROM pg_catalog.pg_subscription_rel s
              UNION
              SELECT CASE WHEN i.inhparent = s.oid THEN i.inhrelid ELSE i.inhparent END
              FROM subscribed s
              JOIN pg_catalog.pg_inherits i ON s.oid IN (i.inhparent, i.inhrelid))
            """;

    private static final String SUBSCRIPTIONS_UNKNOWN =
            "subscribed(oid) AS (SELECT c.oid FROM pg_catalog.pg_class c)\n";

    /**
     * A view's text is printed under locks on all that it reads, so it is left out, too, while one
     * of these is locked.
     */
    private static final String COLUMNS =
            """
            SELECT c.oid::bigint AS oid, n.nspname AS schema, c.relname AS name,
              c.relkind AS kind, c.relpersistence = 'u' AS unlogged,
              c.relrowsecurity AS row_security, c.relforcerowsecurity AS row_security_forced,
              EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhparent = c.oid)
                AS has_children,
              parents.schemas AS parent_schemas, parents.names AS parent_names,
              c.relispartition AS partition,
              CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END
                AS partition_key,
              CASE WHEN c.relispartition
                THEN pg_catalog.pg_get_expr(c.relpartbound, c.oid) END AS partition_bound,
              CASE WHEN c.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(c.oid) END
                AS definition,
              EXISTS (SELECT FROM pg_catalog.pg_options_to_table(c.reloptions) o
                      WHERE o.option_name = 'security_barrier' AND o.option_value::boolean)
                AS security_barrier,
              EXISTS (SELECT FROM pg_catalog.pg_options_to_table(c.reloptions) o
                      WHERE o.option_name = 'security_invoker' AND o.option_value::boolean)
                AS security_invoker,
              (SELECT o.option_value FROM pg_catalog.pg_options_to_table(c.reloptions) o
               WHERE o.option_name = 'check_option') AS check_option,
              EXISTS (SELECT FROM pg_catalog.pg_trigger g
                      WHERE g.tgrelid = c.oid AND NOT g.tgisinternal)
                OR EXISTS (SELECT FROM pg_catalog.pg_rewrite w
                           WHERE w.ev_class = c.oid AND w.ev_type <> '1') AS triggers,
              EXISTS (SELECT FROM subscribed s WHERE s.oid = c.oid) AS subscribed,
              c.reltuples::float8 AS rows,
              CASE WHEN c.relkind IN ('r', 'm')
                THEN coalesce(pg_catalog.pg_relation_size(c.oid), 0) ELSE 0 END AS bytes,
              coalesce(pg_catalog.pg_stat_get_tuples_inserted(c.oid)
                + pg_catalog.pg_stat_get_tuples_updated(c.oid)
                + pg_catalog.pg_stat_get_tuples_deleted(c.oid), 0) AS writes,
              pg_catalog.pg_get_userbyid(c.relowner) AS owner
            FROM pg_catalog.pg_class c
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            CROSS JOIN LATERAL (
              SELECT pg_catalog.array_agg(pn.nspname::text ORDER BY i.inhseqno) AS schemas,
                pg_catalog.array_agg(p.relname::text ORDER BY i.inhseqno) AS names
              FROM pg_catalog.pg_inherits i
              JOIN pg_catalog.pg_class p ON p.oid = i.inhparent
              JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
              WHERE i.inhrelid = c.oid) parents
            WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
              AND c.oid NOT IN (SELECT l.oid FROM locked l)
              AND NOT EXISTS (
                SELECT FROM pg_catalog.pg_rewrite w
                JOIN pg_catalog.pg_depend d
                  ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = w.oid
                    AND d.refclassid = 'pg_catalog.pg_class'::regclass
                JOIN locked l ON l.oid = d.refobjid
                WHERE w.ev_class = c.oid AND w.ev_type = '1')
              AND
            """;

    List<Table> read(CatalogReading reading) throws SQLException {
        String sql =
                CatalogQueries.LOCKED
                        + (reading.subscriptionsReadable ? SUBSCRIBED : SUBSCRIPTIONS_UNKNOWN)
                        + COLUMNS
                        + CatalogQueries.USER_RELATION
                        + "ORDER BY n.nspname, c.relname";
        List<Table> tables = new ArrayList<>();
        reading.each(sql, row -> tables.add(table(row)));
        return tables;
    }

    private Table table(ResultSet row) throws SQLException {
        long oid = row.getLong("oid");
        return new Table(
                oid,
                new QualifiedName(text(row, "schema"), text(row, "name")),
                kind(text(row, "kind")),
                columns.getOrDefault(oid, List.of()),
                indexes.getOrDefault(oid, List.of()),
                foreignKeys.getOrDefault(oid, List.of()),
                checks.getOrDefault(oid, List.of()),
                statistics.getOrDefault(oid, List.of()),
                view(row),
                inheritance(row),
                new Table.Security(
                        text(row, "owner"),
                        row.getBoolean("row_security"),
                        row.getBoolean("row_security_forced")),
                row.getBoolean("triggers"),
                row.getBoolean("subscribed"),
                new Table.Storage(
                        row.getBoolean("unlogged"),
                        row.getDouble("rows"),
                        row.getLong("bytes"),
                        row.getLong("writes")));
    }

    private static Optional<View> view(ResultSet row) throws SQLException {
        String definition = row.getString("definition");
        return definition == null
                ? Optional.empty()
                : Optional.of(
                        new View(
                                definition,
                                row.getBoolean("security_barrier"),
                                row.getBoolean("security_invoker"),
                                Optional.ofNullable(row.getString("check_option"))));
    }

    private static Table.Inheritance inheritance(ResultSet row) throws SQLException {
        List<String> schemas = texts(row, "parent_schemas");
        List<String> names = texts(row, "parent_names");
        List<QualifiedName> parents = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            parents.add(new QualifiedName(schemas.get(i), names.get(i)));
        }
        return new Table.Inheritance(
                parents,
                row.getBoolean("has_children"),
                row.getBoolean("partition"),
                Optional.ofNullable(row.getString("partition_key")),
                Optional.ofNullable(row.getString("partition_bound")));
    }

    private static Table.Kind kind(String relkind) {
        return switch (relkind) {
            case "r" -> Table.Kind.TABLE;
            case "p" -> Table.Kind.PARTITIONED_TABLE;
            case "v" -> Table.Kind.VIEW;
            case "m" -> Table.Kind.MATERIALIZED_VIEW;
            case "f" -> Table.Kind.FOREIGN_TABLE;
            default -> throw new IllegalStateException("unknown relkind " + relkind);
        };
    }
}
