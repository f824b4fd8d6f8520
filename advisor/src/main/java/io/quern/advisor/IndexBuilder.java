package io.quern.advisor;

import java.util.List;
import java.util.Optional;

/** Builds and drops indexes on the upstream, safely. Blocks for as long as it takes. */
public interface IndexBuilder {

    /**
     * Builds the index {@code CONCURRENTLY}: preflight (privilege, long transactions, an index of
     * that name), invalid remains dropped, retried with back-off, validity verified. Interrupting
     * the thread cancels the build and drops the remains before {@link Refused} is thrown.
     *
     * @throws Refused if it could not be built; nothing of it is left then, or the message says
     *     what is
     */
    void build(String database, Proposal.NewIndex index);

    /**
     * Drops what {@link #build} built, valid or not; does nothing if it is not there or does not
     * bear Quern's mark.
     *
     * @throws Refused if it could not be dropped
     */
    void drop(String database, Proposal.NewIndex index);

    /**
     * Why an index could not be built as things stand, with the exact remedy (a GRANT), or empty.
     */
    Optional<String> obstacle(String database, Proposal.NewIndex index);

    /** The names of invalid indexes in a database that bear Quern's mark: leftovers of a crash. */
    List<String> leftovers(String database);
}
