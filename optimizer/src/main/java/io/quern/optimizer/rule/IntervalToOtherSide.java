package io.quern.optimizer.rule;

import io.quern.optimizer.catalog.Expression.Interval;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.catalog.Types;
import io.quern.optimizer.guard.Moments;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Turns {@code c + interval > k} into {@code c > k - interval}, which an index on c can serve; so
 * too {@code c - interval} and every other comparison.
 *
 * <p>Without months, and for a timestamp with time zone without days, the interval is a fixed
 * number of microseconds, and adding it is the inverse of subtracting it. Months differ in length
 * and days in some zones, so there the old condition is asked about what lies near the bound, and
 * only there:
 *
 * <pre>c >= k - interval - 14 days AND (c > k - interval + 14 days OR c + interval > k)</pre>
 *
 * Twice three days can be lost at the ends of months and twice two in changes of clocks. The sum
 * overflows for no row near the bound, and it is not computed for others.
 *
 * <p>A k at either end of time, from which the interval cannot be subtracted, leaves the old
 * condition as it was.
 */
final class IntervalToOtherSide implements ComparisonRule {
    private static final Set<Integer> TIMES =
            Set.of(Types.DATE, Types.TIMESTAMP, Types.TIMESTAMPTZ);

    private static final String NEAR = " interval '336 hours'";

    @Override
    public boolean sees(Resolved statement, Comparison comparison) {
        return sum(statement, comparison).isPresent();
    }

    private static Optional<Sum> sum(Resolved statement, Comparison comparison) {
        return Sum.of(statement, comparison).stream()
                .filter(s -> TIMES.contains(s.use().type()) && s.read().type() == Types.INTERVAL)
                .findFirst();
    }

    @Override
    public List<Object> write(Resolved statement, Comparison comparison, Attempt attempt) {
        Sum sum = sum(statement, comparison).orElseThrow();
        var written = new Value(statement, sum.summand());
        Interval interval = sum.read().interval().orElse(null);
        if (interval == null || !Moments.isBounded(sum.read()) || written.literal().isEmpty()) {
            attempt.refuse(
                    "interval", "the interval is not a literal of less than a thousand years");
            return List.of();
        }
        int type = comparison.left().type();
        if (!comparison.compares(type, type)) {
            attempt.refuse("value-type", "both sides are not the same type of timestamp");
            return List.of();
        }
        attempt.pin(written.literal().orElseThrow());
        var value = new Value(statement, comparison.value());
        List<Object> k = value.as(type);
        List<Object> bound = List.of(k, sum.minus() ? " + " : " - ", written.as(Types.INTERVAL));
        Bounds bounds =
                value.isOfOurTimes(attempt)
                        ? Bounds.ALWAYS
                        : new Bounds(
                                List.of(k, " BETWEEN '3000-01-01 BC' AND '290000-01-01'"),
                                "'-infinity'",
                                "'infinity'");
        boolean fixed = interval.months() == 0 && (type == Types.TIMESTAMP || interval.days() == 0);
        attempt.fact(
                        fixed
                                ? "the interval has a fixed length"
                                : "what lies within fourteen days of the bound is computed as before")
                .fact("a row whose sum would be out of range is no error any more");
        return fixed
                ? bounds.exactly(sum.column(), comparison, bound)
                : bounds.near(
                        sum.column(),
                        comparison,
                        List.of(bound, " -" + NEAR),
                        List.of(bound, " +" + NEAR));
    }
}
