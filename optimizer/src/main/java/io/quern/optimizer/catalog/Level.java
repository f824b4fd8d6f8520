package io.quern.optimizer.catalog;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.Table;
import io.quern.optimizer.parse.Change;
import io.quern.optimizer.parse.OrderedQuery;
import io.quern.optimizer.parse.PostgresSelect;

import org.apache.calcite.sql.JoinConditionType;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A query level: one SELECT with what stands around it, as written and as PostgreSQL reads it. An
 * UPDATE or DELETE is one too; a set operation or VALUES is a level without a SELECT. Filled once
 * while a statement is resolved, unchanged thereafter.
 */
public final class Level {
    private static final int RTE_RELATION = 0;
    private static final int RTE_JOIN = 2;
    private static final int RTE_GROUP = 9;

    private final SqlNode whole;
    private final @Nullable PostgresSelect select;
    private final @Nullable OrderedQuery ordered;
    private final @Nullable Change change;
    private final PgNode query;
    private final @Nullable Level outer;
    private final SystemCatalog system;
    private final List<PgNode> rangeTable;
    private final List<Item> items = new ArrayList<>();

    Level(
            SqlNode whole,
            @Nullable PostgresSelect select,
            @Nullable OrderedQuery ordered,
            @Nullable Change change,
            PgNode query,
            @Nullable Level outer,
            SystemCatalog system) {
        this.whole = requireNonNull(whole, "whole");
        this.select = select;
        this.ordered = ordered;
        this.change = change;
        this.query = requireNonNull(query, "query");
        this.outer = outer;
        this.system = requireNonNull(system, "system");
        this.rangeTable = query.nodes("rtable");
    }

    void add(Item item) {
        items.add(item);
    }

    /** All of it as written, WITH, ORDER BY and LIMIT included. */
    public SqlNode whole() {
        return whole;
    }

    /** The SELECT. */
    public Optional<PostgresSelect> select() {
        return Optional.ofNullable(select);
    }

    /** The UPDATE or DELETE. */
    public Optional<Change> change() {
        return Optional.ofNullable(change);
    }

    /** ORDER BY, LIMIT and OFFSET, if any stands around it. */
    public Optional<OrderedQuery> ordered() {
        return Optional.ofNullable(ordered);
    }

    /** The level around it. */
    public Optional<Level> outer() {
        return Optional.ofNullable(outer);
    }

    /** How PostgreSQL reads it: a {@code QUERY}. */
    public PgNode query() {
        return query;
    }

    /** What the object identifiers mean. */
    public SystemCatalog system() {
        return system;
    }

    /** The leaves of its FROM clause. */
    public List<Item> items() {
        return List.copyOf(items);
    }

    public Optional<Item> item(int number) {
        return items.stream().filter(i -> i.number() == number).findFirst();
    }

    /** Whether LIMIT, OFFSET or FETCH takes some rows. */
    public boolean limited() {
        return query.node("limitCount") != null || query.node("limitOffset") != null;
    }

    /** Whether rows are grouped or aggregated. */
    public boolean grouped() {
        return query.flag("hasAggs")
                || !query.nodes("groupClause").isEmpty()
                || !query.nodes("groupingSets").isEmpty()
                || query.node("havingQual") != null;
    }

    public boolean distinct() {
        return !query.nodes("distinctClause").isEmpty();
    }

    public boolean windowed() {
        return query.flag("hasWindowFuncs");
    }

    /** Whether rows are what FROM and WHERE make, one to one. */
    public boolean plain() {
        return select != null
                && !limited()
                && !grouped()
                && !distinct()
                && !windowed()
                && !query.flag("hasTargetSRFs");
    }

    /** Where a condition stands. */
    public enum Place {
        WHERE,
        JOIN,
        HAVING
    }

    /**
     * A conjunct of WHERE, ON or HAVING: of it only matters whether it is true, NULL is as good as
     * false.
     *
     * @param join the join whose ON it stands in
     */
    public record Condition(SqlNode node, Place place, @Nullable SqlJoin join) {}

    /** The conjuncts of WHERE. */
    public List<SqlNode> where() {
        if (change != null) {
            return conjuncts(change.condition());
        }
        return select == null ? List.of() : conjuncts(select.getWhere());
    }

    /** Every conjunct of WHERE, of each ON and of HAVING. */
    public List<Condition> conditions() {
        List<Condition> conditions = new ArrayList<>();
        where().forEach(node -> conditions.add(new Condition(node, Place.WHERE, null)));
        if (select != null) {
            for (SqlJoin join : joins(select.getFrom())) {
                conjuncts(join.getCondition())
                        .forEach(node -> conditions.add(new Condition(node, Place.JOIN, join)));
            }
            conjuncts(select.getHaving())
                    .forEach(node -> conditions.add(new Condition(node, Place.HAVING, null)));
        }
        return conditions;
    }

    /** The same with every OR opened: whatever makes its whole true if it is true. */
    public List<Condition> truths() {
        List<Condition> truths = new ArrayList<>();
        for (Condition condition : conditions()) {
            disjuncts(condition.node())
                    .forEach(
                            node ->
                                    truths.add(
                                            new Condition(
                                                    node, condition.place(), condition.join())));
        }
        return truths;
    }

    /** The conjuncts that stand beside each other: of WHERE, of each ON, of an arm of an OR. */
    @SuppressWarnings("ReferenceEquality") // a join is the one written there
    public List<List<SqlNode>> conjunctions() {
        List<List<SqlNode>> groups = new ArrayList<>();
        groups.add(where());
        if (select != null) {
            joins(select.getFrom()).forEach(join -> groups.add(conjuncts(join.getCondition())));
            groups.add(conjuncts(select.getHaving()));
        }
        for (int i = 0; i < groups.size(); i++) {
            for (SqlNode node : groups.get(i)) {
                if (node.getKind() == SqlKind.OR) {
                    flattened(node, SqlKind.OR).forEach(arm -> groups.add(conjuncts(arm)));
                }
            }
        }
        return groups;
    }

    /** The joins that have an ON, inner before outer. */
    private static List<SqlJoin> joins(@Nullable SqlNode from) {
        List<SqlJoin> joins = new ArrayList<>();
        if (from instanceof SqlJoin join) {
            joins.addAll(joins(join.getLeft()));
            joins.addAll(joins(join.getRight()));
            if (join.getConditionType() == JoinConditionType.ON) {
                joins.add(join);
            }
        } else if (from instanceof SqlCall call
                && call.getKind() == SqlKind.AS
                && call.operandCount() > 0) {
            joins.addAll(joins(call.operand(0)));
        }
        return joins;
    }

    /** The operands of AND, however nested; the condition itself if it is none. */
    public static List<SqlNode> conjuncts(@Nullable SqlNode condition) {
        return flattened(condition, SqlKind.AND);
    }

    /** What stands below ANDs and ORs. */
    private static List<SqlNode> disjuncts(SqlNode condition) {
        List<SqlNode> parts = new ArrayList<>();
        if (condition instanceof SqlCall call
                && (call.getKind() == SqlKind.OR || call.getKind() == SqlKind.AND)) {
            call.getOperandList().forEach(operand -> parts.addAll(disjuncts(operand)));
        } else {
            parts.add(condition);
        }
        return parts;
    }

    /** The operands of a connective, however nested. */
    public static List<SqlNode> flattened(@Nullable SqlNode condition, SqlKind connective) {
        List<SqlNode> parts = new ArrayList<>();
        if (condition instanceof SqlCall call && call.getKind() == connective) {
            call.getOperandList().forEach(operand -> parts.addAll(flattened(operand, connective)));
        } else if (condition != null) {
            parts.add(condition);
        }
        return parts;
    }

    /** The outputs as written; {@code *} is one of them. */
    public List<SqlNode> outputs() {
        if (select == null) {
            return List.of();
        }
        SqlNodeList list = select.getSelectList();
        return List.copyOf(list);
    }

    /** The columns it returns, as PostgreSQL reads them. */
    public List<Expression> results() {
        List<Expression> results = new ArrayList<>();
        for (PgNode target : query.nodes("targetList")) {
            PgNode expression = target.node("expr");
            if (!target.flag("resjunk") && expression != null) {
                results.add(new Expression(expression, this));
            }
        }
        return results;
    }

    /** The column that a {@code VAR} evaluated here means. */
    Optional<ColumnUse> column(PgNode var) {
        Level level = this;
        int up = var.integer("varlevelsup");
        for (int i = 0; i < up; i++) {
            if (level.outer == null) {
                return Optional.empty();
            }
            level = level.outer;
        }
        return level.own(var.integer("varno"), var.integer("varattno"), up)
                .map(use -> use.numbered(var.integer("vartype"), var.number("varcollid")));
    }

    private Optional<ColumnUse> own(int number, int attribute, int up) {
        if (number < 1 || number > rangeTable.size() || attribute < 1) {
            return Optional.empty();
        }
        PgNode entry = rangeTable.get(number - 1);
        return switch (entry.integer("rtekind")) {
            case RTE_RELATION ->
                    item(number)
                            .flatMap(
                                    item ->
                                            item.table()
                                                    .flatMap(t -> column(item, t, entry, attribute))
                                                    .map(u -> u.up(up)));
            case RTE_JOIN -> alias(entry.nodes("joinaliasvars"), attribute, up);
            case RTE_GROUP -> alias(entry.nodes("groupexprs"), attribute, up);
            default -> Optional.empty();
        };
    }

    private Optional<ColumnUse> alias(List<PgNode> aliases, int attribute, int up) {
        return attribute <= aliases.size() && aliases.get(attribute - 1).is("VAR")
                ? column(aliases.get(attribute - 1)).map(u -> u.up(up))
                : Optional.empty();
    }

    private Optional<ColumnUse> column(Item item, Table table, PgNode entry, int attribute) {
        return system.relation(entry.number("relid"))
                .map(relation -> relation.columns().get(attribute))
                .flatMap(table::column)
                .map(column -> new ColumnUse(item, table, column, 0));
    }
}
