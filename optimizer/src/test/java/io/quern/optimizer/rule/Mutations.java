package io.quern.optimizer.rule;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Statements made of others by small changes: tokens of the same kind are exchanged, pieces in
 * brackets and conditions move between statements, joins and operators change, and what was a
 * statement becomes a part of one. Many are no valid SQL; whoever runs them finds out.
 */
final class Mutations {
    private static final Pattern TOKEN =
            Pattern.compile(
                    "'(?:[^']|'')*'|\"[^\"]*\"|\\$\\d+|[A-Za-z_]\\w*|\\d+(?:\\.\\d+)?"
                            + "|[-+*/<>=!|@^~#?&]+|::|\\s+|.",
                    Pattern.DOTALL);
    private static final Pattern CONDITION =
            Pattern.compile(
                    "(?is)\\bWHERE\\s+(.*?)(?=\\b(?:GROUP|ORDER|LIMIT|UNION|HAVING|OFFSET)\\b|$)");
    private static final List<String> COMPARISONS = List.of("=", "<>", "<", "<=", ">", ">=");
    private static final List<String> JOINS =
            List.of("JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", "JOIN LATERAL", "INNER JOIN");
    private static final List<String> AGGREGATES = List.of("min", "max", "count", "sum", "avg");
    private static final List<String> DRESSINGS =
            List.of(
                    "coalesce(%s, 1)",
                    "(%s)",
                    "%s + 1",
                    "%s::text",
                    "%s::numeric",
                    "%s::bigint",
                    "nullif(%s, 2)",
                    "max(%s)",
                    "(SELECT %s)",
                    "%s AND true",
                    "%s COLLATE \"C\"");
    private static final List<String> WRAPS =
            List.of(
                    "SELECT * FROM (%s) zz",
                    "SELECT count(*) FROM (%s) zz",
                    "SELECT DISTINCT * FROM (%s) zz",
                    "WITH zz AS (%s) SELECT * FROM zz a, zz b",
                    "WITH zz AS (%s) SELECT count(*) FROM zz a FULL JOIN zz b USING (id)",
                    "%s UNION ALL %s",
                    "%s UNION %s",
                    "SELECT count(*) FROM (%s) a LEFT JOIN (%s) b USING (id)",
                    "SELECT * FROM (%s) a WHERE EXISTS (%s)",
                    "SELECT * FROM (%s) a WHERE id IN (%s)",
                    "SELECT * FROM (%s) a, LATERAL (%s) b",
                    "SELECT zz FROM (%s) zz",
                    "SELECT (%s) IS NULL",
                    "SELECT * FROM (%s) zz ORDER BY 1 LIMIT 3",
                    "%s LIMIT 3");

    private final Random random;
    private final List<String> statements;
    private final Map<Character, List<String>> tokens = new TreeMap<>();
    private final List<String> pieces = new ArrayList<>();
    private final List<String> conditions = new ArrayList<>();

    /**
     * @param statements what is changed; their parts are what is put into others
     */
    Mutations(Random random, List<String> statements) {
        this.random = random;
        this.statements = statements;
        for (String statement : statements) {
            for (String token : tokens(statement)) {
                tokens.computeIfAbsent(kind(token), k -> new ArrayList<>()).add(token);
            }
            List<String> all = tokens(statement);
            for (int i = 0; i < all.size(); i++) {
                if (all.get(i).equals("(")) {
                    pieces.add(String.join("", all.subList(i, close(all, i))));
                }
            }
            Matcher where = CONDITION.matcher(statement);
            while (where.find()) {
                conditions.add(balanced(where.group(1)));
            }
        }
    }

    private static List<String> tokens(String sql) {
        return TOKEN.matcher(sql).results().map(m -> m.group()).collect(Collectors.toList());
    }

    private static char kind(String token) {
        char first = token.charAt(0);
        return first == '"' || first == '_' || Character.isLetter(first)
                ? token.equals(token.toUpperCase(Locale.ROOT)) && token.length() > 1 ? 'K' : 'a'
                : Character.isDigit(first) ? '0' : Character.isWhitespace(first) ? ' ' : first;
    }

    private static int close(List<String> all, int open) {
        int depth = 0;
        for (int i = open; i < all.size(); i++) {
            depth += all.get(i).equals("(") ? 1 : all.get(i).equals(")") ? -1 : 0;
            if (depth == 0) {
                return i + 1;
            }
        }
        return all.size();
    }

    /** The text up to a bracket that is closed but not opened in it. */
    private static String balanced(String text) {
        List<String> all = tokens(text);
        int depth = 0;
        for (int i = 0; i < all.size(); i++) {
            depth += all.get(i).equals("(") ? 1 : all.get(i).equals(")") ? -1 : 0;
            if (depth < 0) {
                return String.join("", all.subList(0, i));
            }
        }
        return text;
    }

    private <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    /** A changed form of a statement. */
    String of(String statement) {
        List<String> all = tokens(statement);
        int changes = 1 + random.nextInt(3);
        for (int i = 0; i < changes; i++) {
            change(all);
        }
        String text = String.join("", all);
        if (random.nextInt(6) > 0) {
            return text;
        }
        String wrap = pick(WRAPS);
        String other = random.nextBoolean() ? text : pick(statements);
        return wrap.replaceFirst("%s", Matcher.quoteReplacement(text)).replace("%s", other);
    }

    /** A literal of the same kind. */
    String literal(String literal) {
        return pick(tokens.getOrDefault(kind(literal), List.of(literal)));
    }

    private void change(List<String> all) {
        for (int attempt = 0; attempt < 20; attempt++) {
            int at = random.nextInt(all.size());
            String token = all.get(at);
            String to = changed(all, at, token);
            if (!to.equals(token)) {
                all.set(at, to);
                List<String> again = tokens(String.join("", all));
                all.clear();
                all.addAll(again);
                return;
            }
        }
    }

    private String changed(List<String> all, int at, String token) {
        String upper = token.toUpperCase(Locale.ROOT);
        return switch (upper) {
            case "AND" -> random.nextInt(3) == 0 ? "OR" : "AND " + pick(conditions()) + " AND";
            case "OR" -> random.nextInt(3) == 0 ? "AND" : "OR " + pick(conditions()) + " OR";
            case "JOIN" -> pick(JOINS);
            case "WHERE" ->
                    "WHERE "
                            + (random.nextInt(3) == 0 ? "NOT " : "")
                            + "("
                            + pick(conditions())
                            + ")"
                            + pick(List.of(" AND ", " OR ", " AND ", " AND NOT "));
            case "SELECT" -> random.nextInt(4) == 0 ? "SELECT DISTINCT" : token;
            case "UNION", "EXCEPT", "INTERSECT" ->
                    pick(List.of("UNION", "UNION ALL", "EXCEPT", "INTERSECT"));
            case "EXISTS", "IN" -> random.nextInt(2) == 0 ? "NOT " + token : token;
            case "NOT", "ALL", "DISTINCT" -> random.nextInt(2) == 0 ? " " : token;
            case "(" -> bracket(all, at);
            default -> word(token);
        };
    }

    private List<String> conditions() {
        return conditions.isEmpty() ? List.of("true") : conditions;
    }

    private String bracket(List<String> all, int at) {
        if (pieces.isEmpty() || random.nextInt(3) == 0) {
            return "(";
        }
        int end = close(all, at);
        String old = String.join("", all.subList(at, end));
        boolean query = old.startsWith("(SELECT");
        List<String> same = pieces.stream().filter(p -> p.startsWith("(SELECT") == query).toList();
        if (same.isEmpty()) {
            return "(";
        }
        for (int i = end - 1; i > at; i--) {
            all.remove(i);
        }
        return pick(same);
    }

    private String word(String token) {
        if (COMPARISONS.contains(token)) {
            return pick(COMPARISONS);
        }
        if (AGGREGATES.contains(token)) {
            return pick(AGGREGATES);
        }
        return switch (kind(token)) {
            case 'a' ->
                    random.nextInt(4) == 0
                            ? pick(DRESSINGS).replace("%s", token)
                            : pick(tokens.getOrDefault('a', List.of(token)));
            case '0', '\'', '$' ->
                    random.nextInt(8) == 0
                            ? "NULL"
                            : pick(
                                    tokens.getOrDefault(
                                            random.nextInt(4) == 0 ? 'a' : kind(token),
                                            List.of(token)));
            default -> token;
        };
    }
}
