package io.quern.optimizer.parse;

/** A run of tokens, {@code from} inclusive, {@code to} exclusive. */
public record Span(int from, int to) {
    public Span {
        if (from < 0 || to < from) {
            throw new IllegalArgumentException("not a run of tokens: " + from + ".." + to);
        }
    }

    public int length() {
        return to - from;
    }

    public boolean isEmpty() {
        return from == to;
    }

    public boolean contains(Span other) {
        return from <= other.from && other.to <= to;
    }
}
