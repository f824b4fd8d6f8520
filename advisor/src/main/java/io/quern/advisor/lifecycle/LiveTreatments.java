package io.quern.advisor.lifecycle;

import static java.util.Objects.requireNonNull;

import io.quern.advisor.Catalogs;
import io.quern.advisor.Describer;
import io.quern.advisor.Describer.Shape;
import io.quern.advisor.Proposal;
import io.quern.advisor.Refused;
import io.quern.advisor.Sighting;
import io.quern.advisor.Suggestion;
import io.quern.advisor.Treatment;
import io.quern.advisor.Treatments;
import io.quern.optimizer.Analysis;
import io.quern.optimizer.Candidate;
import io.quern.optimizer.Catalog;
import io.quern.optimizer.Context;
import io.quern.optimizer.Statement;
import io.quern.optimizer.catalog.SearchPath;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiFunction;

/**
 * Answers the gate: which treatment a statement gets, if a flag stands for its template and every
 * guard holds for this very statement under its session's {@code search_path} and time zone.
 *
 * <p>An approval speaks for a template; the facts it rests on are checked again here for each
 * statement and catalog. Whatever does not hold is a counted reason and no treatment. Thread-safe.
 */
public final class LiveTreatments implements Treatments {

    /** Finds the rewrites of a statement; {@code Rewriter::analyse}. */
    @FunctionalInterface
    public interface Analyst {
        /** Analyses one statement. */
        Analysis analyse(Statement statement, Context context);
    }

    private final Lifecycle lifecycle;
    private final Switchboard board;
    private final Catalogs catalogs;
    private final Describer describer;
    private final Analyst analyst;
    private final BiFunction<String, String, List<String>> searchPath;
    private final Map<String, LongAdder> refusals = new ConcurrentHashMap<>();

    /**
     * Answers from a lifecycle's flags.
     *
     * @param analyst finds rewrites again, for each statement
     */
    public LiveTreatments(
            Lifecycle lifecycle, Catalogs catalogs, Describer describer, Analyst analyst) {
        this(lifecycle, catalogs, describer, analyst, SearchPath::effective);
    }

    /**
     * @param searchPath the schemas of a setting for a role
     */
    LiveTreatments(
            Lifecycle lifecycle,
            Catalogs catalogs,
            Describer describer,
            Analyst analyst,
            BiFunction<String, String, List<String>> searchPath) {
        this.searchPath = requireNonNull(searchPath, "searchPath");
        this.lifecycle = requireNonNull(lifecycle, "lifecycle");
        this.board = lifecycle.board();
        this.catalogs = requireNonNull(catalogs, "catalogs");
        this.describer = requireNonNull(describer, "describer");
        this.analyst = requireNonNull(analyst, "analyst");
    }

    @Override
    public boolean enabled() {
        return board.enabled();
    }

    /** Two counters in one number: neither can move without changing it, short of 2³² steps. */
    @Override
    public long generation() {
        return (board.generation() << 32) ^ catalogs.version();
    }

    @Override
    public Optional<Treatment> resolve(Sighting sighting) {
        Optional<Switchboard.Standing> standing =
                board.find(sighting.database(), sighting.fingerprint());
        if (standing.isEmpty() || !board.enabled()) {
            return Optional.empty();
        }
        if (sighting.searchPath().isEmpty()) {
            return none("unknown-search-path");
        }
        Optional<Catalog> catalog = catalogs.current(sighting.database());
        return catalog.isEmpty()
                ? none("no-catalog")
                : treat(standing.get(), sighting, catalog.get());
    }

    @Override
    public void refuse(long suggestion, String reason) {
        none("refused-by-gate");
        lifecycle.refuse(suggestion, reason);
    }

    /** How often which reason kept a statement from its treatment. */
    public Map<String, Long> refusals() {
        Map<String, Long> counts = new TreeMap<>();
        refusals.forEach((code, count) -> counts.put(code, count.sum()));
        return counts;
    }

    private Optional<Treatment> treat(
            Switchboard.Standing standing, Sighting sighting, Catalog catalog) {
        Suggestion suggestion = standing.suggestion();
        if (!(suggestion.proposal() instanceof Proposal.Rewrite rewrite)) {
            return none("not-a-rewrite");
        }
        List<String> path = searchPath.apply(sighting.searchPath(), sighting.role());
        // "$user" would mean Quern's own role
        String setting = SearchPath.setting(path);
        Optional<Shape> shape = describe(sighting.database(), setting, sighting.statement());
        if (shape.isEmpty()) {
            return none("original-not-described");
        }
        Statement typed = new Statement(sighting.statement().sql(), shape.get().parameterTypes());
        Context context = new Context(catalog, path, sighting.timeZone());
        Optional<Candidate> candidate =
                analyst.analyse(typed, context).candidates().stream()
                        .filter(c -> c.rules().equals(rewrite.rules()))
                        .findFirst();
        if (candidate.isEmpty()) {
            return none("no-candidate");
        }
        Optional<Shape> rewritten =
                describe(
                        sighting.database(),
                        setting,
                        new Statement(candidate.get().sql(), shape.get().parameterTypes()));
        if (rewritten.isEmpty()) {
            return none("rewrite-not-described");
        }
        return rewritten.get().equals(shape.get())
                ? Optional.of(
                        new Treatment(
                                standing.flag(),
                                candidate.get().edits(),
                                candidate.get().checks(),
                                shape.get().parameterTypes()))
                : none("other-shape");
    }

    private Optional<Shape> describe(String database, String path, Statement statement) {
        try {
            return Optional.of(describer.describe(database, path, statement));
        } catch (Refused e) {
            return Optional.empty();
        }
    }

    private Optional<Treatment> none(String code) {
        refusals.computeIfAbsent(code, c -> new LongAdder()).increment();
        return Optional.empty();
    }
}
