package io.quern.advisor;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.Edit;
import io.quern.optimizer.SlotCheck;

import java.util.List;

/**
 * How to run one known statement differently: in another form, under planner settings, or both.
 *
 * @param edits make the variant's text from the statement's own tokens; none keep it as it is
 * @param checks must hold for the literals of the execution, else the original runs
 * @param parameterTypes the types PostgreSQL resolved for the original; the variant is parsed with
 *     exactly these
 * @param settings what the variant is planned under
 * @param executorSafe whether the settings may stay in force while it runs: nothing in it, no
 *     function and no trigger, plans statements of its own, whose plans the session would keep
 */
public record Treatment(
        Flag flag,
        List<Edit> edits,
        List<SlotCheck> checks,
        List<Integer> parameterTypes,
        PlannerSettings settings,
        boolean executorSafe) {
    public Treatment {
        requireNonNull(flag, "flag");
        edits = List.copyOf(edits);
        checks = List.copyOf(checks);
        parameterTypes = List.copyOf(parameterTypes);
        requireNonNull(settings, "settings");
    }

    /** Another form, planned as ever. */
    public Treatment(
            Flag flag, List<Edit> edits, List<SlotCheck> checks, List<Integer> parameterTypes) {
        this(flag, edits, checks, parameterTypes, PlannerSettings.NONE, false);
    }
}
