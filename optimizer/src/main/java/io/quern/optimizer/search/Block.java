package io.quern.optimizer.search;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.parse.Span;

import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlNode;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A query level that groups, over rows that no derived table hides. */
record Block(Resolved statement, Grouped grouped, Flatten flat, Map<Span, Term> terms) {
    Block {
        requireNonNull(statement, "statement");
        requireNonNull(grouped, "grouped");
        requireNonNull(flat, "flat");
    }

    static Block of(Resolved statement, Level level) throws Unfit {
        Grouped grouped = Grouped.of(statement, level);
        for (Grouped.Aggregate aggregate : grouped.aggregates()) {
            if (!Split.isPossible(aggregate)) {
                throw new Unfit(
                        "aggregate",
                        aggregate.call().function().name().name()
                                + " cannot be put together from parts");
            }
        }
        List<SqlNode> nodes = new ArrayList<>();
        grouped.keys().forEach(key -> nodes.add(key.node()));
        for (Grouped.Aggregate aggregate : grouped.aggregates()) {
            aggregate.call().argument().ifPresent(nodes::add);
            aggregate.call().filter().ifPresent(nodes::add);
        }
        for (Grouped.Place place : grouped.places()) {
            if (place.what() instanceof SqlIdentifier name) {
                nodes.add(name);
            }
        }
        Flatten flat = Flatten.of(statement, level, nodes);
        Map<Span, Term> terms = new HashMap<>();
        for (int i = 0; i < nodes.size(); i++) {
            terms.put(statement.span(nodes.get(i)), flat.values().get(i));
        }
        Set<String> aliases = new HashSet<>();
        for (Leaf leaf : flat.leaves()) {
            if (!aliases.add(leaf.alias())) {
                throw new Unfit("same-name", "two tables in it are called " + leaf.alias());
            }
        }
        return new Block(statement, grouped, flat, terms);
    }

    Level level() {
        return grouped.level();
    }

    Term term(SqlNode node) {
        return requireNonNull(
                terms.get(statement.span(node)), "an expression that was not asked for");
    }
}
