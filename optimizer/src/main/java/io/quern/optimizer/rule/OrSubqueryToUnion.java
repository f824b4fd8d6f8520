package io.quern.optimizer.rule;

import io.quern.optimizer.catalog.Resolved;

/**
 * Turns {@code p OR x IN (subquery)}, and the same with EXISTS or ANY, into a UNION ALL of a query
 * for each. PostgreSQL makes a join of a subquery only where it is a condition of its own; under OR
 * it is a filter that looks at every row.
 *
 * <p>Why it is sound says {@link SplitOr}.
 */
final class OrSubqueryToUnion implements Rule {
    @Override
    public void find(Resolved statement, Findings findings) {
        SplitOr.find(statement, true, findings);
    }
}
