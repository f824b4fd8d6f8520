package io.quern.optimizer.rule;

import static java.util.Objects.requireNonNull;

import io.quern.optimizer.SlotCheck;
import io.quern.optimizer.catalog.Expression;
import io.quern.optimizer.catalog.Level;
import io.quern.optimizer.catalog.PgNode;
import io.quern.optimizer.catalog.Resolved;
import io.quern.optimizer.catalog.Types;
import io.quern.optimizer.guard.CannotFail;
import io.quern.optimizer.guard.KeyedRows;
import io.quern.optimizer.parse.OrderedQuery;
import io.quern.optimizer.parse.PostgresSelect;
import io.quern.optimizer.parse.Span;
import io.quern.optimizer.parse.Tokens;

import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlWith;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Turns UNION into UNION ALL where no row can come twice, so that nothing has to be sorted or
 * hashed. No arm has equal rows of its own ({@link KeyedRows}, or a DISTINCT), and no two arms have
 * one in common, for one of two reasons:
 *
 * <ul>
 *   <li>an output is another constant in each arm, written there or demanded by the arm's WHERE.
 *       These literals must then stay as they are.
 *   <li>all arms read the same FROM and have the same outputs, so that equal rows are the same row
 *       of the tables. Then each arm leaves out what an arm before it has: {@code AND (its WHERE)
 *       IS NOT TRUE}. That holds for any literals, and even if the arms do overlap.
 * </ul>
 */
final class DisjointUnionToUnionAll implements Rule {
    private static final String UNION = "1";

    /** Types of which two values are equal only if they are the same. */
    private static final Set<Integer> PLAIN =
            Set.of(Types.TEXT, Types.VARCHAR, Types.INT2, Types.INT4, Types.INT8);

    /** None, the database's own, C and POSIX: collations under which equal is the same. */
    private static final Set<String> PLAIN_COLLATIONS = Set.of("0", "100", "950", "951");

    /** An arm's constant at some output. */
    private record Fixed(Object value, int token) {}

    @Override
    public void find(Resolved statement, Findings findings) {
        for (Level level : statement.levels()) {
            PgNode operations = level.query().node("setOperations");
            if (operations != null && onlyUnions(operations)) {
                List<Level> arms = new ArrayList<>();
                level.items().forEach(i -> Optional.ofNullable(i.subquery()).ifPresent(arms::add));
                boolean selects = arms.stream().allMatch(arm -> arm.select().isPresent());
                if (selects && arms.size() == level.items().size()) {
                    rewrite(statement, level, operations, arms, findings.attempt());
                }
            }
        }
    }

    private static boolean onlyUnions(PgNode operation) {
        if (!operation.is("SETOPERATIONSTMT")) {
            return true;
        }
        PgNode left = operation.node("larg");
        PgNode right = operation.node("rarg");
        return operation.text("op").equals(UNION)
                && !operation.flag("all")
                && left != null
                && right != null
                && onlyUnions(left)
                && onlyUnions(right);
    }

    private static void rewrite(
            Resolved statement, Level level, PgNode operation, List<Level> arms, Attempt attempt) {
        if (!attempt.holds(
                arms.stream().allMatch(arm -> sameEquality(arm, operation)),
                "types",
                "an output has another type or collation in the union than in an arm: different"
                        + " values may become equal")) {
            return;
        }
        for (Level arm : arms) {
            if (!arm.distinct() && !attempt.requires(new KeyedRows(statement, arm))) {
                return;
            }
        }
        List<Fixed> fixed = constants(statement, arms, operation);
        if (!fixed.isEmpty()) {
            fixed.forEach(
                    f ->
                            attempt.check(
                                    new SlotCheck.Exactly(
                                            f.token(), statement.tokens().text(f.token()))));
            attempt.fact("an output is another constant in each arm");
        } else if (sameRows(statement, arms)) {
            boolean same =
                    arms.stream()
                            .map(arm -> new KeyedRows(statement, arm, false))
                            .allMatch(attempt::requires);
            if (!same || !attempt.requires(new CannotFail(statement))) {
                return;
            }
            exclude(statement, arms, attempt);
        } else {
            attempt.refuse("overlap", "nothing shows that no two arms have a row in common");
            return;
        }
        unions(body(level.whole()), statement, attempt);
        attempt.found();
    }

    private static boolean sameEquality(Level arm, PgNode operation) {
        List<String> types = operation.texts("colTypes");
        List<String> collations = operation.texts("colCollations");
        List<Expression> results = arm.results();
        for (int i = 0; i < results.size(); i++) {
            int type = results.get(i).type();
            int common = Integer.parseInt(types.get(i));
            boolean same =
                    type == common
                            || (Types.INTEGERS.contains(type) && Types.INTEGERS.contains(common))
                            || (type == Types.VARCHAR && common == Types.TEXT);
            if (!same || !PLAIN_COLLATIONS.contains(collations.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** For the first output that has one, a constant per arm, no two equal. */
    private static List<Fixed> constants(Resolved statement, List<Level> arms, PgNode operation) {
        List<String> types = operation.texts("colTypes");
        for (int i = 0; i < types.size(); i++) {
            List<Fixed> fixed = new ArrayList<>();
            Set<Object> values = new HashSet<>();
            if (PLAIN.contains(Integer.parseInt(types.get(i)))) {
                for (Level arm : arms) {
                    fixed(statement, arm, i).ifPresent(fixed::add);
                }
                fixed.forEach(f -> values.add(f.value()));
            }
            if (values.size() == arms.size()) {
                return fixed;
            }
        }
        return List.of();
    }

    private static Optional<Fixed> fixed(Resolved statement, Level arm, int output) {
        Expression result = arm.results().get(output);
        if (result.isConstant()) {
            return constant(statement, result);
        }
        return arm.where().stream()
                .filter(node -> node.getKind() == SqlKind.EQUALS)
                .flatMap(node -> statement.expression(node).stream())
                .flatMap(equality -> demanded(statement, equality, result).stream())
                .findFirst();
    }

    /** The constant that an equality demands a column to be. */
    private static Optional<Fixed> demanded(
            Resolved statement, Expression equality, Expression column) {
        List<Expression> sides = equality.arguments();
        boolean plain =
                column.column().isPresent()
                        && PLAIN.contains(column.type())
                        && equality.operator().filter(o -> o.isEquality()).isPresent()
                        && PLAIN_COLLATIONS.contains(String.valueOf(equality.collation()));
        for (int i = 0; plain && i < 2; i++) {
            Expression one = sides.get(i).uncast();
            Expression other = sides.get(1 - i);
            boolean same =
                    one.column()
                            .filter(c -> c.levelsUp() == 0 && c.same(column.column().get()))
                            .isPresent();
            if (same && other.isConstant()) {
                return constant(statement, other);
            }
        }
        return Optional.empty();
    }

    private static Optional<Fixed> constant(Resolved statement, Expression constant) {
        int token = statement.token(constant.node());
        if (token < 0 || !PLAIN.contains(constant.type())) {
            return Optional.empty();
        }
        return Types.INTEGERS.contains(constant.type())
                ? constant.integer().map(value -> new Fixed(value, token))
                : statement.tokens().plainString(token).map(value -> new Fixed(value, token));
    }

    /** Whether all arms have the same outputs of the same FROM, and each a WHERE. */
    private static boolean sameRows(Resolved statement, List<Level> arms) {
        PostgresSelect first = arms.getFirst().select().orElseThrow();
        return arms.stream()
                .allMatch(
                        arm -> {
                            PostgresSelect select = arm.select().orElseThrow();
                            return arm.plain()
                                    && arm.outer().isPresent()
                                    && !hasWith(arm)
                                    && select.getWhere() != null
                                    && same(
                                            statement,
                                            first.getSelectList(),
                                            select.getSelectList())
                                    && first.getFrom() != null
                                    && select.getFrom() != null
                                    && same(statement, first.getFrom(), select.getFrom());
                        });
    }

    /** Whether names in it may mean queries that only it knows. */
    private static boolean hasWith(Level arm) {
        return !arm.query().nodes("cteList").isEmpty();
    }

    private static boolean same(Resolved statement, SqlNode one, SqlNode other) {
        Span a = statement.tree().bracketed(one);
        Span b = statement.tree().bracketed(other);
        Tokens tokens = statement.tokens();
        boolean same = a.length() == b.length();
        for (int i = 0; same && i < a.length(); i++) {
            same = tokens.folded(a.from() + i).equals(tokens.folded(b.from() + i));
        }
        return same;
    }

    private static void exclude(Resolved statement, List<Level> arms, Attempt attempt) {
        for (int i = 0; i < arms.size(); i++) {
            PostgresSelect select = arms.get(i).select().orElseThrow();
            attempt.pin(select.getSelectList()).pin(requireNonNull(select.getFrom(), "FROM"));
            List<Object> parts = new ArrayList<>();
            for (Level earlier : arms.subList(0, i)) {
                SqlNode condition =
                        requireNonNull(earlier.select().orElseThrow().getWhere(), "WHERE");
                parts.add(parts.isEmpty() ? "(" : " AND (");
                parts.add(statement.span(condition));
                parts.add(") IS NOT TRUE");
            }
            if (!parts.isEmpty()) {
                attempt.where(arms.get(i), parts);
            }
        }
        attempt.fact("equal rows of two arms are of the same rows of the same tables");
    }

    private static SqlNode body(SqlNode whole) {
        SqlNode body = whole;
        while (true) {
            switch (body) {
                case SqlWith with -> body = with.body;
                case OrderedQuery ordered -> body = ordered.query;
                default -> {
                    return body;
                }
            }
        }
    }

    private static void unions(SqlNode body, Resolved statement, Attempt attempt) {
        if (body.getKind() == SqlKind.UNION && body instanceof SqlCall union) {
            Span left = statement.tree().bracketed(union.operand(0));
            Span right = statement.tree().bracketed(union.operand(1));
            attempt.replace(new Span(left.to(), right.from()), " UNION ALL ");
            unions(union.operand(0), statement, attempt);
            unions(union.operand(1), statement, attempt);
        }
    }
}
