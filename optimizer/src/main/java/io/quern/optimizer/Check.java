package io.quern.optimizer;

import static java.util.Objects.requireNonNull;

/**
 * A CHECK constraint of a {@link Table}: no row makes its expression false (NULL passes).
 *
 * @param expression as {@code pg_get_expr} prints it
 * @param validated false for NOT VALID: rows that were there before may violate it
 * @param enforced false for NOT ENFORCED (from 18 on), and where rows are on a foreign server
 * @param noInherit whether inheritance children are exempt
 */
public record Check(
        String name, String expression, boolean validated, boolean enforced, boolean noInherit) {
    public Check {
        requireNonNull(name, "name");
        requireNonNull(expression, "expression");
    }
}
