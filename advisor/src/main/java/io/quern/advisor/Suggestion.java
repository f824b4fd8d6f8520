package io.quern.advisor;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.Template;

import java.time.Instant;

/**
 * A proposed change with its evidence, at one moment of its life.
 *
 * @param id positive once stored, 0 before
 * @param template the template it helps (for an index: the one it helps most)
 * @param reason why it is in this state, one sentence: a person's reason for rejecting, a trial's
 *     finding; empty at first
 */
public record Suggestion(
        long id,
        String database,
        Template template,
        Proposal proposal,
        Evidence evidence,
        State state,
        String reason,
        Instant createdAt,
        Instant changedAt) {

    /** Where a suggestion is in its life. */
    public enum State {
        /** Waits for a person. */
        PROPOSED,
        /** A person said yes; an index is being built. */
        APPROVED,
        /** Acts on a share of live executions and is judged. */
        TRIAL,
        /** Acts on all executions but the holdback. */
        ON,
        /** A person said no. */
        REJECTED,
        /** Acted once, or should have, and no longer does: rolled back, switched off, failed. */
        RETIRED
    }

    public Suggestion {
        requireNonNull(database, "database");
        requireNonNull(template, "template");
        requireNonNull(proposal, "proposal");
        requireNonNull(evidence, "evidence");
        requireNonNull(state, "state");
        requireNonNull(reason, "reason");
        requireNonNull(createdAt, "createdAt");
        requireNonNull(changedAt, "changedAt");
    }

    /** A new suggestion that waits for a person, without an id yet. */
    public static Suggestion proposed(
            String database, Template template, Proposal proposal, Evidence evidence, Instant at) {
        return new Suggestion(
                0, database, template, proposal, evidence, State.PROPOSED, "", at, at);
    }

    /** The same suggestion with an id. */
    public Suggestion withId(long newId) {
        return new Suggestion(
                newId, database, template, proposal, evidence, state, reason, createdAt, changedAt);
    }

    /** The same suggestion in another state. */
    public Suggestion in(State newState, String newReason, Instant at) {
        return new Suggestion(
                id, database, template, proposal, evidence, newState, newReason, createdAt, at);
    }

    /** The same suggestion with other evidence. */
    public Suggestion with(Evidence newEvidence) {
        return new Suggestion(
                id, database, template, proposal, newEvidence, state, reason, createdAt, changedAt);
    }
}
