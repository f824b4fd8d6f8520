package io.quern.advisor.upstream;

import static io.quern.advisor.upstream.CatalogReading.text;

import io.quern.optimizer.Collation;
import io.quern.optimizer.Column;
import io.quern.optimizer.Domain;
import io.quern.optimizer.QualifiedName;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the columns of each relation. */
final class ColumnQuery {
    private ColumnQuery() {}

    /** Domains, each with its lowest base type and whatever any domain on the way says. */
    private static final String DOMAINS =
            """
            layer AS (
              SELECT t.oid, t.typbasetype AS base, t.typtypmod AS modifier,
                t.typnotnull AS not_null,
                EXISTS (SELECT FROM pg_catalog.pg_constraint k
                        WHERE k.contypid = t.oid AND k.contype = 'c') AS checked
              FROM pg_catalog.pg_type t WHERE t.typtype = 'd'
              UNION ALL
              SELECT l.oid, t.typbasetype, t.typtypmod, l.not_null OR t.typnotnull,
                l.checked OR EXISTS (SELECT FROM pg_catalog.pg_constraint k
                                     WHERE k.contypid = t.oid AND k.contype = 'c')
              FROM layer l JOIN pg_catalog.pg_type t ON t.oid = l.base AND t.typtype = 'd'),
            domain AS MATERIALIZED (
              SELECT l.oid, l.base, l.not_null, l.checked, n.nspname AS schema, d.typname AS name,
                pg_catalog.format_type(l.base, l.modifier) AS base_type
              FROM layer l
              JOIN pg_catalog.pg_type b ON b.oid = l.base AND b.typtype <> 'd'
              JOIN pg_catalog.pg_type d ON d.oid = l.oid
              JOIN pg_catalog.pg_namespace n ON n.oid = d.typnamespace),
            """;

    /** A collation sorts by bytes under C, and under the built-in provider's locales (17). */
    private static final String COLLATIONS =
            """
            sorted AS MATERIALIZED (
              SELECT co.oid, n.nspname AS schema, co.collname AS name,
                co.collisdeterministic AS deterministic,
                CASE WHEN co.collprovider = 'd'
                  THEN d.datlocprovider = 'b'
                    OR d.datlocprovider = 'c' AND d.datcollate IN ('C', 'POSIX')
                  ELSE co.collprovider = 'b'
                    OR co.collprovider = 'c' AND co.collcollate IN ('C', 'POSIX')
                  END AS by_bytes
              FROM pg_catalog.pg_collation co
              JOIN pg_catalog.pg_namespace n ON n.oid = co.collnamespace
              JOIN pg_catalog.pg_database d ON d.datname = pg_catalog.current_database()),
            """;

    /**
     * NOT NULL holds only where a validated constraint says so (18 has NOT VALID) and where it
     * speaks for inheritance children: up to 17 a child may have dropped it, from 18 on it may be
     * NO INHERIT. A partition may do neither.
     */
    private static String notNull(int major) {
        return major < 18
                ? "AND (p.inhparent IS NULL OR c.relkind = 'p')\n"
                : """
                  AND NOT EXISTS (
                    SELECT FROM pg_catalog.pg_constraint k
                    WHERE k.conrelid = a.attrelid AND k.contype = 'n'
                      AND k.conkey[1] = a.attnum
                      AND (NOT k.convalidated OR k.connoinherit AND p.inhparent IS NOT NULL))
                  """;
    }

    private static String sql(int major) {
        return CatalogQueries.LOCKED
                + DOMAINS
                + COLLATIONS
                + CatalogQueries.FOREIGN_ROWS
                + """
                , parents AS MATERIALIZED (
                  SELECT DISTINCT i.inhparent FROM pg_catalog.pg_inherits i),
                stats AS MATERIALIZED (
                  SELECT s.schemaname, s.tablename, s.attname, s.inherited,
                    s.null_frac, s.n_distinct, s.avg_width
                  FROM pg_catalog.pg_stats s
                  WHERE s.schemaname NOT IN ('pg_catalog', 'information_schema'))
                SELECT a.attrelid::bigint AS table_oid, a.attname AS name, a.attnum AS position,
                  a.atttypid::bigint AS type_oid,
                  pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
                  a.atttypmod AS modifier,
                  CASE WHEN t.typsubscript = 'pg_catalog.array_subscript_handler'::regproc
                    THEN t.typelem ELSE 0 END::bigint AS element_type,
                  d.schema AS domain_schema, d.name AS domain_name, d.base::bigint AS domain_base,
                  d.base_type AS domain_base_type, d.not_null AS domain_not_null,
                  d.checked AS domain_checked,
                  a.attnotnull AND NOT EXISTS (SELECT FROM foreign_rows f WHERE f.oid = c.oid)
                """
                + notNull(major)
                + """
                   AS not_null,
                  pg_catalog.pg_get_expr(ad.adbin, ad.adrelid) AS expression,
                  a.attgenerated AS generated, a.attidentity AS identity,
                  co.oid::bigint AS collation, co.schema AS collation_schema,
                  co.name AS collation_name, co.deterministic, co.by_bytes,
                  s.null_frac::float8 AS null_fraction, s.n_distinct::float8 AS distinct_values,
                  s.avg_width::float8 AS average_width
                FROM pg_catalog.pg_attribute a
                JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                LEFT JOIN domain d ON d.oid = a.atttypid
                LEFT JOIN pg_catalog.pg_attrdef ad
                  ON ad.adrelid = a.attrelid AND ad.adnum = a.attnum
                LEFT JOIN pg_catalog.pg_type t ON t.oid = coalesce(d.base, a.atttypid)
                LEFT JOIN parents p ON p.inhparent = c.oid
                LEFT JOIN sorted co ON co.oid = a.attcollation
                LEFT JOIN stats s ON s.schemaname = n.nspname AND s.tablename = c.relname
                  AND s.attname = a.attname AND s.inherited = (p.inhparent IS NOT NULL)
                WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
                  AND c.oid NOT IN (SELECT l.oid FROM locked l)
                  AND a.attnum > 0 AND NOT a.attisdropped AND
                """
                + CatalogQueries.USER_RELATION
                + "ORDER BY a.attrelid, a.attnum";
    }

    static Map<Long, List<Column>> read(CatalogReading reading) throws SQLException {
        Map<Long, List<Column>> columns = new HashMap<>();
        reading.each(
                sql(reading.major()),
                row ->
                        columns.computeIfAbsent(row.getLong("table_oid"), o -> new ArrayList<>())
                                .add(column(row)));
        return columns;
    }

    private static Column column(ResultSet row) throws SQLException {
        return new Column(
                text(row, "name"),
                row.getInt("position"),
                // an OID above 2^31 wraps, as everywhere in Column
                (int) row.getLong("type_oid"),
                text(row, "type"),
                row.getInt("modifier"),
                domain(row),
                (int) row.getLong("element_type"),
                row.getBoolean("not_null"),
                origin(text(row, "generated"), text(row, "identity")),
                collation(row),
                new Column.Statistics(
                        orNaN(row, "null_fraction"),
                        orNaN(row, "distinct_values"),
                        orNaN(row, "average_width")),
                Optional.ofNullable(row.getString("expression")));
    }

    private static Optional<Domain> domain(ResultSet row) throws SQLException {
        String name = row.getString("domain_name");
        return name == null
                ? Optional.empty()
                : Optional.of(
                        new Domain(
                                new QualifiedName(text(row, "domain_schema"), name),
                                (int) row.getLong("domain_base"),
                                text(row, "domain_base_type"),
                                row.getBoolean("domain_not_null"),
                                row.getBoolean("domain_checked")));
    }

    private static Optional<Collation> collation(ResultSet row) throws SQLException {
        String name = row.getString("collation_name");
        return name == null
                ? Optional.empty()
                : Optional.of(
                        new Collation(
                                row.getLong("collation"),
                                new QualifiedName(text(row, "collation_schema"), name),
                                row.getBoolean("deterministic"),
                                row.getBoolean("by_bytes")));
    }

    private static Column.Origin origin(String generated, String identity) {
        return switch (generated + identity) {
            case "" -> Column.Origin.GIVEN;
            case "s" -> Column.Origin.STORED;
            case "v" -> Column.Origin.VIRTUAL;
            case "a" -> Column.Origin.IDENTITY_ALWAYS;
            case "d" -> Column.Origin.IDENTITY_BY_DEFAULT;
            default ->
                    throw new IllegalStateException(
                            "unknown attgenerated " + generated + " or attidentity " + identity);
        };
    }

    private static double orNaN(ResultSet row, String column) throws SQLException {
        double value = row.getDouble(column);
        return row.wasNull() ? Double.NaN : value;
    }
}
