package io.quern.advisor.admin;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lays a statement out for reading: clauses begin lines, subqueries are indented. Only white space
 * between tokens changes, so what is shown can be copied and run. It need not understand the
 * statement: what it does not recognise stays on its line.
 */
final class SqlLayout {
    private static final Pattern TOKEN =
            Pattern.compile(
                    "(?<space>\\s++)"
                            // a doubled quote makes two tokens, with nothing between them
                            + "|'[^']*+'|\"[^\"]*+\""
                            + "|\\$(?<tag>\\w*)\\$.*?\\$\\k<tag>\\$"
                            + "|--[^\\n]*+\\n?"
                            + "|/\\*.*?\\*/"
                            + "|\\$?\\w++"
                            + "|::|<>|<=|>=|!=|\\|\\||->>|->"
                            + "|.",
                    Pattern.DOTALL);

    private static final Set<String> CLAUSES =
            Set.of(
                    "SELECT",
                    "FROM",
                    "WHERE",
                    "GROUP",
                    "HAVING",
                    "ORDER",
                    "LIMIT",
                    "OFFSET",
                    "WINDOW",
                    "UNION",
                    "INTERSECT",
                    "EXCEPT",
                    "RETURNING",
                    "VALUES",
                    "SET",
                    "FETCH",
                    "JOIN",
                    "LEFT",
                    "RIGHT",
                    "FULL",
                    "INNER",
                    "CROSS",
                    "NATURAL");
    private static final Set<String> JOIN_WORDS =
            Set.of("LEFT", "RIGHT", "FULL", "INNER", "CROSS", "NATURAL", "OUTER");
    private static final Set<String> OTHER_KEYWORDS =
            Set.of(
                    "ALL",
                    "AND",
                    "ANY",
                    "ARRAY",
                    "AS",
                    "ASC",
                    "BETWEEN",
                    "BY",
                    "CASE",
                    "CAST",
                    "CONCURRENTLY",
                    "CREATE",
                    "DELETE",
                    "DESC",
                    "DISTINCT",
                    "DROP",
                    "ELSE",
                    "END",
                    "EXISTS",
                    "FALSE",
                    "FILTER",
                    "FIRST",
                    "FOR",
                    "IF",
                    "ILIKE",
                    "IN",
                    "INDEX",
                    "INSERT",
                    "INTERVAL",
                    "INTO",
                    "IS",
                    "LAST",
                    "LATERAL",
                    "LIKE",
                    "NEXT",
                    "NOT",
                    "NULL",
                    "NULLS",
                    "ON",
                    "ONLY",
                    "OR",
                    "OUTER",
                    "OVER",
                    "PARTITION",
                    "ROWS",
                    "THEN",
                    "TRUE",
                    "UPDATE",
                    "USING",
                    "WHEN",
                    "WITH");

    /**
     * A token and the white space the layout puts before it.
     *
     * @param keyword whether it is an SQL keyword
     */
    record Token(String gap, String text, boolean keyword) {}

    private record Raw(String text, boolean spaced) {
        String word() {
            return text.toUpperCase(Locale.ROOT);
        }
    }

    private final List<Raw> raws = new ArrayList<>();
    private final Deque<Boolean> subqueries = new ArrayDeque<>();
    private boolean inBetween;

    private SqlLayout(String sql) {
        boolean spaced = false;
        Matcher token = TOKEN.matcher(sql);
        while (token.find()) {
            if (token.group("space") != null) {
                spaced = true;
            } else {
                raws.add(new Raw(token.group(), spaced));
                spaced = false;
            }
        }
    }

    /** A statement on as many lines as it has clauses. */
    static List<Token> lines(String sql) {
        return new SqlLayout(sql).tokens(true);
    }

    /** A statement on one line. */
    static List<Token> line(String sql) {
        return new SqlLayout(sql).tokens(false);
    }

    private List<Token> tokens(boolean broken) {
        List<Token> tokens = new ArrayList<>();
        for (int i = 0; i < raws.size(); i++) {
            String gap = gap(i, broken);
            String word = raws.get(i).word();
            boolean keyword = CLAUSES.contains(word) || OTHER_KEYWORDS.contains(word);
            tokens.add(new Token(i == 0 ? "" : gap, raws.get(i).text(), keyword));
        }
        return tokens;
    }

    /** The white space before a token; follows parentheses as a side effect. */
    private String gap(int i, boolean broken) {
        String word = raws.get(i).word();
        if (word.equals(")")) {
            boolean subquery = !subqueries.isEmpty() && subqueries.pop();
            return broken && subquery ? newLine(0) : "";
        }
        String gap = broken && breaksBefore(i) ? newLine(indent(word)) : inlineGap(i);
        if (word.equals("(")) {
            subqueries.push(Set.of("SELECT", "WITH", "VALUES").contains(wordAt(i + 1)));
        }
        return gap;
    }

    private String inlineGap(int i) {
        String previous = wordAt(i - 1);
        boolean tight =
                Set.of("(", ".", "::", "[").contains(previous)
                        || Set.of(")", ",", ".", ";", "::", "]").contains(raws.get(i).text());
        return raws.get(i).spaced() && !tight ? " " : "";
    }

    private boolean breaksBefore(int i) {
        if (!subqueries.isEmpty() && !subqueries.peek()) {
            return false;
        }
        String word = raws.get(i).word();
        String previous = wordAt(i - 1);
        if (previous.equals(".") || wordAt(i + 1).equals(".")) {
            return false;
        }
        return switch (word) {
            case "BETWEEN" -> {
                inBetween = true;
                yield false;
            }
            case "AND" -> {
                boolean breaks = !inBetween;
                inBetween = false;
                yield breaks;
            }
            case "OR" -> true;
            case "FROM" -> !Set.of("DISTINCT", "DELETE").contains(previous);
            case "LEFT", "RIGHT" -> !wordAt(i + 1).equals("(");
            case "JOIN" -> !JOIN_WORDS.contains(previous);
            case "FOR" -> Set.of("UPDATE", "SHARE", "NO", "KEY").contains(wordAt(i + 1));
            default -> CLAUSES.contains(word);
        };
    }

    private static int indent(String word) {
        return word.equals("AND") || word.equals("OR") ? 1 : 0;
    }

    private String newLine(int more) {
        long depth = subqueries.stream().filter(subquery -> subquery).count();
        return "\n" + "  ".repeat((int) depth + more);
    }

    private String wordAt(int i) {
        return i < 0 || i >= raws.size() ? "" : raws.get(i).word();
    }
}
