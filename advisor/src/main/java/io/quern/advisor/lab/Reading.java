package io.quern.advisor.lab;

import io.quern.advisor.copy.Words;
import io.quern.optimizer.lex.SqlText;
import io.quern.optimizer.lex.TokenKind;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What the lab reads off a statement's tokens without parsing it. PostgreSQL parses; this only
 * gathers what the generated databases should be made of, and what makes a result a matter of luck.
 *
 * @param names every identifier and keyword, folded as PostgreSQL folds it
 * @param calls those followed by an opening bracket
 * @param literals the values of all literals
 * @param ordered whether {@code ORDER BY} stands outside all brackets
 * @param arbitrary whether LIMIT or OFFSET takes rows in no order
 */
record Reading(
        Set<String> names,
        Set<String> calls,
        Set<String> literals,
        boolean ordered,
        boolean arbitrary) {
    private static final Set<String> BEGINNINGS = Set.of("select", "with", "values", "table");

    /** A pair of brackets, or the statement itself. */
    private static final class Frame {
        final boolean exists;
        boolean ordered;
        boolean limited;

        Frame(boolean exists) {
            this.exists = exists;
        }

        /** Whether there are rows at all does not depend on which. */
        boolean arbitrary() {
            return limited && !ordered && !exists;
        }
    }

    /**
     * Reads a statement.
     *
     * @throws Unsupported if it is no single query, locks rows or reads a sample
     */
    static Reading of(SqlText sql) throws Unsupported {
        Set<String> names = new LinkedHashSet<>();
        Set<String> calls = new LinkedHashSet<>();
        Set<String> literals = new LinkedHashSet<>();
        Deque<Frame> frames = new ArrayDeque<>();
        Frame top = new Frame(false);
        frames.push(top);
        requireQuery(sql);
        boolean left = false;
        for (int i = 0; i < sql.count(); i++) {
            switch (sql.kind(i)) {
                case WORD, QUOTED_IDENTIFIER -> {
                    String name = Words.name(sql, i);
                    names.add(name);
                    if (i + 1 < sql.count() && sql.text(i + 1).equals("(")) {
                        calls.add(name);
                    }
                    note(sql, i, frames.element());
                }
                case STRING, NATIONAL_STRING, BIT_STRING, INTEGER, NUMERIC ->
                        literals.add(Literals.value(sql.text(i)));
                case PUNCTUATION -> left |= nest(sql, i, frames);
                case PARAMETER, OPERATOR -> {}
                case UNICODE_IDENTIFIER, OTHER ->
                        throw new Unsupported("the lab does not understand the statement's text");
            }
        }
        boolean arbitrary = frames.stream().anyMatch(Frame::arbitrary) || left;
        return new Reading(names, calls, literals, top.ordered, arbitrary);
    }

    /** Nothing. */
    static final Reading NOTHING = new Reading(Set.of(), Set.of(), Set.of(), false, false);

    /**
     * What a view's text, an expression or a function's body adds to a statement that uses it. Its
     * rows are the statement's to judge; nothing if the text cannot be read.
     */
    static Reading behind(String text) {
        SqlText sql;
        try {
            sql = SqlText.of(text);
        } catch (IllegalArgumentException e) {
            return NOTHING;
        }
        Set<String> calls = new LinkedHashSet<>();
        Set<String> literals = new LinkedHashSet<>();
        for (int i = 0; i < sql.count(); i++) {
            switch (sql.kind(i)) {
                case WORD, QUOTED_IDENTIFIER -> {
                    if (i + 1 < sql.count() && sql.text(i + 1).equals("(")) {
                        calls.add(Words.name(sql, i));
                    }
                }
                case STRING, NATIONAL_STRING, BIT_STRING, INTEGER, NUMERIC ->
                        literals.add(Literals.value(sql.text(i)));
                case PUNCTUATION, PARAMETER, OPERATOR, UNICODE_IDENTIFIER, OTHER -> {}
            }
        }
        return new Reading(Words.of(sql), calls, literals, false, false);
    }

    private static void requireQuery(SqlText sql) throws Unsupported {
        int first = 0;
        while (first < sql.count() && sql.text(first).equals("(")) {
            first++;
        }
        if (first == sql.count()
                || sql.kind(first) != TokenKind.WORD
                || !BEGINNINGS.contains(Words.name(sql, first))) {
            throw new Unsupported("the lab tries queries only");
        }
        if (!sql.single()) {
            throw new Unsupported("the lab tries one statement at a time");
        }
    }

    private static void note(SqlText sql, int i, Frame frame) throws Unsupported {
        if (sql.kind(i) != TokenKind.WORD || (i > 0 && sql.text(i - 1).equals("."))) {
            return;
        }
        switch (Words.name(sql, i)) {
            case "order" -> frame.ordered |= word(sql, i + 1, "by");
            case "limit", "fetch" -> frame.limited = true;
            // OFFSET 0 drops nothing; it is the usual fence for the planner.
            case "offset" -> frame.limited |= i + 1 >= sql.count() || !sql.text(i + 1).equals("0");
            case "tablesample" -> throw new Unsupported("a table sample differs each time");
            case "for" -> {
                if (word(sql, i + 1, "update")
                        || word(sql, i + 1, "share")
                        || word(sql, i + 1, "no")
                        || word(sql, i + 1, "key")) {
                    throw new Unsupported("the statement locks rows");
                }
            }
            default -> {}
        }
    }

    /** Enters or leaves brackets; whether what stood in those left was arbitrary. */
    private static boolean nest(SqlText sql, int i, Deque<Frame> frames) {
        return switch (sql.text(i)) {
            case "(" -> {
                frames.push(new Frame(i > 0 && word(sql, i - 1, "exists")));
                yield false;
            }
            case ")" -> frames.size() > 1 && frames.pop().arbitrary();
            default -> false;
        };
    }

    private static boolean word(SqlText sql, int i, String folded) {
        return i < sql.count() && sql.is(i, folded);
    }

    /** What both hold; ordered and arbitrary as this one is. */
    Reading with(Reading other) {
        return new Reading(
                union(names, other.names),
                union(calls, other.calls),
                union(literals, other.literals),
                ordered,
                arbitrary);
    }

    private static Set<String> union(Set<String> a, Set<String> b) {
        Set<String> union = new LinkedHashSet<>(a);
        union.addAll(b);
        return union;
    }

    /** Counts only: names and literals are the user's. */
    @Override
    public String toString() {
        return "Reading[" + names.size() + " names, " + literals.size() + " literals]";
    }
}
