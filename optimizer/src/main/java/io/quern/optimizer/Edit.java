package io.quern.optimizer;

import java.util.List;

/**
 * Replaces the tokens {@code from} (inclusive) to {@code to} (exclusive) of a statement; {@code
 * from == to} inserts before token {@code from}. Positions are token indexes, not offsets: the same
 * edit applies to every statement with the same skeleton, whatever its literals, spacing or
 * comments. All that lies outside stays byte for byte.
 */
public record Edit(int from, int to, List<Piece> pieces) {
    public Edit {
        if (from < 0 || to < from) {
            throw new IllegalArgumentException("not a run of tokens: " + from + ".." + to);
        }
        pieces = List.copyOf(pieces);
    }
}
