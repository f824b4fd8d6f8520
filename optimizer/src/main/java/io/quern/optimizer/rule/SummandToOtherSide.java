package io.quern.optimizer.rule;

import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.catalog.Types;
import io.quern.optimizer.guard.SteadyValue;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Turns {@code c + d = k} for integers into {@code c = k - d}, which an index on c can serve; so
 * too {@code d + c}, {@code c - d} and every other comparison.
 *
 * <p>It is computed in bigint, which a difference or sum of two smaller integers always fits, and
 * PostgreSQL's indexes compare integers of different widths. Where k or d is a bigint itself, the
 * bound is computed only from values that are far from its ends; for others the old condition stays
 * in force. An equality with a bigint k and a literal d needs no such question: where k - d leaves
 * bigint there is no such c.
 */
final class SummandToOtherSide implements ComparisonRule {
    private static final Set<Integer> NARROW = Set.of(Types.INT2, Types.INT4);
    private static final String LEAST = "'-9223372036854775808'::pg_catalog.int8";
    private static final String GREATEST = "9223372036854775807";

    @Override
    public boolean sees(Resolved statement, Comparison comparison) {
        return sum(statement, comparison).isPresent();
    }

    private static Optional<Sum> sum(Resolved statement, Comparison comparison) {
        int type = comparison.right().type();
        if (!Types.INTEGERS.contains(type)
                || !comparison.compares(comparison.left().type(), type)) {
            return Optional.empty();
        }
        return Sum.of(statement, comparison).stream()
                .filter(s -> Types.INTEGERS.contains(s.use().type()))
                .filter(s -> Types.INTEGERS.contains(s.read().type()))
                .filter(s -> s.use().column().filter(c -> c.levelsUp() == 0).isPresent())
                .filter(s -> statement.column(s.summand()).filter(c -> c.levelsUp() == 0).isEmpty())
                .findFirst();
    }

    @Override
    public List<Object> write(Resolved statement, Comparison comparison, Attempt attempt) {
        Sum sum = sum(statement, comparison).orElseThrow();
        if (!attempt.requires(new SteadyValue(statement, sum.read()))) {
            return List.of();
        }
        int type = comparison.right().type();
        var value = new Value(statement, comparison.value());
        var summand = new Value(statement, sum.summand());
        List<Object> k = value.as(type);
        List<Object> d = summand.as(sum.read().type());
        boolean narrow = NARROW.contains(type) && NARROW.contains(sum.read().type());
        attempt.fact("integers are compared exactly, whatever their width")
                .fact("a row whose sum would be out of range is no error any more");
        boolean numbers = isNatural(value, type) && isNatural(summand, sum.read().type());
        // the difference of two literals fits: neither is negative
        List<Object> wide =
                type == Types.INT8 || (numbers && !sum.minus())
                        ? k
                        : List.of("(", comparison.value(), ")::pg_catalog.int8");
        List<Object> bound = List.of(wide, sum.minus() ? " + " : " - ", d);
        if (!narrow && comparison.operator().equals("=") && isNatural(summand, sum.read().type())) {
            String fits = sum.minus() ? " <= " + GREATEST + " - " : " >= " + LEAST + " + ";
            return List.of(
                    List.of(sum.column(), " = CASE WHEN ", wide, fits, d),
                    List.of(" THEN ", bound, " END"));
        }
        String half = " BETWEEN -4000000000000000000 AND 4000000000000000000";
        Bounds bounds =
                narrow
                        ? Bounds.ALWAYS
                        : new Bounds(List.of(k, half, " AND ", d, half), LEAST, GREATEST);
        return bounds.exactly(sum.column(), comparison, bound);
    }

    /** Whether it is a literal of digits alone that PostgreSQL reads as an integer. */
    private static boolean isNatural(Value value, int type) {
        return type == Types.INT4 && value.isNumber();
    }
}
