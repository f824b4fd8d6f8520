package io.quern.optimizer.rule;

import io.quern.optimizer.catalog.Item;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.PgNode;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.guard.CannotFail;
import io.quern.optimizer.parse.Tree;

import org.apache.calcite.sql.JoinType;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlNode;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Drops a LEFT JOIN below DISTINCT, of a table of which nothing but its own ON speaks. PostgreSQL
 * drops it only where a key sees to it that no row is found twice.
 *
 * <p>Sound because a LEFT JOIN keeps each row of its left side, once or several times, and nothing
 * above it can tell the copies apart until DISTINCT makes them one. The right to read the table
 * stays required ({@link RightsCheck}).
 */
final class DropOuterJoinUnderDistinct implements Rule {
    @Override
    public void find(Resolved statement, Findings findings) {
        for (Level level : statement.levels()) {
            if (level.distinct()
                    && level.select().isPresent()
                    && !level.query().flag("hasDistinctOn")) {
                look(statement, level, level.select().get().getFrom(), findings);
            }
        }
    }

    private static void look(
            Resolved statement, Level level, @Nullable SqlNode from, Findings findings) {
        if (from instanceof SqlJoin join) {
            look(statement, level, join.getLeft(), findings);
            look(statement, level, join.getRight(), findings);
            Optional<Item> item =
                    level.items().stream()
                            .filter(i -> Tree.same(i.node(), join.getRight()))
                            .findFirst();
            if (join.getJoinType() == JoinType.LEFT && item.filter(Item::isTable).isPresent()) {
                drop(statement, level, join, item.get(), findings);
            }
        }
    }

    private static void drop(
            Resolved statement, Level level, SqlJoin join, Item item, Findings findings) {
        Optional<PgNode> on =
                Joins.of(item.number(), level)
                        .map(read -> read.node("quals"))
                        .filter(n -> n != null);
        List<PgNode> elsewhere = Mentions.of(item, level, on.map(Set::of).orElse(Set.of()));
        if (!elsewhere.isEmpty()) {
            return;
        }
        Attempt attempt = findings.attempt();
        boolean copies =
                !level.grouped() && !level.windowed() && !level.query().flag("hasTargetSRFs");
        Optional<List<Object>> rights = RightsCheck.of(item, level);
        if (!attempt.holds(
                copies, "counted", "rows are counted or numbered before DISTINCT makes them one")) {
            return;
        }
        if (rights.isEmpty()) {
            attempt.refuse("renamed", "the columns of " + item + " have other names here");
            return;
        }
        if (!attempt.requires(new CannotFail(statement))) {
            return;
        }
        Joins.removeRight(statement, join, attempt);
        attempt.where(level, rights.get())
                .fact("nothing but its own ON speaks of " + item + ", which repeats rows at most")
                .found();
    }
}
