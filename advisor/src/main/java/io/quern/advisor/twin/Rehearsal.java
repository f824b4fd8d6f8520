package io.quern.advisor.twin;

import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.sql.SQLException;
import java.sql.Savepoint;

/**
 * Makes an index for a moment over rows of the upstream, to see how large it becomes: how GiST and
 * SP-GiST split pages and how GIN packs row pointers depends on the values, how often each is
 * repeated, and on the order in which they come, so that no formula tells.
 */
final class Rehearsal {
    private static final Logger log = LoggerFactory.getLogger(Rehearsal.class);

    private static final String ROOM = "quern_rehearsal";

    /** Of a GIN index, larger ones have other keys too. */
    private static final double WHOLE = 1.25;

    private static final String DDL =
            """
            SELECT format('CREATE INDEX rehearsed ON %s.rows USING %%I (', m.amname) || string_agg(
                format('c%%s', k.n) || CASE WHEN l.oid IS NULL THEN '' ELSE format(' COLLATE %%I.%%I', ln.nspname, l.collname) END
                || format(' %%I.%%I', n.nspname, o.opcname) || coalesce(' (' || array_to_string(a.attoptions, ', ') || ')', ''),
                ', ' ORDER BY k.n) || ')' || coalesce(' WITH (' || array_to_string(c.reloptions, ', ') || ')', '')
            FROM pg_index i
            JOIN pg_class c ON c.oid = i.indexrelid
            JOIN pg_am m ON m.oid = c.relam
            CROSS JOIN LATERAL generate_series(1, i.indnkeyatts) k(n)
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.n
            JOIN pg_opclass o ON o.oid = i.indclass[k.n - 1]
            JOIN pg_namespace n ON n.oid = o.opcnamespace
            LEFT JOIN pg_collation l ON l.oid = i.indcollation[k.n - 1]
            LEFT JOIN pg_namespace ln ON ln.oid = l.collnamespace
            WHERE i.indexrelid = ?::bigint::oid GROUP BY m.amname, c.reloptions
            """
                    .formatted(ROOM);

    private final Script script;
    private final RelationFiles files;

    Rehearsal(Script script, RelationFiles files) {
        this.script = script;
        this.files = files;
    }

    /** Whether an index of that method is worth it. */
    static boolean serves(String method) {
        return method.equals("gist") || method.equals("spgist") || method.equals("gin");
    }

    /**
     * Makes it, in a transaction, and leaves nothing.
     *
     * @param index one like it, without rows
     * @param profile how many rows it would have
     * @param keys a query for no rows of what it keeps, as {@code c1}, {@code c2}, …
     * @param copy rows in the text form of COPY
     * @return null if it cannot be told so
     */
    @Nullable IndexShape of(long index, IndexProfile profile, String keys, String copy)
            throws SQLException, IOException {
        Savepoint before = script.connection().setSavepoint();
        try {
            script.run("SET LOCAL statement_timeout = '30s'");
            script.run("CREATE SCHEMA " + ROOM + " AUTHORIZATION " + TwinServer.OWNER);
            // nothing of the keys is computed by a superuser
            script.run("SET LOCAL ROLE " + TwinServer.OWNER);
            script.run("CREATE TABLE " + ROOM + ".rows AS " + keys);
            long rows =
                    script.connection()
                            .unwrap(PGConnection.class)
                            .getCopyAPI()
                            .copyIn("COPY " + ROOM + ".rows FROM STDIN", new StringReader(copy));
            double times = profile.rows() / Math.max(1, rows);
            boolean gin = profile.method().equals("gin");
            if (rows == 0 || (gin && times > WHOLE)) {
                return null;
            }
            script.run(script.rows(DDL, row -> row.getString(1), index).getFirst());
            script.run("RESET ROLE");
            return gin ? gin(times) : new IndexShape(Math.round(pages() * times), 0);
        } catch (SQLException e) {
            log.debug("an index was not rehearsed: SQLSTATE {}", e.getSQLState());
            return null;
        } finally {
            script.connection().rollback(before);
        }
    }

    private long pages() throws SQLException {
        return script.rows(
                        "SELECT pg_relation_size('" + ROOM + ".rehearsed') / 8192",
                        row -> row.getLong(1))
                .getFirst();
    }

    /** With what its metapage counts. */
    private IndexShape gin(double times) throws SQLException, IOException {
        script.run("CHECKPOINT");
        String path =
                script.rows(
                                "SELECT pg_relation_filepath('" + ROOM + ".rehearsed')",
                                row -> String.valueOf(row.getString(1)))
                        .getFirst();
        ByteBuffer meta = files.beginning(path).order(ByteOrder.nativeOrder());
        Pages.GinCounts counts = Pages.ginCounts(meta);
        long pages = Math.round(pages() * times);
        return new IndexShape(pages, 0, OtherShapes.stretched(counts, pages));
    }
}
