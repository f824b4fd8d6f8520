package io.quern.optimizer.search;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.lex.SqlText;
import io.quern.optimizer.parse.Span;
import io.quern.optimizer.rule.Attempt;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What is different between a run of tokens and what it becomes: a longest common subsequence, so
 * that all that stays the same stays where it is, spaces and comments included.
 *
 * <p>Literals are the same only if they are the same token: another may have their place in the
 * next execution.
 */
final class Difference {
    /** Longer texts are written anew as a whole. */
    private static final int MOST = 1_000_000;

    private static final Set<String> OPENING = Set.of("(", "[", ".", "::");
    private static final Set<String> CLOSING = Set.of(")", "]", ".", "::", ",", ";");

    private final SqlText source;
    private final Span whole;
    private final List<Word> words = new ArrayList<>();
    private boolean gap;
    private boolean apart;
    private int covered;

    /**
     * A token of what it becomes.
     *
     * @param origin the token of the source that it is, -1 for one that was written
     * @param spaced whether a space was written in front of it
     * @param begins whether it is the first of a text that was written
     * @param apart whether it is not looked for in the source
     */
    private record Word(int origin, String text, boolean spaced, boolean begins, boolean apart) {}

    /** Parts that are written together, whatever of them the source says at that place too. */
    record Apart(List<Object> parts) {
        Apart {
            parts = List.copyOf(parts);
        }
    }

    private Difference(SqlText source, Span whole) {
        this.source = requireNonNull(source, "source");
        this.whole = requireNonNull(whole, "whole");
    }

    /** Says the edits that make of a span what the parts are. */
    static void edit(SqlText source, Span whole, List<?> parts, Attempt attempt) {
        var difference = new Difference(source, whole);
        parts.forEach(difference::add);
        difference.edit(attempt);
    }

    private void add(Object part) {
        switch (part) {
            case List<?> list -> list.forEach(this::add);
            case Apart together -> {
                apart = true;
                together.parts().forEach(this::add);
                apart = false;
            }
            case Span span -> {
                for (int i = span.from(); i < span.to(); i++) {
                    words.add(new Word(i, source.text(i), gap, false, apart));
                    gap = false;
                }
            }
            case String text -> written(text);
            default -> throw new IllegalArgumentException("not a part: " + part.getClass());
        }
    }

    private void written(String text) {
        SqlText tokens = SqlText.of(text);
        int end = 0;
        for (int i = 0; i < tokens.count(); i++) {
            boolean spaced = gap || tokens.start(i) > end;
            boolean alone =
                    !OPENING.contains(tokens.text(i))
                            && (i == 0 || tokens.start(i) > end)
                            && (i + 1 == tokens.count() || tokens.start(i + 1) > tokens.end(i));
            words.add(new Word(-1, tokens.text(i), spaced, i == 0, apart || !alone));
            gap = false;
            end = tokens.end(i);
        }
        gap |= end < text.length();
    }

    /** How alike a token of the source and a word are; 0 if they are not. */
    private int likeness(int token, Word word) {
        if (word.apart()) {
            return 0;
        }
        if (word.origin() == token) {
            return 3;
        }
        return word.origin() < 0 && source.text(token).equals(word.text()) ? 1 : 0;
    }

    private void edit(Attempt attempt) {
        int n = whole.length();
        int m = words.size();
        if ((long) n * m > MOST) {
            replace(whole.from(), whole.to(), 0, m, attempt);
            return;
        }
        int[][] best = new int[n + 1][m + 1];
        for (int i = n - 1; i >= 0; i--) {
            for (int j = m - 1; j >= 0; j--) {
                int like = likeness(whole.from() + i, words.get(j));
                int both = like == 0 ? 0 : like + best[i + 1][j + 1];
                best[i][j] = Math.max(both, Math.max(best[i + 1][j], best[i][j + 1]));
            }
        }
        int i = 0;
        int j = 0;
        int from = 0;
        int first = 0;
        while (i < n && j < m) {
            int like = likeness(whole.from() + i, words.get(j));
            if (like > 0 && best[i][j] == like + best[i + 1][j + 1]) {
                replace(whole.from() + from, whole.from() + i, first, j, attempt);
                from = ++i;
                first = ++j;
            } else if (best[i][j] == best[i + 1][j]) {
                i++;
            } else {
                j++;
            }
        }
        replace(whole.from() + from, whole.to(), first, m, attempt);
    }

    /** Writes some words in place of tokens. */
    private void replace(int from, int to, int first, int last, Attempt attempt) {
        if (from == to && first == last) {
            return;
        }
        if (first == last && to < whole.to()) {
            // with the space in front of it, the next token stands where this began
            attempt.replace(new Span(from, to + 1), new Span(to, to + 1));
            covered = to + 1;
            return;
        }
        List<Object> parts = new ArrayList<>();
        for (int j = first; j < last; j++) {
            Word word = words.get(j);
            int run = j;
            while (word.origin() >= 0
                    && run + 1 < last
                    && words.get(run + 1).origin() == words.get(run).origin() + 1) {
                run++;
            }
            boolean opens = j == first && !touches(from);
            parts.add(j > 0 && !opens && isApart(words.get(j - 1), word) ? " " : "");
            parts.add(
                    word.origin() < 0
                            ? word.text()
                            : new Span(word.origin(), words.get(run).origin() + 1));
            j = run;
        }
        boolean inserts = from == to && first < last && last < words.size();
        parts.add(inserts && isApart(words.get(last - 1), words.get(last)) ? " " : "");
        boolean tight = from == to && first > 0 && !isApart(words.get(first - 1), words.get(first));
        if (tight && from > covered && !touches(from)) {
            // directly behind the token before it, not behind the space that follows
            parts.addFirst(new Span(from - 1, from));
            attempt.replace(new Span(from - 1, from), parts.toArray());
        } else {
            attempt.replace(new Span(from, to), parts.toArray());
        }
        covered = to;
    }

    /** Whether a token follows the one before it without a space. */
    private boolean touches(int token) {
        return token <= 0
                || token >= source.count()
                || source.end(token - 1) == source.start(token);
    }

    private static boolean isApart(Word left, Word right) {
        if (right.spaced()) {
            return true;
        }
        boolean together = right.origin() < 0 && !right.begins();
        return !together && !OPENING.contains(left.text()) && !CLOSING.contains(right.text());
    }
}
