package io.quern.advisor.twin;

import io.quern.advisor.twin.Glance.Asked;
import io.quern.advisor.twin.Glance.Seen;
import io.quern.advisor.twin.IndexProfile.Column;
import io.quern.advisor.twin.IndexProfile.Width;
import io.quern.optimizer.QualifiedName;
import io.quern.optimizer.plan.Plan;

import org.jspecify.annotations.Nullable;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds in the twin what the size of one of its indexes depends on: its catalogs know the columns,
 * the statistics their widths, and its planner how many rows a predicate leaves and how many
 * different keys there are, unless rows of the upstream have been seen. What an expression yields
 * is taken to be like the one column it reads.
 */
final class IndexProfileReading {
    private static final String INDEX =
            """
            SELECT m.amname AS method,
              n.nspname AS schema, t.relname AS name, i.indisunique AS is_unique,
              pg_get_expr(i.indpred, i.indrelid) AS predicate,
              EXISTS (SELECT FROM pg_index u WHERE u.indrelid = i.indrelid AND u.indisunique AND u.indisvalid
                AND u.indpred IS NULL AND u.indexprs IS NULL AND (u.indkey::int2[])[0:u.indnkeyatts - 1]
                  <@ (i.indkey::int2[])[0:i.indnkeyatts - 1]) AS covers_key,
              EXISTS (SELECT FROM pg_statistic_ext e WHERE e.stxrelid = i.indrelid AND 'd' = ANY (e.stxkind)
                AND cardinality(e.stxkeys::int2[] ) > 1
                AND e.stxkeys::int2[] <@ (i.indkey::int2[])[0:i.indnkeyatts - 1]) AS joint,
              (SELECT min(r.reltuples / nullif(r.relpages, 0) * pg_relation_size(r.oid) / 8192)
               FROM pg_constraint f JOIN pg_class r ON r.oid = f.confrelid
               WHERE f.contype = 'f' AND f.conrelid = i.indrelid AND cardinality(f.conkey) > 1
                 AND f.conkey @> (i.indkey::int2[])[0:i.indnkeyatts - 1]
                 AND f.conkey <@ (i.indkey::int2[])[0:i.indnkeyatts - 1]) AS referenced,
              coalesce((SELECT o.option_value::int FROM pg_options_to_table(c.reloptions) o
                        WHERE o.option_name = 'fillfactor'), 90) AS fill_factor,
              coalesce((SELECT o.option_value::int FROM pg_options_to_table(c.reloptions) o
                        WHERE o.option_name = 'pages_per_range'), 128) AS pages_per_range,
              i.indnatts = i.indnkeyatts AND coalesce((SELECT o.option_value::bool
                FROM pg_options_to_table(c.reloptions) o WHERE o.option_name = 'deduplicate_items'), true)
              AND NOT EXISTS (
                SELECT FROM unnest(i.indclass::oid[], i.indcollation::oid[]) AS k(class, sorting)
                JOIN pg_opclass o ON o.oid = k.class
                LEFT JOIN pg_collation l ON l.oid = k.sorting
                WHERE l.collisdeterministic IS FALSE OR NOT EXISTS (
                  SELECT FROM pg_amproc p WHERE p.amprocfamily = o.opcfamily AND p.amprocnum = 4
                    AND p.amproclefttype = o.opcintype AND p.amprocrighttype = o.opcintype)) AS deduplicates
            FROM pg_index i
            JOIN pg_class c ON c.oid = i.indexrelid
            JOIN pg_am m ON m.oid = c.relam
            JOIN pg_class t ON t.oid = i.indrelid
            JOIN pg_namespace n ON n.oid = t.relnamespace
            WHERE i.indexrelid = ?::bigint::oid
            """;

    /** The statistics of an expression's own, else of the only column it reads. */
    private static final String COLUMNS =
            """
            SELECT k.n <= i.indnkeyatts AS is_key, i.indkey[k.n - 1] = 0 AS expression, a.attlen,
              pg_get_indexdef(i.indexrelid, k.n::int, false) AS text,
              coalesce(quote_ident(b.attname), '"?"') AS column_name,
              a.attalign::text AS alignment,
              format('%I.%I', bn.nspname, coalesce(ba.typname, ty.typname)) AS type,
              coalesce(ba.typname, ty.typname) AS type_name, o.opcname,
              s.null_frac, s.avg_width, coalesce(s.n_distinct, -1) AS n_distinct, s.most_common_vals::text AS common_values,
              s.most_common_freqs::text AS frequencies, s.histogram_bounds::text AS histogram,
              s.elem_count_histogram::text AS element_counts,
              s.most_common_elem_freqs::text AS element_frequencies
            FROM pg_index i
            CROSS JOIN LATERAL generate_series(1, i.indnatts) k(n)
            JOIN pg_attribute a ON a.attrelid = i.indexrelid AND a.attnum = k.n
            JOIN pg_type ty ON ty.oid = a.atttypid
            LEFT JOIN pg_opclass o ON k.n <= i.indnkeyatts AND o.oid = i.indclass[k.n - 1]
            LEFT JOIN LATERAL (
              SELECT min(d.refobjsubid) AS attnum FROM pg_depend d
              WHERE i.indkey[k.n - 1] = 0 AND d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid
                AND d.refobjid = i.indrelid AND d.refobjsubid > 0
                AND d.refobjsubid <> ALL (i.indkey::int2[])
              HAVING count(DISTINCT d.refobjsubid) = 1) e ON true
            LEFT JOIN pg_attribute b ON b.attrelid = i.indrelid
              AND b.attnum = coalesce(nullif(i.indkey[k.n - 1], 0), e.attnum)
            LEFT JOIN pg_type ba ON ba.oid = b.atttypid
            JOIN pg_namespace bn ON bn.oid = coalesce(ba.typnamespace, ty.typnamespace)
            JOIN pg_class t ON t.oid = i.indrelid
            JOIN pg_namespace n ON n.oid = t.relnamespace
            LEFT JOIN pg_stats s ON s.schemaname = n.nspname AND s.tablename = t.relname
              AND s.attname = b.attname AND NOT s.inherited
            WHERE i.indexrelid = ?::bigint::oid ORDER BY k.n
            """;

    private final Script script;

    IndexProfileReading(Script script) {
        this.script = script;
    }

    private record Index(
            String method,
            QualifiedName table,
            boolean unique,
            boolean joint,
            double referenced,
            @Nullable String predicate,
            int fillFactor,
            int pagesPerRange,
            boolean deduplicates) {

        /** Whether no row with NULL in a column is in the index, as far as can be told. */
        boolean refusesNull(String column) {
            return predicate != null
                    && predicate.contains(column)
                    && !predicate.contains(" IS NULL")
                    && !predicate.contains(" OR ");
        }
    }

    /** What statistics do not tell of an index; null if they tell it all. */
    @Nullable Asked question(long index) throws SQLException {
        Index facts = script.rows(INDEX, IndexProfileReading::index, index).getFirst();
        List<ColumnFacts> keys =
                script.rows(COLUMNS, ColumnFacts::of, index).stream()
                        .filter(ColumnFacts::key)
                        .toList();
        boolean copied = Rehearsal.serves(facts.method());
        boolean repeated =
                !facts.unique()
                        && ((keys.size() > 1 && !facts.joint())
                                || keys.stream().anyMatch(ColumnFacts::expression));
        boolean sized = !facts.method().equals("brin");
        return copied || (sized && (repeated || facts.predicate() != null))
                ? new Asked(
                        facts.table(),
                        keys.stream().map(ColumnFacts::text).toList(),
                        Optional.ofNullable(facts.predicate()),
                        copied)
                : null;
    }

    /** A query for no rows of an index's keys, as {@code c1}, {@code c2}, …. */
    String keys(Asked asked) {
        return "SELECT "
                + asked.columns()
                + " FROM ONLY "
                + asked.table().quoted()
                + " WHERE false";
    }

    /**
     * Reads an index, in a transaction.
     *
     * @param rows how many rows its table is taken to have
     * @param pages likewise
     * @param seen of the upstream's rows; null if nothing was
     */
    IndexProfile read(long index, double rows, long pages, @Nullable Seen seen)
            throws SQLException {
        Index facts = script.rows(INDEX, IndexProfileReading::index, index).getFirst();
        List<Column> columns = new ArrayList<>();
        List<String> keys = new ArrayList<>();
        for (ColumnFacts column : script.rows(COLUMNS, ColumnFacts::of, index)) {
            columns.add(column(column, facts, rows));
            if (column.key()) {
                keys.add(column.text());
            }
        }
        String from =
                " FROM ONLY "
                        + facts.table().quoted()
                        + (facts.predicate() == null ? "" : " WHERE " + facts.predicate());
        double entries = rows;
        if (facts.predicate() != null) {
            entries = seen == null ? estimate("SELECT 1" + from) : rows * seen.kept();
        }
        double groups = entries;
        if (!facts.unique()) {
            if (seen != null) {
                groups = entries * seen.groups();
            } else if (facts.joint()) {
                groups = estimate("SELECT DISTINCT " + String.join(", ", keys) + from);
            } else {
                groups = Math.min(facts.referenced(), groups(columns, entries, rows));
            }
        }
        return new IndexProfile(
                facts.method(),
                facts.fillFactor(),
                facts.deduplicates(),
                entries,
                Math.min(groups, entries),
                pages,
                facts.pagesPerRange(),
                columns);
    }

    /**
     * How many different keys there are. Columns are taken to be independent, which the planner
     * does not do ({@code estimate_num_groups} halts at a tenth of the rows): of all combinations
     * as many as drawing that many rows would show. Of a partial index those that keep a row.
     */
    private static double groups(List<Column> columns, double entries, double rows) {
        double combinations = 1;
        double filled = rows;
        int keys = 0;
        for (Column column : columns) {
            if (column.key()) {
                combinations *= column.distinct() + (column.nulls() * rows >= 1 ? 1 : 0);
                filled = Math.min(filled, rows * (1 - column.lost()));
                keys++;
            }
        }
        double all =
                keys == 1 || combinations > 1e12 || rows < 1
                        ? Math.min(combinations, Math.max(1, filled))
                        : combinations * -Math.expm1(-filled / combinations);
        double kept = filled < 1 ? 1 : Math.min(1, entries / filled);
        return all * (1 - Math.pow(1 - kept, Math.max(1, filled) / all));
    }

    private double estimate(String query) throws SQLException {
        return Plan.parse(
                        script.rows("EXPLAIN (FORMAT JSON) " + query, row -> row.getString(1))
                                .getFirst())
                .rows();
    }

    private static Index index(ResultSet row) throws SQLException {
        String referenced = row.getString("referenced");
        return new Index(
                SnapshotLoader.text(row, "method"),
                SnapshotLoader.name(row),
                row.getBoolean("is_unique") || row.getBoolean("covers_key"),
                row.getBoolean("joint"),
                referenced == null ? Double.MAX_VALUE : Double.parseDouble(referenced),
                row.getString("predicate"),
                row.getInt("fill_factor"),
                row.getInt("pages_per_range"),
                row.getBoolean("deduplicates"));
    }

    private Column column(ColumnFacts c, Index index, double rows) throws SQLException {
        ValueSample.Results results =
                c.length() > 0 && !c.expression()
                        ? ValueSample.Results.UNKNOWN
                        : new ValueSample(c.common(), c.frequencies(), c.histogram(), c.nulls())
                                .compute(script, c.column(), c.type(), c.text());
        List<Width> widths = List.of(new Width(c.length() > 0 ? c.length() : c.width(), 1));
        double distinct = Math.max(1, c.distinct() < 0 ? -c.distinct() * rows : c.distinct());
        boolean fewer = c.expression() && results.distinct() > 0;
        return new Column(
                c.key(),
                c.length() == -1 ? 1 : c.alignment(),
                c.length() > 0 || results.widths().isEmpty() ? widths : results.widths(),
                index.refusesNull(c.column()) ? 0 : c.nulls(),
                index.refusesNull(c.column()) ? c.nulls() : 0,
                c.expression() ? List.of() : c.frequencies(),
                fewer ? Math.min(distinct, results.distinct()) : distinct,
                c.elements(),
                c.distinctElements(rows));
    }
}
