package io.quern.advisor;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * One row of the audit log.
 *
 * @param actor who acted: a user of the admin page, or {@code quern} itself
 * @param action a verb: propose, approve, reject, build, trial, switch-on, switch-off, roll-back,
 *     undo, kill, revive
 * @param suggestion the suggestion's id; 0 for the kill switch
 * @param detail the reason or finding, one sentence
 */
public record AuditEntry(Instant at, String actor, String action, long suggestion, String detail) {
    public AuditEntry {
        requireNonNull(at, "at");
        requireNonNull(actor, "actor");
        requireNonNull(action, "action");
        requireNonNull(detail, "detail");
    }
}
