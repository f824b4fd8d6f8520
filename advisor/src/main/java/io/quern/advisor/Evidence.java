package io.quern.advisor;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * All that a person needs to decide on a suggestion. No literal of any statement is in it.
 *
 * @param facts the guards that held, one sentence each
 * @param lab the lab's verdict, or why there is none
 * @param planBefore {@code EXPLAIN} text of the original under a generic plan, redacted
 * @param planAfter the same of the change; empty where it cannot be known beforehand
 * @param costBefore the planner's total cost of the original; NaN if unknown
 * @param costAfter the planner's total cost of the change; NaN if unknown
 * @param callsPerHour how often the template ran while watched
 * @param meanMillis its mean latency before
 * @param notes anything else, one sentence each: writes the index will cost, what is unknown
 * @param trial what the trial measured; empty before one ran
 */
public record Evidence(
        List<String> facts,
        String lab,
        Optional<String> planBefore,
        Optional<String> planAfter,
        double costBefore,
        double costAfter,
        double callsPerHour,
        double meanMillis,
        List<String> notes,
        Optional<TrialResult> trial) {
    public Evidence {
        facts = List.copyOf(facts);
        requireNonNull(lab, "lab");
        requireNonNull(planBefore, "planBefore");
        requireNonNull(planAfter, "planAfter");
        notes = List.copyOf(notes);
        requireNonNull(trial, "trial");
    }

    /** The same evidence with a trial's result. */
    public Evidence with(TrialResult result) {
        return new Evidence(
                facts,
                lab,
                planBefore,
                planAfter,
                costBefore,
                costAfter,
                callsPerHour,
                meanMillis,
                notes,
                Optional.of(result));
    }
}
