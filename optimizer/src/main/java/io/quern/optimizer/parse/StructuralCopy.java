package io.quern.optimizer.parse;

import io.quern.optimizer.Refusal;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A copy of a statement, char for char as long, that Calcite's grammar can read.
 *
 * <p>Calcite is asked for structure only: query levels and joins. So the copy holds nothing else:
 * comments and line ends are spaces, names are {@code zzz}, literals {@code 'xx'} or {@code 11},
 * {@code $1} is {@code ?}, operators it does not know are {@code +}, casts and the special syntax
 * of some functions are gone. What PostgreSQL means but Calcite cannot read thereby passes, column
 * n of its only line is char n of the statement, and nothing of the user's data reaches Calcite's
 * messages or logs. Casts must go for another reason: Babel gives {@code ::} the weakest precedence
 * of all.
 *
 * <p>A reserved word that is neither structure nor a value is refused: it would pass as a name
 * ({@code FROM ONLY t}).
 */
final class StructuralCopy {
    private static final Set<String> TYPED_LITERALS =
            Set.of(
                    "bigint",
                    "bool",
                    "boolean",
                    "bytea",
                    "cidr",
                    "date",
                    "inet",
                    "int",
                    "int4",
                    "int8",
                    "integer",
                    "interval",
                    "json",
                    "jsonb",
                    "numeric",
                    "text",
                    "time",
                    "timestamp",
                    "timestamptz",
                    "timetz",
                    "uuid");
    private static final Set<String> SPECIAL_CALLS =
            Set.of("extract", "overlay", "position", "substring", "trim");
    private static final Set<String> KNOWN_MARKS =
            Set.of(
                    "(", ")", "[", "]", ",", ".", "=", "<", ">", "<=", ">=", "<>", "!=", "+", "-",
                    "*", "/");
    private static final Set<String> TYPE_TAIL =
            Set.of(
                    "precision",
                    "varying",
                    "year",
                    "month",
                    "day",
                    "hour",
                    "minute",
                    "second",
                    "to");

    private final Tokens tokens;
    private final char[] copy;
    private boolean locking;

    private StructuralCopy(Tokens tokens) {
        this.tokens = tokens;
        this.copy = new char[tokens.sql().sql().length()];
        Arrays.fill(copy, ' ');
    }

    /** The copy, or why there is none. */
    record Result(String text, boolean locking, Optional<Refusal> refusal) {}

    static Result of(Tokens tokens) {
        var maker = new StructuralCopy(tokens);
        Optional<Refusal> refusal = maker.fill();
        return new Result(new String(maker.copy), maker.locking, refusal);
    }

    private Optional<Refusal> fill() {
        int end = tokens.count();
        while (end > 0 && tokens.symbol(end - 1, ";")) {
            end--;
        }
        for (int i = 0; i < end; ) {
            int next = special(i);
            if (next > i) {
                i = next;
                continue;
            }
            Optional<Refusal> refusal = plain(i);
            if (refusal.isPresent()) {
                return refusal;
            }
            i++;
        }
        return Optional.empty();
    }

    /** Blanks a construct of several tokens; returns the token after it, or {@code i} if none. */
    private int special(int i) {
        if (tokens.symbol(i, "::")) {
            return typeEnd(i + 1);
        }
        if (tokens.kind(i) != Tokens.Kind.WORD || tokens.symbol(i - 1, ".")) {
            return i;
        }
        if (tokens.word(i, TYPED_LITERALS)) {
            int after = typeEnd(i);
            return tokens.kind(after) == Tokens.Kind.STRING ? after : i;
        }
        if (tokens.word(i, "operator") && tokens.symbol(i + 1, "(") && tokens.partner(i + 1) > 0) {
            put(i, '+');
            return tokens.partner(i + 1) + 1;
        }
        if (tokens.words(i, "at", "time", "zone")) {
            put(i, '+');
            return i + 3;
        }
        if (tokens.word(i, "collate")) {
            return tokens.symbol(i + 2, ".") ? i + 4 : i + 2;
        }
        if (tokens.words(i, "as", "materialized")) {
            copy(i);
            return i + 2;
        }
        if (tokens.words(i, "as", "not", "materialized")) {
            copy(i);
            return i + 3;
        }
        if (tokens.words(i, "distinct", "on") && tokens.partner(i + 2) > 0) {
            copy(i);
            return tokens.partner(i + 2) + 1;
        }
        if (tokens.word(i, "for") && tokens.word(i + 1, Set.of("update", "no", "share", "key"))) {
            locking = true;
            return lockingEnd(i + 2);
        }
        if (tokens.word(i, "returning")) {
            return tokens.count();
        }
        if (tokens.words(i, "order", "by") && inCall(i)) {
            // array_agg(x ORDER BY y): keys pass as further arguments
            put(i, ',');
            return i + 2;
        }
        if (tokens.word(i, Set.of("asc", "desc")) && inCall(i)) {
            return i + 1;
        }
        if (tokens.word(i, "nulls") && tokens.word(i + 1, Set.of("first", "last")) && inCall(i)) {
            return i + 2;
        }
        return call(i);
    }

    /** Whether the innermost bracket around a token holds the arguments of a function. */
    private boolean inCall(int i) {
        int j = i - 1;
        while (j >= 0 && (tokens.partner(j) < 0 || tokens.partner(j) < j)) {
            j = tokens.partner(j) < 0 ? j - 1 : tokens.partner(j) - 1;
        }
        boolean quoted = tokens.kind(j - 1) == Tokens.Kind.QUOTED;
        return tokens.symbol(j, "(")
                && (quoted
                        || (tokens.kind(j - 1) == Tokens.Kind.WORD
                                && !Keywords.isStructure(tokens.folded(j - 1))
                                && !tokens.word(j - 2, "window")
                                && !tokens.word(j - 1, "materialized")));
    }

    private int lockingEnd(int i) {
        int end = i;
        while (end < tokens.count()
                && !tokens.symbol(end, ")")
                && !tokens.symbol(end, ";")
                && !tokens.word(end, Set.of("limit", "offset", "fetch"))) {
            end++;
        }
        return end;
    }

    /** Turns {@code CAST(x AS type)} into {@code (x)} and word separators of calls into commas. */
    private int call(int i) {
        boolean cast = tokens.word(i, "cast");
        int close = tokens.partner(i + 1);
        if (!tokens.symbol(i + 1, "(") || close < 0 || !(cast || tokens.word(i, SPECIAL_CALLS))) {
            return i;
        }
        if (!cast) {
            name(i);
        }
        copy(i + 1);
        int j = i + 2;
        if (tokens.word(i, "extract") && tokens.word(j + 1, "from")) {
            j += 2;
        }
        for (; j < close; ) {
            if (cast && tokens.word(j, "as")) {
                j = close;
            } else if (!cast && tokens.word(j, Set.of("from", "for", "placing", "in"))) {
                put(j++, ',');
            } else if (!cast && tokens.word(j, Set.of("both", "leading", "trailing"))) {
                j++;
            } else {
                int end = tokens.partner(j) > j ? tokens.partner(j) + 1 : j + 1;
                while (j < end) {
                    int next = special(j);
                    if (next == j) {
                        if (plain(j).isPresent()) {
                            return i;
                        }
                        next = j + 1;
                    }
                    j = next;
                }
            }
        }
        copy(close);
        return close + 1;
    }

    /** The token after a type name that starts at {@code i}. */
    private int typeEnd(int i) {
        int j = i + 1;
        while (tokens.symbol(j, ".")) {
            j += 2;
        }
        while (tokens.word(j, TYPE_TAIL)) {
            j++;
        }
        if (tokens.symbol(j, "(") && tokens.partner(j) > 0) {
            j = tokens.partner(j) + 1;
        }
        if (tokens.words(j, "with", "time", "zone") || tokens.words(j, "without", "time", "zone")) {
            j += 3;
        }
        while (tokens.symbol(j, "[") && tokens.partner(j) > 0) {
            j = tokens.partner(j) + 1;
        }
        return j;
    }

    private Optional<Refusal> plain(int i) {
        switch (tokens.kind(i)) {
            case STRING -> {
                fill(i, 'x');
                copy[start(i)] = '\'';
                copy[end(i) - 1] = '\'';
            }
            case NUMBER -> fill(i, '1');
            case PARAMETER -> put(i, '?');
            case QUOTED -> {
                fill(i, 'z');
                copy[start(i)] = '"';
                copy[end(i) - 1] = '"';
            }
            case SYMBOL -> {
                String mark = tokens.folded(i);
                if (mark.equals(";")) {
                    return refuse("several-statements", "the text holds several statements");
                }
                if (mark.equals("[") && tokens.partner(i) < 0) {
                    return refuse("grammar", "a bracket has no partner");
                }
                if (KNOWN_MARKS.contains(mark)) {
                    copy(i);
                } else {
                    put(i, '+');
                }
            }
            case WORD -> {
                return word(i);
            }
            case OTHER -> {
                return refuse("grammar", "the grammar knows no such token");
            }
        }
        return Optional.empty();
    }

    private Optional<Refusal> word(int i) {
        String word = tokens.folded(i);
        boolean attribute = tokens.symbol(i - 1, ".");
        boolean label = tokens.word(i - 1, "as") && !tokens.symbol(i, "(");
        if (!attribute && !label && Keywords.isStructure(word)) {
            copy(i);
        } else if (!attribute && !label && Keywords.isReserved(word) && !Keywords.isValue(word)) {
            return refuse(
                    "grammar",
                    "the grammar does not know " + word.toUpperCase(Locale.ROOT) + " yet");
        } else {
            name(i);
        }
        return Optional.empty();
    }

    private static Optional<Refusal> refuse(String code, String reason) {
        return Optional.of(new Refusal("parse", code, reason));
    }

    private int start(int i) {
        return tokens.sql().start(i);
    }

    private int end(int i) {
        return tokens.sql().end(i);
    }

    private void copy(int i) {
        tokens.text(i).getChars(0, end(i) - start(i), copy, start(i));
    }

    private void name(int i) {
        fill(i, 'z');
    }

    private void put(int i, char c) {
        copy[start(i)] = c;
    }

    private void fill(int i, char c) {
        Arrays.fill(copy, start(i), end(i), c);
    }
}
