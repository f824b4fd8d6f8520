package io.quern.advisor.twin;

import io.quern.advisor.twin.IndexProfile.Column;
import io.quern.advisor.twin.IndexProfile.Width;
import io.quern.optimizer.plan.Plan;

import org.jspecify.annotations.Nullable;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds in the twin what the size of one of its indexes depends on: its catalogs know the columns,
 * the statistics their widths, and its planner how many rows a predicate leaves and how many
 * different keys there are. What an expression yields is taken to be like the one column it reads.
 */
final class IndexProfileReading {
    private static final String INDEX =
            """
            SELECT m.amname AS method,
              format('%I.%I', n.nspname, t.relname) AS quoted, i.indisunique AS is_unique,
              pg_get_expr(i.indpred, i.indrelid) AS predicate,
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
            SELECT k.n <= i.indnkeyatts AS is_key, a.attlen, a.attalign::text AS alignment,
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

    /** Of a value of unknown width, as the planner assumes. */
    private static final int UNKNOWN_WIDTH = 32;

    private final Script script;

    IndexProfileReading(Script script) {
        this.script = script;
    }

    private record Index(
            String method,
            String table,
            boolean unique,
            @Nullable String predicate,
            int fillFactor,
            int pagesPerRange,
            boolean deduplicates) {}

    /**
     * Reads an index.
     *
     * @param rows how many rows its table is taken to have
     * @param pages likewise
     */
    IndexProfile read(long index, double rows, long pages) throws SQLException {
        Index facts = script.rows(INDEX, IndexProfileReading::index, index).getFirst();
        List<Column> columns = script.rows(COLUMNS, row -> column(row, rows), index);
        String from =
                " FROM ONLY "
                        + facts.table()
                        + (facts.predicate() == null ? "" : " WHERE " + facts.predicate());
        double entries = facts.predicate() == null ? rows : plan("SELECT 1" + from).rows();
        return new IndexProfile(
                facts.method(),
                facts.fillFactor(),
                facts.deduplicates(),
                entries,
                facts.unique() ? entries : groups(columns, entries, rows),
                pages,
                facts.pagesPerRange(),
                columns);
    }

    /**
     * How many different keys there are. Columns are taken to be independent, which the planner
     * does not do ({@code estimate_num_groups} halts at a tenth of the rows): of all combinations
     * as many as drawing that many rows would show.
     */
    private static double groups(List<Column> columns, double entries, double rows) {
        double combinations = 1;
        for (Column column : columns) {
            if (column.key()) {
                combinations *= column.distinct() + (column.nulls() * rows >= 1 ? 1 : 0);
            }
        }
        boolean all = columns.stream().filter(Column::key).count() == 1 && entries >= rows;
        return all || combinations > 1e12 || entries < 1
                ? Math.min(combinations, entries)
                : Math.min(entries, combinations * -Math.expm1(-entries / combinations));
    }

    private Plan plan(String query) throws SQLException {
        return Plan.parse(
                script.rows("EXPLAIN (FORMAT JSON) " + query, row -> row.getString(1)).getFirst());
    }

    private static Index index(ResultSet row) throws SQLException {
        return new Index(
                SnapshotLoader.text(row, "method"),
                SnapshotLoader.text(row, "quoted"),
                row.getBoolean("is_unique"),
                row.getString("predicate"),
                row.getInt("fill_factor"),
                row.getInt("pages_per_range"),
                row.getBoolean("deduplicates"));
    }

    private Column column(ResultSet row, double rows) throws SQLException {
        int length = row.getInt("attlen");
        String averageWidth = row.getString("avg_width");
        int average = averageWidth == null ? UNKNOWN_WIDTH : Integer.parseInt(averageWidth);
        String frequencies = row.getString("frequencies");
        double[] common = frequencies == null ? new double[0] : ArrayText.numbers(frequencies);
        double elements = elements(row, average);
        double distinct = row.getDouble("n_distinct");
        return new Column(
                row.getBoolean("is_key"),
                length == -1 ? 1 : alignment(SnapshotLoader.text(row, "alignment")),
                length > 0 ? List.of(new Width(length, 1)) : widths(row, common, average),
                row.getDouble("null_frac"),
                Arrays.stream(common).boxed().toList(),
                Math.max(1, distinct < 0 ? -distinct * rows : distinct),
                elements,
                distinctElements(row, elements));
    }

    private static int alignment(String code) {
        return switch (code) {
            case "d" -> 8;
            case "i" -> 4;
            case "s" -> 2;
            default -> 1;
        };
    }

    /**
     * How wide the values of a type of varying width are: as those that the statistics hold. In an
     * index they have a header of 1 byte instead of 4 if that can count them.
     */
    private List<Width> widths(ResultSet row, double[] common, int average) throws SQLException {
        Map<Integer, Double> widths = new HashMap<>();
        String type = SnapshotLoader.text(row, "type");
        String values = row.getString("common_values");
        double left = 1;
        if (values != null) {
            List<Integer> sizes = sizes(values, type);
            for (int i = 0; i < Math.min(sizes.size(), common.length); i++) {
                widths.merge(sizes.get(i), common[i], Double::sum);
                left -= common[i];
            }
        }
        String histogram = row.getString("histogram");
        if (histogram != null) {
            List<Integer> sizes = sizes(histogram, type);
            double each = Math.max(0, left - row.getDouble("null_frac")) / sizes.size();
            sizes.forEach(size -> widths.merge(size, each, Double::sum));
        }
        return widths.isEmpty()
                ? List.of(new Width(average, 1))
                : widths.entrySet().stream().map(e -> new Width(e.getKey(), e.getValue())).toList();
    }

    private List<Integer> sizes(String values, String type) throws SQLException {
        return script.rows(
                // what went through a stored row has short headers, as in an index
                "WITH x AS MATERIALIZED (SELECT v::"
                        + type
                        + ", n FROM unnest(?::text::text[]) WITH ORDINALITY AS u(v, n))"
                        + " SELECT pg_column_size(v) FROM x ORDER BY n",
                row -> row.getInt(1),
                values);
    }

    /**
     * How many entries a GIN index keeps for a row: of an array the mean that ends its histogram of
     * counts; of a text its trigrams; of a document what its most common ones make up, at least.
     */
    private static double elements(ResultSet row, int width) throws SQLException {
        String counts = row.getString("element_counts");
        if (counts != null) {
            double[] histogram = ArrayText.numbers(counts);
            return histogram[histogram.length - 1];
        }
        String frequencies = row.getString("element_frequencies");
        return switch (SnapshotLoader.text(row, "type_name")) {
            case "text", "varchar", "bpchar" -> width + 1.0;
            case "jsonb" -> Math.max(1, width / 12.0);
            case "tsvector" ->
                    Math.max(
                            width / 12.0,
                            frequencies == null
                                    ? 0
                                    : Arrays.stream(ArrayText.numbers(frequencies)).sum());
            default -> 1;
        };
    }

    private static double distinctElements(ResultSet row, double elements) throws SQLException {
        String frequencies = row.getString("element_frequencies");
        if (frequencies != null) {
            // three numbers at the end are bounds
            double[] known = ArrayText.numbers(frequencies);
            return Math.max(1, known.length - 3.0);
        }
        return Math.max(1, elements * 200);
    }
}
