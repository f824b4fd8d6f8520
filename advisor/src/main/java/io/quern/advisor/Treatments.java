package io.quern.advisor;

import java.util.Optional;

/** What the gate asks of the advisor. */
public interface Treatments {

    /**
     * False while the kill switch is on or the advisor cannot vouch for its facts: originals only,
     * from the next message on. One volatile read; called on event loops.
     */
    boolean enabled();

    /**
     * A number that changes whenever an earlier {@link #resolve} answer may be out of date (a flag
     * created or retired, another catalog). One volatile read; called on event loops.
     */
    long generation();

    /**
     * The treatment for a statement, if a flag stands for its template and every guard still holds
     * for this very statement. Parses and asks the upstream: never called on an event loop. May
     * throw; the caller then keeps the original.
     */
    Optional<Treatment> resolve(Sighting sighting);

    /**
     * Tells that the treatment of a suggestion cannot act as promised, for instance because
     * PostgreSQL describes another result shape. The advisor turns the suggestion off.
     */
    void refuse(long suggestion, String reason);
}
