package io.quern.advisor.suggest;

import static java.util.Objects.requireNonNull;

import io.quern.advisor.Evidence;
import io.quern.advisor.Explainer.Explained;
import io.quern.advisor.IndexBuilder;
import io.quern.advisor.Proposal;
import io.quern.advisor.Suggestion;
import io.quern.optimizer.IndexDefinition;
import io.quern.optimizer.RuleId;
import io.quern.optimizer.Statement;
import io.quern.optimizer.Table;
import io.quern.optimizer.index.IndexAnalyzer;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Gathers the indexes that the statements of one run want, in their present and in their rewritten
 * form, and makes one suggestion of each, whatever the number of templates it serves.
 */
final class IndexSuggester {
    private final Optimizer optimizer;
    private final IndexBuilder builder;
    private final Plans plans;
    private final RefusalCounts refusals;

    IndexSuggester(Optimizer optimizer, IndexBuilder builder, Plans plans, RefusalCounts refusals) {
        this.optimizer = requireNonNull(optimizer, "optimizer");
        this.builder = requireNonNull(builder, "builder");
        this.plans = requireNonNull(plans, "plans");
        this.refusals = requireNonNull(refusals, "refusals");
    }

    /** The same change is the same name, in this run and in the next. */
    private record Wanted(String database, IndexDefinition definition) {}

    /**
     * Who wants it.
     *
     * @param rewrittenBy the rules whose rewritten form wants it, empty for the original
     */
    private record Wish(Subject subject, IndexAnalyzer.Finding finding, List<RuleId> rewrittenBy) {}

    /** The wishes of one run. */
    final class Run {
        private final Map<Wanted, List<Wish>> wishes = new LinkedHashMap<>();

        /** Adds what a statement wants; {@code rewrittenBy} is empty for the original form. */
        void add(Subject subject, Statement statement, List<RuleId> rewrittenBy) {
            IndexAnalyzer.Findings findings = optimizer.indexes(statement, subject.context());
            findings.refusals().forEach(refusals::add);
            for (IndexAnalyzer.Finding finding : findings.candidates()) {
                wishes.computeIfAbsent(
                                new Wanted(subject.stats().database(), finding.definition()),
                                w -> new ArrayList<>())
                        .add(new Wish(subject, finding, rewrittenBy));
            }
        }

        /** The names wanted in a database, before anything is asked of PostgreSQL. */
        List<Suggestion> suggestions(KnownNames known, Instant now) {
            List<Suggestion> suggestions = new ArrayList<>();
            wishes.forEach(
                    (wanted, by) -> {
                        String name = name(wanted.definition());
                        if (known.of(wanted.database()).contains(name)) {
                            refusals.add(
                                    "index-known", "an index wanted was proposed before: " + name);
                        } else {
                            suggestions.add(suggestion(wanted, name, by, now));
                        }
                    });
            return suggestions;
        }
    }

    /** Answers which index names were proposed for a database before. */
    @FunctionalInterface
    interface KnownNames {
        java.util.Set<String> of(String database);
    }

    private Suggestion suggestion(Wanted wanted, String name, List<Wish> wishes, Instant now) {
        Wish most =
                wishes.stream()
                        .max(Comparator.comparingDouble(w -> w.subject().stats().totalMillis()))
                        .orElseThrow();
        Subject subject = most.subject();
        Proposal.NewIndex proposal =
                new Proposal.NewIndex(wanted.definition(), name, most.finding().estimatedBytes());
        List<String> facts = wishes.stream().map(w -> w.finding().reason()).distinct().toList();
        List<String> notes = new ArrayList<>();
        wishes.forEach(wish -> notes.add(serves(wish)));
        notes.add(price(subject, wanted.definition()));
        builder.obstacle(wanted.database(), proposal)
                .ifPresent(o -> notes.add("cannot be built as things stand: " + o));
        Optional<Explained> before = plans.of(subject, subject.statement(), notes);
        notes.add("the plan with the index is not known before it exists");
        Evidence evidence =
                new Evidence(
                        facts,
                        "not needed: an index changes no result",
                        before.map(Explained::text),
                        Optional.empty(),
                        Plans.cost(before),
                        Double.NaN,
                        subject.callsPerHour(),
                        subject.stats().meanMillis(),
                        notes.stream().distinct().toList(),
                        Optional.empty());
        return Suggestion.proposed(
                wanted.database(), subject.stats().template(), proposal, evidence, now);
    }

    private static String serves(Wish wish) {
        String form =
                wish.rewrittenBy().isEmpty()
                        ? ""
                        : " in the form rewritten by "
                                + wish.rewrittenBy().stream()
                                        .map(RuleId::value)
                                        .collect(Collectors.joining(", "))
                                + " (the index helps only once that rewrite is on)";
        return String.format(
                Locale.ROOT,
                "serves template %s%s: %,.0f calls an hour, %.2f ms on average",
                wish.subject().stats().template().fingerprint(),
                form,
                wish.subject().callsPerHour(),
                wish.subject().stats().meanMillis());
    }

    private static String price(Subject subject, IndexDefinition definition) {
        Table table =
                subject.context().catalog().tables().stream()
                        .filter(t -> t.name().equals(definition.table()))
                        .findFirst()
                        .orElse(null);
        return table == null
                ? "what writes the index will cost is unknown"
                : String.format(
                        Locale.ROOT,
                        "every write will maintain it: %s had %,d inserts, updates and deletes"
                                + " since its statistics were reset; indexes so far: %d",
                        definition.table(),
                        table.writes(),
                        table.indexes().size());
    }

    /** {@code quern_} and twelve hexadecimal digits of the definition's SHA-256. */
    static String name(IndexDefinition definition) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(
                                    definition
                                            .createConcurrently("")
                                            .getBytes(StandardCharsets.UTF_8));
            return "quern_" + HexFormat.of().formatHex(hash, 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
