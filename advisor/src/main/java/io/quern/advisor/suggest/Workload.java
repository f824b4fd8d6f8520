package io.quern.advisor.suggest;

import io.quern.advisor.Sighting;
import io.quern.advisor.TemplateStats;
import io.quern.optimizer.Fingerprint;

import java.util.List;
import java.util.Optional;

/** What the history says of the statements that ran. Thread-safe; does not block on the network. */
public interface Workload {

    /** The templates that cost most in total, most first. */
    List<TemplateStats> top(int n);

    /** A statement of a template as it was seen, if one is remembered. */
    Optional<Sighting> example(String database, Fingerprint fingerprint);

    /** For how many hours the executions were watched; positive. */
    double hoursWatched();
}
