package io.quern.advisor.history;

import io.quern.advisor.Execution;
import io.quern.advisor.HistoryRow;
import io.quern.advisor.Sighting;
import io.quern.advisor.TemplateStats;
import io.quern.optimizer.Fingerprint;
import io.quern.optimizer.Template;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What is known of one template of one database since the proxy started. Not thread-safe. */
final class Watched {

    /** Which template. */
    record Key(String database, Fingerprint fingerprint) {}

    private record Variant(long suggestion, Execution.Arm arm) {}

    private static final class Pair {
        final long suggestion;
        final Execution.Arm arm;
        final Sketch whole = new Sketch();
        final Sketch sinceFlush = new Sketch();

        Pair(Variant variant) {
            suggestion = variant.suggestion();
            arm = variant.arm();
        }

        boolean of(Execution execution) {
            return suggestion == execution.suggestion() && arm == execution.arm();
        }

        long bytes() {
            return whole.bytes() + sinceFlush.bytes();
        }
    }

    private static final String UNSEEN = "(text not seen)";

    /** Flushes that wait for the text before rows are written without it. */
    private static final int PATIENCE = 3;

    /** What an entry occupies beside texts and sketches, roughly. */
    private static final long OWN_BYTES = 400;

    private final Key key;
    private final Map<Variant, Pair> variants = new HashMap<>();
    private @Nullable Template template;
    private @Nullable Sighting example;
    private int flushesUnseen;
    private double totalMillis;
    private long bytes;

    /** The pair added to last. */
    private @Nullable Pair newest;

    Watched(Key key) {
        this.key = key;
        this.bytes = OWN_BYTES + key.database().length();
    }

    /** Whether an execution belongs here. */
    boolean of(Execution execution) {
        return key.fingerprint().equals(execution.fingerprint())
                && key.database().equals(execution.database());
    }

    /** Returns by how many bytes this has grown. */
    long add(Execution execution) {
        Pair pair = newest;
        long grown = 0;
        if (pair == null || !pair.of(execution)) {
            Variant variant = new Variant(execution.suggestion(), execution.arm());
            pair = variants.get(variant);
            if (pair == null) {
                pair = new Pair(variant);
                variants.put(variant, pair);
                grown = pair.bytes();
            }
            newest = pair;
        }
        grown += pair.whole.add(execution) + pair.sinceFlush.add(execution);
        totalMillis += execution.elapsedNanos() / 1e6;
        bytes += grown;
        return grown;
    }

    /** Returns by how many bytes this has grown; negative if it has shrunk. */
    long sighted(Template seen, @Nullable Sighting newestExample) {
        long grown = size(seen) - size(template) + size(newestExample) - size(example);
        template = seen;
        example = newestExample;
        bytes += grown;
        return grown;
    }

    private static long size(@Nullable Template text) {
        return text == null ? 0 : 2L * text.text().length();
    }

    private static long size(@Nullable Sighting sighting) {
        return sighting == null ? 0 : 2L * sighting.statement().sql().length();
    }

    /** Moves the deltas since the last flush out, unless the text is still awaited. */
    void drain(Instant bucket, List<HistoryRow> out) {
        if (template == null && ++flushesUnseen < PATIENCE) {
            return;
        }
        variants.forEach(
                (variant, pair) -> {
                    Sketch delta = pair.sinceFlush;
                    if (delta.count() > 0) {
                        out.add(
                                new HistoryRow(
                                        bucket,
                                        key.database(),
                                        template(),
                                        variant.suggestion(),
                                        variant.arm(),
                                        delta.count(),
                                        delta.errors(),
                                        delta.rows(),
                                        delta.totalMillis(),
                                        delta.encoded()));
                        bytes += delta.clear();
                    }
                });
    }

    TemplateStats stats() {
        long count = 0;
        long errors = 0;
        long rows = 0;
        for (Pair pair : variants.values()) {
            count += pair.whole.count();
            errors += pair.whole.errors();
            rows += pair.whole.rows();
        }
        Histogram all = latencies();
        return new TemplateStats(
                key.database(),
                template(),
                count,
                errors,
                rows,
                totalMillis,
                all.getValueAtPercentile(50) / 1e3,
                all.getValueAtPercentile(95) / 1e3,
                all.getValueAtPercentile(99) / 1e3);
    }

    /** All latencies, in microseconds. */
    Histogram latencies() {
        Histogram all = new Histogram(1, 3_600_000_000L, 2);
        variants.values().forEach(pair -> pair.whole.addTo(all));
        return all;
    }

    @Nullable Sketch sketch(long suggestion, Execution.Arm arm) {
        Pair pair = variants.get(new Variant(suggestion, arm));
        return pair == null ? null : pair.whole;
    }

    /** Whether an experiment runs on it: it is not evicted then. */
    boolean underTrial() {
        return variants.keySet().stream().anyMatch(v -> v.suggestion() != 0);
    }

    Key key() {
        return key;
    }

    double totalMillis() {
        return totalMillis;
    }

    @Nullable Sighting example() {
        return example;
    }

    Template template() {
        return template == null ? new Template(key.fingerprint(), UNSEEN) : template;
    }

    /** What it occupies, estimated. */
    long bytes() {
        return bytes;
    }
}
