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
import java.util.OptionalLong;
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
     * @param form the subject's statement, or what a rewrite makes of it
     * @param rewrittenBy the rules whose rewritten form wants it, empty for the original
     */
    private record Wish(
            Subject subject,
            Statement form,
            IndexAnalyzer.Finding finding,
            List<RuleId> rewrittenBy) {}

    /** A wish and how it is planned without and with the index. */
    private record Served(Wish wish, Plans.Compared plan) {
        /** Whether the planner would not use the index for it. */
        boolean passedOver() {
            return plan.cheaper().equals(Optional.of(false));
        }
    }

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
                        .add(new Wish(subject, statement, finding, rewrittenBy));
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
                            suggestion(wanted, name, by, now).ifPresent(suggestions::add);
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

    /** None if the planner would use the index for nobody who wants it. */
    private Optional<Suggestion> suggestion(
            Wanted wanted, String name, List<Wish> wishes, Instant now) {
        List<String> planning = new ArrayList<>();
        Proposal.NewIndex proposal = proposal(wanted, name, wishes.getFirst(), planning);
        List<Served> served =
                wishes.stream()
                        .sorted(
                                Comparator.comparingDouble(
                                                (Wish w) -> w.subject().stats().totalMillis())
                                        .reversed())
                        .map(
                                wish ->
                                        new Served(
                                                wish,
                                                plans.ofIndex(
                                                        wish.subject(),
                                                        wish.form(),
                                                        proposal,
                                                        planning)))
                        .toList();
        Optional<Served> costliest = served.stream().filter(s -> !s.passedOver()).findFirst();
        if (costliest.isEmpty()) {
            refusals.add(
                    "planner-passes-over",
                    "the planner would not use the index wanted: "
                            + wanted.definition().createConcurrently(name));
            return Optional.empty();
        }
        Subject subject = costliest.get().wish().subject();
        Plans.Compared plan = costliest.get().plan();
        List<String> notes = new ArrayList<>();
        served.forEach(s -> notes.add(serves(s)));
        notes.add(price(subject, wanted.definition()));
        builder.obstacle(wanted.database(), proposal)
                .ifPresent(o -> notes.add("cannot be built as things stand: " + o));
        notes.addAll(planning);
        plans.secondOpinion(subject, costliest.get().wish().form(), proposal, plan.after())
                .ifPresent(notes::add);
        Evidence evidence =
                new Evidence(
                        wishes.stream().map(w -> w.finding().reason()).distinct().toList(),
                        "not needed: an index changes no result",
                        plan.before().map(Explained::text),
                        plan.after().map(Explained::text),
                        Plans.cost(plan.before()),
                        Plans.cost(plan.after()),
                        subject.callsPerHour(),
                        subject.stats().meanMillis(),
                        notes.stream().distinct().toList(),
                        Optional.empty());
        return Optional.of(
                Suggestion.proposed(
                        wanted.database(), subject.stats().template(), proposal, evidence, now));
    }

    /** The index as large as the twin's planner would find it, else by the analyzer's formula. */
    private Proposal.NewIndex proposal(Wanted wanted, String name, Wish wish, List<String> notes) {
        Proposal.NewIndex guess =
                new Proposal.NewIndex(wanted.definition(), name, wish.finding().estimatedBytes());
        OptionalLong bytes = plans.bytes(wish.subject(), guess);
        if (bytes.isEmpty()) {
            notes.add("its size is estimated by a formula");
            return guess;
        }
        return new Proposal.NewIndex(wanted.definition(), name, bytes.getAsLong());
    }

    private static String serves(Served served) {
        Wish wish = served.wish();
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
                "%s template %s%s: %,.0f calls an hour, %.2f ms on average%s",
                served.passedOver() ? "would not be used for" : "serves",
                wish.subject().stats().template().fingerprint(),
                form,
                wish.subject().callsPerHour(),
                wish.subject().stats().meanMillis(),
                costs(served.plan()));
    }

    private static String costs(Plans.Compared plan) {
        return plan.cheaper().isEmpty()
                ? ""
                : String.format(
                        Locale.ROOT,
                        "; the planner's cost without it %,.2f, with it %,.2f",
                        Plans.cost(plan.before()),
                        Plans.cost(plan.after()));
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
