package io.quern.optimizer.rule;

import io.quern.optimizer.Table;
import io.quern.optimizer.View;
import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Item;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.PgNode;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.guard.CannotFail;
import io.quern.optimizer.guard.PlainView;
import io.quern.optimizer.lex.SqlText;
import io.quern.optimizer.parse.PostgresSelect;
import io.quern.optimizer.parse.Span;
import io.quern.optimizer.parse.Tokens;
import io.quern.optimizer.parse.Tree;

import org.apache.calcite.sql.JoinConditionType;
import org.apache.calcite.sql.JoinType;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Lets a UNION that is joined, or a view that is one, be asked for one row's partners at a time:
 *
 * <pre>
 * p JOIN u m ON m.k = p.k
 * p JOIN LATERAL (SELECT * FROM u m WHERE m.k = p.k OFFSET 0) AS m ON true
 * </pre>
 *
 * <p>PostgreSQL pushes a condition into the arms of a UNION if it compares with a value, as that of
 * an outer row is, and never if it joins. OFFSET 0 keeps it from making a join of it again. What
 * stands in the FROM clause stays there, so a view is still read with its owner's rights.
 *
 * <p>Sound because the rows of m that a row is joined with are those for which the ON is true,
 * which is what the subquery returns; a LEFT JOIN fills in where there are none as before. Not
 * where the other side may be filled in: there LATERAL cannot look at it. A condition of WHERE is
 * written twice instead.
 */
final class UnionJoinToLateral implements Rule {
    private static final Set<String> OPERATIONS = Set.of("union", "intersect", "except");

    @Override
    public void find(Resolved statement, Findings findings) {
        for (Level level : statement.levels()) {
            look(
                    statement,
                    level,
                    level.select().map(PostgresSelect::getFrom).orElse(null),
                    findings);
        }
    }

    private static void look(
            Resolved statement, Level level, @Nullable SqlNode from, Findings findings) {
        if (!(from instanceof SqlJoin join)) {
            return;
        }
        look(statement, level, join.getLeft(), findings);
        look(statement, level, join.getRight(), findings);
        Optional<Item> item =
                level.items().stream()
                        .filter(i -> Tree.same(i.node(), join.getRight()))
                        .findFirst();
        if (item.isPresent() && isSetOperation(item.get()) && !join.isNatural()) {
            List<SqlNode> conditions = conditions(statement, level, join, item.get());
            if (!conditions.isEmpty()) {
                rewrite(statement, join, item.get(), conditions, findings.attempt());
            }
        }
    }

    /** Whether it removes duplicates; UNION ALL needs no help. */
    private static boolean isSetOperation(Item item) {
        Level inside = item.subquery();
        if (inside != null) {
            PgNode operation = inside.query().node("setOperations");
            return operation != null && removes(operation) && !inside.limited();
        }
        return item.plain()
                && item.table()
                        .filter(t -> t.kind() == Table.Kind.VIEW)
                        .flatMap(Table::view)
                        .filter(UnionJoinToLateral::removes)
                        .isPresent();
    }

    private static boolean removes(PgNode operation) {
        PgNode left = operation.node("larg");
        PgNode right = operation.node("rarg");
        return left != null
                && right != null
                && (!operation.flag("all") || removes(left) || removes(right));
    }

    private static boolean removes(View view) {
        Tokens tokens = Tokens.of(SqlText.of(view.definition()));
        for (int i = 0; i < tokens.count(); i++) {
            if (tokens.word(i, OPERATIONS) && !tokens.word(i + 1, "all")) {
                return true;
            }
        }
        return false;
    }

    /** The ON as a whole, or conjuncts of WHERE; empty if none compares with the left side. */
    private static List<SqlNode> conditions(
            Resolved statement, Level level, SqlJoin join, Item item) {
        SqlNode on = join.getCondition();
        JoinType type = join.getJoinType();
        boolean inner = type != JoinType.LEFT && type != JoinType.RIGHT && type != JoinType.FULL;
        if (join.getConditionType() == JoinConditionType.ON && on != null) {
            boolean looks =
                    Level.conjuncts(on).stream()
                            .anyMatch(c -> looksUp(statement, level, join, item, c));
            if (looks) {
                return inner || type == JoinType.LEFT ? List.of(on) : List.of();
            }
        }
        return inner && !item.nullable()
                ? level.where().stream()
                        .filter(c -> looksUp(statement, level, join, item, c))
                        .toList()
                : List.of();
    }

    /**
     * Whether a condition says that a column of the item is equal to something of the left side.
     */
    private static boolean looksUp(
            Resolved statement, Level level, SqlJoin join, Item item, SqlNode condition) {
        if (!(condition instanceof SqlCall call) || call.getKind() != SqlKind.EQUALS) {
            return false;
        }
        boolean equality =
                statement
                        .expression(call)
                        .flatMap(Expression::operator)
                        .filter(o -> o.isEquality())
                        .isPresent();
        return equality
                && (looksUp(statement, level, join, item, call.operand(0), call.operand(1))
                        || looksUp(statement, level, join, item, call.operand(1), call.operand(0)));
    }

    private static boolean looksUp(
            Resolved statement,
            Level level,
            SqlJoin join,
            Item item,
            SqlNode column,
            SqlNode value) {
        Span left = statement.span(join.getLeft());
        boolean own =
                statement
                        .expression(column)
                        .filter(e -> e.node().is("VAR"))
                        .flatMap(e -> Mentions.in(e.node(), level))
                        .filter(Set.of(item)::equals)
                        .isPresent();
        return own
                && statement
                        .expression(value)
                        .flatMap(e -> Mentions.in(e.node(), level))
                        .filter(items -> !items.isEmpty())
                        .filter(
                                items ->
                                        items.stream()
                                                .map(i -> statement.span(i.node()))
                                                .allMatch(
                                                        span ->
                                                                left.from() <= span.from()
                                                                        && span.to() <= left.to()))
                        .isPresent();
    }

    private static void rewrite(
            Resolved statement,
            SqlJoin join,
            Item item,
            List<SqlNode> conditions,
            Attempt attempt) {
        if (item.table().isPresent()
                && !attempt.requires(new PlainView(statement, item.table().get()))) {
            return;
        }
        if (!attempt.requires(new CannotFail(statement))) {
            return;
        }
        SqlNode on = join.getCondition();
        boolean moves = on != null && Tree.same(conditions.getFirst(), on);
        List<Object> where = new ArrayList<>();
        for (SqlNode condition : conditions) {
            where.add(where.isEmpty() ? "" : " AND ");
            where.add(condition);
        }
        attempt.replace(
                item.node(),
                " LATERAL (SELECT * FROM ",
                item.node(),
                " WHERE ",
                where,
                " OFFSET 0) AS " + Names.of(item.alias()));
        if (on != null && moves) {
            attempt.replace(on, " true");
        }
        attempt.fact("of " + item + " a row is joined with those that its condition finds").found();
    }
}
