package io.quern.optimizer.index;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.Column;
import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Item;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.PgNode;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.catalog.SystemCatalog.Operator;
import io.quern.optimizer.catalog.Types;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the conditions of a query level as PostgreSQL does when it looks for index clauses ({@code
 * match_clause_to_indexcol}): a column on one side of an operator of its type's default B-tree
 * family, under its own collation, and on the other side something that is the same for every row
 * of the column's table. What comes from another table makes a join, what comes from a level
 * further out is a value.
 */
final class Conditions {
    private static final int JOIN_LEFT = 1;
    private static final int JOIN_FULL = 2;
    private static final int JOIN_RIGHT = 3;
    private static final int ANY_SUBLINK = 2;
    private static final int PARAM_SUBLINK = 2;
    private static final int IS_TRUE = 0;
    private static final int IS_FALSE = 2;

    private final Resolved statement;
    private final Level level;
    private final Map<Item, Uses> uses;
    private final Refusals refusals;

    /** The FROM items that a condition at hand keeps rows of away; all if null. */
    private @Nullable Set<Integer> kept;

    /** Whether the condition at hand is WHERE's, which sees what outer joins have made. */
    private boolean afterJoins;

    private Conditions(Resolved statement, Level level, Map<Item, Uses> uses, Refusals refusals) {
        this.statement = requireNonNull(statement, "statement");
        this.level = requireNonNull(level, "level");
        this.uses = requireNonNull(uses, "uses");
        this.refusals = requireNonNull(refusals, "refusals");
    }

    /**
     * Notes how the conditions of a level use columns.
     *
     * @param uses of every table of the statement, by its place in a FROM clause
     */
    static void read(Resolved statement, Level level, Map<Item, Uses> uses, Refusals refusals) {
        PgNode tree = level.query().node("jointree");
        if (tree != null) {
            new Conditions(statement, level, uses, refusals).from(tree);
        }
    }

    private void from(PgNode tree) {
        for (PgNode part : tree.nodes("fromlist")) {
            join(part);
        }
        kept = null;
        afterJoins = true;
        condition(tree.node("quals"));
    }

    /** ON keeps no rows away on the side of an outer join that keeps all of its rows. */
    private void join(@Nullable PgNode part) {
        if (part == null || !part.is("JOINEXPR")) {
            return;
        }
        join(part.node("larg"));
        join(part.node("rarg"));
        kept =
                switch (part.integer("jointype")) {
                    case JOIN_LEFT -> numbers(part.node("rarg"));
                    case JOIN_RIGHT -> numbers(part.node("larg"));
                    case JOIN_FULL -> Set.of();
                    default -> numbers(part);
                };
        afterJoins = false;
        condition(part.node("quals"));
    }

    private static Set<Integer> numbers(@Nullable PgNode join) {
        Set<Integer> numbers = new HashSet<>();
        if (join != null) {
            join.walk(
                    node -> {
                        if (node.is("RANGETBLREF")) {
                            numbers.add(node.integer("rtindex"));
                        }
                    });
        }
        return numbers;
    }

    private void condition(@Nullable PgNode node) {
        switch (node == null ? "" : node.tag()) {
            case "BOOLEXPR" -> connective(requireNonNull(node));
            case "OPEXPR" -> comparison(requireNonNull(node));
            case "SCALARARRAYOPEXPR" -> list(requireNonNull(node));
            case "ROWCOMPAREEXPR", "ROWCOMPARE" -> rows(requireNonNull(node));
            case "NULLTEST" -> isNull(requireNonNull(node));
            case "BOOLEANTEST" -> booleanTest(requireNonNull(node));
            case "VAR" -> truth(requireNonNull(node));
            case "SUBLINK" -> membership(requireNonNull(node));
            default -> {}
        }
    }

    private void connective(PgNode node) {
        List<PgNode> parts = node.nodes("args");
        switch (node.text("boolop")) {
            case "and" -> parts.forEach(this::condition);
            case "not" -> truth(parts.getFirst());
            default -> alternatives(parts);
        }
    }

    /** An index serves OR by a column that every arm compares. */
    private void alternatives(List<PgNode> arms) {
        List<Map<Item, Uses>> each = new ArrayList<>();
        for (PgNode arm : arms) {
            Map<Item, Uses> own = new LinkedHashMap<>();
            uses.forEach((item, use) -> own.put(item, new Uses(use.table())));
            Conditions inside = new Conditions(statement, level, own, refusals);
            inside.kept = kept;
            inside.afterJoins = afterJoins;
            inside.condition(arm);
            each.add(own);
        }
        uses.forEach(
                (item, use) -> {
                    List<Uses> ofItem = each.stream().map(arm -> arm.get(item)).toList();
                    boolean common = alternatives(use, ofItem);
                    if (!common && ofItem.stream().anyMatch(arm -> !compared(arm).isEmpty())) {
                        refusals.add(
                                "or",
                                "conditions on "
                                        + use.table().name()
                                        + " joined by OR have no column in common");
                    }
                });
    }

    private static boolean alternatives(Uses use, List<Uses> arms) {
        Set<Column> common = new LinkedHashSet<>(compared(arms.getFirst()));
        arms.forEach(arm -> common.retainAll(compared(arm)));
        for (Column column : common) {
            if (arms.stream().allMatch(arm -> arm.equal().contains(column))) {
                use.equal(column);
            } else {
                use.range(column);
            }
        }
        return !common.isEmpty();
    }

    private static Set<Column> compared(Uses arm) {
        Set<Column> columns = new LinkedHashSet<>(arm.equal());
        columns.addAll(arm.ranges());
        return columns;
    }

    private void comparison(PgNode node) {
        Expression comparison = new Expression(node, level);
        List<Expression> sides = comparison.arguments();
        if (sides.size() == 2) {
            side(comparison, sides.get(0), sides.get(1));
            side(comparison, sides.get(1), sides.get(0));
        }
    }

    /** {@code column op ANY (values)}, which IN is too. */
    private void list(PgNode node) {
        Expression comparison = new Expression(node, level);
        List<Expression> sides = comparison.arguments();
        if (node.flag("useOr") && sides.size() == 2) {
            side(comparison, sides.get(0), sides.get(1));
        }
    }

    private void side(Expression comparison, Expression mine, Expression other) {
        Value value = new Value(other.node(), level);
        Set<Integer> others = value.tables();
        Optional<Operand> column = Operand.of(mine).filter(c -> keepsAway(c.number()));
        Optional<Operator> operator = comparison.operator();
        if (column.isEmpty() || operator.isEmpty()) {
            hidden(mine, others);
            return;
        }
        if (others.contains(column.get().number())) {
            return;
        }
        int strategy = column.get().strategy(operator.get());
        if (!others.isEmpty()) {
            if (strategy == Operand.EQUAL && column.get().collated(comparison)) {
                note(column.get(), Uses::joined);
            }
        } else if (servable(column.get(), comparison, operator.get(), value)) {
            note(column.get(), strategy == Operand.EQUAL ? Uses::equal : Uses::range);
        }
    }

    /** Whether a B-tree finds the rows; says why not. */
    private boolean servable(
            Operand column, Expression comparison, Operator operator, Value value) {
        if (column.strategy(operator) == 0) {
            boolean like = operator.is("~~") || operator.is("~~*");
            refusals.add(
                    like ? "like" : "operator",
                    like
                            ? column + " is matched by LIKE, which needs another kind of index"
                            : column
                                    + " is compared by "
                                    + operator.name().name()
                                    + ", which a plain B-tree does not serve");
            return false;
        }
        if (!column.collated(comparison)) {
            refusals.add("collation", column + " is compared under another collation than its own");
            return false;
        }
        if (value.isVolatile()) {
            refusals.add("volatile", column + " is compared with a value that changes by itself");
            return false;
        }
        return true;
    }

    /** A column below a cast or function would need an index over that expression. */
    private void hidden(Expression mine, Set<Integer> others) {
        if (!others.isEmpty() || Operand.of(mine).isPresent()) {
            return;
        }
        List<Operand> columns = new ArrayList<>();
        columns(mine.node(), columns);
        if (!columns.isEmpty()) {
            refusals.add(
                    "expression",
                    columns.getFirst()
                            + " is compared only after a cast, function or operator changed it");
        }
    }

    private void columns(PgNode part, List<Operand> into) {
        if (part.is("VAR")) {
            Operand.of(new Expression(part, level)).ifPresent(into::add);
        } else if (!part.is("QUERY")) {
            part.children(child -> columns(child, into));
        }
    }

    private boolean keepsAway(int number) {
        return kept == null || kept.contains(number);
    }

    /** {@code (a, b) > (1, 2)} is a range of rows in the order of a and b. */
    private void rows(PgNode node) {
        List<Operand> columns = new ArrayList<>();
        List<PgNode> left = node.nodes("largs");
        List<PgNode> right = node.nodes("rargs");
        for (int i = 0; i < left.size(); i++) {
            Optional<Operand> column =
                    Operand.of(new Expression(left.get(i), level))
                            .filter(c -> keepsAway(c.number()))
                            .filter(c -> c.sources().size() == 1)
                            .filter(c -> columns.isEmpty() || sameTable(columns.getFirst(), c));
            if (column.isEmpty() || !isPlainRange(node, i, column.get())) {
                break;
            }
            columns.add(column.get());
        }
        boolean fixed =
                right.stream()
                        .map(each -> new Value(each, level))
                        .allMatch(value -> value.tables().isEmpty() && !value.isVolatile());
        if (!columns.isEmpty() && fixed) {
            Uses use = uses.get(columns.getFirst().sources().getFirst().item());
            if (use != null) {
                use.rows(columns.stream().map(c -> c.sources().getFirst().column()).toList());
            }
        }
    }

    private boolean isPlainRange(PgNode node, int i, Operand column) {
        List<String> operators = node.texts("opnos");
        List<String> collations = node.texts("inputcollids");
        long collation = i < collations.size() ? Long.parseLong(collations.get(i)) : 0;
        return i < operators.size()
                && (collation == 0 || collation == column.var().number("varcollid"))
                && level.system()
                        .operator(Long.parseLong(operators.get(i)))
                        .filter(o -> column.strategy(o) != 0)
                        .isPresent();
    }

    private static boolean sameTable(Operand one, Operand other) {
        return one.sources().getFirst().item().equals(other.sources().getFirst().item());
    }

    /** After an outer join NULL may also mean that there was no partner. */
    private void isNull(PgNode node) {
        PgNode argument = node.node("arg");
        if (argument == null || node.integer("nulltesttype") != 0 || node.flag("argisrow")) {
            return;
        }
        Operand.of(new Expression(argument, level))
                .filter(column -> keepsAway(column.number()))
                .filter(column -> !(afterJoins && column.nullable()))
                .ifPresent(column -> note(column, Uses::equal));
    }

    private void booleanTest(PgNode node) {
        PgNode argument = node.node("arg");
        int test = node.integer("booltesttype");
        if (argument != null && (test == IS_TRUE || test == IS_FALSE)) {
            truth(argument);
        }
    }

    /** A column of truth values is its own condition. */
    private void truth(PgNode node) {
        Operand.of(new Expression(node, level))
                .filter(column -> column.var().integer("vartype") == Types.BOOL)
                .filter(column -> keepsAway(column.number()))
                .ifPresent(column -> note(column, Uses::equal));
    }

    /** {@code column IN (SELECT …)} is a join. */
    private void membership(PgNode node) {
        PgNode test = node.node("testexpr");
        if (node.integer("subLinkType") != ANY_SUBLINK || test == null) {
            return;
        }
        List<PgNode> tests = test.is("BOOLEXPR") ? test.nodes("args") : List.of(test);
        for (PgNode each : tests) {
            Expression comparison = new Expression(each, level);
            Optional<Operator> operator = comparison.operator();
            List<Expression> sides = comparison.arguments();
            if (operator.isEmpty() || sides.size() != 2) {
                continue;
            }
            Operand.of(sides.getFirst())
                    .filter(column -> keepsAway(column.number()))
                    .filter(column -> column.strategy(operator.get()) == Operand.EQUAL)
                    .filter(column -> column.collated(comparison))
                    .ifPresent(column -> note(column, Uses::joined));
            PgNode query = node.node("subselect");
            PgNode output = sides.get(1).uncast().node();
            if (query != null && output.integer("paramkind") == PARAM_SUBLINK) {
                member(query, output.integer("paramid"), operator.get());
            }
        }
    }

    /** The subquery's side of the join. */
    private void member(PgNode query, int output, Operator operator) {
        statement.levels().stream()
                .filter(l -> l.query() == query && !l.limited() && !l.grouped())
                .map(Level::results)
                .filter(results -> output >= 1 && output <= results.size())
                .flatMap(results -> Operand.of(results.get(output - 1)).stream())
                .filter(column -> column.strategy(operator) == Operand.EQUAL)
                .forEach(column -> note(column, Uses::joined));
    }

    private interface Note {
        void on(Uses uses, Column column);
    }

    private void note(Operand operand, Note note) {
        for (Operand.Source source : operand.sources()) {
            Uses use = uses.get(source.item());
            if (use != null) {
                note.on(use, source.column());
            }
        }
    }
}
