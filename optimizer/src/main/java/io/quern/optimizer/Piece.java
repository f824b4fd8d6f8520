package io.quern.optimizer;

import static java.util.Objects.requireNonNull;

/** A part of the replacement text of an {@link Edit}. */
public sealed interface Piece {

    /** Fixed SQL text that the rule wrote. */
    record Text(String sql) implements Piece {
        public Text {
            requireNonNull(sql, "sql");
        }
    }

    /**
     * The source text from the start of token {@code from} to the end of token {@code to - 1},
     * white space and comments between them included. Literals inside come along, so that an edit
     * found for one set of literals serves any other.
     */
    record Source(int from, int to) implements Piece {
        public Source {
            if (from < 0 || to <= from) {
                throw new IllegalArgumentException("not a run of tokens: " + from + ".." + to);
            }
        }
    }

    /**
     * The source tokens from {@code from} to {@code to - 1}, numbers or strings and the commas
     * between them, as the text of an array: {@code '{1,2,3}'}, {@code '{"a","b"}'}. PostgreSQL
     * reads it faster than as many literals. Nothing is escaped, so a rule must see to it that in
     * every execution they are numbers or {@link SlotCheck.Shape#QUOTABLE} strings.
     */
    record ArrayText(int from, int to) implements Piece {
        public ArrayText {
            if (from < 0 || to <= from) {
                throw new IllegalArgumentException("not a run of tokens: " + from + ".." + to);
            }
        }

        /** How a token reads within the text of an array: a string in double quotes. */
        public static String element(String token) {
            return token.startsWith("'") && token.length() > 1
                    ? '"' + token.substring(1, token.length() - 1) + '"'
                    : token;
        }
    }
}
