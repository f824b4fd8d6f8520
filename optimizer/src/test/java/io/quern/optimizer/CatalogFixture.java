package io.quern.optimizer;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A catalog read from a test's database by its owner: every fact that rules may ask, by plain
 * queries for one table after the other. Nobody else changes the schema meanwhile.
 */
public final class CatalogFixture {
    private static final String USERS =
            " n.nspname !~ '^(pg_|information_schema)' ORDER BY n.nspname, ";

    private final Connection connection;
    private final int version;

    /** Reads a row. */
    @FunctionalInterface
    private interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    private CatalogFixture(Connection connection, int version) {
        this.connection = connection;
        this.version = version;
    }

    /** The database a connection is in; what PostgreSQL prints has all its names qualified. */
    public static Catalog read(Connection c) throws SQLException {
        try (var statement = c.createStatement();
                var row =
                        statement.executeQuery(
                                """
                                SELECT current_setting('server_version_num')::int,
                                  current_database(), current_setting('search_path')
                                """)) {
            row.next();
            var fixture = new CatalogFixture(c, row.getInt(1));
            String database = row.getString(2);
            String path = row.getString(3);
            statement.execute("SET search_path = pg_catalog");
            Catalog catalog = fixture.catalog(database);
            statement.execute("SET search_path = " + path);
            return catalog;
        }
    }

    private Catalog catalog(String database) throws SQLException {
        List<Table> tables =
                each(
                        """
                        SELECT c.oid::bigint, n.nspname, c.relname, c.relkind, c.relrowsecurity,
                          c.relforcerowsecurity, c.relpersistence = 'u' AS unlogged, c.reltuples,
                          CASE WHEN c.relkind IN ('r', 'm') THEN pg_relation_size(c.oid) ELSE 0 END,
                          CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END,
                          coalesce('security_barrier=true' = ANY (c.reloptions), false),
                          coalesce('security_invoker=true' = ANY (c.reloptions), false),
                          EXISTS (SELECT FROM pg_inherits WHERE inhparent = c.oid),
                          c.relispartition,
                          CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END,
                          pg_get_expr(c.relpartbound, c.oid),
                          EXISTS (SELECT FROM pg_trigger
                                  WHERE tgrelid = c.oid AND NOT tgisinternal)
                            OR EXISTS (SELECT FROM pg_rewrite
                                       WHERE ev_class = c.oid AND ev_type <> '1'),
                          EXISTS (SELECT FROM pg_subscription_rel WHERE srrelid = c.oid),
                          pg_get_userbyid(c.relowner)
                        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND
                        """
                                + USERS
                                + "c.relname",
                        this::table);
        Set<QualifiedName> names =
                new HashSet<>(
                        each(
                                """
                                SELECT n.nspname, c.relname FROM pg_class c
                                JOIN pg_namespace n ON n.oid = c.relnamespace
                                WHERE n.nspname !~ '^pg_(toast|temp)'
                                """,
                                row -> name(row, 1)));
        tables.forEach(table -> names.remove(table.name()));
        return new Catalog(database, version, tables, names, routines());
    }

    private Table table(ResultSet row) throws SQLException {
        long oid = row.getLong(1);
        String definition = row.getString(10);
        return new Table(
                oid,
                name(row, 2),
                switch (row.getString(4)) {
                    case "r" -> Table.Kind.TABLE;
                    case "p" -> Table.Kind.PARTITIONED_TABLE;
                    case "v" -> Table.Kind.VIEW;
                    case "m" -> Table.Kind.MATERIALIZED_VIEW;
                    default -> Table.Kind.FOREIGN_TABLE;
                },
                columns(oid),
                indexes(oid),
                foreignKeys(oid),
                checks(oid),
                statistics(oid),
                definition == null
                        ? Optional.empty()
                        : Optional.of(new View(definition, row.getBoolean(11), row.getBoolean(12))),
                new Table.Inheritance(
                        parents(oid),
                        row.getBoolean(13),
                        row.getBoolean(14),
                        Optional.ofNullable(row.getString(15)),
                        Optional.ofNullable(row.getString(16))),
                new Table.Security(row.getString(19), row.getBoolean(5), row.getBoolean(6)),
                row.getBoolean(17),
                row.getBoolean(18),
                new Table.Storage(row.getBoolean(7), row.getDouble(8), row.getLong(9), 0));
    }

    private List<QualifiedName> parents(long table) throws SQLException {
        return each(
                """
                SELECT n.nspname, c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhparent
                JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE i.inhrelid = %d ORDER BY i.inhseqno
                """
                        .formatted(table),
                row -> name(row, 1));
    }

    /** NOT NULL as {@link Column#notNull} wants it, but for foreign tables below a parent. */
    private String notNull() {
        return version < 180_000
                ? """
                  (c.relkind = 'p'
                    OR NOT EXISTS (SELECT FROM pg_inherits WHERE inhparent = c.oid))
                  """
                : """
                  NOT EXISTS (SELECT FROM pg_constraint k
                    WHERE k.conrelid = c.oid AND k.contype = 'n' AND k.conkey[1] = a.attnum
                      AND (NOT k.convalidated OR k.connoinherit
                        AND EXISTS (SELECT FROM pg_inherits WHERE inhparent = c.oid)))
                  """;
    }

    private List<Column> columns(long table) throws SQLException {
        return each(
                """
                WITH RECURSIVE layer AS (
                  SELECT t.oid, t.typbasetype, t.typtypmod, t.typnotnull FROM pg_type t
                  WHERE t.typtype = 'd'
                  UNION ALL
                  SELECT l.oid, t.typbasetype, t.typtypmod, l.typnotnull OR t.typnotnull
                  FROM layer l JOIN pg_type t ON t.oid = l.typbasetype AND t.typtype = 'd'),
                domain AS (
                  SELECT l.oid, n.nspname, d.typname, l.typbasetype AS base, l.typnotnull,
                    format_type(l.typbasetype, l.typtypmod) AS base_type,
                    EXISTS (SELECT FROM pg_constraint k JOIN layer x ON x.oid = l.oid
                            WHERE k.contype = 'c' AND k.contypid IN (x.oid, x.typbasetype))
                      AS checked
                  FROM layer l JOIN pg_type b ON b.oid = l.typbasetype AND b.typtype <> 'd'
                  JOIN pg_type d ON d.oid = l.oid JOIN pg_namespace n ON n.oid = d.typnamespace)
                SELECT a.attname, a.attnum, a.atttypid::bigint,
                  format_type(a.atttypid, a.atttypmod), a.atttypmod,
                  d.nspname, d.typname, d.base::bigint, d.base_type, d.typnotnull, d.checked,
                  CASE WHEN t.typsubscript = 'array_subscript_handler'::regproc
                    THEN t.typelem ELSE 0 END::bigint,
                  a.attnotnull AND c.relkind <> 'f' AND %s, a.attgenerated::text || a.attidentity::text,
                  o.oid::bigint, cn.nspname, o.collname, o.collisdeterministic,
                  CASE o.collprovider WHEN 'd' THEN db.datlocprovider = 'b'
                      OR db.datlocprovider = 'c' AND db.datcollate IN ('C', 'POSIX')
                    ELSE o.collprovider = 'b'
                      OR o.collprovider = 'c' AND o.collcollate IN ('C', 'POSIX') END,
                  coalesce(s.null_frac, 'NaN'), coalesce(s.n_distinct, 'NaN'),
                  coalesce(s.avg_width::float8, 'NaN')
                FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
                JOIN pg_namespace n ON n.oid = c.relnamespace
                JOIN pg_database db ON db.datname = current_database()
                LEFT JOIN domain d ON d.oid = a.atttypid
                LEFT JOIN pg_type t ON t.oid = coalesce(d.base, a.atttypid)
                LEFT JOIN pg_collation o ON o.oid = a.attcollation
                LEFT JOIN pg_namespace cn ON cn.oid = o.collnamespace
                LEFT JOIN pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname
                  AND s.attname = a.attname
                  AND s.inherited = EXISTS (SELECT FROM pg_inherits WHERE inhparent = c.oid)
                WHERE c.oid = %d AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
                """
                        .formatted(notNull(), table),
                CatalogFixture::column);
    }

    private static Column column(ResultSet row) throws SQLException {
        Optional<Domain> domain =
                row.getString(7) == null
                        ? Optional.empty()
                        : Optional.of(
                                new Domain(
                                        name(row, 6),
                                        (int) row.getLong(8),
                                        row.getString(9),
                                        row.getBoolean(10),
                                        row.getBoolean(11)));
        Optional<Collation> ordering =
                row.getString(17) == null
                        ? Optional.empty()
                        : Optional.of(
                                new Collation(
                                        row.getLong(15),
                                        name(row, 16),
                                        row.getBoolean(18),
                                        row.getBoolean(19)));
        return new Column(
                row.getString(1),
                row.getInt(2),
                (int) row.getLong(3),
                row.getString(4),
                row.getInt(5),
                domain,
                (int) row.getLong(12),
                row.getBoolean(13),
                switch (row.getString(14)) {
                    case "s" -> Column.Origin.STORED;
                    case "v" -> Column.Origin.VIRTUAL;
                    case "a" -> Column.Origin.IDENTITY_ALWAYS;
                    case "d" -> Column.Origin.IDENTITY_BY_DEFAULT;
                    default -> Column.Origin.GIVEN;
                },
                ordering,
                new Column.Statistics(row.getDouble(20), row.getDouble(21), row.getDouble(22)));
    }

    private List<Index> indexes(long table) throws SQLException {
        return each(
                """
                SELECT i.indexrelid::bigint, r.relname, m.amname, i.indisunique, i.indisprimary,
                  i.indisvalid AND i.indisready AND i.indislive, i.indimmediate,
                  i.indnullsnotdistinct, i.indisunique AND i.indisexclusion,
                  EXISTS (SELECT FROM pg_constraint k
                          WHERE k.conindid = r.oid AND k.contype IN ('p', 'u', 'x')),
                  pg_get_expr(i.indpred, i.indrelid), pg_get_indexdef(i.indexrelid),
                  ARRAY(SELECT a.attname::text
                        FROM unnest(i.indkey::int2[]) WITH ORDINALITY k(number, n)
                        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
                        WHERE k.n > i.indnkeyatts ORDER BY k.n)
                FROM pg_index i JOIN pg_class r ON r.oid = i.indexrelid
                JOIN pg_am m ON m.oid = r.relam WHERE i.indrelid = %d ORDER BY r.relname
                """
                        .formatted(table),
                row ->
                        new Index(
                                row.getLong(1),
                                row.getString(2),
                                row.getString(3),
                                keys(row.getLong(1)),
                                texts(row, 13),
                                Optional.ofNullable(row.getString(11)),
                                row.getBoolean(4),
                                row.getBoolean(5),
                                row.getBoolean(6),
                                row.getBoolean(7),
                                row.getBoolean(8),
                                row.getBoolean(9),
                                row.getBoolean(10),
                                0,
                                0,
                                row.getString(12)));
    }

    private List<Index.Key> keys(long index) throws SQLException {
        return each(
                """
                SELECT a.attname, pg_get_indexdef(i.indexrelid, k.n, false),
                  (i.indoption[k.n - 1] & 1) <> 0, (i.indoption[k.n - 1] & 2) <> 0,
                  o.opcdefault AND i.indcollation[k.n - 1] = coalesce(a.attcollation, t.typcollation),
                  cn.nspname, o.opcname, fn.nspname, f.opfname, i.indcollation[k.n - 1]::bigint
                FROM pg_index i CROSS JOIN LATERAL generate_series(1, i.indnkeyatts::int) k(n)
                JOIN pg_opclass o ON o.oid = i.indclass[k.n - 1]
                JOIN pg_namespace cn ON cn.oid = o.opcnamespace
                JOIN pg_opfamily f ON f.oid = o.opcfamily
                JOIN pg_namespace fn ON fn.oid = f.opfnamespace
                JOIN pg_attribute ia ON ia.attrelid = i.indexrelid AND ia.attnum = k.n
                JOIN pg_type t ON t.oid = ia.atttypid
                LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid
                  AND a.attnum = i.indkey[k.n - 1] AND a.attnum <> 0
                WHERE i.indexrelid = %d ORDER BY k.n
                """
                        .formatted(index),
                row ->
                        new Index.Key(
                                Optional.ofNullable(row.getString(1)),
                                row.getString(2),
                                row.getBoolean(3),
                                row.getBoolean(4),
                                row.getBoolean(5),
                                name(row, 6),
                                name(row, 8),
                                row.getLong(10)));
    }

    /** Whatever stands below a partitioned table's foreign key has its triggers looked at alone. */
    private List<ForeignKey> foreignKeys(long table) throws SQLException {
        return each(
                """
                SELECT k.conname,
                  ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY u(number, n)
                        JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number
                        ORDER BY u.n),
                  n.nspname, c.relname,
                  ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY u(number, n)
                        JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.number
                        ORDER BY u.n),
                  k.confmatchtype = 'f',
                  (SELECT bool_and(o.oprname = '=' AND o.oprnamespace = 'pg_catalog'::regnamespace)
                   FROM pg_operator o WHERE o.oid = ANY (k.conpfeqop)),
                  k.convalidated, %s, k.condeferrable,
                  coalesce((SELECT bool_and(g.tgenabled IN ('O', 'A')) FROM pg_trigger g
                            WHERE g.tgconstraint IN (k.oid, k.conparentid)), false)
                FROM pg_constraint k JOIN pg_class c ON c.oid = k.confrelid
                JOIN pg_namespace n ON n.oid = c.relnamespace
                LEFT JOIN pg_constraint up ON up.oid = k.conparentid
                WHERE k.contype = 'f' AND k.conrelid = %d
                  AND up.confrelid IS NOT DISTINCT FROM
                    CASE WHEN up.oid IS NOT NULL THEN k.confrelid END
                ORDER BY k.conname
                """
                        .formatted(
                                version < 180_000 ? "true, false" : "k.conenforced, k.conperiod",
                                table),
                row ->
                        new ForeignKey(
                                row.getString(1),
                                texts(row, 2),
                                name(row, 3),
                                texts(row, 5),
                                row.getBoolean(6) ? ForeignKey.Match.FULL : ForeignKey.Match.SIMPLE,
                                row.getBoolean(7),
                                row.getBoolean(8),
                                row.getBoolean(9),
                                row.getBoolean(11),
                                row.getBoolean(12),
                                row.getBoolean(10)));
    }

    private List<Check> checks(long table) throws SQLException {
        return each(
                """
                SELECT k.conname, pg_get_expr(k.conbin, k.conrelid), k.convalidated,
                  %s AND c.relkind <> 'f', k.connoinherit
                FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
                WHERE k.contype = 'c' AND c.oid = %d ORDER BY k.conname
                """
                        .formatted(version < 180_000 ? "true" : "k.conenforced", table),
                row ->
                        new Check(
                                row.getString(1),
                                row.getString(2),
                                row.getBoolean(3),
                                row.getBoolean(4),
                                row.getBoolean(5)));
    }

    private List<ExtendedStatistics> statistics(long table) throws SQLException {
        return each(
                """
                SELECT n.nspname, s.stxname, s.stxkind::text[],
                  ARRAY(SELECT a.attname::text
                        FROM unnest(s.stxkeys::int2[]) WITH ORDINALITY u(number, n)
                        JOIN pg_attribute a ON a.attrelid = s.stxrelid AND a.attnum = u.number
                        ORDER BY u.n),
                  pg_get_statisticsobjdef_expressions(s.oid)
                FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace
                WHERE s.stxrelid = %d ORDER BY n.nspname, s.stxname
                """
                        .formatted(table),
                row ->
                        new ExtendedStatistics(
                                name(row, 1),
                                texts(row, 3).stream()
                                        .map(CatalogFixture::statisticsKind)
                                        .collect(Collectors.toSet()),
                                texts(row, 4),
                                texts(row, 5)));
    }

    private static ExtendedStatistics.Kind statisticsKind(String stxkind) {
        return switch (stxkind) {
            case "d" -> ExtendedStatistics.Kind.NDISTINCT;
            case "f" -> ExtendedStatistics.Kind.DEPENDENCIES;
            case "m" -> ExtendedStatistics.Kind.MCV;
            default -> ExtendedStatistics.Kind.EXPRESSIONS;
        };
    }

    private List<Routine> routines() throws SQLException {
        return each(
                """
                SELECT n.nspname, p.proname, p.prokind, p.proargtypes::bigint[], p.prorettype::bigint,
                  p.proretset, p.proisstrict, p.provolatile
                FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE
                """
                        + USERS
                        + "p.proname, p.oid",
                row -> {
                    List<Integer> parameters = new ArrayList<>();
                    for (Long oid : (Long[]) row.getArray(4).getArray()) {
                        parameters.add(oid.intValue());
                    }
                    return new Routine(
                            name(row, 1),
                            switch (row.getString(3)) {
                                case "a" -> Routine.Kind.AGGREGATE;
                                case "w" -> Routine.Kind.WINDOW;
                                case "p" -> Routine.Kind.PROCEDURE;
                                default -> Routine.Kind.FUNCTION;
                            },
                            parameters,
                            (int) row.getLong(5),
                            row.getBoolean(6),
                            row.getBoolean(7),
                            switch (row.getString(8)) {
                                case "i" -> Routine.Volatility.IMMUTABLE;
                                case "s" -> Routine.Volatility.STABLE;
                                default -> Routine.Volatility.VOLATILE;
                            });
                });
    }

    private <T> List<T> each(String sql, Row<T> reader) throws SQLException {
        List<T> read = new ArrayList<>();
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                read.add(reader.read(rows));
            }
        }
        return read;
    }

    private static QualifiedName name(ResultSet row, int schema) throws SQLException {
        return new QualifiedName(row.getString(schema), row.getString(schema + 1));
    }

    private static List<String> texts(ResultSet row, int column) throws SQLException {
        return row.getArray(column) == null
                ? List.of()
                : List.of((String[]) row.getArray(column).getArray());
    }
}
