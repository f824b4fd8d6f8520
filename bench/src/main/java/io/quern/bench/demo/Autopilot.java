package io.quern.bench.demo;

import io.quern.advisor.Desk;
import io.quern.advisor.Refused;
import io.quern.advisor.Suggestion;
import io.quern.advisor.Suggestion.State;
import io.quern.advisor.TrialResult;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Stands in for the person at the admin page: approves one rewrite and one index, the costliest
 * template first, and the next one if a trial turns one down, until one of each is on and fast
 * enough. It sees and does only what a person could. One thread.
 */
final class Autopilot {
    static final List<String> KINDS = List.of("rewrite", "index");
    static final double ENOUGH = 5;

    /** Time for rivals of the first proposal to turn up, so that there is something to choose. */
    static final Duration SETTLE = Duration.ofSeconds(4);

    private static final String ACTOR = "demo";

    private final Desk desk;
    private final InstantSource clock;
    private final Predicate<Suggestion> known;
    private final Consumer<String> progress;
    private final Map<Long, State> seen = new HashMap<>();
    private final Map<String, Instant> firstProposed = new HashMap<>();
    private final Set<Long> refused = new HashSet<>();

    /**
     * @param known whether the demo could check a suggestion's results; others are left alone
     */
    Autopilot(
            Desk desk,
            InstantSource clock,
            Predicate<Suggestion> known,
            Consumer<String> progress) {
        this.desk = desk;
        this.clock = clock;
        this.known = known;
        this.progress = progress;
    }

    /** Looks once and acts where it can; true once there is nothing left to wait for. */
    boolean step() {
        watch(desk.suggestions());
        for (String kind : KINDS) {
            // Read anew: what was approved for one kind counts for the next.
            List<Suggestion> suggestions = desk.suggestions();
            if (proven(suggestions, kind).isEmpty() && inFlight(suggestions, kind).isEmpty()) {
                next(suggestions, kind).ifPresent(this::approve);
            }
        }
        List<Suggestion> now = desk.suggestions();
        return KINDS.stream().allMatch(kind -> proven(now, kind).isPresent());
    }

    /** Tells of every change of state; for watching without acting, too. */
    void watch(List<Suggestion> suggestions) {
        for (Suggestion suggestion : suggestions) {
            if (suggestion.state() == State.PROPOSED) {
                firstProposed.putIfAbsent(suggestion.proposal().kind(), clock.instant());
            }
            if (seen.put(suggestion.id(), suggestion.state()) != suggestion.state()) {
                progress.accept(describe(suggestion));
            }
        }
    }

    /** The suggestion of a kind that is on and at least {@link #ENOUGH} times faster, if any. */
    static Optional<Suggestion> proven(List<Suggestion> suggestions, String kind) {
        return suggestions.stream()
                .filter(s -> s.proposal().kind().equals(kind) && s.state() == State.ON)
                .filter(s -> gain(s) >= ENOUGH)
                .max(Comparator.comparingDouble(Autopilot::gain));
    }

    /** How many times lower the median became; 0 if a side was not measured. */
    static double gain(Suggestion suggestion) {
        return suggestion
                .evidence()
                .trial()
                .filter(t -> t.control().count() > 0 && t.treatment().count() > 0)
                .filter(t -> t.treatment().medianMillis() > 0)
                .map(t -> t.control().medianMillis() / t.treatment().medianMillis())
                .orElse(0.0);
    }

    /** What is not there yet, one line; empty if nothing is missing. */
    static String missing(List<Suggestion> suggestions) {
        StringBuilder line = new StringBuilder();
        for (String kind : KINDS) {
            if (proven(suggestions, kind).isEmpty()) {
                line.append(line.isEmpty() ? "" : "; ")
                        .append("no ")
                        .append(kind)
                        .append(" is on with a median at least 5 times lower (")
                        .append(furthest(suggestions, kind))
                        .append(')');
            }
        }
        return line.toString();
    }

    private static String furthest(List<Suggestion> suggestions, String kind) {
        List<State> path =
                List.of(State.ON, State.TRIAL, State.APPROVED, State.RETIRED, State.PROPOSED);
        return suggestions.stream()
                .filter(s -> s.proposal().kind().equals(kind) && path.contains(s.state()))
                .min(Comparator.comparingInt(s -> path.indexOf(s.state())))
                .map(Autopilot::describe)
                .orElse("none was proposed");
    }

    private static Optional<Suggestion> inFlight(List<Suggestion> suggestions, String kind) {
        return suggestions.stream()
                .filter(s -> s.proposal().kind().equals(kind))
                .filter(s -> s.state() == State.APPROVED || s.state() == State.TRIAL)
                .findFirst();
    }

    private Optional<Suggestion> next(List<Suggestion> suggestions, String kind) {
        Instant first = firstProposed.get(kind);
        if (first == null || clock.instant().isBefore(first.plus(SETTLE))) {
            return Optional.empty();
        }
        return suggestions.stream()
                .filter(s -> s.proposal().kind().equals(kind) && s.state() == State.PROPOSED)
                .filter(s -> !refused.contains(s.id()) && known.test(s))
                // Two changes to one template would blur what each of them gained.
                .min(
                        Comparator.comparing((Suggestion s) -> isTouched(s, suggestions))
                                .thenComparing(Autopilot::load, Comparator.reverseOrder()));
    }

    private static boolean isTouched(Suggestion suggestion, List<Suggestion> all) {
        return all.stream()
                .filter(s -> s.template().fingerprint().equals(suggestion.template().fingerprint()))
                .anyMatch(
                        s ->
                                s.state() == State.APPROVED
                                        || s.state() == State.TRIAL
                                        || s.state() == State.ON);
    }

    private static double load(Suggestion suggestion) {
        return suggestion.evidence().callsPerHour() * suggestion.evidence().meanMillis();
    }

    private void approve(Suggestion suggestion) {
        try {
            desk.approve(suggestion.id(), ACTOR);
            progress.accept("approved " + suggestion.proposal().kind() + " #" + suggestion.id());
        } catch (Refused e) {
            refused.add(suggestion.id());
            progress.accept("could not approve #" + suggestion.id() + ": " + e.getMessage());
        }
    }

    private static String describe(Suggestion suggestion) {
        String text =
                "%s #%d %s: %s"
                        .formatted(
                                suggestion.proposal().kind(),
                                suggestion.id(),
                                switch (suggestion.state()) {
                                    case PROPOSED -> "proposed";
                                    case APPROVED -> "approved";
                                    case TRIAL -> "is being tried";
                                    case ON -> "is on";
                                    case REJECTED -> "rejected";
                                    case RETIRED -> "retired";
                                },
                                shortened(suggestion.template().text()));
        if (suggestion.state() == State.ON) {
            text += suggestion.evidence().trial().map(Autopilot::medians).orElse("");
        }
        return suggestion.reason().isEmpty() ? text : text + " (" + suggestion.reason() + ")";
    }

    private static String medians(TrialResult trial) {
        return ", median %.2f ms -> %.2f ms"
                .formatted(trial.control().medianMillis(), trial.treatment().medianMillis());
    }

    static String shortened(String sql) {
        return sql.length() <= 90 ? sql : sql.substring(0, 87) + "...";
    }
}
