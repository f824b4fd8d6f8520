package io.quern.optimizer.rule;

import io.quern.optimizer.catalog.ColumnUse;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.catalog.Types;

import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlNode;

import java.util.List;
import java.util.Locale;
import java.util.Map;
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
 * <p>So too for the other comparisons, and where c has a time zone or is a date, which date_trunc
 * takes to the session's: there a unit of a day or more starts where the zone says, and the range
 * is 48 hours wider on both sides, more than any zone's clocks were ever changed. Smaller units are
 * cut off without looking at the zone's rules.
 *
 * <p>Plain operators are used: {@code pg_catalog} is known to be searched first, and it has every
 * operator for exactly these types.
 */
final class TruncatedDateToRange implements ComparisonRule {
    /**
     * How a unit is rewritten.
     *
     * @param span its longest length less a microsecond
     * @param last the start of the last one there is; empty for units of fixed length
     * @param hours that it spans at most; 0 for units that no zone changes
     */
    private record Unit(String span, String last, int hours) {}

    private static final Map<String, Unit> UNITS =
            Map.of(
                    "second", new Unit("00:00:00.999999", "", 0),
                    "minute", new Unit("00:00:59.999999", "", 0),
                    "hour", new Unit("00:59:59.999999", "", 0),
                    "day", new Unit("23:59:59.999999", "", 24),
                    "week", new Unit("6 days 23:59:59.999999", "", 168),
                    "month", new Unit("30 days 23:59:59.999999", "294276-12-01", 744),
                    "quarter", new Unit("91 days 23:59:59.999999", "294276-10-01", 2208),
                    "year", new Unit("365 days 23:59:59.999999", "294276-01-01", 8784));

    private static final Set<Integer> TYPES =
            Set.of(Types.DATE, Types.TIMESTAMP, Types.TIMESTAMPTZ);

    @Override
    public boolean sees(Resolved statement, Comparison comparison) {
        return comparison.left().function().filter(f -> f.is("date_trunc")).isPresent()
                && comparison.subject() instanceof SqlCall written
                && written.operandCount() == 2
                && statement.column(written.operand(1)).isPresent();
    }

    @Override
    public List<Object> write(Resolved statement, Comparison comparison, Attempt attempt) {
        SqlCall call = (SqlCall) comparison.subject();
        String unit =
                comparison
                        .left()
                        .arguments()
                        .getFirst()
                        .text()
                        .filter(u -> new Value(statement, call.operand(0)).literal().isPresent())
                        .orElse("")
                        .toLowerCase(Locale.ROOT);
        Unit form = UNITS.get(unit);
        ColumnUse column = statement.column(call.operand(1)).orElseThrow();
        int type = comparison.left().type();
        if (form == null) {
            attempt.refuse("unit", "the unit of date_trunc is none that has a range");
            return List.of();
        }
        if (!TYPES.contains(column.column().typeOid())) {
            attempt.refuse("column-type", column + " is no timestamp and no date");
            return List.of();
        }
        var value = new Value(statement, comparison.value());
        boolean ours = value.isOfOurTimes(attempt);
        if (!comparison.compares(type, type) && !(ours && comparison.compares(type, Types.DATE))) {
            attempt.refuse("value-type", "what it is compared with is another type of timestamp");
            return List.of();
        }
        attempt.pin(new Value(statement, call.operand(0)).literal().orElseThrow());
        SqlNode c = call.operand(1);
        List<Object> k = value.as(type);
        if (type == Types.TIMESTAMP && comparison.operator().equals("=")) {
            attempt.fact(column + " is timestamp without time zone")
                    .fact("the range is exact for the unit " + unit + ", for any value");
            return form.last().isEmpty() ? exact(unit, form, c, k) : beside(form, comparison, c, k);
        }
        attempt.fact("the condition stays; the range holds all that fulfils it");
        Bounds bounds =
                ours
                        ? Bounds.ALWAYS
                        : new Bounds(
                                List.of(k, " BETWEEN '4000-01-01 BC' AND '290000-01-01'"),
                                "'-infinity'",
                                "'infinity'");
        boolean zone = type == Types.TIMESTAMPTZ && form.hours() > 0;
        return zone
                ? bounds.around(
                        c,
                        comparison,
                        List.of(k, " - interval '48 hours'"),
                        List.of(k, " + interval '" + (form.hours() + 48) + " hours'"))
                : bounds.around(c, comparison, k, List.of(k, " + interval '" + form.span() + "'"));
    }

    private static List<Object> exact(String unit, Unit form, SqlNode c, List<Object> k) {
        String truncate = "pg_catalog.date_trunc('" + unit + "', ";
        return List.of(
                List.of(c, " >= ", k, " AND ", c, " <= ", truncate, k, ")"),
                " + interval '" + form.span() + "'",
                List.of(" AND ", k, " = ", truncate, k, ")"));
    }

    private static List<Object> beside(
            Unit form, Comparison comparison, SqlNode c, List<Object> k) {
        return List.of(
                List.of(comparison.written(), " AND ", c, " >= ", k, " AND ", c, " <= "),
                List.of("GREATEST(LEAST(", k, ", timestamp '" + form.last() + "')"),
                List.of(" + interval '" + form.span() + "', ", k, ")"));
    }
}
