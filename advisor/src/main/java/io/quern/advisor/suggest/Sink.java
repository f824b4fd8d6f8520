package io.quern.advisor.suggest;

import io.quern.advisor.Suggestion;

import java.util.Set;

/** Where suggestions go: the lifecycle. May block on the store. */
public interface Sink {

    /**
     * Hands over a suggestion without an id, in state PROPOSED.
     *
     * @return false if the same change was proposed for that database and template before
     * @throws io.quern.advisor.StoreUnavailable if it cannot be kept
     */
    boolean propose(Suggestion suggestion);

    /**
     * The names of all indexes proposed for a database so far, whatever became of them and
     * whichever template they were proposed for.
     */
    Set<String> indexNames(String database);
}
