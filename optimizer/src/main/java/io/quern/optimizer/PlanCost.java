package io.quern.optimizer;

import java.util.OptionalDouble;

/** What the planner thinks a statement costs, in its own units. Thread-safe. */
@FunctionalInterface
public interface PlanCost {
    /** Nobody to ask. */
    PlanCost UNKNOWN = (statement, context) -> OptionalDouble.empty();

    /** The total cost of its plan; empty if there is none to be had. */
    OptionalDouble of(Statement statement, Context context);
}
