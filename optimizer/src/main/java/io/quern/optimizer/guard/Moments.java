package io.quern.optimizer.guard;

import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.SystemCatalog.Function;
import io.quern.optimizer.catalog.Types;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What PostgreSQL computes of dates and timestamps without ever leaving their range. */
public final class Moments {
    private static final Set<String> CLOCKS =
            Set.of("now", "transaction_timestamp", "statement_timestamp");

    /** Casts that every moment of our times has a value in. */
    private static final Set<String> CASTS = Set.of("date", "timestamp", "timestamptz");

    /** Units that divide time from its first moment on: the beginning of none is before it. */
    private static final Set<String> CLOCK_UNITS =
            Set.of("microseconds", "milliseconds", "second", "minute", "hour", "day", "week");

    /** Fields that every date and timestamp has; of infinity they are NULL or infinity. */
    private static final Set<String> CALENDAR_UNITS =
            Set.of(
                    "day",
                    "week",
                    "month",
                    "quarter",
                    "year",
                    "decade",
                    "century",
                    "millennium",
                    "dow",
                    "isodow",
                    "doy",
                    "isoyear");

    private static final Set<Integer> TIMES =
            Set.of(Types.DATE, Types.TIMESTAMP, Types.TIMESTAMPTZ);

    /** A thousand years: no clock of today is that near to an end of time. */
    private static final int MONTHS = 12_000;

    private static final int DAYS = 365_000;
    private static final long MICROSECONDS = DAYS * 86_400_000_000L;

    private Moments() {}

    /** Whether it is the present as a clock tells it, in any type: far from both ends of time. */
    public static boolean isClock(Expression value) {
        if (value.node().is("SQLVALUEFUNCTION")) {
            return TIMES.contains(value.type());
        }
        Optional<Function> function = value.function();
        return value.node().is("FUNCEXPR")
                && function.isPresent()
                && (CLOCKS.stream().anyMatch(function.get()::is)
                        || (CASTS.stream().anyMatch(function.get()::is)
                                && value.argument().filter(Moments::isClock).isPresent()));
    }

    /**
     * Whether it is {@code now() - interval '…'}, or {@code current_date} and some days: less than
     * a thousand years from now.
     */
    static boolean isNearClock(Expression value) {
        List<Expression> arguments = value.arguments();
        return value.operator().filter(o -> o.is("-") || o.is("+")).isPresent()
                && arguments.size() == 2
                && isClock(arguments.get(0))
                && isBounded(arguments.get(1));
    }

    /** Whether it is a constant of less than a thousand years, or as many days. */
    public static boolean isBounded(Expression length) {
        boolean interval =
                length.interval()
                        .filter(i -> Math.abs((long) i.months()) <= MONTHS)
                        .filter(i -> Math.abs((long) i.days()) <= DAYS)
                        .filter(i -> i.time() >= -MICROSECONDS && i.time() <= MICROSECONDS)
                        .isPresent();
        return interval
                || (Types.INTEGERS.contains(length.type())
                        && length.integer().filter(days -> Math.abs(days) <= DAYS).isPresent());
    }

    /** Whether it takes a field, or the beginning of a unit, that every value has. */
    static boolean isPart(Expression call) {
        Function function = call.function().orElseThrow();
        List<Expression> arguments = call.arguments();
        if (arguments.size() != 2 || !TIMES.contains(arguments.get(1).type())) {
            return false;
        }
        int type = arguments.get(1).type();
        String unit = arguments.get(0).text().orElse("");
        if (function.is("date_trunc")) {
            return CLOCK_UNITS.contains(unit)
                    && (type == Types.TIMESTAMP || isClock(arguments.get(1)));
        }
        // a date far off is no timestamp, which date_part makes of it
        return (function.is("extract") || (function.is("date_part") && type != Types.DATE))
                && (CALENDAR_UNITS.contains(unit)
                        || (type != Types.DATE && CLOCK_UNITS.contains(unit)));
    }
}
