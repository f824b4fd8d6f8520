package io.quern.optimizer;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Set;

/**
 * An object of CREATE STATISTICS on a {@link Table}.
 *
 * @param columns the columns it covers
 * @param expressions the expressions it covers, as PostgreSQL prints them
 */
public record ExtendedStatistics(
        QualifiedName name, Set<Kind> kinds, List<String> columns, List<String> expressions) {

    /** What is counted; expressions have statistics of their own whatever else is. */
    public enum Kind {
        NDISTINCT,
        DEPENDENCIES,
        MCV,
        EXPRESSIONS
    }

    public ExtendedStatistics {
        requireNonNull(name, "name");
        kinds = Set.copyOf(kinds);
        columns = List.copyOf(columns);
        expressions = List.copyOf(expressions);
    }
}
