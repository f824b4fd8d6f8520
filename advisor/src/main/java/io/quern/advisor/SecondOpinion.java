package io.quern.advisor;

import io.quern.optimizer.Statement;

import java.util.Optional;

/** What an upstream itself says of an index that is not there, where an extension lets it. */
@FunctionalInterface
public interface SecondOpinion {

    /** Of upstreams without such an extension. */
    SecondOpinion NONE = (database, searchPath, statement, ddl) -> Optional.empty();

    /**
     * The total cost of a statement if an index were there. Blocks on the network.
     *
     * @param searchPath the effective one, under which the statement is read
     * @param createIndexDdl Quern's own, with the table's qualified name and without CONCURRENTLY
     * @return empty if the upstream cannot tell
     * @throws Refused if it cannot be reached or the statement cannot be planned
     */
    Optional<Double> cost(
            String database, String searchPath, Statement statement, String createIndexDdl);
}
