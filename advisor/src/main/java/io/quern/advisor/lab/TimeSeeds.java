package io.quern.advisor.lab;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.Month;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * Candidate dates and timestamps, without a time zone: those a pair of statements names, with the
 * edges of their day, month and year, and the hours around the next changes of the clock.
 */
final class TimeSeeds {
    private static final ChronoUnit TICK = ChronoUnit.MICROS;

    private static final DateTimeFormatter TIMESTAMP =
            new DateTimeFormatterBuilder()
                    .appendPattern("uuuu-MM-dd HH:mm:ss")
                    .appendFraction(ChronoField.NANO_OF_SECOND, 0, 6, true)
                    .toFormatter(Locale.ROOT);

    private TimeSeeds() {}

    /**
     * The candidates, nearest to the statements first.
     *
     * @param given the timestamps among the literals, and what they and the intervals among them
     *     add up to, as PostgreSQL prints them
     * @param literals all literals, whose numbers may mean years and months
     * @param now the present, where the statements ask for it
     * @param zones whose clock changes are worth a try
     */
    static List<String> of(
            Collection<String> given,
            Collection<String> literals,
            Collection<LocalDateTime> now,
            Collection<String> zones) {
        Set<String> found = new LinkedHashSet<>(given);
        Set<LocalDateTime> anchors = new LinkedHashSet<>();
        for (String time : given) {
            try {
                anchors.add(LocalDateTime.parse(time, TIMESTAMP));
            } catch (DateTimeException beyondJava) {
                // Infinity or BC: it has no neighbours worth a try.
            }
        }
        anchors.addAll(now);
        anchors.addAll(calendar(literals));
        if (anchors.isEmpty()) {
            anchors.add(LocalDateTime.of(2024, Month.FEBRUARY, 1, 0, 0));
        }
        anchors.forEach(anchor -> around(anchor, found));
        LocalDateTime from = anchors.iterator().next();
        for (ZoneId named : named(literals)) {
            zones.stream().limit(1).forEach(zone -> elsewhere(anchors, named, zone, found));
        }
        zones.forEach(zone -> clockChanges(zone, from, found));
        return Seeds.first(found);
    }

    /** The time zones that literals name, alone or behind a timestamp. */
    private static Set<ZoneId> named(Collection<String> literals) {
        Set<ZoneId> named = new LinkedHashSet<>();
        for (String literal : literals) {
            String last = literal.substring(literal.lastIndexOf(' ') + 1);
            if (ZoneId.getAvailableZoneIds().contains(last)) {
                named.add(ZoneId.of(last));
            }
        }
        return named;
    }

    /** What clocks of the session's zone show when those of another one show these times. */
    private static void elsewhere(
            Set<LocalDateTime> times, ZoneId named, String session, Set<String> found) {
        try {
            ZoneId here = ZoneId.of(session);
            for (LocalDateTime time : times) {
                LocalDateTime local =
                        time.atZone(named).withZoneSameInstant(here).toLocalDateTime();
                List.of(local, local.minus(1, TICK), local.plusMinutes(30), local.minusMinutes(30))
                        .forEach(n -> add(n, found));
            }
        } catch (DateTimeException unknownToJava) {
            // PostgreSQL knows zones that Java does not.
        }
    }

    /** First days of the years and months that numbers in the statements may mean. */
    private static List<LocalDateTime> calendar(Collection<String> literals) {
        Set<Integer> years = new TreeSet<>();
        Set<Integer> months = new TreeSet<>();
        for (String literal : literals) {
            if (literal.matches("(19|20)[0-9]{2}")) {
                years.add(Integer.valueOf(literal));
            } else if (literal.matches("[1-9]|1[0-2]")) {
                months.add(Integer.valueOf(literal));
            }
        }
        List<LocalDateTime> days = new ArrayList<>();
        for (int year : years) {
            days.add(LocalDateTime.of(year, 1, 1, 0, 0));
            months.stream().limit(3).forEach(m -> days.add(LocalDateTime.of(year, m, 1, 0, 0)));
            days.add(LocalDateTime.of(year + 1, 1, 1, 0, 0));
        }
        return days;
    }

    private static void around(LocalDateTime t, Set<String> found) {
        LocalDateTime day = t.truncatedTo(ChronoUnit.DAYS);
        LocalDateTime month = day.withDayOfMonth(1);
        List.of(
                        t,
                        t.plus(1, TICK),
                        t.minus(1, TICK),
                        day,
                        day.plusDays(1),
                        day.plusDays(1).minus(1, TICK),
                        day.minus(1, TICK),
                        day.plusHours(12).plusMinutes(34),
                        t.plusDays(1).minus(1, TICK),
                        t.minusDays(1),
                        t.plusMonths(1),
                        t.minusYears(1),
                        month,
                        month.plusMonths(1),
                        month.plusMonths(1).minus(1, TICK),
                        month.withMonth(1))
                .forEach(n -> add(n, found));
    }

    private static void clockChanges(String zone, LocalDateTime from, Set<String> found) {
        try {
            ZoneId id = ZoneId.of(zone);
            var at = from.atZone(id).toInstant();
            for (int i = 0; i < 2; i++) {
                ZoneOffsetTransition change = id.getRules().nextTransition(at);
                if (change == null) {
                    return;
                }
                add(change.getDateTimeBefore(), found);
                add(change.getDateTimeAfter(), found);
                add(change.getDateTimeBefore().plusMinutes(30), found);
                add(change.getDateTimeAfter().minusMinutes(30), found);
                LocalDateTime day = change.getDateTimeBefore().truncatedTo(ChronoUnit.DAYS);
                add(day, found);
                add(day.plusDays(1), found);
                add(day.plusDays(1).plusMinutes(30), found);
                add(day.plusDays(1).minusMinutes(30), found);
                at = change.getInstant();
            }
        } catch (DateTimeException unknownToJava) {
            // PostgreSQL knows zones that Java does not: no clock change is tried then.
        }
    }

    private static void add(LocalDateTime time, Set<String> found) {
        found.add(TIMESTAMP.format(time));
    }
}
