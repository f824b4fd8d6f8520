package io.quern.optimizer.random;

import io.quern.optimizer.random.Scope.Place;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Conditions on dates and timestamps that hold the pattern of a rule. */
final class MomentPatterns {
    private final Writing writing;
    private final Dice dice;

    MomentPatterns(Writing writing) {
        this.writing = writing;
        this.dice = writing.dice();
    }

    /** By the rule's name. */
    Map<String, Function<Scope, @Nullable String>> all() {
        Map<String, Function<Scope, @Nullable String>> all = new LinkedHashMap<>();
        all.put("TruncatedDateToRange", this::truncated);
        all.put("ExtractedPartsToRange", this::extracted);
        all.put("CastDateToRange", this::castDate);
        all.put("IntervalToOtherSide", this::interval);
        return all;
    }

    private @Nullable String truncated(Scope scope) {
        Place place = scope.of(Kind.MOMENTS);
        if (place == null) {
            return null;
        }
        String unit =
                dice.of(
                        "second", "minute", "hour", "day", "DAY", "week", "month", "quarter",
                        "year", "days");
        Kind value = place.kind() == Kind.TIMESTAMP ? Kind.TIMESTAMP : dice.pick(Kind.MOMENTS);
        String operator = dice.oneIn(2) ? "=" : writing.order();
        String call =
                dice.of("date_trunc('", "DATE_TRUNC('", "pg_catalog.date_trunc('")
                        + unit
                        + "', "
                        + scope.write(place)
                        + ")";
        return dice.oneIn(8)
                ? call + " BETWEEN " + writing.value(value) + " AND " + writing.value(value)
                : writing.compared(call, operator, writing.value(value));
    }

    private @Nullable String extracted(Scope scope) {
        Place place = scope.of(Kind.MOMENTS);
        if (place == null) {
            return null;
        }
        List<String> parts = new ArrayList<>();
        parts.add(part(scope, place, "year", dice.oneIn(2) ? "=" : writing.comparison(), year()));
        if (dice.percent(60)) {
            parts.add(part(scope, place, "month", "=", dice.of("1", "2", "3", "12", "13", "'2'")));
            if (dice.oneIn(2)) {
                parts.add(part(scope, place, "day", "=", dice.of("1", "5", "29", "30", "31")));
            }
        }
        return String.join(" AND ", dice.shuffled(parts));
    }

    private String year() {
        return dice.of("2024", "2024", "2023", "2022", "2024.0", "2022.5", "'2024'", "0", "99999");
    }

    private String part(Scope scope, Place place, String field, String operator, String value) {
        String column = scope.write(place);
        String call =
                dice.oneIn(3)
                        ? "date_part('" + field + "', " + column + ")"
                        : "extract(" + field + " FROM " + column + ")";
        String compared = writing.parameterizes() ? writing.parameter("int4", "2024") : value;
        return writing.compared(call, operator, compared);
    }

    private @Nullable String castDate(Scope scope) {
        Place place = scope.of(List.of(Kind.TIMESTAMP, Kind.TIMESTAMP, Kind.TIMESTAMPTZ));
        if (place == null) {
            return null;
        }
        String column = scope.write(place);
        String cast =
                switch (dice.below(3)) {
                    case 0 -> "CAST(" + column + " AS date)";
                    case 1 -> "date(" + column + ")";
                    default -> column + "::date";
                };
        String operator = dice.oneIn(2) ? "=" : writing.order();
        String value = dice.oneIn(8) ? "current_date - 7" : writing.value(Kind.DATE);
        return writing.compared(cast, operator, value);
    }

    private @Nullable String interval(Scope scope) {
        Place place = scope.of(Kind.MOMENTS);
        if (place == null) {
            return null;
        }
        String interval =
                "interval '"
                        + dice.of(
                                "1 day",
                                "30 days",
                                "2 hours",
                                "1 month",
                                "-1 month",
                                "1 year 1 day 1 hour",
                                "90 minutes",
                                "0")
                        + "'";
        String column = scope.write(place);
        String sum =
                dice.oneIn(4)
                        ? interval + " + " + column
                        : column + dice.of(" + ", " - ") + interval;
        Kind kind = place.kind() == Kind.TIMESTAMPTZ ? place.kind() : Kind.TIMESTAMP;
        String value = dice.oneIn(8) ? dice.of("now()", "localtimestamp") : writing.value(kind);
        return writing.compared(sum, writing.comparison(), value);
    }
}
