package io.quern.optimizer.parse;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A parsed statement.
 *
 * @param root the outermost query level
 * @param locking whether a locking clause ({@code FOR UPDATE}, …) occurs anywhere
 * @param withNames the folded names of all WITH queries, wherever they are visible
 */
public record Tree(Tokens tokens, Block root, boolean locking, Set<String> withNames)
        implements Grammar.Result {
    public Tree {
        requireNonNull(tokens, "tokens");
        requireNonNull(root, "root");
        withNames = Set.copyOf(withNames);
    }

    /** Whether it only reads: no INSERT, UPDATE, DELETE or MERGE anywhere, WITH included. */
    public boolean isSelect() {
        for (int i = 0; i < tokens.count(); i++) {
            boolean lock = tokens.word(i - 1, Set.of("for", "key"));
            if (!lock && tokens.word(i, Set.of("insert", "update", "delete", "merge"))) {
                return false;
            }
        }
        return tokens.word(0, Set.of("select", "with")) || tokens.symbol(0, "(");
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
