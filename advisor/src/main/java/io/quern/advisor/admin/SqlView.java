package io.quern.advisor.admin;

import com.github.difflib.DiffUtils;
import com.github.difflib.patch.AbstractDelta;
import com.github.difflib.patch.Patch;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A statement as the page shows it: runs of text, each plain, a keyword or a part that a change
 * takes away or brings.
 */
record SqlView(List<Run> runs) {
    private static final int MAX_COMPARED_TOKENS = 4000;

    /** What a run of text is; the page has a style for each. */
    enum Mark {
        PLAIN,
        KEYWORD,
        CHANGED,
        CHANGED_KEYWORD
    }

    /** Text of one kind. */
    record Run(Mark mark, String text) {
        boolean changed() {
            return mark == Mark.CHANGED || mark == Mark.CHANGED_KEYWORD;
        }

        boolean keyword() {
            return mark == Mark.KEYWORD || mark == Mark.CHANGED_KEYWORD;
        }
    }

    /** Two statements side by side. */
    record Pair(SqlView before, SqlView after) {}

    SqlView {
        runs = List.copyOf(runs);
    }

    /** A statement laid out on several lines. */
    static SqlView of(String sql) {
        return of(SqlLayout.lines(sql), new BitSet());
    }

    /** A statement on one line. */
    static SqlView line(String sql) {
        return of(SqlLayout.line(sql), new BitSet());
    }

    /** Two statements with the tokens marked that only one of them has. */
    static Pair compare(String before, String after) {
        List<SqlLayout.Token> left = SqlLayout.lines(before);
        List<SqlLayout.Token> right = SqlLayout.lines(after);
        var onlyLeft = new BitSet();
        var onlyRight = new BitSet();
        if (left.size() + right.size() <= MAX_COMPARED_TOKENS) {
            Patch<String> patch = DiffUtils.diff(texts(left), texts(right));
            for (AbstractDelta<String> delta : patch.getDeltas()) {
                mark(onlyLeft, delta.getSource().getPosition(), delta.getSource().size());
                mark(onlyRight, delta.getTarget().getPosition(), delta.getTarget().size());
            }
        }
        return new Pair(of(left, onlyLeft), of(right, onlyRight));
    }

    private static void mark(BitSet marks, int from, int count) {
        marks.set(from, from + count);
    }

    private static List<String> texts(List<SqlLayout.Token> tokens) {
        return tokens.stream().map(SqlLayout.Token::text).toList();
    }

    private static SqlView of(List<SqlLayout.Token> tokens, BitSet changed) {
        List<Run> runs = new ArrayList<>();
        for (int i = 0; i < tokens.size(); i++) {
            SqlLayout.Token token = tokens.get(i);
            boolean change = changed.get(i);
            // A space between two changed tokens belongs to the change; a line break never does.
            boolean joined = change && i > 0 && changed.get(i - 1) && !token.gap().startsWith("\n");
            add(runs, joined ? Mark.CHANGED : Mark.PLAIN, token.gap());
            add(runs, mark(change, token.keyword()), token.text());
        }
        return new SqlView(runs);
    }

    private static Mark mark(boolean changed, boolean keyword) {
        if (changed) {
            return keyword ? Mark.CHANGED_KEYWORD : Mark.CHANGED;
        }
        return keyword ? Mark.KEYWORD : Mark.PLAIN;
    }

    private static void add(List<Run> runs, Mark mark, String text) {
        if (text.isEmpty()) {
            return;
        }
        Run last = runs.isEmpty() ? null : runs.getLast();
        if (last != null && last.mark() == mark) {
            runs.set(runs.size() - 1, new Run(mark, last.text() + text));
        } else {
            runs.add(new Run(mark, text));
        }
    }
}
