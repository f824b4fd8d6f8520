package io.quern.advisor;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.Edit;
import io.quern.optimizer.SlotCheck;

import java.util.List;

/**
 * How to run one known statement differently.
 *
 * @param edits make the variant's text from the statement's own tokens
 * @param checks must hold for the literals of the execution, else the original runs
 * @param parameterTypes the types PostgreSQL resolved for the original; the variant is parsed with
 *     exactly these
 */
public record Treatment(
        Flag flag, List<Edit> edits, List<SlotCheck> checks, List<Integer> parameterTypes) {
    public Treatment {
        requireNonNull(flag, "flag");
        edits = List.copyOf(edits);
        checks = List.copyOf(checks);
        parameterTypes = List.copyOf(parameterTypes);
    }
}
