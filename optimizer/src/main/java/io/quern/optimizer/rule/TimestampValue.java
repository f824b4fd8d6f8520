package io.quern.optimizer.rule;

import io.quern.optimizer.SlotCheck;
import io.quern.optimizer.catalog.Subject;
import io.quern.optimizer.parse.Span;
import io.quern.optimizer.parse.Tokens;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An expression without columns that is of type {@code timestamp} for certain and cheap to write
 * several times: nothing in it is volatile.
 *
 * @param cast whether copies need {@code ::timestamp}: a bare literal takes its type from what it
 *     is compared with
 */
record TimestampValue(Span span, boolean cast) {
    private static final int TIMESTAMP = 1114;

    /** What an expression turned out to be. */
    sealed interface Reading {}

    /** It is such a value. */
    record Fits(TimestampValue value) implements Reading {}

    /** It is not; the reason is a whole sentence. */
    record Unfit(String code, String reason) implements Reading {}

    static Reading read(Subject subject, Span span) {
        Tokens t = subject.tokens();
        if (span.length() == 1 && t.kind(span.from()) == Tokens.Kind.STRING) {
            return fixed(t, span.from()) ? new Fits(new TimestampValue(span, true)) : unfixed();
        }
        if (span.length() == 1 && t.kind(span.from()) == Tokens.Kind.PARAMETER) {
            int number = t.parameter(span.from());
            int type = subject.statement().parameterType(number);
            if (type == TIMESTAMP) {
                return new Fits(new TimestampValue(span, false));
            }
            return new Unfit(
                    "value-type",
                    type == 0
                            ? "the type of $" + number + " is not known"
                            : "$" + number + " is not a timestamp without time zone");
        }
        Optional<Unfit> part = firstUnfixed(subject, span);
        if (part.isPresent()) {
            return part.get();
        }
        return isTimestamp(t, span)
                ? new Fits(new TimestampValue(span, false))
                : new Unfit(
                        "value-type",
                        "the value compared with is not known to be a timestamp without time zone");
    }

    /** What must hold of the literals of another execution for this value to be the same kind. */
    List<SlotCheck> checks(Tokens t) {
        List<SlotCheck> checks = new ArrayList<>();
        for (int i = span.from(); i < span.to(); i++) {
            if (t.kind(i) == Tokens.Kind.STRING) {
                checks.add(
                        isUnit(t, i)
                                ? new SlotCheck.Exactly(i, t.text(i))
                                : new SlotCheck.Shaped(i, SlotCheck.Shape.ISO_TIMESTAMP));
            }
        }
        return checks;
    }

    private static boolean isUnit(Tokens t, int i) {
        return t.word(i - 2, "date_trunc") && t.symbol(i - 1, "(");
    }

    private static boolean fixed(Tokens t, int i) {
        byte[] literal = t.text(i).getBytes(StandardCharsets.UTF_8);
        return SlotCheck.Shape.ISO_TIMESTAMP.holds(literal, 0, literal.length);
    }

    private static Unfit unfixed() {
        return new Unfit(
                "value-literal",
                "the literal is not an ISO timestamp: its meaning depends on the moment or the"
                        + " session");
    }

    /**
     * A part whose value may change with the moment, or whose cast may fail: the range evaluates
     * the value even where the original had no row to compare it with.
     */
    private static Optional<Unfit> firstUnfixed(Subject subject, Span span) {
        Tokens t = subject.tokens();
        for (int i = span.from(); i < span.to(); i++) {
            if (t.kind(i) == Tokens.Kind.STRING && !isUnit(t, i) && !fixed(t, i)) {
                return Optional.of(unfixed());
            }
            if (t.kind(i) == Tokens.Kind.PARAMETER
                    && subject.statement().parameterType(t.parameter(i)) != TIMESTAMP) {
                return Optional.of(
                        new Unfit(
                                "value-type",
                                "the cast of $" + t.parameter(i) + " to a timestamp may fail"));
            }
        }
        return Optional.empty();
    }

    private static boolean isTimestamp(Tokens t, Span span) {
        int from = span.from();
        int to = span.to();
        if (span.isEmpty()) {
            return false;
        }
        if (t.symbol(from, "(") && t.partner(from) == to - 1) {
            return isTimestamp(t, new Span(from + 1, to - 1));
        }
        if (t.word(from, "localtimestamp") && span.length() == 1) {
            return true;
        }
        if (t.word(from, "timestamp") && t.kind(to - 1) == Tokens.Kind.STRING) {
            return isType(t, new Span(from, to - 1));
        }
        if (t.word(from, "date_trunc")
                && t.symbol(from + 1, "(")
                && t.partner(from + 1) == to - 1
                && t.plainString(from + 2).filter(TruncatedDateToRange.UNITS::contains).isPresent()
                && t.symbol(from + 3, ",")) {
            return isTimestamp(t, new Span(from + 4, to - 1));
        }
        if (t.word(from, "cast") && t.symbol(from + 1, "(") && t.partner(from + 1) == to - 1) {
            int as = primaryEnd(t, from + 2);
            return as > 0 && t.word(as, "as") && isType(t, new Span(as + 1, to - 1));
        }
        int cast = primaryEnd(t, from);
        return cast > 0 && t.symbol(cast, "::") && isType(t, new Span(cast + 1, to));
    }

    private static boolean isType(Tokens t, Span span) {
        return t.word(span.from(), "timestamp")
                && (span.length() == 1
                        || (span.length() == 4
                                && t.words(span.from() + 1, "without", "time", "zone")));
    }

    /** The token after a literal, a parameter or a clock; -1 if none stands here. */
    private static int primaryEnd(Tokens t, int i) {
        boolean one =
                t.kind(i) == Tokens.Kind.STRING
                        || t.kind(i) == Tokens.Kind.PARAMETER
                        || t.word(i, Set.of("current_date", "current_timestamp", "localtimestamp"));
        if (one) {
            return i + 1;
        }
        return t.word(i, "now") && t.symbol(i + 1, "(") && t.symbol(i + 2, ")") ? i + 3 : -1;
    }
}
