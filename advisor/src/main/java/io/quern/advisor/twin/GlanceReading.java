package io.quern.advisor.twin;

import static java.util.Objects.requireNonNull;

import io.quern.advisor.Refused;
import io.quern.advisor.twin.Glance.Asked;
import io.quern.advisor.twin.Glance.Seen;

import org.postgresql.PGConnection;

import java.io.IOException;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * Looks at an upstream's rows: at all of a table up to some megabytes, at pages drawn from all over
 * a larger one. The same pages each time, so that two looks agree.
 *
 * <p>How many different keys the whole table has is worked out of the sample as ANALYZE does it
 * (the estimator Duj1 of Haas and Stokes), but a key is counted once on a page: drawn are pages,
 * and equal keys are often neighbours.
 */
public final class GlanceReading {
    /** To count on, and to copy from; ANALYZE reads 30,000 by default. */
    private static final double COUNTED_PAGES = 1000;

    private static final double COPIED_PAGES = 5000;
    private static final double COPIED_ROWS = 400_000;
    private static final int MOST_CHARACTERS = 1 << 25;

    private static final List<String> SETTINGS =
            List.of(
                    "SET LOCAL search_path = pg_catalog",
                    "SET LOCAL statement_timeout = '5s'",
                    // in the order of the table
                    "SET LOCAL synchronize_seqscans = off",
                    "SET LOCAL max_parallel_workers_per_gather = 0");

    private static final String TABLE =
            """
            SELECT pg_relation_size(c.oid) / 8192 AS pages, c.reltuples AS tuples
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = ? AND c.relname = ? AND c.relkind IN ('r', 'm') AND NOT row_security_active(c.oid)
            """;

    private final Connection connection;
    private final Script script;

    private GlanceReading(Connection connection) {
        this.connection = connection;
        this.script = new Script(connection);
    }

    /** How large a table is. */
    private record Extent(double pages, double tuples) {
        /** Which share of its pages is drawn to count on, in percent. */
        double counted() {
            return 100 * Math.min(1, COUNTED_PAGES / Math.max(1, pages));
        }

        /** Likewise to copy from. */
        double copied() {
            double share =
                    Math.min(COPIED_PAGES / Math.max(1, pages), COPIED_ROWS / Math.max(1, tuples));
            return 100 * Math.min(1, share);
        }
    }

    /** The keys on the pages that were drawn. */
    private record Counts(double rows, double kept, double groups, double pairs, double single) {
        Seen seen(double share, String copy) {
            double unseen = pairs - single * (1 - share);
            double all = unseen > 0 ? pairs * groups / unseen : 0;
            return new Seen(kept / rows, kept > 0 ? Math.min(1, all * share / kept) : 1, copy);
        }
    }

    /**
     * Looks, over a connection of Quern's.
     *
     * @param connection PostgreSQL's, in a read-only transaction, which is to be rolled back
     * @throws SQLException if the role may not read the rows, or that takes too long
     * @throws Refused if there is nothing to be learnt
     */
    public static Seen read(Connection connection, Asked asked) throws SQLException {
        return new GlanceReading(requireNonNull(connection, "connection")).read(asked);
    }

    private Seen read(Asked asked) throws SQLException {
        for (String setting : SETTINGS) {
            script.run(setting);
        }
        List<Extent> found =
                script.rows(
                        TABLE,
                        row -> new Extent(row.getDouble("pages"), row.getDouble("tuples")),
                        asked.table().schema(),
                        asked.table().name());
        if (found.isEmpty()) {
            throw new Refused("not all rows of " + asked.table() + " are to be seen");
        }
        Extent extent = found.getFirst();
        double percent = extent.counted();
        Counts counts =
                script.rows(
                                counting(asked, percent),
                                row ->
                                        new Counts(
                                                row.getDouble("rows"),
                                                row.getDouble("kept"),
                                                row.getDouble("groups"),
                                                row.getDouble("pairs"),
                                                row.getDouble("single")))
                        .getFirst();
        if (counts.rows() < 1) {
            throw new Refused(asked.table() + " has no rows");
        }
        return counts.seen(percent / 100, asked.copied() ? copy(asked, extent.copied()) : "");
    }

    private static String counting(Asked asked, double percent) {
        return """
            WITH s AS MATERIALIZED (SELECT (t.ctid::text::point)[0] AS page, (%s) IS TRUE AS kept,
                hashtextextended(ROW(%s)::text, 0) AS key FROM ONLY %s t %s)
            SELECT (SELECT count(*) FROM s) AS rows, (SELECT count(*) FROM s WHERE s.kept) AS kept,
              count(*) AS groups, coalesce(sum(g.pages), 0) AS pairs,
              count(*) FILTER (WHERE g.pages = 1) AS single
            FROM (SELECT count(DISTINCT s.page) AS pages FROM s WHERE s.kept GROUP BY s.key) g
            """
                .formatted(
                        asked.predicate().orElse("true"),
                        String.join(", ", asked.keys()),
                        asked.table().quoted(),
                        drawn(percent));
    }

    private static String drawn(double percent) {
        return percent >= 100 ? "" : "TABLESAMPLE SYSTEM (" + percent + ") REPEATABLE (0)";
    }

    private String copy(Asked asked, double percent) throws SQLException {
        String sql =
                "COPY (SELECT %s FROM ONLY %s t %s WHERE %s) TO STDOUT"
                        .formatted(
                                asked.columns(),
                                asked.table().quoted(),
                                drawn(percent),
                                asked.predicate().orElse("true"));
        try (Bounded values = new Bounded()) {
            connection.unwrap(PGConnection.class).getCopyAPI().copyOut(sql, values);
            return values.toString();
        } catch (IOException e) {
            throw new Refused("the rows of " + asked.table() + " are too wide");
        }
    }

    /** Takes no more than it should. */
    private static final class Bounded extends StringWriter {
        @Override
        public void write(char[] characters, int from, int count) {
            room(count);
            super.write(characters, from, count);
        }

        @Override
        public void write(String text) {
            room(text.length());
            super.write(text);
        }

        private void room(int count) {
            if (getBuffer().length() + count > MOST_CHARACTERS) {
                throw new Refused("the rows are too wide to be looked at");
            }
        }
    }
}
