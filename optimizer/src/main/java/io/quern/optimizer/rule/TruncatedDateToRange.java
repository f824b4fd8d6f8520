package io.quern.optimizer.rule;

import io.quern.optimizer.Edit;
import io.quern.optimizer.Piece;
import io.quern.optimizer.Refusal;
import io.quern.optimizer.SlotCheck;
import io.quern.optimizer.catalog.Scope;
import io.quern.optimizer.catalog.Subject;
import io.quern.optimizer.parse.Block;
import io.quern.optimizer.parse.Span;
import io.quern.optimizer.parse.Tokens;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Turns {@code date_trunc('day', c) = k} into a range of {@code c} that an index can serve.
 *
 * <p>For a unit of fixed length the range replaces the condition:
 *
 * <pre>c >= k AND c <= date_trunc(unit, k) + (unit - 1 µs) AND k = date_trunc(unit, k)</pre>
 *
 * The last conjunct makes it right for a k that is not the start of a unit, whatever literal or
 * parameter an execution brings, and is folded away by the planner. The upper bound is closed and
 * starts from the truncated k, because {@code k + unit} is out of range at the end of time, 294276
 * AD; it ends exactly with a second, a minute, an hour, a day and (a Sunday) a week. It begins on a
 * Monday, so truncating k cannot leave the range either. For ±infinity both sides agree.
 *
 * <p>Months, quarters and years differ in length, and truncating the first days of time to them
 * fails. So there the condition stays and a range that contains every solution is added, built
 * without truncating k and without a sum that could leave the range:
 *
 * <pre>date_trunc(unit, c) = k AND c >= k
 *     AND c <= GREATEST(LEAST(k, start of the last unit) + (longest unit - 1 µs), k)</pre>
 *
 * One difference remains there: a row of November 4714 BC, for which the original fails, may not be
 * looked at any more.
 *
 * <p>Plain operators are used: {@code pg_catalog} is known to be searched first, and it has every
 * operator for exactly these types. Only {@code timestamp without time zone} is rewritten; with
 * time zone, a unit's length depends on the session.
 */
public final class TruncatedDateToRange implements Rule {
    /** How a unit is rewritten; {@code last} is empty for units of fixed length. */
    private record Unit(String span, String last) {}

    private static final Map<String, Unit> FORMS =
            Map.of(
                    "second", new Unit("00:00:00.999999", ""),
                    "minute", new Unit("00:00:59.999999", ""),
                    "hour", new Unit("00:59:59.999999", ""),
                    "day", new Unit("23:59:59.999999", ""),
                    "week", new Unit("6 days 23:59:59.999999", ""),
                    "month", new Unit("30 days 23:59:59.999999", "294276-12-01"),
                    "quarter", new Unit("91 days 23:59:59.999999", "294276-10-01"),
                    "year", new Unit("365 days 23:59:59.999999", "294276-01-01"));

    static final Set<String> UNITS = FORMS.keySet();

    private static final int DATE = 1082;
    private static final int TIMESTAMP = 1114;
    private static final int TIMESTAMPTZ = 1184;

    private final Set<String> waived;

    public TruncatedDateToRange() {
        this(Set.of());
    }

    /** The rule without some of its guards, to show what they are for. */
    TruncatedDateToRange(Set<String> waived) {
        this.waived = Set.copyOf(waived);
    }

    /** A call found: its unit's token, its column and the other side of the equality. */
    private record Pattern(int unit, Subject.Reference column, Span call, Span value) {}

    @Override
    public Findings find(Subject subject) {
        List<Match> matches = new ArrayList<>();
        List<Refusal> refusals = new ArrayList<>();
        for (Subject.Level level : subject.levels()) {
            for (Span conjunct : subject.conditions(level.block())) {
                pattern(subject, conjunct)
                        .flatMap(p -> match(subject, level, conjunct, p, refusals))
                        .ifPresent(matches::add);
            }
        }
        return new Findings(matches, refusals);
    }

    private static Optional<Pattern> pattern(Subject subject, Span conjunct) {
        Tokens t = subject.tokens();
        int from = conjunct.from();
        int to = conjunct.to();
        int open = t.words(from, "pg_catalog") && t.symbol(from + 1, ".") ? from + 3 : from + 1;
        if (isCall(t, open) && t.symbol(t.partner(open) + 1, "=") && t.partner(open) + 2 < to) {
            int end = t.partner(open) + 1;
            return pattern(subject, open, new Span(from, end), new Span(end + 1, to));
        }
        for (int i = from; i < to; i++) {
            if (t.partner(i) > i) {
                i = t.partner(i);
            } else if (t.symbol(i, "=") && i > from) {
                int start = i + 1;
                open =
                        t.words(start, "pg_catalog") && t.symbol(start + 1, ".")
                                ? start + 3
                                : start + 1;
                return isCall(t, open) && t.partner(open) == to - 1
                        ? pattern(subject, open, new Span(start, to), new Span(from, i))
                        : Optional.empty();
            }
        }
        return Optional.empty();
    }

    private static boolean isCall(Tokens t, int open) {
        return t.symbol(open, "(") && t.partner(open) > 0 && t.word(open - 1, "date_trunc");
    }

    private static Optional<Pattern> pattern(Subject subject, int open, Span call, Span value) {
        Tokens t = subject.tokens();
        return t.plainString(open + 1).isPresent() && t.symbol(open + 2, ",")
                ? subject.reference(open + 3)
                        .filter(column -> column.span().to() == t.partner(open))
                        .map(column -> new Pattern(open + 1, column, call, value))
                : Optional.empty();
    }

    private Optional<Match> match(
            Subject subject,
            Subject.Level level,
            Span conjunct,
            Pattern pattern,
            List<Refusal> refusals) {
        Guards guards = new Guards(id(), waived, refusals);
        Tokens t = subject.tokens();
        String unit = t.plainString(pattern.unit()).orElse("").toLowerCase(Locale.ROOT);
        Unit form = FORMS.get(unit);
        if (form == null) {
            guards.refuse("unit", "the unit of date_trunc is none that has a range");
            return Optional.empty();
        }
        if (!(level.scope().resolve(pattern.column().qualifier(), pattern.column().name())
                        instanceof Scope.Found found
                && found.level() == 0)) {
            guards.refuse(
                    "column",
                    level.scope().resolve(pattern.column().qualifier(), pattern.column().name())
                                    instanceof Scope.Unresolved(String reason)
                            ? reason
                            : pattern.column().name() + " belongs to an outer query");
            return Optional.empty();
        }
        if (!guards.holds(found.column().typeOid() == TIMESTAMP, "column-type", typeReason(found))
                || !guards.statement(subject)
                || !guards.holds(
                        alone(subject) || othersCannotFail(subject),
                        "may-fail",
                        "another condition could raise an error for rows that another order of"
                                + " joins evaluates it for")) {
            return Optional.empty();
        }
        return switch (TimestampValue.read(subject, pattern.value())) {
            case TimestampValue.Unfit(String code, String reason) -> {
                guards.refuse(code, reason);
                yield Optional.empty();
            }
            case TimestampValue.Fits(TimestampValue value) -> {
                guards.fact(found + " is timestamp without time zone");
                guards.fact("the range is exact for the unit " + unit + ", for any value");
                List<SlotCheck> checks = new ArrayList<>(value.checks(t));
                checks.add(new SlotCheck.Exactly(pattern.unit(), t.text(pattern.unit())));
                yield Optional.of(
                        new Match(
                                List.of(edit(conjunct, pattern, value, unit, form)),
                                checks,
                                guards.facts()));
            }
        };
    }

    /** Whether one relation is all there is: its other conditions then see no more rows. */
    private static boolean alone(Subject subject) {
        return subject.levels().stream().mapToInt(l -> l.scope().items().size()).sum() <= 1;
    }

    /** Conditions of the pattern itself aside, nested query levels each on their own. */
    private static boolean othersCannotFail(Subject subject) {
        List<Span> nested = subject.levels().stream().map(l -> l.block().span()).toList();
        for (Subject.Level level : subject.levels()) {
            Block block = level.block();
            List<Span> conditions = new ArrayList<>();
            block.where().ifPresent(conditions::add);
            conditions.addAll(subject.joinConditions(block));
            for (Span condition : conditions) {
                for (Span conjunct : subject.tree().conjuncts(condition)) {
                    if (pattern(subject, conjunct).isEmpty()
                            && !Functions.total(subject.tokens(), conjunct, nested)) {
                        return false;
                    }
                }
            }
            boolean inside = !block.span().equals(subject.tree().root().span());
            if (inside
                    && (block.grouped()
                            || block.windowed()
                            || !(Functions.star(subject.tokens(), block.output())
                                    || Functions.total(
                                            subject.tokens(), block.output(), nested)))) {
                return false;
            }
        }
        return true;
    }

    private static String typeReason(Scope.Found found) {
        return switch (found.column().typeOid()) {
            case TIMESTAMPTZ ->
                    found + " has a time zone: where a unit starts depends on the session";
            case DATE -> found + " is a date, which date_trunc takes to the session's time zone";
            default -> found + " is not a timestamp without time zone";
        };
    }

    private Edit edit(
            Span conjunct, Pattern pattern, TimestampValue value, String unit, Unit form) {
        List<Piece> out = new ArrayList<>();
        if (!form.last().isEmpty()) {
            source(out, conjunct);
            text(out, " AND ");
        }
        source(out, pattern.column().span());
        text(out, " >= ");
        value(out, value);
        text(out, " AND ");
        source(out, pattern.column().span());
        boolean aligned = waived.contains("aligned");
        if (form.last().isEmpty()) {
            text(out, " <= pg_catalog.date_trunc('" + unit + "', ");
            value(out, value);
            text(out, ") + interval '" + form.span() + "'");
            if (!aligned) {
                text(out, " AND ");
                value(out, value);
                text(out, " = pg_catalog.date_trunc('" + unit + "', ");
                value(out, value);
                text(out, ")");
            }
        } else {
            text(out, " <= GREATEST(LEAST(");
            value(out, value);
            text(out, ", timestamp '" + form.last() + "') + interval '" + form.span() + "', ");
            value(out, value);
            text(out, ")");
        }
        return new Edit(conjunct.from(), conjunct.to(), out);
    }

    private static void text(List<Piece> out, String sql) {
        out.add(new Piece.Text(sql));
    }

    private static void source(List<Piece> out, Span span) {
        out.add(new Piece.Source(span.from(), span.to()));
    }

    private static void value(List<Piece> out, TimestampValue value) {
        source(out, value.span());
        if (value.cast()) {
            text(out, "::timestamp");
        }
    }
}
