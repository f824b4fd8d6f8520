package io.quern.optimizer.rule;

import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.catalog.Types;

import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlNode;

import java.util.List;
import java.util.Optional;

/**
 * Turns comparisons of {@code c::date} with a date k into ranges of the timestamp c, which an index
 * can serve: {@code c::date = k} into
 *
 * <pre>c >= k AND c < k + 1</pre>
 *
 * PostgreSQL compares timestamps with dates exactly, without a cast that could overflow. The day
 * after k does not exist for infinity and at the end of time, so a k that may be there is followed
 * by its last microsecond instead, in a CASE that the planner folds.
 *
 * <p>Where c has a time zone, which day it falls on depends on the session. So there the condition
 * stays and a range is added that is two days wider on both sides than any zone and any change of
 * its clocks could need.
 */
final class CastDateToRange implements ComparisonRule {
    @Override
    public boolean sees(Resolved statement, Comparison comparison) {
        return column(statement, comparison).isPresent();
    }

    private static Optional<SqlNode> column(Resolved statement, Comparison comparison) {
        boolean date =
                comparison
                        .left()
                        .function()
                        .filter(
                                f ->
                                        f.is("date", Types.TIMESTAMP)
                                                || f.is("date", Types.TIMESTAMPTZ))
                        .isPresent();
        return date
                        && comparison.left().arguments().getFirst().column().isPresent()
                        && comparison.subject() instanceof SqlCall call
                        && statement.column(call.operand(0)).isPresent()
                ? Optional.of(call.operand(0))
                : Optional.empty();
    }

    @Override
    public List<Object> write(Resolved statement, Comparison comparison, Attempt attempt) {
        if (!comparison.compares(Types.DATE, Types.DATE)) {
            attempt.refuse("value-type", "what the date is compared with is not a date");
            return List.of();
        }
        SqlNode c = column(statement, comparison).orElseThrow();
        var value = new Value(statement, comparison.value());
        List<Object> k = value.as(Types.DATE);
        boolean ours = value.isOfOurTimes(attempt);
        if (statement.column(c).orElseThrow().column().typeOid() == Types.TIMESTAMPTZ) {
            attempt.fact("the condition stays; the range holds its days in every time zone");
            Bounds bounds =
                    ours
                            ? Bounds.ALWAYS
                            : new Bounds(
                                    List.of(k, " BETWEEN '4000-01-01 BC' AND '290000-01-01'"),
                                    "'-infinity'",
                                    "'infinity'");
            return bounds.around(c, comparison, List.of(k, " - 2"), List.of(k, " + 3"));
        }
        attempt.fact("a timestamp without time zone falls on one day wherever it is read");
        return ours ? exact(c, comparison.operator(), k) : closed(c, comparison.operator(), k);
    }

    private static List<Object> exact(SqlNode c, String operator, List<Object> k) {
        return switch (operator) {
            case "=" -> List.of(c, " >= ", k, " AND ", List.of(c, " < ", k, " + 1"));
            case "<=" -> List.of(c, " < ", k, " + 1");
            case ">" -> List.of(c, " >= ", k, " + 1");
            default -> List.of(c, " " + operator + " ", k);
        };
    }

    /** The same with the last microsecond of the day, which exists for every date. */
    private static List<Object> closed(SqlNode c, String operator, List<Object> k) {
        List<Object> end =
                List.of(
                        List.of("CASE WHEN ", k, " < '294277-01-01' THEN ", k),
                        List.of(" + interval '23:59:59.999999' WHEN ", k, " = 'infinity'"),
                        // no ELSE: of NULL there is no end
                        List.of(" THEN 'infinity' WHEN ", k, " >= '294277-01-01'"),
                        " THEN '294276-12-31 23:59:59.999999' END");
        return switch (operator) {
            case "=" -> List.of(c, " >= ", k, " AND ", List.of(c, " <= ", end));
            case "<=", ">" -> List.of(c, " " + operator + " ", end);
            default -> List.of(c, " " + operator + " ", k);
        };
    }
}
