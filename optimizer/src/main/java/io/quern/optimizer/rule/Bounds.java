package io.quern.optimizer.rule;

import org.apache.calcite.sql.SqlNode;

import java.util.List;

/**
 * What a column is compared with instead of its expression: bounds computed from a value, where
 * that cannot fail. For the few values where it could, the old condition decides alone; the planner
 * folds that question away as soon as it knows the value.
 *
 * @param safe a condition on the value under which the bounds can be computed; empty if they always
 *     can
 * @param least a constant that no value of the column is below
 * @param greatest a constant that no value of the column is above
 */
record Bounds(List<Object> safe, String least, String greatest) {

    /** For a value from which bounds can always be computed. */
    static final Bounds ALWAYS = new Bounds(List.of(), "", "");

    /**
     * The column compared with a bound, where that is the old condition.
     *
     * @param old the old condition
     */
    List<Object> exactly(SqlNode column, Comparison old, List<Object> bound) {
        String operator = " " + old.operator() + " ";
        if (safe.isEmpty()) {
            return List.of(column, operator, bound);
        }
        return List.of(
                between(column, old, bound, bound),
                " AND CASE WHEN ",
                List.of(safe, " THEN ", column, operator, bound),
                List.of(" ELSE ", old.written(), " END"));
    }

    /** The old condition, and a range of the column that holds all it is true for. */
    List<Object> around(SqlNode column, Comparison old, List<Object> low, List<Object> high) {
        return List.of(between(column, old, low, high), " AND ", old.written());
    }

    /**
     * The old condition, asked only about what lies between two bounds: beyond them its answer is
     * certain.
     */
    List<Object> near(SqlNode column, Comparison old, List<Object> low, List<Object> high) {
        if (old.below() && old.above()) {
            return around(column, old, low, high);
        }
        List<Object> certain =
                old.below()
                        ? List.of(column, " > ", guarded(high, greatest))
                        : List.of(column, " < ", guarded(low, least));
        return List.of(
                between(column, old, low, high), " AND (", certain, " OR ", old.written(), ")");
    }

    private List<Object> between(
            SqlNode column, Comparison old, List<Object> low, List<Object> high) {
        List<Object> below = List.of(column, " >= ", guarded(low, least));
        List<Object> above = List.of(column, " <= ", guarded(high, greatest));
        if (old.below() && old.above()) {
            return List.of(below, " AND ", above);
        }
        return old.below() ? below : above;
    }

    /** A bound where it can be computed, else what bounds nothing. */
    private List<Object> guarded(List<Object> bound, String otherwise) {
        return safe.isEmpty()
                ? bound
                : List.of("CASE WHEN ", safe, " THEN ", bound, " ELSE " + otherwise + " END");
    }
}
