package io.quern.optimizer.rule;

import io.quern.optimizer.catalog.Resolved;

/**
 * Turns {@code a.x = 1 OR b.y = 2} over a join into a UNION ALL of two joins, each of which begins
 * at the table its condition speaks of, by its index. The OR as a whole can be told only once the
 * tables are joined. The same for {@code a.x = b.x OR a.y = b.y}, which alone no hash or merge join
 * can use.
 *
 * <p>Why it is sound says {@link SplitOr}. That rows are told from each other by a condition rather
 * than by a UNION means that no key has to be in the output.
 */
final class OrAcrossJoinToUnion implements Rule {
    @Override
    public void find(Resolved statement, Findings findings) {
        SplitOr.find(statement, false, findings);
    }
}
