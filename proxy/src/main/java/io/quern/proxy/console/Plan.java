package io.quern.proxy.console;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * A text that was understood, and that its sender may run.
 *
 * @param columns of its rows; none if it has no rows to give
 * @param tag what CommandComplete says
 * @param parameters the type OIDs of {@code $1 …}
 */
record Plan(List<Column> columns, String tag, List<Integer> parameters, Pace pace, Step step) {
    /** An empty text, or a comment: to be answered, but with nothing. */
    static final Plan EMPTY =
            new Plan(List.of(), "", List.of(), Pace.AT_ONCE, values -> Outcome.NOTHING);

    /** Where a plan runs. */
    enum Pace {
        /** On the client's event loop: takes no time. */
        AT_ONCE,
        /** On a worker, to its end. */
        ELSEWHERE,
        /** On a worker; the client may take it back. */
        WAITING
    }

    /** Runs a plan. */
    interface Step {
        /**
         * Runs with values for the parameters.
         *
         * @throws Refusal if it cannot be done
         * @throws InterruptedException if the client took it back; what was begun is undone
         */
        Outcome run(List<@Nullable String> values) throws InterruptedException;
    }

    Plan {
        columns = List.copyOf(columns);
        requireNonNull(tag, "tag");
        parameters = List.copyOf(parameters);
        requireNonNull(pace, "pace");
        requireNonNull(step, "step");
    }

    /** Whether there is nothing to run: {@link #EMPTY}. */
    boolean empty() {
        return tag.isEmpty();
    }

    /** One that is answered on the spot. */
    static Plan atOnce(List<Column> columns, String tag, Step step) {
        return new Plan(columns, tag, List.of(), Pace.AT_ONCE, step);
    }
}
