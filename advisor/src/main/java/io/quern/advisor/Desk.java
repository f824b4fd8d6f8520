package io.quern.advisor;

import java.util.List;
import java.util.Optional;

/**
 * All that a person sees and does, behind the admin page and the HTTP API. Thread-safe; actions may
 * block on the store and throw {@link Refused} with one clear line.
 */
public interface Desk {

    /** All suggestions, newest first. */
    List<Suggestion> suggestions();

    /** One suggestion. */
    Optional<Suggestion> suggestion(long id);

    /** PROPOSED → APPROVED (or, for a rewrite, straight to TRIAL). */
    void approve(long id, String actor);

    /** PROPOSED → REJECTED. */
    void reject(long id, String actor, String reason);

    /** APPROVED, TRIAL or ON → RETIRED; acts at the next message; an index is dropped. */
    void switchOff(long id, String actor, String reason);

    /** Originals only, everywhere, from the next message on. Works without the store too. */
    void kill(String actor, String reason);

    /** Ends {@link #kill}. */
    void revive(String actor);

    /** Whether the kill switch is on. */
    boolean killed();

    /** The templates that cost most in total, most first. */
    List<TemplateStats> templates(int limit);

    /** The newest audit rows first. */
    List<AuditEntry> audit(int limit);

    /** What was looked at and not suggested, and why. */
    Declined declined();

    /**
     * What an operator should know now: a missing privilege with its GRANT, a store that is down.
     */
    List<String> notices();
}
