package io.quern.optimizer.rule;

import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.Resolved;

import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Conditions that only matter together: those of a WHERE, of an ON, of a HAVING, or of one arm of
 * an OR among them. A rule that adds a condition beside another looks here whether it has done so.
 */
record Conjunction(List<SqlNode> parts) {
    Conjunction {
        parts = List.copyOf(parts);
    }

    /** Looks at an equality that matters by its truth alone, with one side first. */
    interface Look {
        /**
         * @param together what the condition stands with
         * @param condition the equality as written
         */
        void at(Conjunction together, SqlNode condition, BtreeComparison equality);
    }

    /** Hands over every equality that matters by its truth alone, either side first. */
    static void equalities(Resolved statement, Look look) {
        for (Level level : statement.levels()) {
            for (Conjunction together : of(level)) {
                for (SqlNode condition : together.parts()) {
                    BtreeComparison.of(condition, statement).stream()
                            .filter(c -> c.sign() == BtreeComparison.Sign.EQUAL)
                            .forEach(
                                    c -> {
                                        look.at(together, condition, c);
                                        look.at(together, condition, c.flipped());
                                    });
                }
            }
        }
    }

    /** All of a query level. */
    static List<Conjunction> of(Level level) {
        Map<Object, List<SqlNode>> clauses = new LinkedHashMap<>();
        for (Level.Condition condition : level.conditions()) {
            Object clause = Objects.requireNonNullElse(condition.join(), condition.place());
            clauses.computeIfAbsent(clause, c -> new ArrayList<>()).add(condition.node());
        }
        List<Conjunction> all = new ArrayList<>();
        clauses.values().forEach(parts -> add(parts, all));
        return all;
    }

    private static void add(List<SqlNode> parts, List<Conjunction> into) {
        into.add(new Conjunction(parts));
        for (SqlNode part : parts) {
            if (part.getKind() == SqlKind.OR) {
                Level.flattened(part, SqlKind.OR).forEach(arm -> add(Level.conjuncts(arm), into));
            }
        }
    }
}
