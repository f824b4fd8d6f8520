package io.quern.optimizer.guard;

import io.quern.optimizer.SlotCheck;
import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.PgNode;
import io.quern.optimizer.catalog.Resolved;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * No output of a query level can raise an error, so that it does not matter for how many rows it is
 * evaluated. Below a LIMIT PostgreSQL evaluates some outputs only for the rows that are taken.
 */
public record OutputsCannotFail(Resolved statement, Level level) implements Guard {
    @Override
    public String code() {
        return "output-may-fail";
    }

    @Override
    public Optional<String> doubt() {
        return holds(new ArrayList<>())
                ? Optional.empty()
                : Optional.of("an output could raise an error for rows that LIMIT leaves out");
    }

    /** The constants that the answer looked at stay as they are. */
    @Override
    public List<SlotCheck> checks() {
        List<PgNode> relied = new ArrayList<>();
        holds(relied);
        return CannotFail.pins(statement, relied);
    }

    private boolean holds(List<PgNode> relied) {
        var conditions = new CannotFail(statement);
        return level.results().stream()
                .map(Expression::node)
                .allMatch(output -> conditions.holds(output, level, relied));
    }
}
