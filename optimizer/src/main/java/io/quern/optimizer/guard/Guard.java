package io.quern.optimizer.guard;

import io.quern.optimizer.SlotCheck;

import java.util.List;
import java.util.Optional;

/** A check that must hold before a variant may exist. Pure: asked twice, it answers the same. */
public interface Guard {

    /** Its name in counts and metrics, such as {@code nullable}. */
    String code();

    /** Why it does not hold, for a person; empty if it does. */
    Optional<String> doubt();

    /** What to tell a person if it holds; empty if there is nothing to tell. */
    default Optional<String> fact() {
        return Optional.empty();
    }

    /** What must hold of the literals of each execution for it to hold there too. */
    default List<SlotCheck> checks() {
        return List.of();
    }
}
