package io.quern.optimizer.rule;

import io.quern.optimizer.SlotCheck.Shape;
import io.quern.optimizer.catalog.ColumnUse;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.catalog.Types;
import io.quern.optimizer.guard.SameBytes;

import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlNode;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Turns {@code n::text = k} for an integer column into {@code n = k::integer}, which an index on n
 * can serve.
 *
 * <p>An integer has one text: no sign but a minus, no leading zeros, no spaces. A k that reads
 * otherwise, or is beyond bigint, is the text of no integer; a pattern tells before it is cast.
 */
final class IntegerTextToInteger implements ComparisonRule {
    private static final Set<Integer> TEXTS = Set.of(Types.TEXT, Types.VARCHAR);

    @Override
    public boolean sees(Resolved statement, Comparison comparison) {
        return comparison.operator().equals("=")
                && comparison.compares(Types.TEXT, Types.TEXT)
                && column(statement, comparison).isPresent();
    }

    private static Optional<SqlNode> column(Resolved statement, Comparison comparison) {
        var cast = statement.expression(comparison.subject());
        boolean text =
                cast.filter(e -> e.node().is("COERCEVIAIO") && TEXTS.contains(e.type()))
                        .filter(e -> e.typmod() < 0)
                        .flatMap(e -> e.argument())
                        .filter(e -> e.column().isPresent())
                        .filter(e -> Types.INTEGERS.contains(e.type()))
                        .isPresent();
        return text
                        && comparison.subject() instanceof SqlCall call
                        && statement.column(call.operand(0)).isPresent()
                ? Optional.of(call.operand(0))
                : Optional.empty();
    }

    @Override
    public List<Object> write(Resolved statement, Comparison comparison, Attempt attempt) {
        SqlNode n = column(statement, comparison).orElseThrow();
        ColumnUse column = statement.column(n).orElseThrow();
        if (!attempt.requires(new SameBytes(column, comparison.read()))) {
            return List.of();
        }
        var value = new Value(statement, comparison.value());
        attempt.fact(column + " is an integer, which has one text");
        if (value.isShaped(Shape.NATURAL_TEXT, attempt)) {
            return List.of(n, " = (", comparison.value(), ")::pg_catalog.int4");
        }
        List<Object> k = value.as(Types.TEXT);
        return List.of(
                List.of(n, " = CASE WHEN ", k, " ~ '^(0|-?[1-9][0-9]{0,18})$'"),
                List.of(" THEN CASE WHEN (", k, ")::pg_catalog.numeric"),
                " BETWEEN -9223372036854775808 AND 9223372036854775807",
                List.of(" THEN (", k, ")::pg_catalog.int8 END END"));
    }
}
