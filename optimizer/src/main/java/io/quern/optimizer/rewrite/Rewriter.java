package io.quern.optimizer.rewrite;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quern.optimizer.Analysis;
import io.quern.optimizer.Candidate;
import io.quern.optimizer.Context;
import io.quern.optimizer.Edit;
import io.quern.optimizer.Refusal;
import io.quern.optimizer.RuleId;
import io.quern.optimizer.SlotCheck;
import io.quern.optimizer.Statement;
import io.quern.optimizer.catalog.Subject;
import io.quern.optimizer.parse.Grammar;
import io.quern.optimizer.parse.Tokens;
import io.quern.optimizer.parse.Tree;
import io.quern.optimizer.rule.NotInToNotExists;
import io.quern.optimizer.rule.Rule;
import io.quern.optimizer.rule.TruncatedDateToRange;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;

/** Finds the rewrites of a statement that every guard admits. Stateless, thread-safe. */
public final class Rewriter {
    private final List<Rule> rules;

    /** With all rules there are. */
    public Rewriter() {
        this(List.of(new TruncatedDateToRange(), new NotInToNotExists()));
    }

    public Rewriter(List<Rule> rules) {
        this.rules = List.copyOf(rules);
    }

    /** A place where a rule may act. */
    private record Found(RuleId rule, Rule.Match match) {
        int from() {
            return match.edits().getFirst().from();
        }

        int to() {
            return match.edits().getLast().to();
        }
    }

    /**
     * Analyses one statement; never throws for anything the statement contains. The first candidate
     * acts in every place where a rule may act (as far as places do not overlap), the others in one
     * place each.
     */
    public Analysis analyse(Statement statement, Context context) {
        return switch (Grammar.parse(statement.sql())) {
            case Grammar.Declined(Refusal refusal) ->
                    new Analysis(false, List.of(), List.of(refusal));
            case Tree tree -> analyse(statement, context, tree);
        };
    }

    private Analysis analyse(Statement statement, Context context, Tree tree) {
        List<Refusal> refusals = new ArrayList<>();
        List<Found> all = new ArrayList<>();
        Subject subject = new Subject(statement, context, tree);
        for (Rule rule : rules) {
            try {
                Rule.Findings findings = rule.find(subject);
                findings.matches().forEach(match -> all.add(new Found(rule.id(), match)));
                refusals.addAll(findings.refusals());
            } catch (RuntimeException e) {
                // a defect of the rule must not cost the others; its message could quote the text
                refusals.add(
                        new Refusal(
                                rule.id().value(),
                                "defect",
                                "the rule failed: " + e.getClass().getSimpleName()));
            }
        }
        all.sort(Comparator.comparingInt(Found::from));
        List<Candidate> candidates = new ArrayList<>();
        if (!steady(tree)) {
            if (!all.isEmpty()) {
                refusals.add(
                        new Refusal(
                                all.getFirst().rule().value(),
                                "moment",
                                "a literal such as 'today' freezes when a statement is prepared"));
            }
            return new Analysis(true, List.of(), refusals);
        }
        List<Found> together = disjoint(all);
        if (together.size() > 1) {
            candidates.add(candidate(tree, together));
        }
        all.forEach(one -> candidates.add(candidate(tree, List.of(one))));
        return new Analysis(true, candidates, refusals);
    }

    private static List<Found> disjoint(List<Found> sorted) {
        List<Found> kept = new ArrayList<>();
        for (Found found : sorted) {
            if (kept.isEmpty() || kept.getLast().to() <= found.from()) {
                kept.add(found);
            }
        }
        return kept;
    }

    /** What must hold of every string: the variant is prepared later than the original. */
    private static List<SlotCheck> steadiness(Tree tree) {
        List<SlotCheck> checks = new ArrayList<>();
        for (int i = 0; i < tree.tokens().count(); i++) {
            if (tree.tokens().kind(i) == Tokens.Kind.STRING) {
                checks.add(new SlotCheck.Shaped(i, SlotCheck.Shape.NO_MOMENT));
            }
        }
        return checks;
    }

    private static boolean steady(Tree tree) {
        return steadiness(tree).stream()
                .allMatch(
                        check -> {
                            byte[] text = tree.tokens().text(check.token()).getBytes(UTF_8);
                            return check.holds(text, 0, text.length);
                        });
    }

    private static Candidate candidate(Tree tree, List<Found> places) {
        LinkedHashSet<RuleId> ids = new LinkedHashSet<>();
        List<Edit> edits = new ArrayList<>();
        List<SlotCheck> checks = new ArrayList<>();
        LinkedHashSet<String> facts = new LinkedHashSet<>();
        for (Found place : places) {
            ids.add(place.rule());
            edits.addAll(place.match().edits());
            checks.addAll(place.match().checks());
            facts.addAll(place.match().facts());
        }
        checks.addAll(steadiness(tree));
        return new Candidate(
                List.copyOf(ids),
                tree.tokens().sql().apply(edits),
                edits,
                checks,
                List.copyOf(facts));
    }
}
