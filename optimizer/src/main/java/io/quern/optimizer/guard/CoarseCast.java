package io.quern.optimizer.guard;

import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Types;

import java.util.Set;

/**
 * A cast that an operator makes of a column and that makes different values equal: texts that
 * differ in spaces at their end, seen as {@code bpchar}, and numbers beyond what a float tells
 * apart.
 */
public final class CoarseCast {
    private static final Set<Integer> LONG = Set.of(Types.INT8, Types.NUMERIC);

    private CoarseCast() {}

    /** Whether an operand is one. */
    public static boolean is(Expression operand) {
        int from = operand.uncast().type();
        int to = operand.type();
        return switch (to) {
            case Types.BPCHAR -> from != Types.BPCHAR;
            case Types.FLOAT8 -> LONG.contains(from);
            case Types.FLOAT4 -> from != Types.FLOAT4 && from != Types.INT2;
            default -> false;
        };
    }
}
