package io.quern.optimizer.random;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/** Conditions as they stand in WHERE: patterns among others, under AND, OR, NOT and brackets. */
final class Conditions {
    private final Dice dice;
    private final RowPatterns rows;
    private final SubqueryPatterns subqueries;

    Conditions(Writing writing, RowPatterns rows, SubqueryPatterns subqueries) {
        this.dice = writing.dice();
        this.rows = rows;
        this.subqueries = subqueries;
    }

    /** The pattern of a rule; null if these items have nothing for it. */
    @Nullable String pattern(String rule, Scope scope) {
        return rows.has(rule) ? rows.of(rule, scope) : subqueries.of(rule, scope);
    }

    /** Any condition, of whatever rule or none. */
    @Nullable String any(Scope scope, int depth) {
        return switch (dice.below(depth > 0 ? 7 : 5)) {
            case 0, 1, 2 -> rows.simple(scope);
            case 3, 4 -> rows.of(dice.pick(rows.names()), scope);
            default -> subqueries.of(dice.pick(subqueries.names()), scope);
        };
    }

    /** WHERE with these conditions and perhaps more; empty if there is none. */
    String where(Scope scope, List<String> conditions, int depth) {
        List<String> all = new ArrayList<>(conditions);
        while (dice.oneIn(3)) {
            String more = any(scope, depth);
            if (more != null) {
                all.add(nested(scope, more));
            }
        }
        if (all.isEmpty()) {
            return "";
        }
        List<String> terms = dice.shuffled(all).stream().map(this::bracketed).toList();
        return dice.of(" WHERE ", "\nWHERE ")
                + String.join(dice.of(" AND ", " AND ", " and ", "\n  AND "), terms);
    }

    /** A condition in some place where a rule may find it. */
    String nested(Scope scope, String condition) {
        String other = rows.simple(scope);
        if (other == null) {
            return condition;
        }
        return switch (dice.below(14)) {
            case 0 -> "(" + condition + ")";
            case 1 -> "(" + bracketed(condition) + " OR " + other + ")";
            case 2 -> "(" + other + " OR (" + condition + "))";
            case 3 -> "NOT (" + condition + ")";
            case 4 -> "((" + condition + ") AND " + other + ")";
            case 5 -> "(" + other + " AND " + bracketed(condition) + " OR " + other + ")";
            case 6 -> "(" + condition + ") IS " + dice.of("TRUE", "NOT TRUE", "NOT FALSE");
            default -> condition;
        };
    }

    /** In brackets if something in it binds less than AND. */
    private String bracketed(String condition) {
        return condition.matches("(?s).*\\b(OR|or)\\b.*") && !wrapped(condition)
                ? "(" + condition + ")"
                : condition;
    }

    private static boolean wrapped(String text) {
        int depth = 0;
        for (int i = 0; i < text.length(); i++) {
            depth += text.charAt(i) == '(' ? 1 : text.charAt(i) == ')' ? -1 : 0;
            if (depth == 0) {
                return i == text.length() - 1;
            }
        }
        return false;
    }
}
