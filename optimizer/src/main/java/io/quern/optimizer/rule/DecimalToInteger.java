package io.quern.optimizer.rule;

import io.quern.optimizer.SlotCheck.Shape;
import io.quern.optimizer.catalog.ColumnUse;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.catalog.Types;

import org.apache.calcite.sql.SqlNode;

import java.util.List;

/**
 * Turns a comparison of an integer column with a numeric or floating value, which PostgreSQL makes
 * by casting the column, into one with an integer, which an index can serve: {@code n = 777.0} into
 * {@code n = 777.0::int8}, {@code n > 77.5} into {@code n > floor(77.5)::int8}.
 *
 * <p>A value that is not integral equals no integer. For one beyond bigint, and for a floating
 * value from 2^53 on, which several bigints are rounded to, the old condition stays in force; so it
 * does for NaN, which is greater than every number here.
 */
final class DecimalToInteger implements ComparisonRule {
    private static final String LEAST = "'-9223372036854775808'::pg_catalog.int8";
    private static final String GREATEST = "9223372036854775807";

    @Override
    public boolean sees(Resolved statement, Comparison comparison) {
        int type = comparison.left().type();
        return (type == Types.NUMERIC || type == Types.FLOAT8)
                && comparison.left().isImplicitCast()
                && (comparison.compares(type, type)
                        || (type == Types.FLOAT8 && comparison.compares(type, Types.FLOAT4)))
                && statement
                        .column(comparison.subject())
                        .filter(c -> Types.INTEGERS.contains(c.column().typeOid()))
                        .isPresent();
    }

    @Override
    public List<Object> write(Resolved statement, Comparison comparison, Attempt attempt) {
        int type = comparison.left().type();
        SqlNode c = comparison.subject();
        ColumnUse column = statement.column(c).orElseThrow();
        var value = new Value(statement, comparison.value());
        attempt.fact(column + " is an integer");
        if (value.isShaped(Shape.INTEGRAL, attempt)) {
            return Bounds.ALWAYS.exactly(
                    c, comparison, List.of("(", comparison.value(), ")::pg_catalog.int8"));
        }
        List<Object> k = value.as(comparison.right().type());
        String ends =
                type == Types.NUMERIC
                        ? " BETWEEN -9223372036854775808 AND 9223372036854775807"
                        : " BETWEEN -9007199254740991 AND 9007199254740991";
        boolean rounded = type == Types.FLOAT8 && column.column().typeOid() == Types.INT8;
        if (comparison.operator().equals("=") && !rounded) {
            return List.of(
                    List.of(c, " = CASE WHEN ", k, ends, " AND ", k, " = pg_catalog.floor(", k),
                    List.of(") THEN (", k, ")::pg_catalog.int8 END"));
        }
        Bounds bounds = new Bounds(List.of(k, ends), LEAST, GREATEST);
        return comparison.operator().equals("=")
                ? bounds.around(c, comparison, integer("ceil", k), integer("floor", k))
                : bounds.exactly(c, comparison, bound(comparison.operator(), k));
    }

    /** What an integer is compared with in its place. */
    private static List<Object> bound(String operator, List<Object> k) {
        return switch (operator) {
            case ">", "<=" -> integer("floor", k);
            default -> integer("ceil", k);
        };
    }

    private static List<Object> integer(String rounding, List<Object> k) {
        return List.of("pg_catalog." + rounding + "(", k, ")::pg_catalog.int8");
    }
}
