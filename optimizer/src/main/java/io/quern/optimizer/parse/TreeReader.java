package io.quern.optimizer.parse;

import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;

/** Walks a syntax tree once: whether it is too deep, and what occurs anywhere in it. */
final class TreeReader {
    /** A chain of operators such as {@code a || b || c} is as deep as it is long. */
    private static final int MAX_DEPTH = 1000;

    private final Tokens tokens;
    private final BitSet grouping;
    private boolean locking;
    private boolean changes;

    TreeReader(Tokens tokens, BitSet grouping) {
        this.tokens = tokens;
        this.grouping = grouping;
    }

    /** A place in a tree still to be seen. */
    private record Place(SqlNode node, int depth) {}

    /** Reads a statement; a tree too deep for whoever walks it is refused. */
    Grammar.Result read(SqlNode root) {
        Deque<Place> left = new ArrayDeque<>();
        left.push(new Place(root, 1));
        while (!left.isEmpty()) {
            Place place = left.pop();
            if (place.depth() > MAX_DEPTH) {
                return Grammar.declined(
                        "too-deep", "a chain of operators is longer than " + MAX_DEPTH);
            }
            look(place.node());
            for (SqlNode child : children(place.node())) {
                if (child != null) {
                    left.push(new Place(child, place.depth() + 1));
                }
            }
        }
        return new Tree(tokens, root, grouping, locking, changes);
    }

    private void look(SqlNode node) {
        locking |= node instanceof OrderedQuery query && !query.locking().isEmpty();
        changes |= node instanceof Change;
    }

    private static Iterable<? extends @Nullable SqlNode> children(SqlNode node) {
        return switch (node) {
            case SqlCall call -> call.getOperandList();
            case SqlNodeList list -> list;
            default -> List.of();
        };
    }
}
