package io.quern.optimizer.rule;

import io.quern.optimizer.Edit;
import io.quern.optimizer.Piece;
import io.quern.optimizer.QualifiedName;
import io.quern.optimizer.Refusal;
import io.quern.optimizer.catalog.Scope;
import io.quern.optimizer.catalog.Subject;
import io.quern.optimizer.parse.Block;
import io.quern.optimizer.parse.Keywords;
import io.quern.optimizer.parse.Span;
import io.quern.optimizer.parse.Tokens;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Turns {@code x NOT IN (SELECT y …)} into {@code NOT EXISTS (SELECT 1 … AND x = y)}, which
 * PostgreSQL plans as an anti-join.
 *
 * <p>With NULL on neither side both mean "no y equals x". So x and y must be columns no row can
 * hold NULL in: NOT NULL, and not on the null-supplying side of an outer join. Types must be the
 * same built-in one, so that the same operator compares in the same order, and the collation
 * deterministic and the same: of two, PostgreSQL knows none to compare under, which is an error
 * that a plan may meet where another does not.
 *
 * <p>Two more things could go wrong. Names: x moves inwards, so it is written with its qualifier,
 * which nothing inside may shadow; y must belong to the subquery itself (a y that only the outer
 * query has compares x with the outer row). Errors: a join may evaluate conditions for other rows
 * than a filter does, so all conditions of both queries must be ones that cannot fail.
 */
public final class NotInToNotExists implements Rule {
    private static final int NATIVE_SINCE = 19;
    private static final int FIRST_USER_OID = 16_384;

    private final Set<String> waived;

    public NotInToNotExists() {
        this(Set.of());
    }

    /** The rule without some of its guards, to show what they are for. */
    NotInToNotExists(Set<String> waived) {
        this.waived = Set.copyOf(waived);
    }

    @Override
    public Findings find(Subject subject) {
        List<Match> matches = new ArrayList<>();
        List<Refusal> refusals = new ArrayList<>();
        for (Subject.Level level : subject.levels()) {
            if (level.block().where().isEmpty()) {
                continue;
            }
            for (Span conjunct : subject.tree().conjuncts(level.block().where().get())) {
                open(subject.tokens(), conjunct)
                        .flatMap(open -> match(subject, level, conjunct, open, refusals))
                        .ifPresent(matches::add);
            }
        }
        return new Findings(matches, refusals);
    }

    /** The bracket of the subquery if the conjunct ends in {@code IN (SELECT …)}, negated. */
    private static Optional<Integer> open(Tokens t, Span conjunct) {
        int open = t.partner(conjunct.to() - 1);
        for (int i = conjunct.from(); i < open; i++) {
            if (t.partner(i) > i) {
                i = t.partner(i);
            } else if (t.word(i, "or")) {
                return Optional.empty();
            }
        }
        boolean in =
                open > conjunct.from()
                        && t.word(open - 1, "in")
                        && t.word(open + 1, Set.of("select", "with", "values"));
        boolean negated = in && (t.word(open - 2, "not") || t.word(conjunct.from(), "not"));
        return negated ? Optional.of(open) : Optional.empty();
    }

    private Optional<Match> match(
            Subject subject, Subject.Level outer, Span conjunct, int open, List<Refusal> refusals) {
        Guards guards = new Guards(id(), waived, refusals);
        Tokens t = subject.tokens();
        int in = open - 1;
        boolean after = t.word(in - 1, "not");
        int leftEnd = after ? in - 1 : in;
        int leftStart = after ? conjunct.from() : conjunct.from() + 1;
        Optional<Subject.Reference> left =
                subject.reference(leftStart).filter(r -> r.span().to() == leftEnd);
        if (left.isEmpty()) {
            guards.refuse("left-side", "the left side of NOT IN is not a single column");
            return Optional.empty();
        }
        Optional<Subject.Level> inner = subject.level(new Span(open + 1, t.partner(open)));
        if (inner.isEmpty() || !plain(inner.get().block())) {
            guards.refuse(
                    "subquery-form",
                    "the subquery of NOT IN is more than SELECT column FROM … WHERE …");
            return Optional.empty();
        }
        if (!guards.holds(
                        subject.context().catalog().major() < NATIVE_SINCE,
                        "native",
                        "PostgreSQL " + NATIVE_SINCE + " plans NOT IN as an anti-join itself")
                || !guards.statement(subject)) {
            return Optional.empty();
        }
        return columns(subject, outer, inner.get(), left.get(), guards)
                .filter(c -> conditions(subject, outer, inner.get(), conjunct, guards))
                .map(c -> edits(subject, conjunct, left.get(), inner.get().block(), c, open))
                .map(edits -> new Match(edits, List.of(), guards.facts()));
    }

    private static boolean plain(Block block) {
        return !block.distinctOn()
                && !block.grouped()
                && !block.windowed()
                && !block.limited()
                && block.orderBy().isEmpty()
                && block.from().isPresent();
    }

    /** The columns compared. */
    private record Columns(Scope.Found x, Scope.Found y, Span output) {}

    private Optional<Columns> columns(
            Subject subject,
            Subject.Level outer,
            Subject.Level inner,
            Subject.Reference left,
            Guards guards) {
        Span output = inner.block().output();
        Optional<Subject.Reference> right = subject.reference(output.from());
        if (right.isEmpty() || right.get().span().to() != output.to()) {
            guards.refuse("output", "the subquery's output is not a single column");
            return Optional.empty();
        }
        Optional<Scope.Found> x = own(outer, left, guards);
        Optional<Scope.Found> y = x.isEmpty() ? x : own(inner, right.get(), guards);
        if (x.isEmpty() || y.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> alias = x.get().item().alias();
        boolean shadowed =
                subject.levels().stream()
                        .filter(l -> within(l.block().span(), inner.block().span()))
                        .flatMap(l -> l.scope().items().stream())
                        .anyMatch(i -> i.alias().isEmpty() || i.alias().equals(alias));
        boolean fine =
                notNull(x.get(), guards)
                        && notNull(y.get(), guards)
                        && comparable(x.get(), y.get(), guards)
                        && guards.holds(
                                !shadowed,
                                "name-capture",
                                "the subquery uses the name " + alias.orElse("") + " too");
        return fine ? Optional.of(new Columns(x.get(), y.get(), output)) : Optional.empty();
    }

    private static boolean within(Span inner, Span outer) {
        return inner.from() >= outer.from() && inner.to() <= outer.to();
    }

    /** The column a reference means, if it belongs to its own query level. */
    private static Optional<Scope.Found> own(
            Subject.Level level, Subject.Reference reference, Guards guards) {
        return switch (level.scope().resolve(reference.qualifier(), reference.name())) {
            case Scope.Found found when found.level() == 0 -> Optional.of(found);
            case Scope.Found found -> {
                guards.refuse("outer-column", found + " belongs to an outer query");
                yield Optional.empty();
            }
            case Scope.Unresolved(String reason) -> {
                guards.refuse("column", reason);
                yield Optional.empty();
            }
        };
    }

    private static boolean notNull(Scope.Found found, Guards guards) {
        boolean held =
                guards.holds(found.column().notNull(), "nullable-column", found + " may be NULL")
                        && guards.holds(
                                !found.item().nullable(),
                                "outer-join",
                                found + " may be NULL: it is the optional side of an outer join");
        if (held) {
            guards.fact(found + " is NOT NULL");
        }
        return held;
    }

    private static boolean comparable(Scope.Found x, Scope.Found y, Guards guards) {
        boolean held =
                guards.holds(
                                x.column().typeOid() == y.column().typeOid(),
                                "types-differ",
                                x + " and " + y + " are of different types")
                        && guards.holds(
                                x.column().typeOid() < FIRST_USER_OID,
                                "user-type",
                                x + " is of a type whose equality is not known")
                        && guards.holds(
                                x.column().deterministicCollation()
                                        && y.column().deterministicCollation(),
                                "collation",
                                x + " or " + y + " has a non-deterministic collation")
                        && guards.holds(
                                x.column().collation() == y.column().collation(),
                                "collations-differ",
                                x + " and " + y + " have different collations");
        if (held) {
            guards.fact(x + " and " + y + " are both " + x.column().type());
        }
        return held;
    }

    private static boolean conditions(
            Subject subject,
            Subject.Level outer,
            Subject.Level inner,
            Span conjunct,
            Guards guards) {
        Tokens t = subject.tokens();
        for (Subject.Level level : List.of(outer, inner)) {
            for (Scope.Item item : level.scope().items()) {
                if (!guards.holds(
                        item.table().isPresent(),
                        "relation",
                        item.alias().orElse("a subquery") + " is not a plain table")) {
                    return false;
                }
            }
        }
        // of all query levels, because the planner merges them
        List<Span> all = new ArrayList<>();
        for (Subject.Level level : subject.levels()) {
            level.block().where().ifPresent(w -> all.addAll(subject.tree().conjuncts(w)));
            all.addAll(subject.joinConditions(level.block()));
        }
        all.remove(conjunct);
        boolean total = all.stream().allMatch(c -> Functions.total(t, c));
        return guards.holds(
                total,
                "may-fail",
                "a condition beside or inside NOT IN could raise an error for rows it is not"
                        + " evaluated for today");
    }

    private static List<Edit> edits(
            Subject subject,
            Span conjunct,
            Subject.Reference left,
            Block inner,
            Columns columns,
            int open) {
        List<Edit> edits = new ArrayList<>();
        edits.add(new Edit(conjunct.from(), open, List.of(new Piece.Text("NOT EXISTS"))));
        edits.add(
                new Edit(
                        columns.output().from(),
                        columns.output().to(),
                        List.of(new Piece.Text("1"))));
        List<Piece> equality = new ArrayList<>();
        if (left.qualifier().isEmpty()) {
            String alias = columns.x().item().alias().orElseThrow();
            equality.add(new Piece.Text(identifier(alias) + "." + identifier(left.name())));
        } else {
            equality.add(new Piece.Source(left.span().from(), left.span().to()));
        }
        equality.add(new Piece.Text(" = "));
        equality.add(new Piece.Source(columns.output().from(), columns.output().to()));
        int close = subject.tokens().partner(open);
        if (inner.where().isPresent()) {
            Span where = inner.where().get();
            equality.addFirst(new Piece.Text(") AND "));
            equality.addFirst(new Piece.Source(where.from(), where.to()));
            equality.addFirst(new Piece.Text("("));
            edits.add(new Edit(where.from(), where.to(), equality));
        } else {
            equality.addFirst(new Piece.Text(" WHERE "));
            edits.add(new Edit(close, close, equality));
        }
        return edits;
    }

    private static String identifier(String name) {
        return name.matches("[a-z_][a-z0-9_]*") && !Keywords.isReserved(name)
                ? name
                : QualifiedName.quote(name);
    }
}
