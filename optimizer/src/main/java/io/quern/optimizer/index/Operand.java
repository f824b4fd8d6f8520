package io.quern.optimizer.index;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.Column;
import io.quern.optimizer.catalog.ColumnUse;
import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Item;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.PgNode;
import io.quern.optimizer.catalog.SystemCatalog;
import io.quern.optimizer.catalog.SystemCatalog.Operator;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A column as the operand of a comparison or order, of the FROM item it belongs to in that query
 * level: what a B-tree over the column could be asked for. As in PostgreSQL's {@code
 * match_index_to_operand}, a cast that changes no bytes is passed over and any other hides the
 * column.
 *
 * @param number the FROM item's place in the level's range table
 * @param sources the columns of tables it comes from: one, or one per arm of a set operation in
 *     that item
 */
record Operand(Level level, PgNode var, int number, List<Source> sources) {
    /** {@code BTEqualStrategyNumber} of {@code stratnum.h}. */
    static final int EQUAL = 3;

    /** A column of a table in some FROM clause. */
    record Source(Item item, Column column) {}

    Operand {
        requireNonNull(level, "level");
        requireNonNull(var, "var");
        sources = List.copyOf(sources);
    }

    /** What an expression is, if it is a column of its own query level. */
    static Optional<Operand> of(Expression expression) {
        Expression bare = unlabelled(expression);
        PgNode var = bare.node();
        if (!var.is("VAR") || var.integer("varlevelsup") != 0) {
            return Optional.empty();
        }
        Optional<ColumnUse> use = bare.column();
        int number = use.map(u -> u.item().number()).orElse(var.integer("varno"));
        List<Source> sources = sources(bare);
        return sources.isEmpty()
                ? Optional.empty()
                : Optional.of(new Operand(bare.level(), var, number, sources));
    }

    private static Expression unlabelled(Expression expression) {
        Expression bare = expression;
        while (bare.node().is("RELABELTYPE")) {
            bare = bare.argument().orElseThrow();
        }
        return bare;
    }

    /** PostgreSQL carries conditions on a subquery's outputs into it, where that is sound. */
    private static List<Source> sources(Expression expression) {
        Expression bare = unlabelled(expression);
        PgNode var = bare.node();
        if (!var.is("VAR") || var.integer("varlevelsup") != 0) {
            return List.of();
        }
        Optional<ColumnUse> use = bare.column();
        if (use.isPresent()) {
            return List.of(new Source(use.get().item(), use.get().column()));
        }
        Level inside =
                bare.level()
                        .item(var.integer("varno"))
                        .flatMap(item -> Optional.ofNullable(item.subquery()))
                        .orElse(null);
        return inside == null ? List.of() : outputs(inside, var.integer("varattno"));
    }

    private static List<Source> outputs(Level level, int attribute) {
        List<Source> found = new ArrayList<>();
        boolean combines = level.query().node("setOperations") != null;
        if (level.plain()) {
            List<Expression> results = level.results();
            if (attribute >= 1 && attribute <= results.size()) {
                found.addAll(sources(results.get(attribute - 1)));
            }
        } else if (combines && !level.limited()) {
            for (Item arm : level.items()) {
                Level query = arm.subquery();
                if (query != null) {
                    found.addAll(outputs(query, attribute));
                }
            }
        }
        return found;
    }

    /** Whether the column may be NULL only because an outer join found no partner. */
    boolean nullable() {
        return level.item(number).map(Item::nullable).orElse(true);
    }

    /**
     * What an operator is to a B-tree over the column under its type's default operator class, from
     * 1, less than, to 5, greater; 0 if nothing.
     */
    int strategy(Operator operator) {
        return operator.families().getOrDefault(family(), 0);
    }

    /** Whether a comparison goes by the column's own collation. */
    boolean collated(Expression comparison) {
        return comparison.collation() == 0 || comparison.collation() == var.number("varcollid");
    }

    private long family() {
        SystemCatalog system = level.system();
        Optional<SystemCatalog.Type> type = system.type(var.number("vartype"));
        while (type.isPresent() && type.get().base() != 0) {
            type = system.type(type.get().base());
        }
        return type.map(SystemCatalog.Type::family).orElse(0L);
    }

    /** Table and column, for reasons. */
    @Override
    public String toString() {
        Source first = sources.getFirst();
        return first.item().table().map(t -> t.name().name() + ".").orElse("")
                + first.column().name();
    }
}
