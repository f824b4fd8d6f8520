package io.quern.optimizer.parse;

import static java.util.Objects.requireNonNull;

import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;

/**
 * A parsed statement: its syntax tree, every node of which knows its tokens, and the query levels
 * in it. Immutable, as long as nobody changes Calcite's nodes.
 */
public final class Tree implements Grammar.Result {
    private final Tokens tokens;
    private final SqlNode node;
    private final BitSet grouping;
    private final Block root;
    private final boolean locking;
    private final boolean changes;
    private final Set<String> withNames;

    Tree(Tokens tokens, SqlNode node, BitSet grouping, Block root, Findings findings) {
        this.tokens = requireNonNull(tokens, "tokens");
        this.node = requireNonNull(node, "node");
        this.grouping = requireNonNull(grouping, "grouping");
        this.root = requireNonNull(root, "root");
        this.locking = findings.locking();
        this.changes = findings.changes();
        this.withNames = Set.copyOf(findings.withNames());
    }

    /** What occurs anywhere in a statement. */
    record Findings(boolean locking, boolean changes, Set<String> withNames) {}

    /** The statement's tokens. */
    public Tokens tokens() {
        return tokens;
    }

    /** The syntax tree. Constructs that Calcite lacks are calls of {@link Form}. */
    public SqlNode node() {
        return node;
    }

    /** The outermost query level. */
    public Block root() {
        return root;
    }

    /** Whether a locking clause ({@code FOR UPDATE}, …) occurs anywhere. */
    public boolean locking() {
        return locking;
    }

    /** The folded names of all WITH queries, wherever they are visible. */
    public Set<String> withNames() {
        return withNames;
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

    /**
     * The conjuncts of a condition, as PostgreSQL reads them: split at AND outside brackets, CASE
     * and BETWEEN; a condition with OR at its top is one conjunct; brackets around several are
     * opened. Told from the tokens, because AND and OR bind weakest whatever else is in between.
     */
    public List<Span> conjuncts(Span condition) {
        List<Span> parts = new ArrayList<>();
        split(condition, parts);
        return parts;
    }

    private void split(Span span, List<Span> parts) {
        Span inner = span;
        while (tokens.symbol(inner.from(), "(")
                && tokens.partner(inner.from()) == inner.to() - 1
                && inner.length() > 2
                && !tokens.word(inner.from() + 1, Set.of("select", "values", "with"))) {
            inner = new Span(inner.from() + 1, inner.to() - 1);
        }
        int from = inner.from();
        int cases = 0;
        boolean between = false;
        List<Span> found = new ArrayList<>();
        for (int i = inner.from(); i < inner.to(); i++) {
            if (tokens.partner(i) > i) {
                i = tokens.partner(i);
            } else if (tokens.symbol(i - 1, ".")) {
                // the name of a column, even where it reads like a keyword
                from = Math.min(from, i);
            } else if (tokens.word(i, "case")) {
                cases++;
            } else if (tokens.word(i, "end") && cases > 0) {
                cases--;
            } else if (cases == 0 && tokens.word(i, "between")) {
                between = true;
            } else if (cases == 0 && (tokens.word(i, "or") || tokens.symbol(i, ","))) {
                parts.add(span);
                return;
            } else if (cases == 0 && tokens.word(i, "and")) {
                if (between) {
                    between = false;
                } else {
                    found.add(new Span(from, i));
                    from = i + 1;
                }
            }
        }
        if (found.isEmpty()) {
            parts.add(inner);
            return;
        }
        found.add(new Span(from, inner.to()));
        found.forEach(part -> split(part, parts));
    }
}
