package io.quern.optimizer.rule;

import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.guard.KeyedRows;
import io.quern.optimizer.parse.Span;

/**
 * Turns {@code SELECT DISTINCT} into {@code SELECT} where the outputs hold a key of every table
 * that is joined, or what such a key is equal to, so that no row occurs twice. PostgreSQL sorts or
 * hashes all rows to find that out.
 *
 * <p>Sound by {@link KeyedRows}: equality in a key's index is that of DISTINCT, the default one of
 * the column's type.
 */
final class DropDistinctOnKey implements Rule {
    @Override
    public void find(Resolved statement, Findings findings) {
        for (Level level : statement.levels()) {
            if (level.select().isPresent()
                    && level.distinct()
                    && !level.query().flag("hasDistinctOn")) {
                Attempt attempt = findings.attempt();
                int first = statement.span(level.select().get()).from() + 1;
                if (attempt.requires(new KeyedRows(statement, level))) {
                    attempt.replace(new Span(first, first + 1)).found();
                }
            }
        }
    }
}
