package io.quern.advisor.twin;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.QualifiedName;

import java.util.Optional;

/**
 * What the upstream's planner knows of one table or index beside its columns.
 *
 * @param kind {@code pg_class.relkind}: {@code r} table, {@code m} materialized view, {@code p}
 *     partitioned table, {@code i} index, {@code I} partitioned index
 * @param pages {@code relpages}: how large it was when last counted
 * @param tuples {@code reltuples}: how many rows or entries it had then, -1 if never counted
 * @param allVisible {@code relallvisible}
 * @param bytes how large it is today
 * @param workers its storage parameter {@code parallel_workers}, which the planner obeys
 */
record Relation(
        QualifiedName name,
        char kind,
        int pages,
        double tuples,
        int allVisible,
        long bytes,
        Optional<Integer> workers) {
    /** The size of a page of every PostgreSQL the twin serves. */
    static final int PAGE = 8192;

    Relation {
        requireNonNull(name, "name");
        requireNonNull(workers, "workers");
    }

    /** Whether it is an index. */
    boolean index() {
        return kind == 'i' || kind == 'I';
    }

    /** Whether it has a file of its own. */
    boolean stored() {
        return kind == 'r' || kind == 'm' || kind == 'i';
    }

    /** Its pages today. */
    long pagesToday() {
        return bytes / PAGE;
    }

    /**
     * The rows or entries the planner assumes today: as many to a page as were counted ({@code
     * estimate_rel_size}).
     */
    double tuplesToday() {
        return tuples > 0 && pages > 0
                ? Math.rint(tuples / pages * pagesToday())
                : Math.max(0, tuples);
    }
}
