package io.quern.optimizer.rule;

import io.quern.optimizer.SlotCheck.Shape;
import io.quern.optimizer.catalog.ColumnUse;
import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.PgNode;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.catalog.Types;
import io.quern.optimizer.guard.CannotFail;
import io.quern.optimizer.guard.SteadyValue;
import io.quern.optimizer.parse.Constant;

import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlNode;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Turns {@code extract(year FROM c) = y AND extract(month FROM c) = m} into a range of c, which an
 * index can serve:
 *
 * <pre>c >= make_date(y, m, 1) AND c < make_date(y, m, 1) + interval '1 month'</pre>
 *
 * A day beside them narrows the range to it; its own condition stays, because the 30th of February
 * would be a day of March. A year alone may be compared in any way. So it is written for literals
 * that are a year of four digits at most, a month, a day; they are checked at each execution.
 *
 * <p>For any other value, and where c has a time zone, all conditions stay and a range is added
 * that holds every solution, two days wider on both sides where the zone decides. For what is no
 * year of ours the range is everything.
 */
final class ExtractedPartsToRange implements Rule {
    private static final Set<Integer> TYPES =
            Set.of(Types.DATE, Types.TIMESTAMP, Types.TIMESTAMPTZ);
    private static final String DATE = "pg_catalog.make_date(";

    /** A condition on one field of a column. */
    private record Part(
            String field,
            SqlNode condition,
            List<Comparison> reading,
            SqlCall call,
            SqlNode written,
            ColumnUse column) {

        boolean equality() {
            return reading.size() == 1 && reading.getFirst().operator().equals("=");
        }

        SqlNode value() {
            return reading.getFirst().value();
        }
    }

    @Override
    public boolean perRow() {
        return true;
    }

    @Override
    public void find(Resolved statement, Findings findings) {
        for (Level level : statement.levels()) {
            for (List<SqlNode> conjuncts : level.conjunctions()) {
                List<Part> parts = new ArrayList<>();
                conjuncts.forEach(node -> part(statement, node).ifPresent(parts::add));
                for (Part year : parts) {
                    if (year.field().equals("year")) {
                        rewrite(statement, year, parts, findings.attempt());
                    }
                }
            }
        }
    }

    private static Optional<Part> part(Resolved statement, SqlNode condition) {
        for (List<Comparison> reading : Comparison.readings(statement, condition)) {
            SqlNode subject = reading.getFirst().subject();
            Expression call = statement.expression(subject).orElse(null);
            if (call != null
                    && subject instanceof SqlCall written
                    && written.operandCount() == 2
                    && call.function()
                            .filter(f -> f.is("extract") || f.is("date_part"))
                            .isPresent()) {
                Optional<ColumnUse> column =
                        statement
                                .column(written.operand(1))
                                .filter(c -> TYPES.contains(c.column().typeOid()))
                                .filter(
                                        c ->
                                                call.arguments().get(1).type()
                                                        == c.column().typeOid());
                Optional<String> field = call.arguments().getFirst().text();
                if (column.isPresent() && field.isPresent()) {
                    return Optional.of(
                            new Part(
                                    field.get(),
                                    condition,
                                    reading,
                                    written,
                                    written.operand(1),
                                    column.get()));
                }
            }
        }
        return Optional.empty();
    }

    private static @Nullable Part beside(Part year, String field, List<Part> parts) {
        return parts.stream()
                .filter(p -> p.field().equals(field) && p.equality())
                .filter(p -> year.equality() && p.column().same(year.column()))
                .findFirst()
                .orElse(null);
    }

    private static void rewrite(Resolved statement, Part year, List<Part> parts, Attempt attempt) {
        Part month = beside(year, "month", parts);
        Part day = month == null ? null : beside(year, "day", parts);
        List<PgNode> asked = new ArrayList<>();
        for (Part part : parts) {
            boolean used = part.equals(year) || part.equals(month) || part.equals(day);
            for (Comparison comparison : used ? part.reading() : List.<Comparison>of()) {
                if (!attempt.requires(new SteadyValue(statement, comparison.right()))) {
                    return;
                }
            }
            if (used && part.call().operand(0) instanceof Constant field) {
                attempt.pin(field);
            }
            if (used) {
                statement.expression(part.call()).map(Expression::node).ifPresent(asked::add);
            }
        }
        if (!attempt.requires(new CannotFail(statement, asked))) {
            return;
        }
        boolean zone = year.column().column().typeOid() == Types.TIMESTAMPTZ;
        if (!zone && literals(statement, year, month, day, attempt)) {
            attempt.fact("the fields together are one range of " + year.column());
            exact(year, month, day, attempt);
        } else {
            attempt.fact("the conditions stay; the range holds all that fulfils them");
            wide(statement, year, month, zone, attempt);
        }
        attempt.found();
    }

    private static boolean literals(
            Resolved statement,
            Part year,
            @Nullable Part month,
            @Nullable Part day,
            Attempt attempt) {
        return year.reading().stream().allMatch(c -> is(statement, c.value(), Shape.YEAR, attempt))
                && (month == null || is(statement, month.value(), Shape.MONTH, attempt))
                && (day == null || is(statement, day.value(), Shape.DAY, attempt));
    }

    private static boolean is(Resolved statement, SqlNode value, Shape shape, Attempt attempt) {
        var literal = new Value(statement, value);
        return literal.isNumber() && literal.isShaped(shape, attempt);
    }

    private static void exact(
            Part year, @Nullable Part month, @Nullable Part day, Attempt attempt) {
        SqlNode c = year.written();
        if (month == null) {
            List<Object> ranges = new ArrayList<>();
            for (Comparison comparison : year.reading()) {
                ranges.add(ranges.isEmpty() ? "" : " AND ");
                ranges.add(year(c, comparison));
            }
            attempt.replace(year.condition(), "(", ranges, ")");
            return;
        }
        List<Object> first = List.of(DATE, year.value(), ", ", month.value(), ", 1)");
        if (day == null) {
            attempt.replace(year.condition(), c, " >= ", first);
            attempt.replace(month.condition(), c, " < ", first, " + interval '1 month'");
        } else {
            attempt.replace(year.condition(), c, " >= ", first, " + (", day.value(), " - 1)");
            attempt.replace(month.condition(), c, " < ", first, " + ", day.value());
        }
    }

    private static List<Object> year(SqlNode c, Comparison comparison) {
        List<Object> start = List.of(DATE, comparison.value(), ", 1, 1)");
        List<Object> end = List.of(DATE, comparison.value(), " + 1, 1, 1)");
        return switch (comparison.operator()) {
            case "=" -> List.of(c, " >= ", start, " AND ", List.of(c, " < ", end));
            case "<=" -> List.of(c, " < ", end);
            case ">" -> List.of(c, " >= ", end);
            default -> List.of(c, " " + comparison.operator() + " ", start);
        };
    }

    private static void wide(
            Resolved statement, Part year, @Nullable Part month, boolean zone, Attempt attempt) {
        List<Object> ranges = new ArrayList<>();
        for (Comparison comparison : year.reading()) {
            List<Object> y = value(statement, comparison.value());
            List<Object> m = month == null ? List.of("1") : value(statement, month.value());
            List<Object> date =
                    List.of("(", y, ")::pg_catalog.int4, (", m, ")::pg_catalog.int4, 1)");
            List<Object> next = List.of("(", y, ")::pg_catalog.int4 + 1, 1, 1)");
            List<Object> low = List.of(DATE, date, zone ? " - 2" : "");
            List<Object> high =
                    month == null
                            ? List.of(DATE, next, zone ? " + 2" : "")
                            : List.of(DATE, date, zone ? " + 33" : " + 31");
            List<Object> safe =
                    month == null
                            ? List.of(y, " BETWEEN 1 AND 9998")
                            : List.of(y, " BETWEEN 1 AND 9998 AND ", m, " BETWEEN 1 AND 12");
            ranges.add(ranges.isEmpty() ? "" : " AND ");
            ranges.add(
                    new Bounds(safe, "'-infinity'", "'infinity'")
                            .around(year.written(), comparison, low, high));
        }
        attempt.replace(year.condition(), "(", ranges, ")");
    }

    private static List<Object> value(Resolved statement, SqlNode node) {
        return new Value(statement, node).as(statement.expression(node).orElseThrow().type());
    }
}
