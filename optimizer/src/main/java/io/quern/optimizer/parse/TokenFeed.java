package io.quern.optimizer.parse;

import org.jspecify.annotations.Nullable;

import java.lang.reflect.Field;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Hands Quern's own tokens to the generated parser, so that one lexer alone decides what a token of
 * PostgreSQL is. A token of the parser carries its kind and its number, never the text of a name or
 * literal. Single-use, for one thread.
 *
 * <p>Tokens are numbered as in {@link Tokens}, but for {@code UESCAPE 'c'}, which belongs to the
 * string or name before it.
 */
final class TokenFeed implements TokenManager {
    private static final Map<String, Integer> KINDS = new HashMap<>();
    private static final Map<Integer, Keywords.Category> CATEGORIES = new HashMap<>();
    private static final Set<Integer> BARE = new HashSet<>();

    static {
        Map<String, Keywords.Category> keywords = Keywords.all();
        for (Field field : PostgresParserConstants.class.getFields()) {
            // SELECT, or DEFAULT_ where Java or JavaCC has the word for itself
            String word = field.getName().replaceAll("_$", "").toLowerCase(Locale.ROOT);
            Keywords.Category category = keywords.get(word);
            if (category != null && !field.getName().equals("DEFAULT")) {
                int kind = number(field);
                KINDS.put(word, kind);
                CATEGORIES.put(kind, category);
                if (Keywords.isBareLabel(word)) {
                    BARE.add(kind);
                }
            }
        }
        mark("(", PostgresParserConstants.LPAREN);
        mark(")", PostgresParserConstants.RPAREN);
        mark("[", PostgresParserConstants.LBRACKET);
        mark("]", PostgresParserConstants.RBRACKET);
        mark(";", PostgresParserConstants.SEMICOLON);
        mark(",", PostgresParserConstants.COMMA);
        mark(".", PostgresParserConstants.DOT);
        mark(":", PostgresParserConstants.COLON);
        mark("::", PostgresParserConstants.CAST_MARK);
        mark(":=", PostgresParserConstants.ASSIGN);
        mark("=>", PostgresParserConstants.ARROW);
        mark("=", PostgresParserConstants.EQ);
        mark("<>", PostgresParserConstants.NE);
        mark("!=", PostgresParserConstants.NE);
        mark("<", PostgresParserConstants.LT);
        mark(">", PostgresParserConstants.GT);
        mark("<=", PostgresParserConstants.LE);
        mark(">=", PostgresParserConstants.GE);
        mark("+", PostgresParserConstants.PLUS);
        mark("-", PostgresParserConstants.MINUS);
        mark("*", PostgresParserConstants.STAR);
        mark("/", PostgresParserConstants.SLASH);
        mark("%", PostgresParserConstants.PERCENT_MARK);
        mark("^", PostgresParserConstants.CARET);
        mark("||", PostgresParserConstants.CONCAT);
    }

    private static int number(Field field) {
        try {
            return field.getInt(null);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("the parser's constants are public", e);
        }
    }

    private static void mark(String mark, int kind) {
        KINDS.put(mark, kind);
    }

    private final Tokens tokens;
    private final int[] kinds;
    private final int[] starts;
    private final int count;
    private int handed;

    /** The tokens of a span. */
    TokenFeed(Tokens tokens, Span span) {
        this.tokens = tokens;
        kinds = new int[span.length()];
        starts = new int[span.length() + 1];
        int n = 0;
        for (int i = span.from(); i < span.to(); i++, n++) {
            kinds[n] = kind(i);
            starts[n] = i;
            if ((kinds[n] == PostgresParserConstants.STRING_LITERAL
                            || kinds[n] == PostgresParserConstants.UNICODE_NAME)
                    && i + 2 < span.to()
                    && tokens.word(i + 1, "uescape")
                    && tokens.kind(i + 2) == Tokens.Kind.STRING) {
                i += 2;
            }
        }
        starts[n] = span.to();
        count = n;
    }

    private int kind(int i) {
        return switch (tokens.kind(i)) {
            case WORD -> KINDS.getOrDefault(tokens.folded(i), PostgresParserConstants.PLAIN_NAME);
            case QUOTED -> PostgresParserConstants.QUOTED_NAME;
            case STRING -> string(tokens.text(i).charAt(0));
            case NUMBER -> PostgresParserConstants.NUMBER_LITERAL;
            case PARAMETER -> PostgresParserConstants.PARAMETER_MARK;
            case SYMBOL -> symbol(i);
            case OTHER ->
                    tokens.text(i).endsWith("\"")
                            ? PostgresParserConstants.UNICODE_NAME
                            : PostgresParserConstants.UNREADABLE;
        };
    }

    private static int string(char first) {
        return switch (first) {
            case 'b', 'B', 'x', 'X' -> PostgresParserConstants.BITS;
            default -> PostgresParserConstants.STRING_LITERAL;
        };
    }

    private int symbol(int i) {
        String mark = tokens.folded(i);
        Integer kind = KINDS.get(mark);
        if (kind != null) {
            return kind;
        }
        return "~!@#^&|`?+-*/%<>=".indexOf(mark.charAt(0)) >= 0
                ? PostgresParserConstants.OPERATOR_NAME
                : PostgresParserConstants.UNREADABLE;
    }

    @Override
    public Token getNextToken() {
        var token = new Token();
        token.kind = kind(handed, 0);
        token.image = "";
        token.beginLine = 1;
        token.endLine = 1;
        token.beginColumn = handed;
        token.endColumn = handed;
        if (handed < count) {
            handed++;
        }
        return token;
    }

    /** The number of tokens. */
    int count() {
        return count;
    }

    /** The kind of a token, end-of-text behind the last one. */
    int kind(int number, int ahead) {
        int i = number + ahead;
        return i >= 0 && i < count ? kinds[i] : PostgresParserConstants.EOF;
    }

    /**
     * The number in {@link Tokens} at which a token begins; the end for the one behind the last.
     */
    int start(int number) {
        return starts[Math.min(number, count)];
    }

    /** The number of the token that begins at a place in {@link Tokens}. */
    int number(int start) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (starts[middle] < start) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    static Keywords.@Nullable Category category(int kind) {
        return CATEGORIES.get(kind);
    }

    static boolean isBareLabel(int kind) {
        return BARE.contains(kind);
    }
}
