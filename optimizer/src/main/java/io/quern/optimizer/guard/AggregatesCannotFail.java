package io.quern.optimizer.guard;

import io.quern.optimizer.SlotCheck;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.PgNode;
import io.quern.optimizer.catalog.Resolved;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Neither the aggregates of a query level nor what it groups by can raise an error, so that they
 * may be computed of rows that a join would have left out.
 */
public record AggregatesCannotFail(Resolved statement, Level level) implements Guard {
    @Override
    public String code() {
        return "aggregate-may-fail";
    }

    @Override
    public Optional<String> doubt() {
        return holds(new ArrayList<>())
                ? Optional.empty()
                : Optional.of(
                        "an aggregate could raise an error for rows that the join leaves out");
    }

    /** The constants that the answer looked at stay as they are. */
    @Override
    public List<SlotCheck> checks() {
        List<PgNode> relied = new ArrayList<>();
        holds(relied);
        return CannotFail.pins(statement, relied);
    }

    private boolean holds(List<PgNode> relied) {
        List<PgNode> computed = new ArrayList<>();
        PgNode query = level.query();
        query.nodes("targetList").forEach(target -> collect(target, computed));
        PgNode having = query.node("havingQual");
        if (having != null) {
            collect(having, computed);
        }
        for (PgNode group : query.nodes("groupClause")) {
            query.nodes("targetList").stream()
                    .filter(t -> t.number("ressortgroupref") == group.number("tleSortGroupRef"))
                    .flatMap(t -> Optional.ofNullable(t.node("expr")).stream())
                    .forEach(computed::add);
        }
        query.nodes("rtable").forEach(entry -> computed.addAll(entry.nodes("groupexprs")));
        var conditions = new CannotFail(statement);
        return computed.stream().allMatch(node -> conditions.holds(node, level, relied));
    }

    private static void collect(PgNode node, List<PgNode> into) {
        if (node.is("AGGREF")) {
            into.add(node);
        } else if (!node.is("QUERY")) {
            node.children(child -> collect(child, into));
        }
    }
}
