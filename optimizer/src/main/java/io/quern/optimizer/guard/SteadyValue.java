package io.quern.optimizer.guard;

import io.quern.optimizer.SlotCheck;
import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.PgNode;
import io.quern.optimizer.catalog.Resolved;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A value that is the same for every row of its query level, and that cannot fail: a literal, a
 * parameter, a clock, a column of an outer level. It may be evaluated once, ahead of the rows, and
 * more than once.
 */
public record SteadyValue(Resolved statement, Expression value) implements Guard {
    @Override
    public String code() {
        return "value";
    }

    @Override
    public Optional<String> doubt() {
        boolean[] own = {false};
        value.node()
                .walk(
                        node ->
                                own[0] |=
                                        (node.is("VAR") && node.integer("varlevelsup") == 0)
                                                || node.is("SUBLINK")
                                                || node.is("AGGREF")
                                                || node.is("WINDOWFUNC"));
        if (own[0]) {
            return Optional.of("the value compared with differs from row to row");
        }
        return new CannotFail(statement).holds(value.node(), value.level(), new ArrayList<>())
                ? Optional.empty()
                : Optional.of("the value compared with could raise an error");
    }

    @Override
    public List<SlotCheck> checks() {
        List<PgNode> relied = new ArrayList<>();
        new CannotFail(statement).holds(value.node(), value.level(), relied);
        return CannotFail.pins(statement, relied);
    }
}
