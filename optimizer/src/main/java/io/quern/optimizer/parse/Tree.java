package io.quern.optimizer.parse;

import static java.util.Objects.requireNonNull;

import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.jspecify.annotations.Nullable;

import java.util.BitSet;

/**
 * A parsed statement: its syntax tree, every node of which knows its tokens. Immutable, as long as
 * nobody changes Calcite's nodes.
 */
public final class Tree implements Grammar.Result {
    private final Tokens tokens;
    private final SqlNode node;
    private final BitSet grouping;
    private final boolean locking;
    private final boolean changes;

    Tree(Tokens tokens, SqlNode node, BitSet grouping, boolean locking, boolean changes) {
        this.tokens = requireNonNull(tokens, "tokens");
        this.node = requireNonNull(node, "node");
        this.grouping = requireNonNull(grouping, "grouping");
        this.locking = locking;
        this.changes = changes;
    }

    /** The statement's tokens. */
    public Tokens tokens() {
        return tokens;
    }

    /** The syntax tree. Constructs that Calcite lacks are calls of {@link Form}. */
    public SqlNode node() {
        return node;
    }

    /** Whether a locking clause ({@code FOR UPDATE}, …) occurs anywhere. */
    public boolean locking() {
        return locking;
    }

    /**
     * Whether both are the very same node: what is written alike in two places is not. Calcite's
     * literals are equal by value.
     */
    @SuppressWarnings("ReferenceEquality")
    public static boolean same(@Nullable SqlNode one, @Nullable SqlNode other) {
        return one == other;
    }

    /**
     * The tokens of a node, without brackets that only group. An empty list has an empty span where
     * its items would be.
     *
     * @throws IllegalArgumentException if the node is not of a parsed statement
     */
    public Span span(SqlNode part) {
        return span(part.getParserPosition());
    }

    static Span span(SqlParserPos pos) {
        if (pos.getLineNum() != 1) {
            throw new IllegalArgumentException("a node without a place");
        }
        return new Span(pos.getColumnNum() - 1, pos.getEndColumnNum() - 1);
    }

    /** The tokens of a node with all brackets around it that only group. */
    public Span bracketed(SqlNode part) {
        return bracketed(tokens, grouping, span(part));
    }

    static Span bracketed(Tokens tokens, BitSet grouping, Span inner) {
        Span span = inner;
        while (span.from() > 0
                && grouping.get(span.from() - 1)
                && tokens.partner(span.from() - 1) == span.to()) {
            span = new Span(span.from() - 1, span.to() + 1);
        }
        return span;
    }

    /** The characters of a span, comments between its tokens included. */
    public String text(Span span) {
        return span.isEmpty()
                ? ""
                : tokens.sql()
                        .sql()
                        .substring(
                                tokens.sql().start(span.from()), tokens.sql().end(span.to() - 1));
    }

    /** Whether it only reads: no INSERT, UPDATE, DELETE or MERGE anywhere, WITH included. */
    public boolean isSelect() {
        return !changes;
    }
}
