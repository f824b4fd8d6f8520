package io.quern.optimizer.rule;

import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.catalog.SystemCatalog.Function;
import io.quern.optimizer.parse.Form;

import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;

import java.util.Optional;

/**
 * An aggregate of a query level as written and as read.
 *
 * @param whole what is written, FILTER included
 * @param read how PostgreSQL reads it: an {@code AGGREF}
 * @param argument its only argument; empty for {@code count(*)}
 * @param filter the condition of FILTER
 */
public record AggregateCall(
        SqlCall whole, Expression read, Optional<SqlNode> argument, Optional<SqlNode> filter) {

    /** What an output is if it is an aggregate of no or one argument; its alias is passed over. */
    public static Optional<AggregateCall> of(Resolved statement, Level level, SqlNode output) {
        SqlNode node = Output.unaliased(output);
        if (!(node instanceof SqlCall whole)) {
            return Optional.empty();
        }
        boolean filtered = whole.getOperator().equals(Form.FILTER);
        SqlNode inner = filtered ? whole.operand(0) : whole;
        if (!(inner instanceof SqlCall call)
                || call.getKind() != SqlKind.OTHER_FUNCTION
                || call.operandCount() != 1) {
            return Optional.empty();
        }
        SqlNode operand = call.operand(0);
        boolean star = operand instanceof SqlIdentifier id && id.isStar();
        return statement
                .expression(call)
                .filter(e -> e.node().is("AGGREF") && e.level() == level)
                .filter(e -> e.node().integer("agglevelsup") == 0 && e.function().isPresent())
                .map(
                        e ->
                                new AggregateCall(
                                        whole,
                                        e,
                                        star ? Optional.empty() : Optional.of(operand),
                                        filtered
                                                ? Optional.of(whole.operand(1))
                                                : Optional.empty()));
    }

    /** What is written without FILTER. */
    public SqlNode bare() {
        return filter.isPresent() ? whole.operand(0) : whole;
    }

    public Function function() {
        return read.function().orElseThrow();
    }

    /** Whether DISTINCT or ORDER BY stands among its arguments. */
    public boolean sorted() {
        return !read.node().nodes("aggdistinct").isEmpty()
                || !read.node().nodes("aggorder").isEmpty();
    }
}
