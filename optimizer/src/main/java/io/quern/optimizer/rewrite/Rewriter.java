package io.quern.optimizer.rewrite;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.Analysis;
import io.quern.optimizer.Candidate;
import io.quern.optimizer.Context;
import io.quern.optimizer.Edit;
import io.quern.optimizer.PlanCost;
import io.quern.optimizer.Refusal;
import io.quern.optimizer.RuleId;
import io.quern.optimizer.SlotCheck;
import io.quern.optimizer.Statement;
import io.quern.optimizer.catalog.ParseAnalyzer;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.guard.Determined;
import io.quern.optimizer.guard.Guard;
import io.quern.optimizer.guard.LocksNothing;
import io.quern.optimizer.guard.NoRowSecurity;
import io.quern.optimizer.guard.NoVolatility;
import io.quern.optimizer.guard.OneMeaning;
import io.quern.optimizer.guard.OnlyReads;
import io.quern.optimizer.guard.PlainSearchPath;
import io.quern.optimizer.guard.SameLiterals;
import io.quern.optimizer.parse.Grammar;
import io.quern.optimizer.parse.Tree;
import io.quern.optimizer.rule.Findings;
import io.quern.optimizer.rule.Rule;
import io.quern.optimizer.rule.Rules;
import io.quern.optimizer.search.AggregateBelowJoin;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds the rewrites of a statement that every guard admits. Each rule's edit alone is a candidate;
 * another has all edits that go together, and what rules find in the outcome again. Every candidate
 * is read by PostgreSQL too and must look the same to a client. Stateless; as thread-safe as its
 * {@link ParseAnalyzer}.
 */
public final class Rewriter {
    /** The code of the refusal that says that nobody could read the statement, for now. */
    public static final String UNAVAILABLE = Resolved.UNAVAILABLE;

    /** How often rules look at what rules have made. */
    private static final int ROUNDS = 4;

    /** Candidates of one statement; each costs the lab seconds. */
    private static final int MOST = 12;

    /** The rules, and the search for what edits of theirs cannot reach. */
    public static final List<Rule> ALL =
            Stream.concat(Rules.ALL.stream(), Stream.of(new AggregateBelowJoin())).toList();

    private final ParseAnalyzer analyzer;
    private final List<Rule> rules;
    private final Set<String> waived;

    /** With all rules there are. */
    public Rewriter(ParseAnalyzer analyzer) {
        this(analyzer, ALL, Set.of());
    }

    /**
     * @param waived the codes of guards that are not asked, to show what they are for
     */
    public Rewriter(ParseAnalyzer analyzer, List<Rule> rules, Set<String> waived) {
        this.analyzer = requireNonNull(analyzer, "analyzer");
        this.rules = List.copyOf(rules);
        this.waived = Set.copyOf(waived);
    }

    /** A place where a rule may act. */
    private record Found(Rule by, RuleId rule, Findings.Match match) {
        boolean alternative() {
            return by.alternatives();
        }

        int from() {
            return match.edits().getFirst().from();
        }

        int to() {
            return match.edits().getLast().to();
        }
    }

    /** A text on the way, what led to it and what it relies on. */
    private record Step(
            Draft draft,
            LinkedHashSet<RuleId> rules,
            List<SlotCheck> checks,
            LinkedHashSet<String> facts) {}

    /** Analyses one statement; never throws for anything the statement contains. */
    public Analysis analyse(Statement statement, Context context) {
        return analyse(statement, context, PlanCost.UNKNOWN);
    }

    /**
     * The same.
     *
     * @param cost tells which alternatives of a search are worth trying: those that it knows to
     *     cost no less than the statement are left out, the others sorted
     */
    public Analysis analyse(Statement statement, Context context, PlanCost cost) {
        return switch (Grammar.parse(statement.sql())) {
            case Grammar.Declined(Refusal refusal) ->
                    new Analysis(false, List.of(), List.of(refusal));
            case Tree tree -> analyse(statement, context, tree, cost);
        };
    }

    private Analysis analyse(Statement statement, Context context, Tree tree, PlanCost cost) {
        var views = new ViewReader(analyzer, context);
        return switch (read(statement, context, tree, views)) {
            case Resolved.Unresolved(Refusal reason) ->
                    new Analysis(true, List.of(), List.of(reason));
            case Resolved.Of(Resolved resolved) ->
                    new Search(statement, context, resolved, views, cost).run();
        };
    }

    private Resolved.Result read(
            Statement statement, Context context, Tree tree, ViewReader views) {
        return switch (Resolved.read(analyzer, statement, context, tree)) {
            case Resolved.Of(Resolved resolved) -> views.seeing(resolved);
            case Resolved.Unresolved unresolved -> unresolved;
        };
    }

    /** The guards for all rules. */
    private static List<Guard> guards(Resolved statement) {
        return List.of(
                new OnlyReads(statement),
                new LocksNothing(statement),
                new NoRowSecurity(statement),
                new NoVolatility(statement),
                new Determined(statement),
                new PlainSearchPath(statement.context()),
                new OneMeaning(statement),
                new SameLiterals(statement));
    }

    /** The search for one statement's candidates. */
    private final class Search {
        private final Statement statement;
        private final Context context;
        private final PlanCost cost;
        private final Resolved original;
        private final ViewReader views;
        private final Shape shape;
        private final Map<String, Candidate> candidates = new LinkedHashMap<>();
        private final Set<String> offered = new HashSet<>();
        private final LinkedHashSet<Refusal> refusals = new LinkedHashSet<>();

        Search(
                Statement statement,
                Context context,
                Resolved original,
                ViewReader views,
                PlanCost cost) {
            this.statement = statement;
            this.context = context;
            this.cost = requireNonNull(cost, "cost");
            this.original = original;
            this.views = views;
            this.shape = Shape.of(original);
        }

        Analysis run() {
            List<Found> found = find(original, true);
            if (found.isEmpty() || refused(found)) {
                return new Analysis(true, List.of(), List.copyOf(refusals));
            }
            Step start =
                    new Step(
                            Draft.of(original.tokens().sql()),
                            new LinkedHashSet<>(),
                            new SameLiterals(original).checks(),
                            new LinkedHashSet<>());
            List<Found> edits = found.stream().filter(f -> !f.alternative()).toList();
            together(start, edits);
            for (Found one : edits) {
                if (candidates.size() < MOST) {
                    step(start, List.of(one)).ifPresent(this::offer);
                }
            }
            alternatives(start, found.subList(edits.size(), found.size()));
            return new Analysis(true, List.copyOf(candidates.values()), List.copyOf(refusals));
        }

        /** Those that the planner thinks cheaper than the statement, the cheapest first. */
        private void alternatives(Step start, List<Found> found) {
            Map<String, Candidate> before = new LinkedHashMap<>(candidates);
            for (Found one : found) {
                if (candidates.size() < MOST) {
                    step(start, List.of(one)).ifPresent(this::offer);
                }
            }
            List<Candidate> made = new ArrayList<>(candidates.values());
            made.removeAll(before.values());
            OptionalDouble now = made.isEmpty() ? OptionalDouble.empty() : cost(statement.sql());
            if (now.isEmpty()) {
                return;
            }
            Map<Candidate, Double> costs = new HashMap<>();
            made.forEach(c -> costs.put(c, cost(c.sql()).orElse(Double.POSITIVE_INFINITY)));
            made.sort(Comparator.comparing(costs::get));
            candidates.clear();
            candidates.putAll(before);
            for (Candidate candidate : made) {
                if (costs.getOrDefault(candidate, 0.0) < now.getAsDouble()) {
                    candidates.put(candidate.sql(), candidate);
                } else {
                    refusals.add(
                            new Refusal(
                                    candidate.rules().getLast().value(),
                                    "not-cheaper",
                                    "its plan costs no less than the original's"));
                }
            }
        }

        private OptionalDouble cost(String sql) {
            return cost.of(new Statement(sql, parameterTypes()), context);
        }

        /** Whether a guard for all rules fails; each rule that found something says so. */
        private boolean refused(List<Found> found) {
            Optional<Guard> failed =
                    guards(original).stream()
                            .filter(g -> !waived.contains(g.code()))
                            .filter(g -> g.doubt().isPresent())
                            .findFirst();
            failed.ifPresent(
                    guard ->
                            found.stream()
                                    .map(
                                            f ->
                                                    new Refusal(
                                                            f.by().id().value(),
                                                            guard.code(),
                                                            guard.doubt().orElseThrow()))
                                    .forEach(refusals::add));
            return failed.isPresent();
        }

        /**
         * All edits that go together, and again in what they made. A rule acts in one round only:
         * what it has written may well look like its pattern.
         */
        private void together(Step start, List<Found> found) {
            Step step = start;
            List<Found> next = disjoint(found);
            Resolved made = null;
            Step last = null;
            for (int round = 0; round < ROUNDS && !next.isEmpty(); round++) {
                Optional<Step> more = step(step, next);
                Optional<Resolved> read = more.flatMap(s -> resolved(s.draft()));
                if (more.isEmpty() || read.isEmpty()) {
                    break;
                }
                step = more.get();
                last = step;
                made = read.get();
                Set<RuleId> done = step.rules();
                next =
                        disjoint(
                                find(made, false).stream()
                                        .filter(f -> !done.contains(f.rule()))
                                        .toList());
            }
            if (last != null && made != null && offered.add(last.draft().sql())) {
                offer(last, made);
            }
        }

        private List<Found> find(Resolved in, boolean report) {
            List<Found> all = new ArrayList<>();
            for (Rule rule : rules) {
                if (retired(rule)
                        || (in.changesRows() && !rule.perRow())
                        || (rule.alternatives() && !report)) {
                    continue;
                }
                var findings = new Findings(rule.id(), in, waived);
                try {
                    rule.find(in, findings);
                    findings.matches().forEach(match -> all.add(found(rule, match)));
                } catch (RuntimeException e) {
                    // a defect of the rule must not cost the others; its message could quote the
                    // text
                    refusals.add(
                            new Refusal(
                                    rule.id().value(),
                                    "defect",
                                    "the rule failed: " + e.getClass().getSimpleName()));
                }
                if (report) {
                    refusals.addAll(findings.refusals());
                }
            }
            all.sort(
                    Comparator.comparing(Found::alternative)
                            .thenComparingInt(f -> f.alternative() ? 0 : f.from()));
            return all;
        }

        /** An alternative has a name of its own, by which it is found again. */
        private static Found found(Rule rule, Findings.Match match) {
            RuleId id =
                    match.choice().isEmpty()
                            ? rule.id()
                            : new RuleId(rule.id() + "(" + match.choice() + ")");
            return new Found(rule, id, match);
        }

        private boolean retired(Rule rule) {
            return context.catalog().major() >= rule.nativeFrom();
        }

        private Optional<Step> step(Step before, List<Found> places) {
            var ids = new LinkedHashSet<>(before.rules());
            var facts = new LinkedHashSet<>(before.facts());
            List<Edit> edits = new ArrayList<>();
            List<SlotCheck> checks = new ArrayList<>();
            for (Found place : places) {
                ids.add(place.rule());
                facts.addAll(place.match().facts());
                edits.addAll(place.match().edits());
                checks.addAll(place.match().checks());
            }
            return before.draft()
                    .checks(checks)
                    .map(
                            more -> {
                                LinkedHashSet<SlotCheck> all = new LinkedHashSet<>(before.checks());
                                all.addAll(more);
                                return new Step(
                                        before.draft().apply(edits), ids, List.copyOf(all), facts);
                            });
        }

        private Optional<Resolved> resolved(Draft draft) {
            String sql = draft.sql();
            return Grammar.parse(sql) instanceof Tree tree
                            && draft.matches(tree.tokens())
                            && read(new Statement(sql, parameterTypes()), context, tree, views)
                                    instanceof Resolved.Of(Resolved resolved)
                    ? Optional.of(resolved)
                    : Optional.empty();
        }

        /** The types as PostgreSQL resolved them: a rewrite must not make it choose others. */
        private List<Integer> parameterTypes() {
            List<Integer> types = new ArrayList<>(statement.parameterTypes());
            shape.parameters()
                    .forEach(
                            (number, type) -> {
                                while (types.size() < number) {
                                    types.add(0);
                                }
                                types.set(number - 1, type);
                            });
            return types;
        }

        private void offer(Step step) {
            if (!offered.add(step.draft().sql())) {
                return;
            }
            Optional<Resolved> made = resolved(step.draft());
            if (made.isPresent()) {
                offer(step, made.get());
            } else {
                refuse(step, "rewrite-refused", "PostgreSQL does not accept the rewrite");
            }
        }

        private void offer(Step step, Resolved made) {
            Shape after = Shape.of(made);
            Optional<String> difference = shape.difference(after);
            if (difference.isPresent()) {
                refuse(step, "shape-differs", difference.get());
                return;
            }
            Set<?> foreign = Shape.foreign(made);
            foreign.removeAll(Shape.foreign(original));
            if (!foreign.isEmpty()) {
                refuse(step, "captured", "something the rule wrote means a user's " + foreign);
                return;
            }
            LinkedHashSet<String> facts = new LinkedHashSet<>(step.facts());
            shape.loss(after).ifPresent(facts::add);
            String sql = step.draft().sql();
            candidates.putIfAbsent(
                    sql,
                    new Candidate(
                            List.copyOf(step.rules()),
                            sql,
                            step.draft().edits(),
                            step.checks(),
                            List.copyOf(facts)));
        }

        private void refuse(Step step, String code, String reason) {
            @Nullable RuleId rule = step.rules().isEmpty() ? null : step.rules().getLast();
            refusals.add(new Refusal(rule == null ? "rewrite" : rule.value(), code, reason));
        }
    }

    private static List<Found> disjoint(List<Found> sorted) {
        List<Found> kept = new ArrayList<>();
        for (Found found : sorted) {
            if (kept.isEmpty()
                    || kept.getLast().to() < found.from()
                    || (kept.getLast().to() == found.from() && found.from() < found.to())) {
                kept.add(found);
            }
        }
        return kept;
    }
}
