package io.quern.advisor.admin;

import io.quern.advisor.Suggestion.State;

/**
 * How a state reads, and what a person can do in it.
 *
 * @param name the state's own name
 * @param label as a badge says it
 * @param css a class name of the style sheet
 * @param group the heading over suggestions in this state
 */
record StateView(
        String name, String label, String css, String group, boolean decidable, boolean stoppable) {

    static StateView of(State state) {
        return switch (state) {
            case PROPOSED -> view(state, "waiting", "Waiting for you", true, false);
            case APPROVED -> view(state, "approved", "Approved, being made ready", false, true);
            case TRIAL -> view(state, "in trial", "In trial on live traffic", false, true);
            case ON -> view(state, "on", "On", false, true);
            case RETIRED -> view(state, "retired", "Retired", false, false);
            case REJECTED -> view(state, "rejected", "Rejected", false, false);
        };
    }

    private static StateView view(
            State state, String label, String group, boolean decidable, boolean stoppable) {
        String css = "state-" + label.replace(' ', '-');
        return new StateView(state.name(), label, css, group, decidable, stoppable);
    }
}
