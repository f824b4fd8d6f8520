package io.quern.advisor.suggest;

import static java.util.Objects.requireNonNull;

import io.quern.advisor.Describer;
import io.quern.advisor.TemplateStats;
import io.quern.optimizer.Context;
import io.quern.optimizer.Statement;

/**
 * A template under examination: its numbers and one of its statements. Holds the user's literals:
 * kept in memory only, and never for long.
 *
 * @param role the session's
 * @param statement an example with the parameter types PostgreSQL resolved
 * @param searchPath the effective schemas, quoted and ready for a setting
 * @param shape what PostgreSQL says of the statement
 */
record Subject(
        TemplateStats stats,
        double hours,
        String role,
        Statement statement,
        String searchPath,
        Context context,
        Describer.Shape shape) {
    Subject {
        requireNonNull(stats, "stats");
        requireNonNull(role, "role");
        requireNonNull(statement, "statement");
        requireNonNull(searchPath, "searchPath");
        requireNonNull(context, "context");
        requireNonNull(shape, "shape");
    }

    double callsPerHour() {
        return stats.count() / hours;
    }
}
