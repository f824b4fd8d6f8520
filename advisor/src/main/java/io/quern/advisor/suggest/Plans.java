package io.quern.advisor.suggest;

import static java.util.Objects.requireNonNull;

import io.quern.advisor.Explainer;
import io.quern.advisor.Explainer.Explained;
import io.quern.advisor.Planner;
import io.quern.advisor.Planner.Imagined;
import io.quern.advisor.Planner.WhatIf;
import io.quern.advisor.Proposal.NewIndex;
import io.quern.advisor.Refused;
import io.quern.advisor.SecondOpinion;
import io.quern.optimizer.Statement;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Plans as evidence, of the planner twin where there is one: both plans of a change by the same
 * planner, and without work for the upstream. The upstream's own plan of the original is the check
 * on the twin. A plan that cannot be had is a note and a count, not a failure.
 */
final class Plans {
    /** Costs that differ by less are the same. */
    private static final double SAME = 0.02;

    /** A twin that is further off than this is not believed where the upstream can be asked. */
    private static final double BELIEVED = 0.1;

    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private final Planner twins;
    private final Explainer upstream;
    private final SecondOpinion second;
    private final RefusalCounts refusals;

    Plans(Planner twins, Explainer upstream, SecondOpinion second, RefusalCounts refusals) {
        this.twins = requireNonNull(twins, "twins");
        this.upstream = requireNonNull(upstream, "upstream");
        this.second = requireNonNull(second, "second");
        this.refusals = requireNonNull(refusals, "refusals");
    }

    /** The plans of a change, by the same planner. */
    record Compared(Optional<Explained> before, Optional<Explained> after) {
        /** Whether the planner thinks the change cheaper; empty if there is no pair of plans. */
        Optional<Boolean> cheaper() {
            return before.flatMap(b -> after.map(a -> a.totalCost() < b.totalCost()));
        }
    }

    /** The plans of a subject's statement and of its rewritten form. */
    Compared ofRewrite(Subject subject, Statement rewritten, List<String> notes) {
        Optional<Imagined> before = imagined(subject, subject.statement(), Set.of(), notes);
        Optional<Explained> own = own(subject, subject.statement(), notes);
        if (before.isPresent() && believed(subject, subject.statement(), own, notes)) {
            Optional<Imagined> after = imagined(subject, rewritten, Set.of(), notes);
            if (after.isPresent()) {
                add(notes, source(before.get()));
                return new Compared(before.map(Imagined::plan), after.map(Imagined::plan));
            }
        }
        return new Compared(own, own.flatMap(o -> own(subject, rewritten, notes)));
    }

    /**
     * The plans of a form of a subject's statement without and with an index.
     *
     * @param form the statement itself or what a rewrite makes of it
     */
    Compared ofIndex(Subject subject, Statement form, NewIndex index, List<String> notes) {
        Optional<Imagined> before = imagined(subject, form, Set.of(), notes);
        Optional<Explained> own = own(subject, form, notes);
        if (before.isEmpty()) {
            return new Compared(own, Optional.empty());
        }
        believed(subject, form, own, notes);
        add(notes, source(before.get()));
        return new Compared(
                before.map(Imagined::plan),
                imagined(subject, form, Set.of(index), notes).map(Imagined::plan));
    }

    /**
     * What the upstream itself expects of a statement with an index, beside what the twin does; one
     * sentence, empty if either cannot tell.
     */
    Optional<String> secondOpinion(
            Subject subject, Statement form, NewIndex index, Optional<Explained> twin) {
        try {
            return twin.flatMap(
                    plan ->
                            second.cost(
                                            subject.stats().database(),
                                            subject.searchPath(),
                                            form,
                                            index.definition().create(index.name()))
                                    .map(cost -> compared(plan.totalCost(), cost)));
        } catch (Refused e) {
            refused("no-second-opinion", e);
            return Optional.empty();
        }
    }

    private static String compared(double twin, double upstream) {
        return String.format(
                Locale.ROOT,
                "HypoPG on the upstream %s: with the index it expects a cost of %,.2f, the planner"
                        + " twin %,.2f",
                Math.abs(twin - upstream) <= BELIEVED * Math.max(twin, upstream)
                        ? "agrees"
                        : "disagrees",
                upstream,
                twin);
    }

    /** The planner's cost of a statement, for whoever looks for a cheaper one. */
    OptionalDouble cost(Subject subject, Statement statement) {
        List<String> unsaid = new ArrayList<>();
        return known(
                cost(
                        imagined(subject, statement, Set.of(), unsaid)
                                .map(Imagined::plan)
                                .or(() -> own(subject, statement, unsaid))));
    }

    /** The size of an index if it were made now; empty if no twin can tell. */
    OptionalLong bytes(Subject subject, NewIndex index) {
        try {
            return OptionalLong.of(twins.bytes(subject.context(), index));
        } catch (Refused e) {
            refused("no-size", e);
            return OptionalLong.empty();
        }
    }

    /** A cost as the optimizer takes it. */
    static OptionalDouble known(double cost) {
        return Double.isNaN(cost) ? OptionalDouble.empty() : OptionalDouble.of(cost);
    }

    static double cost(Optional<Explained> plan) {
        return plan.map(Explained::totalCost).orElse(Double.NaN);
    }

    private static String source(Imagined imagined) {
        return "plans are those of a PostgreSQL "
                + imagined.major()
                + " beside Quern with the statistics of "
                + MINUTE.format(imagined.asOf());
    }

    /**
     * Whether the upstream, as far as it could be asked, plans a statement as the twin does. Quern
     * asks it under its own role, so the settings of the session's role are left out of this.
     */
    private boolean believed(
            Subject subject, Statement statement, Optional<Explained> own, List<String> notes) {
        if (own.isEmpty()) {
            return true;
        }
        Optional<Imagined> twin = imagined(subject, "", statement, Set.of(), notes);
        if (twin.isEmpty()) {
            return false;
        }
        double theirs = own.get().totalCost();
        double ours = twin.get().plan().totalCost();
        double off = Math.abs(ours - theirs) / Math.max(theirs, 1e-9);
        if (off > SAME) {
            add(
                    notes,
                    String.format(
                            Locale.ROOT,
                            "the planner twin estimates %,.2f for the statement as it is, the"
                                    + " upstream itself %,.2f",
                            ours,
                            theirs));
        }
        return off <= BELIEVED;
    }

    private Optional<Imagined> imagined(
            Subject subject, Statement statement, Set<NewIndex> indexes, List<String> notes) {
        return imagined(subject, subject.role(), statement, indexes, notes);
    }

    private Optional<Imagined> imagined(
            Subject subject,
            String role,
            Statement statement,
            Set<NewIndex> indexes,
            List<String> notes) {
        try {
            return Optional.of(twins.plan(new WhatIf(subject.context(), role, statement, indexes)));
        } catch (Refused e) {
            add(notes, "no plan of the planner twin: " + refused("no-twin", e));
            return Optional.empty();
        }
    }

    private Optional<Explained> own(Subject subject, Statement statement, List<String> notes) {
        try {
            return Optional.of(
                    upstream.explain(subject.stats().database(), subject.searchPath(), statement));
        } catch (Refused e) {
            add(notes, "no plan: " + refused("no-plan", e));
            return Optional.empty();
        }
    }

    private String refused(String code, Refused refused) {
        String reason = String.valueOf(refused.getMessage());
        refusals.add(code, reason);
        return reason;
    }

    private static void add(List<String> notes, String note) {
        if (!notes.contains(note)) {
            notes.add(note);
        }
    }
}
