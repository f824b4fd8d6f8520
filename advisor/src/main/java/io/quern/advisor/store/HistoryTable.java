package io.quern.advisor.store;

import io.quern.advisor.Execution;
import io.quern.advisor.HistoryRow;
import io.quern.optimizer.Fingerprint;
import io.quern.optimizer.Template;

import org.HdrHistogram.Histogram;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.DataFormatException;

/**
 * History as it is stored: one row per bucket, proxy, template and variant, however often a proxy
 * appends to it. What a proxy adds is merged with its own row of the bucket, histograms included;
 * rows of other proxies (and of earlier runs) have another writer and stay apart, so that no two
 * ever wait for each other.
 */
final class HistoryTable {
    private static final long LONGEST_MICROS = 3_600_000_000L;
    private final UUID writer;

    HistoryTable(UUID writer) {
        this.writer = writer;
    }

    private record Key(
            Instant bucket,
            String database,
            Fingerprint fingerprint,
            long suggestion,
            Execution.Arm arm) {
        static Key of(HistoryRow row) {
            return new Key(
                    row.bucket(),
                    row.database(),
                    row.template().fingerprint(),
                    row.suggestion(),
                    row.arm());
        }
    }

    int append(Handle h, List<HistoryRow> rows) {
        Map<Key, HistoryRow> merged = new HashMap<>();
        for (Instant bucket : rows.stream().map(HistoryRow::bucket).distinct().toList()) {
            own(h, bucket, rows).forEach(row -> merged.put(Key.of(row), row));
        }
        List<Key> touched = new ArrayList<>();
        for (HistoryRow row : rows) {
            merged.merge(Key.of(row), row, HistoryTable::sum);
            touched.add(Key.of(row));
        }
        List<HistoryRow> result = touched.stream().distinct().map(merged::get).toList();
        writeTemplates(h, result);
        writeRows(h, result);
        return result.size();
    }

    private static void writeTemplates(Handle h, List<HistoryRow> rows) {
        PreparedBatch batch =
                h.prepareBatch(
                        "insert into quern.template (database, fingerprint, text, last_seen)"
                                + " values (:database, :fingerprint, :text, :seen)"
                                + " on conflict (database, fingerprint) do update"
                                + " set text = excluded.text, last_seen = excluded.last_seen"
                                + " where template.last_seen < excluded.last_seen");
        rows.stream()
                .sorted(HistoryTable::byTemplate)
                .forEach(
                        row ->
                                batch.bind("database", row.database())
                                        .bind("fingerprint", row.template().fingerprint().value())
                                        .bind("text", row.template().text())
                                        .bind("seen", PostgresStore.time(row.bucket()))
                                        .add());
        batch.execute();
    }

    /** One order for all proxies, so that no two deadlock. */
    private static int byTemplate(HistoryRow a, HistoryRow b) {
        int order = a.database().compareTo(b.database());
        return order != 0
                ? order
                : Long.compare(
                        a.template().fingerprint().value(), b.template().fingerprint().value());
    }

    private void writeRows(Handle h, List<HistoryRow> rows) {
        PreparedBatch batch =
                h.prepareBatch(
                        "insert into quern.history (bucket, writer, database, fingerprint,"
                                + " suggestion, arm, count, errors, rows, total_millis, histogram)"
                                + " values (:bucket, :writer, :database, :fingerprint,"
                                + " :suggestion, :arm, :count, :errors, :rows, :totalMillis,"
                                + " :histogram) on conflict (bucket, writer, database,"
                                + " fingerprint, suggestion, arm) do update set"
                                + " count = excluded.count, errors = excluded.errors,"
                                + " rows = excluded.rows, total_millis = excluded.total_millis,"
                                + " histogram = excluded.histogram");
        for (HistoryRow row : rows) {
            batch.bind("bucket", PostgresStore.time(row.bucket()))
                    .bind("writer", writer)
                    .bind("database", row.database())
                    .bind("fingerprint", row.template().fingerprint().value())
                    .bind("suggestion", row.suggestion())
                    .bind("arm", row.arm().name())
                    .bind("count", row.count())
                    .bind("errors", row.errors())
                    .bind("rows", row.rows())
                    .bind("totalMillis", row.totalMillis())
                    .bind("histogram", row.histogram())
                    .add();
        }
        batch.execute();
    }

    private List<HistoryRow> own(Handle h, Instant bucket, List<HistoryRow> rows) {
        Long[] fingerprints =
                rows.stream()
                        .map(row -> row.template().fingerprint().value())
                        .distinct()
                        .toArray(Long[]::new);
        return h.createQuery(
                        "select h.*, t.text from quern.history h join quern.template t"
                                + " using (database, fingerprint) where h.bucket = :bucket"
                                + " and h.writer = :writer and h.fingerprint = any (:fingerprints)")
                .bind("bucket", PostgresStore.time(bucket))
                .bind("writer", writer)
                .bindArray("fingerprints", Long.class, (Object[]) fingerprints)
                .map((row, context) -> row(row))
                .list();
    }

    List<HistoryRow> since(Handle h, Instant since) {
        return h.createQuery(
                        "select h.*, t.text from quern.history h join quern.template t"
                                + " using (database, fingerprint) where h.bucket >= :since"
                                + " order by h.bucket, h.database, h.fingerprint, h.suggestion,"
                                + " h.arm, h.writer")
                .bind("since", PostgresStore.time(since))
                .map((row, context) -> row(row))
                .list();
    }

    int forget(Handle h, Instant before) {
        int rows =
                h.createUpdate("delete from quern.history where bucket < :before")
                        .bind("before", PostgresStore.time(before))
                        .execute();
        h.createUpdate(
                        "delete from quern.template t where t.last_seen < :before and not exists"
                                + " (select from quern.history h where h.database = t.database"
                                + " and h.fingerprint = t.fingerprint)")
                .bind("before", PostgresStore.time(before))
                .execute();
        return rows;
    }

    private static HistoryRow row(ResultSet row) throws SQLException {
        return new HistoryRow(
                PostgresStore.instant(row, "bucket"),
                row.getString("database"),
                new Template(new Fingerprint(row.getLong("fingerprint")), row.getString("text")),
                row.getLong("suggestion"),
                Execution.Arm.valueOf(row.getString("arm")),
                row.getLong("count"),
                row.getLong("errors"),
                row.getLong("rows"),
                row.getDouble("total_millis"),
                row.getBytes("histogram"));
    }

    private static HistoryRow sum(HistoryRow stored, HistoryRow added) {
        return new HistoryRow(
                stored.bucket(),
                stored.database(),
                added.template(),
                stored.suggestion(),
                stored.arm(),
                stored.count() + added.count(),
                stored.errors() + added.errors(),
                stored.rows() + added.rows(),
                stored.totalMillis() + added.totalMillis(),
                merged(stored.histogram(), added.histogram()));
    }

    private static byte[] merged(byte[] one, byte[] other) {
        try {
            Histogram sum = new Histogram(1, LONGEST_MICROS, 2);
            sum.add(Histogram.decodeFromCompressedByteBuffer(ByteBuffer.wrap(one), 1));
            sum.add(Histogram.decodeFromCompressedByteBuffer(ByteBuffer.wrap(other), 1));
            ByteBuffer buffer = ByteBuffer.allocate(sum.getNeededByteBufferCapacity());
            return Arrays.copyOf(buffer.array(), sum.encodeIntoCompressedByteBuffer(buffer));
        } catch (DataFormatException e) {
            throw new IllegalStateException("a stored histogram cannot be read", e);
        }
    }
}
