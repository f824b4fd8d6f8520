package io.quern.optimizer.rule;

import io.quern.optimizer.catalog.ColumnUse;
import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.catalog.Types;
import io.quern.optimizer.guard.CannotFail;
import io.quern.optimizer.guard.SteadyValue;

import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

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
final class TruncatedDateToRange implements Rule {
    /** How a unit is rewritten; {@code last} is empty for units of fixed length. */
    private record Unit(String span, String last) {}

    private static final Map<String, Unit> UNITS =
            Map.of(
                    "second", new Unit("00:00:00.999999", ""),
                    "minute", new Unit("00:00:59.999999", ""),
                    "hour", new Unit("00:59:59.999999", ""),
                    "day", new Unit("23:59:59.999999", ""),
                    "week", new Unit("6 days 23:59:59.999999", ""),
                    "month", new Unit("30 days 23:59:59.999999", "294276-12-01"),
                    "quarter", new Unit("91 days 23:59:59.999999", "294276-10-01"),
                    "year", new Unit("365 days 23:59:59.999999", "294276-01-01"));

    @Override
    public boolean perRow() {
        return true;
    }

    @Override
    public void find(Resolved statement, Findings findings) {
        for (Level level : statement.levels()) {
            for (Level.Condition condition : level.truths()) {
                if (condition.node() instanceof SqlCall equality
                        && equality.getKind() == SqlKind.EQUALS) {
                    List<SqlNode> sides = equality.getOperandList();
                    look(statement, equality, sides.get(0), sides.get(1), findings);
                    look(statement, equality, sides.get(1), sides.get(0), findings);
                }
            }
        }
    }

    private static void look(
            Resolved statement,
            SqlCall equality,
            SqlNode truncated,
            SqlNode value,
            Findings findings) {
        Optional<Expression> call =
                statement
                        .expression(truncated)
                        .filter(e -> e.function().filter(f -> f.is("date_trunc")).isPresent());
        if (call.isPresent()
                && truncated instanceof SqlCall written
                && written.operandCount() == 2
                && statement.column(written.operand(1)).isPresent()) {
            rewrite(statement, equality, written, value, findings.attempt());
        }
    }

    private static void rewrite(
            Resolved statement, SqlCall equality, SqlCall call, SqlNode value, Attempt attempt) {
        String unit =
                statement
                        .tokens()
                        .plainString(statement.span(call.operand(0)).from())
                        .orElse("")
                        .toLowerCase(Locale.ROOT);
        Unit form = UNITS.get(unit);
        ColumnUse column = statement.column(call.operand(1)).orElseThrow();
        if (form == null) {
            attempt.refuse("unit", "the unit of date_trunc is none that has a range");
            return;
        }
        Expression equal = statement.expression(equality).orElseThrow();
        boolean timestamps =
                column.column().typeOid() == Types.TIMESTAMP
                        && equal.operator()
                                .filter(o -> o.is("=", Types.TIMESTAMP, Types.TIMESTAMP))
                                .isPresent();
        if (column.column().typeOid() != Types.TIMESTAMP) {
            attempt.refuse("column-type", typeReason(column));
            return;
        }
        if (!timestamps) {
            attempt.refuse(
                    "value-type", "what it is compared with is not a timestamp without time zone");
            return;
        }
        Expression k = statement.expression(value).orElse(null);
        if (k == null
                || !attempt.requires(new SteadyValue(statement, equal.against(value, statement)))
                || !attempt.requires(new CannotFail(statement, equal.node()))) {
            return;
        }
        attempt.fact(column + " is timestamp without time zone")
                .fact("the range is exact for the unit " + unit + ", for any value")
                .pin(call.operand(0));
        SqlNode c = call.operand(1);
        List<Object> bound =
                k.type() == Types.TIMESTAMP && !k.isConstant()
                        ? List.of(value)
                        : List.of("(", value, ")::pg_catalog.timestamp");
        if (form.last().isEmpty()) {
            String truncate = "pg_catalog.date_trunc('" + unit + "', ";
            attempt.replace(
                    equality,
                    List.of("(", c, " >= ", bound, " AND ", c, " <= ", truncate, bound, ")"),
                    " + interval '" + form.span() + "'",
                    List.of(" AND ", bound, " = ", truncate, bound, "))"));
        } else {
            attempt.replace(
                    equality,
                    List.of("(", equality, " AND ", c, " >= ", bound, " AND ", c, " <= "),
                    List.of("GREATEST(LEAST(", bound, ", timestamp '" + form.last() + "')"),
                    List.of(" + interval '" + form.span() + "', ", bound, "))"));
        }
        attempt.found();
    }

    private static String typeReason(ColumnUse column) {
        return switch (column.column().typeOid()) {
            case Types.TIMESTAMPTZ ->
                    column + " has a time zone: where a unit starts depends on the session";
            case Types.DATE ->
                    column + " is a date, which date_trunc takes to the session's time zone";
            default -> column + " is not a timestamp without time zone";
        };
    }
}
