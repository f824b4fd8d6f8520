package io.quern.optimizer.guard;

import io.quern.optimizer.Column;
import io.quern.optimizer.Table;
import io.quern.optimizer.catalog.ColumnUse;
import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Item;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.PgNode;
import io.quern.optimizer.catalog.Resolved;

import org.apache.calcite.sql.JoinType;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * No two rows of a query level are equal in its outputs, even before a DISTINCT of its own: they
 * hold a key of every table in FROM, or what the key is equal to; or every group's key, if there
 * are groups.
 *
 * <p>A row is told by the rows it is joined from, one of each item or none. Those are told by their
 * keys: where an outer join found none, all of a key is NULL, and a NOT NULL key is of a row. What
 * is equal to a key tells its row too, if the equality holds wherever the item has a row: in WHERE,
 * in the ON of an inner join, and in that of an outer one for the side that may stay empty.
 *
 * @param where whether what WHERE demands to be equal counts. Not if equal outputs of two queries
 *     are to be of the same rows, whatever the WHERE of each
 */
public record KeyedRows(Resolved statement, Level level, boolean where) implements Guard {
    /** For the rows of one query. */
    public KeyedRows(Resolved statement, Level level) {
        this(statement, level, true);
    }

    @Override
    public String code() {
        return "no-key";
    }

    @Override
    public Optional<String> doubt() {
        PgNode query = level.query();
        if (level.select().isEmpty() || query.flag("hasTargetSRFs")) {
            return Optional.of("one row may become several");
        }
        if (level.grouped()) {
            return groups(query)
                    ? Optional.empty()
                    : Optional.of("not everything that is grouped by is an output");
        }
        return unknown().map(item -> "the outputs hold no key of " + item);
    }

    @Override
    public Optional<String> fact() {
        return Optional.of("no two rows are equal: the outputs tell every row of each table");
    }

    private static boolean groups(PgNode query) {
        Set<Long> outputs = new HashSet<>();
        for (PgNode target : query.nodes("targetList")) {
            if (!target.flag("resjunk")) {
                outputs.add(target.number("ressortgroupref"));
            }
        }
        return query.nodes("groupingSets").isEmpty()
                && query.nodes("groupClause").stream()
                        .allMatch(g -> outputs.contains(g.number("tleSortGroupRef")));
    }

    /** A FROM item of which the outputs do not tell the row. */
    private Optional<Item> unknown() {
        List<ColumnUse> told = new ArrayList<>();
        level.results().forEach(output -> output.column().ifPresent(told::add));
        Set<Item> open = new HashSet<>(level.items());
        boolean more = true;
        while (more) {
            more = false;
            for (Item item : level.items()) {
                if (open.contains(item) && isTold(item, told, open)) {
                    open.remove(item);
                    more = true;
                }
            }
        }
        return level.items().stream().filter(open::contains).findFirst();
    }

    private boolean isTold(Item item, List<ColumnUse> outputs, Set<Item> open) {
        if (!item.isTable()) {
            return false;
        }
        Table table = item.table().orElseThrow();
        return table.keys().stream()
                .filter(key -> !item.nullable() || key.stream().allMatch(c -> notNull(table, c)))
                .anyMatch(
                        key ->
                                key.stream()
                                        .allMatch(
                                                name ->
                                                        isOutput(item, name, outputs)
                                                                || isEqual(item, name, open)));
    }

    private static boolean notNull(Table table, String column) {
        return table.column(column).filter(Column::notNull).isPresent();
    }

    private static boolean isOutput(Item item, String column, List<ColumnUse> outputs) {
        return outputs.stream()
                .anyMatch(
                        o ->
                                o.levelsUp() == 0
                                        && o.item().equals(item)
                                        && o.column().name().equals(column));
    }

    /** Whether a column is equal to what the rows of known items, or nothing, decide. */
    private boolean isEqual(Item item, String column, Set<Item> open) {
        return level.conditions().stream()
                .filter(c -> c.node().getKind() == SqlKind.EQUALS && holds(c, item))
                .map(c -> (SqlCall) c.node())
                .anyMatch(
                        e ->
                                tells(e, e.operand(0), e.operand(1), item, column, open)
                                        || tells(
                                                e, e.operand(1), e.operand(0), item, column, open));
    }

    private boolean holds(Level.Condition condition, Item item) {
        if (condition.join() == null) {
            return where && condition.place() == Level.Place.WHERE;
        }
        JoinType type = condition.join().getJoinType();
        return switch (type) {
            case INNER, COMMA, CROSS -> true;
            case LEFT -> contains(condition.join().getRight(), item);
            case RIGHT -> contains(condition.join().getLeft(), item);
            default -> false;
        };
    }

    private boolean contains(SqlNode side, Item item) {
        var outer = statement.span(side);
        var inner = statement.span(item.node());
        return outer.from() <= inner.from() && inner.to() <= outer.to();
    }

    private boolean tells(
            SqlCall equality,
            SqlNode side,
            SqlNode other,
            Item item,
            String column,
            Set<Item> open) {
        Optional<Expression> equal = statement.expression(equality);
        Optional<ColumnUse> use = statement.column(side);
        Optional<Expression> value = statement.expression(other);
        return equal.isPresent()
                && use.isPresent()
                && value.isPresent()
                && use.get().levelsUp() == 0
                && use.get().item().equals(item)
                && use.get().column().name().equals(column)
                && equal.get().operator().filter(o -> o.isEquality()).isPresent()
                && (equal.get().collation() == 0
                        || equal.get().collation() == use.get().column().collation())
                && isItself(equal.get().against(side, statement).node())
                && !CoarseCast.is(equal.get().against(side, statement))
                && isKnown(value.get(), open);
    }

    /** Whether a column is compared as it is: a cast could make two values equal. */
    private static boolean isItself(PgNode node) {
        PgNode inner = node.is("RELABELTYPE") ? node.node("arg") : node;
        return inner != null && inner.is("VAR");
    }

    private boolean isKnown(Expression value, Set<Item> open) {
        boolean simple =
                value.isConstant()
                        || value.isParameter()
                        || (value.node().is("VAR") && value.column().isPresent());
        return simple
                && value.column()
                        .filter(c -> c.levelsUp() == 0)
                        .filter(c -> open.contains(c.item()))
                        .isEmpty();
    }
}
