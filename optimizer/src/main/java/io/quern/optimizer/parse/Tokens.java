package io.quern.optimizer.parse;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.SlotCheck;
import io.quern.optimizer.lex.SqlText;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The tokens of a statement by kind, with brackets paired. Immutable.
 *
 * <p>Names are folded as PostgreSQL folds them: ASCII letters only, and only where unquoted.
 */
public final class Tokens {

    /** What a token is, told by its first characters. */
    public enum Kind {
        /** An unquoted identifier or keyword. */
        WORD,
        /** {@code "a name"}. */
        QUOTED,
        /** Any string or bit-string literal, dollar quotes included. */
        STRING,
        NUMBER,
        /** {@code $1}. */
        PARAMETER,
        /** An operator or punctuation mark. */
        SYMBOL,
        /** What no rule understands, such as {@code U&"name"}. */
        OTHER
    }

    private final SqlText sql;
    private final Kind[] kinds;
    private final String[] words;
    private final int[] partners;

    private Tokens(SqlText sql, Kind[] kinds, String[] words, int[] partners) {
        this.sql = sql;
        this.kinds = kinds;
        this.words = words;
        this.partners = partners;
    }

    /** The tokens of a text; brackets without a partner stay alone. */
    public static Tokens of(SqlText sql) {
        int count = sql.count();
        Kind[] kinds = new Kind[count];
        String[] words = new String[count];
        int[] partners = new int[count];
        int[] open = new int[count];
        int depth = 0;
        for (int i = 0; i < count; i++) {
            String text = sql.sql().substring(sql.start(i), sql.end(i));
            kinds[i] = kindOf(text);
            words[i] = kinds[i] == Kind.WORD ? fold(text) : text;
            partners[i] = -1;
            if (kinds[i] == Kind.SYMBOL && (text.equals("(") || text.equals("["))) {
                open[depth++] = i;
            } else if (kinds[i] == Kind.SYMBOL
                    && (text.equals(")") || text.equals("]"))
                    && depth > 0
                    && words[open[depth - 1]].equals(text.equals(")") ? "(" : "[")) {
                int partner = open[--depth];
                partners[partner] = i;
                partners[i] = partner;
            }
        }
        return new Tokens(sql, kinds, words, partners);
    }

    private static Kind kindOf(String text) {
        char first = text.charAt(0);
        char last = text.charAt(text.length() - 1);
        if (first == '"') {
            return Kind.QUOTED;
        }
        if (first == '\'' || (last == '\'' && text.length() > 1)) {
            return Kind.STRING;
        }
        if (first == '$' && text.length() > 1) {
            return Character.isDigit(text.charAt(1)) ? Kind.PARAMETER : Kind.STRING;
        }
        if (isDigit(first) || (first == '.' && text.length() > 1 && isDigit(text.charAt(1)))) {
            return Kind.NUMBER;
        }
        if (last == '"') {
            return Kind.OTHER;
        }
        return first == '_' || first >= 0x80 || isLetter(first) ? Kind.WORD : Kind.SYMBOL;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static String fold(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                char[] chars = text.toCharArray();
                for (int j = 0; j < chars.length; j++) {
                    if (chars[j] >= 'A' && chars[j] <= 'Z') {
                        chars[j] = (char) (chars[j] + 32);
                    }
                }
                return new String(chars);
            }
        }
        return text.toLowerCase(Locale.ROOT);
    }

    public SqlText sql() {
        return sql;
    }

    public int count() {
        return kinds.length;
    }

    public Kind kind(int i) {
        return i >= 0 && i < kinds.length ? kinds[i] : Kind.OTHER;
    }

    /** The token as written. */
    public String text(int i) {
        return sql.sql().substring(sql.start(i), sql.end(i));
    }

    /** Whether token {@code i} exists and is this keyword (given in lower case). */
    public boolean word(int i, String keyword) {
        return kind(i) == Kind.WORD && words[i].equals(keyword);
    }

    /** Whether token {@code i} exists and is one of these keywords. */
    public boolean word(int i, Set<String> keywords) {
        return kind(i) == Kind.WORD && keywords.contains(words[i]);
    }

    /** Whether token {@code i} and those after it are these keywords. */
    public boolean words(int i, String... keywords) {
        for (int k = 0; k < keywords.length; k++) {
            if (!word(i + k, keywords[k])) {
                return false;
            }
        }
        return true;
    }

    /** Whether token {@code i} exists and is this operator or mark. */
    public boolean symbol(int i, String mark) {
        return kind(i) == Kind.SYMBOL && words[i].equals(mark);
    }

    /** The folded keyword, or the text of anything that is not a word. */
    public String folded(int i) {
        return words[i];
    }

    /** A run of tokens, folded, a space behind each: equal for texts that differ in layout only. */
    public String folded(Span span) {
        StringBuilder text = new StringBuilder();
        for (int i = span.from(); i < span.to(); i++) {
            text.append(folded(i)).append(' ');
        }
        return text.toString();
    }

    /** The other bracket of a pair, -1 if this is none or has none. */
    public int partner(int i) {
        return i >= 0 && i < partners.length ? partners[i] : -1;
    }

    /** The name an identifier token stands for; empty for anything else and for reserved words. */
    public Optional<String> name(int i) {
        return switch (kind(i)) {
            case WORD -> Keywords.isReserved(words[i]) ? Optional.empty() : Optional.of(words[i]);
            case QUOTED -> Optional.of(unquote(words[i]));
            default -> Optional.empty();
        };
    }

    /** The name after a dot, where reserved words are names too. */
    public Optional<String> attribute(int i) {
        return kind(i) == Kind.WORD ? Optional.of(words[i]) : name(i);
    }

    private static String unquote(String quoted) {
        return quoted.substring(1, quoted.length() - 1).replace("\"\"", "\"");
    }

    /** The characters of a plain {@code '…'} literal; empty for other forms of strings. */
    public Optional<String> plainString(int i) {
        if (kind(i) != Kind.STRING || words[i].charAt(0) != '\'') {
            return Optional.empty();
        }
        String body = words[i].substring(1, words[i].length() - 1);
        // a continued literal ('a' newline 'b') and backslashes are none of ours
        if (body.replace("''", "").contains("'") || body.indexOf('\\') >= 0) {
            return Optional.empty();
        }
        return Optional.of(body.replace("''", "'"));
    }

    /** Whether this statement's own literals pass a check. */
    public boolean holds(SlotCheck check) {
        return switch (check) {
            case SlotCheck.OfOne one -> {
                byte[] text = text(one.token()).getBytes(StandardCharsets.UTF_8);
                yield one.holds(text, 0, text.length);
            }
            case SlotCheck.Alike(int token, int other) -> text(token).equals(text(other));
        };
    }

    /** A parameter's number, from 1. */
    public int parameter(int i) {
        if (kind(i) != Kind.PARAMETER) {
            throw new IllegalArgumentException("token " + i + " is no parameter");
        }
        try {
            return Integer.parseInt(requireNonNull(words[i]).substring(1));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** The index after a span's elements at depth 0, split at this mark. */
    List<Span> split(Span span, String mark) {
        List<Span> parts = new ArrayList<>();
        int from = span.from();
        for (int i = span.from(); i < span.to(); i++) {
            if (partners[i] > i) {
                i = Math.min(partners[i], span.to() - 1);
            } else if (symbol(i, mark)) {
                parts.add(new Span(from, i));
                from = i + 1;
            }
        }
        parts.add(new Span(from, span.to()));
        return parts;
    }

    /** Number of tokens and kinds only: the text is the user's. */
    @Override
    public String toString() {
        return "Tokens" + Arrays.toString(kinds);
    }
}
