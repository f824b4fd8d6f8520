package io.quern.optimizer.rule;

import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.PgNode;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.parse.Span;

import org.apache.calcite.sql.SqlJoin;
import org.jspecify.annotations.Nullable;

import java.util.Optional;

/** Joins as PostgreSQL reads them, and how one is taken out of the text. */
final class Joins {
    private Joins() {}

    /** The {@code JOINEXPR} whose right side is a FROM item alone; empty for a comma. */
    static Optional<PgNode> of(int item, Level level) {
        PgNode from = level.query().node("jointree");
        return from == null
                ? Optional.empty()
                : from.nodes("fromlist").stream()
                        .flatMap(node -> Optional.ofNullable(find(node, item)).stream())
                        .findFirst();
    }

    private static @Nullable PgNode find(PgNode node, int item) {
        PgNode left = node.node("larg");
        PgNode right = node.node("rarg");
        if (left == null || right == null) {
            return null;
        }
        if (right.is("RANGETBLREF") && right.integer("rtindex") == item) {
            return node;
        }
        PgNode found = find(left, item);
        return found == null ? find(right, item) : found;
    }

    /** Leaves only the left side of a join. */
    static void removeRight(Resolved statement, SqlJoin join, Attempt attempt) {
        Span whole = statement.tree().bracketed(join);
        Span left = statement.tree().bracketed(join.getLeft());
        if (whole.from() < left.from()) {
            attempt.replace(new Span(whole.from(), left.from()));
        }
        attempt.replace(new Span(left.to(), whole.to()));
    }
}
