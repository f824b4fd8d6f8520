package io.quern.advisor.lifecycle;

import io.quern.advisor.Execution;
import io.quern.advisor.HistoryRow;
import io.quern.advisor.Proposal;
import io.quern.advisor.Suggestion;
import io.quern.advisor.history.Flusher;
import io.quern.advisor.trial.BeforeAfter;
import io.quern.advisor.trial.BeforeAfter.Judgement;
import io.quern.advisor.trial.BeforeAfter.Windows;
import io.quern.optimizer.Fingerprint;
import io.quern.optimizer.Template;

import org.HdrHistogram.Histogram;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.DataFormatException;

/**
 * The two windows of an index: latencies of all templates of its database before it was built and
 * since. A template counts as untouched when its text does not mention the index's table. Bounded
 * by the templates of the first window. Thread-safe.
 */
final class IndexTrial {
    private static final long LONGEST_MICROS = 3_600_000_000L;

    private final Suggestion suggestion;
    private final String table;
    private final Instant builtAt;
    private final Map<Fingerprint, Template> templates = new HashMap<>();
    private final Map<Fingerprint, Histogram> before = new HashMap<>();
    private final Map<Fingerprint, Histogram> after = new HashMap<>();

    /** A trial that starts now, with the first window as it was when the build began. */
    IndexTrial(Suggestion suggestion, Map<Template, Histogram> before, Instant builtAt) {
        this.suggestion = suggestion;
        this.builtAt = builtAt;
        table =
                suggestion.proposal() instanceof Proposal.NewIndex index
                        ? index.definition().table().name().toLowerCase(Locale.ROOT)
                        : "";
        before.forEach(
                (template, histogram) -> {
                    templates.put(template.fingerprint(), template);
                    this.before.put(template.fingerprint(), histogram);
                });
    }

    /**
     * A trial that goes on after a restart, from stored history: before are the buckets that ended
     * when the index was proposed, after those that began once it was built.
     */
    static IndexTrial resumed(Suggestion suggestion, List<HistoryRow> rows) {
        IndexTrial trial = new IndexTrial(suggestion, Map.of(), suggestion.changedAt());
        for (HistoryRow row : rows) {
            boolean early = !row.bucket().plus(Flusher.BUCKET).isAfter(suggestion.createdAt());
            boolean late = !row.bucket().isBefore(suggestion.changedAt());
            if (row.database().equals(suggestion.database()) && (early || late)) {
                Fingerprint fingerprint = row.template().fingerprint();
                trial.templates.put(fingerprint, row.template());
                window(early ? trial.before : trial.after, fingerprint).add(decoded(row));
            }
        }
        return trial;
    }

    synchronized void add(Execution execution) {
        if (execution.sqlState() == null
                && execution.database().equals(suggestion.database())
                && before.containsKey(execution.fingerprint())) {
            window(after, execution.fingerprint())
                    .recordValue(Math.clamp(execution.elapsedNanos() / 1000, 1, LONGEST_MICROS));
        }
    }

    synchronized Judgement judge(BeforeAfter judge, Instant now) {
        Fingerprint own = suggestion.template().fingerprint();
        List<Windows> untouched =
                before.keySet().stream()
                        .filter(f -> !f.equals(own) && !mentionsTable(f))
                        .map(this::windows)
                        .toList();
        return judge.judge(windows(own), untouched, Duration.between(builtAt, now));
    }

    /** A text that is not known, which history puts in parentheses, may mention anything. */
    private boolean mentionsTable(Fingerprint fingerprint) {
        Template template = templates.get(fingerprint);
        return template == null
                || template.text().startsWith("(")
                || template.text().toLowerCase(Locale.ROOT).contains(table);
    }

    private Windows windows(Fingerprint fingerprint) {
        return new Windows(
                before.getOrDefault(fingerprint, empty()),
                after.getOrDefault(fingerprint, empty()));
    }

    private static Histogram window(Map<Fingerprint, Histogram> windows, Fingerprint fingerprint) {
        return windows.computeIfAbsent(fingerprint, f -> empty());
    }

    private static Histogram empty() {
        return new Histogram(1, LONGEST_MICROS, 2);
    }

    private static Histogram decoded(HistoryRow row) {
        try {
            return Histogram.decodeFromCompressedByteBuffer(ByteBuffer.wrap(row.histogram()), 1);
        } catch (DataFormatException e) {
            throw new IllegalStateException("a stored histogram cannot be read", e);
        }
    }
}
