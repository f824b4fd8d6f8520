package io.quern.advisor;

import static java.util.Objects.requireNonNull;

import io.quern.advisor.Explainer.Explained;
import io.quern.advisor.Proposal.NewIndex;
import io.quern.optimizer.Context;
import io.quern.optimizer.Statement;

import java.time.Instant;
import java.util.Set;

/**
 * Plans as an upstream's planner would, with indexes that are not there, without asking the
 * upstream. Blocks: the first question about a database takes seconds.
 */
public interface Planner {

    /**
     * What is planned.
     *
     * @param context the database and the session's effective schemas and time zone
     * @param role whose settings of the planner hold
     * @param statement under a generic plan if it has parameters
     * @param indexes to plan with, beside those that are there
     */
    record WhatIf(Context context, String role, Statement statement, Set<NewIndex> indexes) {
        public WhatIf {
            requireNonNull(context, "context");
            requireNonNull(role, "role");
            requireNonNull(statement, "statement");
            indexes = Set.copyOf(indexes);
        }
    }

    /**
     * A plan and what it rests on.
     *
     * @param major the version of PostgreSQL that planned
     * @param asOf when the statistics were read
     */
    record Imagined(Explained plan, int major, Instant asOf) {
        public Imagined {
            requireNonNull(plan, "plan");
            requireNonNull(asOf, "asOf");
        }
    }

    /**
     * Plans.
     *
     * @throws Refused with one clear line if it cannot: no PostgreSQL of that version here,
     *     statistics that may not be read, a statement PostgreSQL does not accept
     */
    Imagined plan(WhatIf question);

    /**
     * How large an index would be if it were made now, in bytes.
     *
     * @throws Refused as {@link #plan}
     */
    long bytes(Context context, NewIndex index);
}
