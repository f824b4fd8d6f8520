package io.quern.optimizer.rule;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.Table;
import io.quern.optimizer.catalog.ColumnUse;
import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Item;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.PgNode;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.guard.CannotFail;
import io.quern.optimizer.parse.PostgresSelect;
import io.quern.optimizer.parse.Span;
import io.quern.optimizer.parse.Tree;

import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlWith;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Turns the same join, aggregated in several places of a statement, into one WITH query:
 *
 * <pre>SELECT p.part, sum(p.cost) FROM p JOIN s ON … WHERE s.nation = 7 GROUP BY p.part
 *     HAVING sum(p.cost) > (SELECT sum(p.cost) / 100 FROM p JOIN s ON … WHERE s.nation = 7)
 *
 * WITH shared AS MATERIALIZED (SELECT p.part, p.cost FROM p JOIN s ON … WHERE s.nation = 7)
 * SELECT shared.part, sum(shared.cost) FROM shared GROUP BY shared.part
 *     HAVING sum(shared.cost) > (SELECT sum(shared.cost) / 100 FROM shared)</pre>
 *
 * <p>The same join is the same text from FROM to the end of WHERE, over the same tables and with
 * literals that are alike in every execution, and nothing in it is of a query around. One snapshot
 * serves the whole statement, so its rows are the same at each place. Only aggregates are looked
 * at: they need all the rows, while others may stop early.
 */
final class RepeatedJoinToCommonTable implements Rule {
    /**
     * A level that aggregates a join.
     *
     * @param rows FROM and WHERE
     */
    private record Use(Level level, Span rows) {
        /** The column of this join that a name written in the level means. */
        Optional<ColumnUse> column(Resolved statement, SqlIdentifier id) {
            return statement
                    .column(id)
                    .or(() -> groups(id) ? named(id) : Optional.empty())
                    .filter(c -> level.items().contains(c.item()));
        }

        /**
         * Whether a name stands in GROUP BY or behind it, of which PostgreSQL shows no place where
         * it says an output again.
         */
        private boolean groups(SqlIdentifier id) {
            List<SqlIdentifier> names = new ArrayList<>();
            PostgresSelect select = level.select().orElseThrow();
            if (select.getGroup() != null) {
                Written.names(requireNonNull(select.getGroup(), "GROUP BY"), names);
            }
            level.ordered()
                    .ifPresent(
                            ordered ->
                                    ordered.orderList.stream()
                                            .filter(key -> Output.sortsRows(level, key))
                                            .forEach(key -> Written.names(key, names)));
            return names.stream().anyMatch(name -> Tree.same(name, id));
        }

        /** The one column of that name. */
        private Optional<ColumnUse> named(SqlIdentifier id) {
            List<ColumnUse> columns = new ArrayList<>();
            for (Item item : level.items()) {
                Table table = item.table().orElseThrow();
                if (id.names.size() == 1
                        || (id.names.size() == 2 && item.alias().equals(id.names.getFirst()))) {
                    table.columns().stream()
                            .filter(c -> c.name().equals(id.names.getLast()))
                            .forEach(c -> columns.add(new ColumnUse(item, table, c, 0)));
                }
            }
            return columns.size() == 1 ? Optional.of(columns.getFirst()) : Optional.empty();
        }

        /** Every name of a column of this join behind which it will stand no more. */
        List<SqlIdentifier> names(Resolved statement) {
            List<SqlIdentifier> names = new ArrayList<>();
            identifiers(level.whole(), names);
            names.removeIf(
                    id -> rows.contains(statement.span(id)) || column(statement, id).isEmpty());
            return names;
        }
    }

    @Override
    public void find(Resolved statement, Findings findings) {
        Map<String, List<Use>> uses = new LinkedHashMap<>();
        for (Level level : statement.levels()) {
            use(statement, level)
                    .ifPresent(
                            use ->
                                    uses.computeIfAbsent(
                                                    statement.tokens().folded(use.rows()),
                                                    t -> new ArrayList<>())
                                            .add(use));
        }
        for (List<Use> same : uses.values()) {
            if (same.size() > 1) {
                rewrite(statement, same, findings.attempt());
            }
        }
    }

    /** A level that aggregates a join of tables. */
    private static Optional<Use> use(Resolved statement, Level level) {
        PostgresSelect select = level.select().orElse(null);
        if (select == null
                || select.getFrom() == null
                || !level.query().flag("hasAggs")
                || level.items().size() < 2
                || !level.items().stream().allMatch(Item::isTable)) {
            return Optional.empty();
        }
        Span from = statement.tree().bracketed(requireNonNull(select.getFrom(), "FROM"));
        SqlNode where = select.getWhere();
        int end = where == null ? from.to() : statement.tree().bracketed(where).to();
        return statement.tokens().word(from.from() - 1, "from")
                ? Optional.of(new Use(level, new Span(from.from() - 1, end)))
                : Optional.empty();
    }

    private static void rewrite(Resolved statement, List<Use> uses, Attempt attempt) {
        Use first = uses.getFirst();
        for (Use use : uses) {
            if (!tables(use).equals(tables(first)) || !ownNamesOnly(statement, use)) {
                attempt.refuse("join", "the join says something that only its own query can say");
                return;
            }
            FromClause from = new FromClause(use.level());
            if (use.level().items().stream().anyMatch(from::wholeRow)) {
                attempt.refuse("row", "a row of the join is used as a whole");
                return;
            }
            if (use.level().outputs().stream().anyMatch(RepeatedJoinToCommonTable::star)) {
                attempt.refuse("star", "* shows all columns of the join");
                return;
            }
        }
        List<PgNode> outputs =
                uses.stream()
                        .flatMap(use -> use.level().results().stream())
                        .map(Expression::node)
                        .toList();
        if (attempt.requires(new CannotFail(statement, outputs))) {
            edit(statement, uses, attempt);
        }
    }

    private static boolean star(SqlNode output) {
        return output instanceof SqlIdentifier id && id.isStar();
    }

    private static List<Long> tables(Use use) {
        return use.level().items().stream().map(i -> i.table().orElseThrow().oid()).toList();
    }

    /** Whether every name in the join's conditions is a column of one of its tables. */
    private static boolean ownNamesOnly(Resolved statement, Use use) {
        if (new FromClause(use.level()).merges()
                || use.level().items().stream().anyMatch(Item::aliased)) {
            return false;
        }
        for (Level.Condition condition : use.level().conditions()) {
            List<SqlIdentifier> names = new ArrayList<>();
            boolean having = condition.place() == Level.Place.HAVING;
            if (!having
                    && (!Written.names(condition.node(), names)
                            || names.stream()
                                    .anyMatch(id -> use.column(statement, id).isEmpty()))) {
                return false;
            }
        }
        return true;
    }

    private static void edit(Resolved statement, List<Use> uses, Attempt attempt) {
        Fresh fresh = new Fresh(statement);
        String shared = fresh.name("shared");
        Map<String, String> columns = new LinkedHashMap<>();
        for (Use use : uses) {
            for (SqlIdentifier id : use.names(statement)) {
                ColumnUse column = use.column(statement, id).orElseThrow();
                String name =
                        columns.computeIfAbsent(
                                Names.of(column), c -> name(column, columns, fresh));
                boolean output = use.level().outputs().stream().anyMatch(o -> Tree.same(o, id));
                boolean renamed = !name.equals(Names.of(column.column().name()));
                attempt.replace(
                        statement.span(id),
                        shared + "." + name,
                        output && renamed ? " AS " + Names.of(column.column().name()) : "");
            }
            attempt.replace(use.rows(), "FROM " + shared);
            attempt.alike(uses.getFirst().rows(), use.rows());
        }
        List<String> outputs = new ArrayList<>();
        columns.forEach(
                (column, name) ->
                        outputs.add(column.endsWith("." + name) ? column : column + " AS " + name));
        attempt.fact("the same join gives the same rows at each of its places");
        common(statement, shared, outputs, uses.getFirst().rows(), attempt);
        attempt.found();
    }

    /** The column's own name, if no other column of the join has it. */
    private static String name(ColumnUse column, Map<String, String> taken, Fresh fresh) {
        String own = Names.of(column.column().name());
        return taken.containsValue(own) ? fresh.name(column.column().name()) : own;
    }

    /** Writes the WITH query in front of all others. */
    private static void common(
            Resolved statement, String name, List<String> outputs, Span rows, Attempt attempt) {
        SqlNode whole = statement.levels().getFirst().whole();
        boolean more = whole instanceof SqlWith;
        int at =
                whole instanceof SqlWith with
                        ? statement.span(with.withList.get(0)).from()
                        : statement.tree().bracketed(whole).from();
        attempt.insert(
                at,
                (more ? "" : "WITH ") + name + " AS MATERIALIZED (SELECT ",
                outputs.isEmpty() ? "1 AS present" : String.join(", ", outputs),
                " ",
                rows,
                more ? "), " : ") ");
    }

    private static void identifiers(SqlNode node, List<SqlIdentifier> into) {
        switch (node) {
            case SqlIdentifier id -> into.add(id);
            case SqlCall call ->
                    call.getOperandList().stream()
                            .filter(Objects::nonNull)
                            .forEach(operand -> identifiers(operand, into));
            case SqlNodeList list -> list.forEach(part -> identifiers(part, into));
            default -> {}
        }
    }
}
