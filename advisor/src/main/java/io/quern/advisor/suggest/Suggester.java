package io.quern.advisor.suggest;

import static java.util.Objects.requireNonNull;

import io.quern.advisor.Catalogs;
import io.quern.advisor.Declined;
import io.quern.advisor.Describer;
import io.quern.advisor.Explainer;
import io.quern.advisor.IndexBuilder;
import io.quern.advisor.Lab;
import io.quern.advisor.Planner;
import io.quern.advisor.Refused;
import io.quern.advisor.SecondOpinion;
import io.quern.advisor.Sighting;
import io.quern.advisor.StoreUnavailable;
import io.quern.advisor.Suggestion;
import io.quern.advisor.TemplateStats;
import io.quern.optimizer.Catalog;
import io.quern.optimizer.Context;
import io.quern.optimizer.Fingerprint;
import io.quern.optimizer.Statement;
import io.quern.optimizer.catalog.SearchPath;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns the templates that cost most into suggestions, one run at a time.
 *
 * <p>Nothing a statement, the optimizer or PostgreSQL does stops a run: each failure costs one
 * template its turn and is counted under a name ({@link #declined}). A template is examined again
 * when the catalog changed or an hour has passed. One thread runs it; {@link #declined} may be
 * asked by any.
 */
public final class Suggester {
    private static final Logger log = LoggerFactory.getLogger(Suggester.class);
    private static final int MOST_REMEMBERED = 10_000;

    /**
     * What deserves attention.
     *
     * @param templates how many of the costliest templates are examined in a run
     * @param calls fewer executions than this say nothing yet
     * @param totalMillis less time in total than this is not worth a person's attention
     * @param meanMillis a template as fast as this on average is left alone
     */
    public record Attention(
            int templates, long calls, double totalMillis, double meanMillis, Duration again) {
        public static final Attention DEFAULT =
                new Attention(50, 20, 200, 0.5, Duration.ofHours(1));

        public Attention {
            requireNonNull(again, "again");
            if (templates < 1) {
                throw new IllegalArgumentException("templates is not positive: " + templates);
            }
        }
    }

    private record Key(String database, Fingerprint fingerprint) {}

    /**
     * One run of it: the databases as they were when first looked at, and the indexes wanted so
     * far.
     */
    private record Round(
            long catalogVersion,
            Map<String, Optional<Catalog>> catalogs,
            IndexSuggester.Run wishes) {}

    private record Examined(long catalogVersion, Instant at) {}

    private final Workload workload;
    private final Catalogs catalogs;
    private final Describer describer;
    private final Optimizer optimizer;
    private final Sink sink;
    private final Attention attention;
    private final InstantSource clock;
    private final RefusalCounts refusals = new RefusalCounts();
    private final RefutedRewrites refuted = new RefutedRewrites();
    private final RewriteSuggester rewrites;
    private final IndexSuggester indexes;
    private final Map<Key, Examined> examined =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Key, Examined> eldest) {
                    return size() > MOST_REMEMBERED;
                }
            };

    public Suggester(
            Workload workload,
            Catalogs catalogs,
            Describer describer,
            Planner twins,
            Explainer explainer,
            SecondOpinion second,
            IndexBuilder builder,
            Lab lab,
            Optimizer optimizer,
            Sink sink,
            Attention attention,
            InstantSource clock) {
        this.workload = requireNonNull(workload, "workload");
        this.catalogs = requireNonNull(catalogs, "catalogs");
        this.describer = requireNonNull(describer, "describer");
        this.optimizer = requireNonNull(optimizer, "optimizer");
        this.sink = requireNonNull(sink, "sink");
        this.attention = requireNonNull(attention, "attention");
        this.clock = requireNonNull(clock, "clock");
        Plans plans = new Plans(twins, explainer, second, refusals);
        this.rewrites =
                new RewriteSuggester(
                        optimizer, new Judge(describer, lab), plans, refusals, refuted);
        this.indexes = new IndexSuggester(optimizer, builder, plans, refusals);
    }

    /** Why nothing, or nothing more, was suggested; by any thread. */
    public Declined declined() {
        return new Declined(refusals.counts(), refuted.newest());
    }

    /**
     * Examines the workload once and proposes what it finds; never throws for anything in it. A
     * database is the same throughout, whatever happens to it meanwhile.
     *
     * @return the number of new suggestions
     */
    public synchronized int runOnce() {
        Round round = new Round(catalogs.version(), new HashMap<>(), indexes.new Run());
        int proposed = 0;
        for (TemplateStats stats : workload.top(attention.templates())) {
            try {
                proposed += examine(stats, round);
            } catch (Refused e) {
                refusals.add("refused", String.valueOf(e.getMessage()));
            } catch (StoreUnavailable e) {
                refusals.add("store-unavailable", "the store cannot be used now");
                forget(stats);
            } catch (LabUnavailable e) {
                refusals.add("lab-unavailable", String.valueOf(e.getMessage()));
                forget(stats);
            } catch (RuntimeException | StackOverflowError e) {
                refusals.add("failed", "the examination failed: " + e.getClass().getSimpleName());
                log.warn(
                        "examining template {} failed: {}",
                        stats.template().fingerprint(),
                        e.getClass().getName());
                log.debug("the failure's place", stackOnly(e));
            }
        }
        return proposed + proposeIndexes(round.wishes());
    }

    private int examine(TemplateStats stats, Round round) {
        if (!worthIt(stats)) {
            return 0;
        }
        Optional<Sighting> sighting =
                workload.example(stats.database(), stats.template().fingerprint());
        if (sighting.isEmpty()) {
            refusals.add("no-example", "no statement of the template is remembered");
            return 0;
        }
        Optional<Catalog> catalog =
                round.catalogs().computeIfAbsent(stats.database(), catalogs::current);
        if (catalog.isEmpty()) {
            refusals.add("no-catalog", "the catalog is not loaded or not to be trusted now");
            return 0;
        }
        if (sighting.get().searchPath().isBlank()) {
            refusals.add("unknown-search-path", "the session's search_path is not known");
            return 0;
        }
        if (!due(stats, round.catalogVersion())) {
            return 0;
        }
        Subject subject = subject(stats, sighting.get(), catalog.get());
        Instant now = clock.instant();
        int proposed = 0;
        round.wishes().add(subject, subject.statement(), List.of());
        for (RewriteSuggester.Found found : rewrites.suggest(subject, now)) {
            round.wishes().add(subject, found.rewritten(), found.candidate().rules());
            proposed += sink.propose(found.suggestion()) ? 1 : 0;
        }
        return proposed;
    }

    /** Few calls and little time are no refusal: the template simply has not mattered so far. */
    private boolean worthIt(TemplateStats stats) {
        String text = stats.template().text();
        return stats.count() >= attention.calls()
                && stats.totalMillis() >= attention.totalMillis()
                && stats.meanMillis() >= attention.meanMillis()
                && (text.startsWith("SELECT") || text.startsWith("WITH") || text.startsWith("("));
    }

    private boolean due(TemplateStats stats, long version) {
        Key key = new Key(stats.database(), stats.template().fingerprint());
        Examined last = examined.get(key);
        Instant now = clock.instant();
        if (last != null
                && now.isBefore(last.at().plus(attention.again()))
                && last.catalogVersion() == version) {
            return false;
        }
        examined.put(key, new Examined(version, now));
        return true;
    }

    private void forget(TemplateStats stats) {
        examined.remove(new Key(stats.database(), stats.template().fingerprint()));
    }

    private Subject subject(TemplateStats stats, Sighting sighting, Catalog catalog) {
        List<String> path = optimizer.searchPath(sighting.searchPath(), sighting.role());
        String setting = SearchPath.setting(path);
        Describer.Shape shape = describer.describe(stats.database(), setting, sighting.statement());
        return new Subject(
                stats,
                Math.max(workload.hoursWatched(), 1.0 / 3600),
                sighting.role(),
                new Statement(sighting.statement().sql(), shape.parameterTypes()),
                setting,
                new Context(catalog, path, sighting.timeZone()),
                shape);
    }

    private int proposeIndexes(IndexSuggester.Run wishes) {
        int proposed = 0;
        try {
            for (Suggestion suggestion : wishes.suggestions(sink::indexNames, clock.instant())) {
                proposed += sink.propose(suggestion) ? 1 : 0;
            }
        } catch (StoreUnavailable e) {
            refusals.add("store-unavailable", "the store cannot be used now");
            examined.clear();
        } catch (RuntimeException e) {
            refusals.add("failed", "proposing indexes failed: " + e.getClass().getSimpleName());
            log.warn("proposing indexes failed: {}", e.getClass().getName());
            examined.clear();
        }
        return proposed;
    }

    /** An exception's message may quote the statement: only its place is logged. */
    private static Throwable stackOnly(Throwable failure) {
        Throwable bare = new Throwable(failure.getClass().getName());
        bare.setStackTrace(failure.getStackTrace());
        return bare;
    }
}
